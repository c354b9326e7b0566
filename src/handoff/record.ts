/** The CRM side of a handoff: one idempotent write, however often it is tried. */

import type { Playbook } from '../config/playbook.ts';
import type { Crm, CrmMatch, CrmWrite, CrmWritten } from '../crm/crm.ts';
import type { Db } from '../db/connection.ts';
import { linkRecords, rereadNews } from '../db/crm-news.ts';
import { type Handoff, handoffById, lockHandoff, updateHandoff } from '../db/handoffs.ts';
import { type RecordOwner, rememberOwner } from '../db/owner-changes.ts';
import { entriesOf, type NewEntry, tell } from '../db/timeline.ts';
import { dayIn } from '../domain/days.ts';
import { changeAndEnqueue, enqueue, type NewJob } from '../jobs/queue.ts';
import { after, HOUR } from '../lib/clock.ts';
import { crmValues } from './crm-fields.ts';
import { fieldValues, storyForCrm } from './crm-text.ts';
import type { Deps } from './deps.ts';
import { crmUserOf } from './directory.ts';
import type { Facts } from './facts.ts';
import { isOwnerSettled, ownersOf } from './owner-known.ts';

type Of = { workspaceId: string; handoffId: string };

/** Writes the handoff to the CRM and lets the card go, or mends it when it went ahead. Two CRM calls with the match. */
export async function record(deps: Deps, { workspaceId, handoffId }: Of): Promise<void> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff || handoff.recordState === 'skipped') return;
  const { crm } = await deps.vendors(workspaceId);
  if (!crm) return finish(deps, handoff, { recordState: 'skipped', recordNote: 'no CRM is connected' });
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const match = knownMatch(handoff) ?? (await matchNow(crm, handoff));
  const write = await writeOf(deps, crm, handoff, match, playbook);
  const written = await crm.write(write);
  await finish(
    deps,
    handoff,
    {
      recordState: 'written',
      recordObject: written.object,
      recordId: written.id,
      recordNote: written.warnings.join(' ') || null,
      recordedAt: deps.clock.now(),
      ...(match !== handoff.facts.match && { facts: { ...handoff.facts, match } }),
    },
    written,
    crm.name,
    ownersOf(handoff, write, written, match, deps.clock.now()),
  );
  // Merged or converted since: what is told of the old record is still about this handoff.
  const old = [handoff.recordId, write.existing?.id].filter(id => id && id !== written.id);
  await linkRecords(deps.db, workspaceId, handoffId, [...new Set(old)] as string[]);
}

/** A write that was put off may have made the record all the same, and others had time to make or merge one. */
function knownMatch({ facts, recordId, recordNote }: Handoff<Facts>): CrmMatch | undefined {
  return recordNote !== null && recordId === null ? undefined : facts.match;
}

const NOTHING: CrmMatch = { lead: { kind: 'none' }, contact: { kind: 'none' }, account: { kind: 'none' } };

/** The look-up that could not be made before routing. A person without a usable address matches nobody. */
async function matchNow(crm: Crm, { judgement, facts, priority }: Handoff<Facts>): Promise<CrmMatch> {
  if (judgement.email.kind === 'malformed' || !facts.contact.email) return NOTHING;
  const domain = judgement.email.kind === 'business' ? judgement.email.domain : undefined;
  const urgent = priority === 'HIGH';
  return crm.match({ email: facts.contact.email.trim().toLowerCase(), urgent, ...(domain && { domain }) });
}

async function writeOf(
  deps: Deps,
  crm: Crm,
  handoff: Handoff<Facts>,
  match: CrmMatch,
  playbook: Playbook,
): Promise<CrmWrite> {
  const existing = recordOf(handoff, match);
  const repId = handoff.repEmail ? await crmUserOf(deps, crm, handoff.workspaceId, handoff.repEmail) : undefined;
  const rep = playbook.people.find(person => person.email === handoff.repEmail);
  // What somebody changed in the CRM since stays, unless Baton has given the lead to somebody else.
  const mayOwn = (!existing?.keepOwner || isByHand(handoff)) && !(await isOwnerSettled(deps.db, handoff));
  const { contact } = handoff.facts;
  const { company } = handoff.judgement;
  const text = storyForCrm(handoff, playbook, deps.clock.now());
  return {
    handoffId: handoff.id,
    urgent: handoff.priority === 'HIGH',
    mode: crmModeOf(handoff, playbook),
    ...(existing && { existing: existing.record }),
    ...(repId && mayOwn && { ownerId: repId }),
    person: {
      email: contact.email ?? '',
      firstName: contact.firstName ?? handoff.facts.person?.firstName,
      lastName: contact.lastName ?? handoff.facts.person?.lastName,
      title: contact.title ?? handoff.facts.person?.title,
      phone: contact.phone ?? handoff.facts.person?.phone,
      company: company.name,
      website: contact.website ?? company.domain,
      city: contact.city ?? handoff.facts.company.city,
      state: contact.state ?? handoff.facts.company.state,
      country: contact.country ?? handoff.facts.company.country,
    },
    leadSource: contact.leadSource,
    ...(!existing && { status: 'Open - Not Contacted' }),
    description: text.description,
    fields: fieldValues(handoff),
    ...crmValues(handoff, playbook, deps.publicUrl),
    followUp: {
      subject: text.taskSubject,
      description: text.taskDescription,
      dueOn: dayIn(rep?.time_zone ?? 'UTC', after(deps.clock.now(), dueIn(handoff, playbook))),
      priority: handoff.priority === 'HIGH' ? 'High' : 'Normal',
      ...(repId && { ownerId: repId }),
    },
  };
}

