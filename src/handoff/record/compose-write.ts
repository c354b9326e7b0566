/** What is to be written to the CRM of one handoff, in Baton's names. */
import type { Playbook } from '../../config/playbook.ts';
import type { Crm, CrmWrite, FollowUp } from '../../contracts/crm.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import { newPersonKind } from '../../contracts/crm-traits.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { readableCode } from '../../domain/activity-words.ts';
import { dayIn } from '../../domain/days.ts';
import { after, HOUR } from '../../lib/clock.ts';
import { withArticle } from '../../lib/english.ts';
import type { Deps } from '../core/deps.ts';
import { crmUserOf } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import { accountBasedWrite, type NamedCrm } from './account-based.ts';
import { crmValues } from './mapping.ts';
import { crmModeOf, type Existing, existingIn, isAccountBased } from './mode.ts';
import { isOwnerSettled } from './record-owner.ts';
import { fieldValues, timelineForCrm } from './text.ts';

/** Everything the CRM is to know of the handoff now. The rep's CRM user may have to be asked for: one CRM call. */
export async function writeOf(
  deps: Deps,
  crm: Crm,
  handoff: Handoff<Facts>,
  match: CrmMatch,
  playbook: Playbook,
): Promise<CrmWrite> {
  const { newStatus } = crm.traits;
  const mode = crmModeOf(handoff, playbook);
  const hasOne = isAccountBased(handoff, match, playbook, crm.traits);
  const isAlone = mode === 'account_based' && crm.traits.can.accountBased && !hasOne && handoff.recordId === null;
  const existing = recordOf(handoff, match, hasOne ? mode : 'lead');
  const repId = handoff.repEmail ? await crmUserOf(deps, crm, handoff.workspaceId, handoff.repEmail) : undefined;
  const rep = playbook.people.find(person => person.email === handoff.repEmail);
  // What somebody changed in the CRM since stays, unless Baton has given the lead to somebody else.
  const isSettled = await isOwnerSettled(deps.db, handoff);
  const mayOwn = (!existing?.keepOwner || isByHand(handoff)) && !isSettled;
  const { contact } = handoff.facts;
  const { company } = handoff.judgement;
  const values = crmValues(handoff, playbook, deps.publicUrl, crm.traits);
  const unfilled = [...(values.unfilled ?? []), ...(isAlone ? [aloneSentence(crm)] : [])];
  const text = timelineForCrm(handoff, playbook, deps.clock.now());
  return {
    handoffId: handoff.id,
    urgent: handoff.priority === 'HIGH',
    mode: hasOne ? mode : 'lead',
    ...(hasOne
      ? accountBasedWrite(handoff, match, playbook, deps.clock.now())
      : { ...(company.domain && { domain: company.domain }), ...companyAround(match) }),
    ...(repId && !isSettled && { newOwnerId: repId }),
    ...(existing && { existing: existing.record }),
    ...(repId && mayOwn && { ownerId: repId }),
    person: personOf(handoff),
    leadSource: contact.leadSource && readableCode(contact.leadSource),
    ...(!existing && newStatus !== undefined && { status: newStatus }),
    description: text.description,
    fields: fieldValues(handoff),
    ...values,
    ...(unfilled.length > 0 && { unfilled }),
    followUp: {
      subject: text.taskSubject,
      description: text.taskDescription,
      dueOn: dayIn(rep?.time_zone ?? 'UTC', after(deps.clock.now(), dueIn(handoff, playbook))),
      priority: handoff.priority === 'HIGH' ? 'high' : 'normal',
      ...callIn(handoff, playbook),
      ...(repId && { ownerId: repId }),
    },
  };
}

/** Told once: what is there keeps its kind, and some CRMs refuse another. */
function callIn(handoff: Handoff<Facts>, { follow_up: by }: Playbook): Pick<FollowUp, 'kind' | 'queue'> {
  if (by[handoff.priority] !== 'call_list' || handoff.recordId !== null) return {};
  return { kind: 'call', ...(by.queue !== undefined && { queue: by.queue }) };
}

/** Whatever the source leaves open, the enrichers say. */
function personOf({ facts, judgement }: Handoff<Facts>): CrmWrite['person'] {
  const { contact, person, company: found } = facts;
  const { company } = judgement;
  return {
    email: contact.email ?? '',
    firstName: contact.firstName ?? person?.firstName,
    lastName: contact.lastName ?? person?.lastName,
    title: contact.title ?? person?.title,
    phone: contact.phone ?? person?.phone,
    company: company.name,
    website: contact.website ?? company.domain,
    city: contact.city ?? found.city,
    state: contact.state ?? found.state,
    country: contact.country ?? found.country,
  };
}

/** A lead hangs on what is known of its company where the CRM can say so. */
function companyAround({ company }: CrmMatch): Pick<CrmWrite, 'company'> {
  return company.kind === 'none' ? {} : { company: { id: company.record.id, name: company.record.name } };
}

/** Why it is the person alone, though the playbook wants their company, too. */
function aloneSentence({ traits }: NamedCrm): string {
  const { words } = traits;
  return `Nothing is known of a company: ${withArticle(words[newPersonKind(traits)].one)} was made, and no ${words.company.one}.`;
}

/** What an earlier write of this handoff made or updated stays its record: people may have worked with it since. */
function recordOf(handoff: Handoff<Facts>, match: CrmMatch, mode: CrmWrite['mode']): Existing | undefined {
  const found = existingIn(mode, match);
  const { recordId: id, recordKind: kind } = handoff;
  if (!id || !kind) return found;
  // What this handoff made is its rep's; anybody else's stays theirs.
  const isOwn = handoff.facts.match?.[kind].kind === 'none';
  return { record: { kind, id }, keepOwner: isOwn ? false : (found?.keepOwner ?? kind === 'contact') };
}

/** Somebody decided that this rep has the lead; whoever owned the record before gives way. */
function isByHand({ decision, repEmail }: Handoff): boolean {
  const to = decision?.to;
  return to?.kind === 'person' && (to.via === 'manual' || to.email !== repEmail);
}

function dueIn(handoff: Handoff, playbook: Playbook): number {
  return playbook.sla[handoff.priority]?.respond_within ?? 24 * HOUR;
}