/** What an earlier write of this handoff made or updated stays its record: people may have worked with it since. */
function recordOf(handoff: Handoff<Facts>, match: CrmMatch) {
  const found = existingRecord(match);
  const { recordId: id, recordObject: object } = handoff;
  if (!id || (object !== 'Lead' && object !== 'Contact')) return found;
  return { record: { object, id }, keepOwner: found?.keepOwner ?? object === 'Contact' } as const;
}

/** Somebody decided that this rep has the lead; whoever owned the record before gives way. */
function isByHand({ decision, repEmail }: Handoff): boolean {
  const to = decision?.to;
  return to?.kind === 'person' && (to.via === 'manual' || to.email !== repEmail);
}

/** An open lead or a known contact is updated, never doubled; its owner stays while that owner is active. */
export function existingRecord(match: CrmMatch) {
  if (match.lead.kind !== 'none' && match.lead.record.open) {
    const { id, owner } = match.lead.record;
    // Routing followed an active owner of the playbook already; any other active owner is a person's decision too.
    return { record: { object: 'Lead' as const, id }, keepOwner: owner.active && owner.kind === 'user' };
  }
  if (match.contact.kind === 'none') return undefined;
  return { record: { object: 'Contact' as const, id: match.contact.record.id }, keepOwner: true };
}

/** The rule that routed the lead may say so; else the playbook does for all. */
export function crmModeOf({ decision }: Pick<Handoff, 'decision'>, { crm }: Playbook): CrmWrite['mode'] {
  return decision?.crm ?? crm.mode;
}

function dueIn(handoff: Handoff, playbook: Playbook): number {
  return playbook.sla[handoff.priority]?.respond_within ?? 24 * HOUR;
}

async function finish(
  deps: Deps,
  handoff: Handoff<Facts>,
  changes: Partial<Handoff<Facts>>,
  written?: CrmWritten,
  crmName?: string,
  owners: readonly RecordOwner[] = [],
): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const of = { workspaceId, leadId, handoffId };
  await changeAndEnqueue(
    deps.db,
    [
      updateHandoff(deps.db, workspaceId, handoffId, changes),
      ...owners.map(owner => rememberOwner(deps.db, workspaceId, owner)),
      ...(written ? [entriesOf(deps.db, of, writtenEntries(written, crmName ?? 'the CRM', deps.clock.now()))] : []),
    ],
    // A card that was delivered meanwhile is redrawn by the same job.
    afterRecord(workspaceId, handoffId, handoff.priority === 'HIGH', handoff.deliveredAt),
  );
  // Somebody may have worked with the record before it was known whose it is.
  if (written) await rereadNews(deps.db, workspaceId, [written.id]);
}

function writtenEntries(written: CrmWritten, crm: string, at: Date): NewEntry[] {
  const verb = written.created ? 'made' : 'updated';
  const text = `${written.object} ${verb} in ${crm}${written.taskId ? ', with a follow-up task' : ''}`;
  return [
    { kind: 'record_written', at, actor: crm, text, detail: { ...written } },
    ...written.warnings.map(warning => ({ kind: 'record_warning' as const, at, actor: crm, text: warning })),
  ];
}

/** A card that waited for the record goes now; one that went ahead is redrawn. */
export function afterRecord(workspaceId: string, handoffId: string, high: boolean, deliveredAt: Date | null): NewJob {
  return deliveredAt
    ? { name: 'card.refresh', payload: { workspaceId, handoffId }, key: `refresh:${handoffId}` }
    : {
        name: 'handoff.notify',
        payload: { workspaceId, handoffId },
        key: `notify:${handoffId}`,
        priority: high ? 'high' : 'normal',
      };
}

/** The CRM refused this record for good, or its connection must be renewed: the story says so, the card too. */
export async function recordParked(deps: Deps, trx: Db, of: Of, reason: string, reference: string): Promise<void> {
  const handoff = await lockHandoff(trx, of.workspaceId, of.handoffId);
  if (!handoff) return;
  await updateHandoff(trx, of.workspaceId, of.handoffId, { recordState: 'parked', recordNote: reason });
  await tell(
    trx,
    { ...of, leadId: handoff.leadId },
    {
      kind: 'record_parked',
      at: deps.clock.now(),
      text: `The CRM record could not be written: ${reason} (reference ${reference}). It can be replayed once the cause is mended.`,
      detail: { reference },
    },
  );
  await enqueue(trx, afterRecord(of.workspaceId, of.handoffId, handoff.priority === 'HIGH', handoff.deliveredAt));
}

/** The CRM is away: said once on the timeline; the write is tried until it works. */
export async function recordPostponed(deps: Deps, trx: Db, of: Of, error: Error): Promise<void> {
  const handoff = await lockHandoff(trx, of.workspaceId, of.handoffId);
  if (!handoff || handoff.recordNote) return;
  await updateHandoff(trx, of.workspaceId, of.handoffId, { recordNote: error.message });
  await tell(
    trx,
    { ...of, leadId: handoff.leadId },
    {
      kind: 'record_pending',
      at: deps.clock.now(),
      text: `The CRM did not take the record yet (${error.message}); it is tried again until it does.`,
    },
  );
}
