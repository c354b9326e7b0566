/** What a new status of the CRM's lead means here: somebody works on it, has reached out, or has turned it down. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { ParsedEvent } from '../../contracts/crm-events.ts';
import type { CrmTraits, LeadStatuses } from '../../contracts/crm-traits.ts';
import type { EventOutcome } from '../../db/handoffs/crm-events.ts';
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { emailOfCrmUser } from '../../db/people/people.ts';
import { mayMove } from '../../domain/handoff.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCardsNow } from '../../jobs/requests.ts';
import { rejectForGood } from '../actions/reject.ts';
import { quotedNote } from '../core/act-as.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { type Actor, actorIn } from '../core/rights.ts';
import { crmValues } from '../record/mapping.ts';
import { recordStatus } from './evidence.ts';

type Person = Extract<ParsedEvent, { kind: 'person' }>;

/** A status that a person has just given the lead; what Baton writes itself proves nothing. */
export async function applyStatus(event: HandoffEvent, person: Person): Promise<EventOutcome> {
  const { status, changedBy } = person;
  const { deps, handoff, traits } = event;
  const { playbook } = await deps.playbook(handoff.workspaceId);
  const meaning = status && meaningOf(status, event.former?.playbook ?? playbook, traits);
  if (!status || !meaning || changedBy?.kind === 'self' || (await isOwnValue(event, status))) return 'nothing_new';
  if (meaning === 'contacted') return recordStatus(event, status);
  const actor = await actorOf(event, playbook, changedBy);
  return meaning === 'rejected' ? rejectAs(event, status, playbook, actor) : work(event, status, playbook, actor);
}

/** By what the playbook says, else by what the CRM's own first statuses do. Pure. */
export function meaningOf(
  status: string,
  { crm }: Pick<Playbook, 'crm'>,
  traits: Pick<CrmTraits, 'statuses'>,
): keyof LeadStatuses | undefined {
  const statuses: LeadStatuses | undefined = crm.statuses ?? traits.statuses;
  const is = (one: string) => one.trim().toLowerCase() === status.trim().toLowerCase();
  return (['rejected', 'contacted', 'working'] as const).find(meaning => statuses?.[meaning].some(is));
}

/** The playbook's mapping may have written it, and somebody else saved the record since. */
async function isOwnValue({ deps, handoff, traits, former }: HandoffEvent, status: string): Promise<boolean> {
  const { playbook } = former ?? (await deps.playbook(handoff.workspaceId, handoff.playbookVersion));
  return JSON.stringify(crmValues(handoff, playbook, deps.publicUrl, traits)).includes(JSON.stringify(status));
}

/** Who gave it the status; the CRM itself for somebody who is nobody of the playbook. */
async function actorOf(
  { trx, handoff, crmName, former }: HandoffEvent,
  playbook: Playbook,
  by: Person['changedBy'],
): Promise<Actor> {
  const email = by && (former ? former.emails.get(by.id) : await emailOfCrmUser(trx, handoff.workspaceId, by.id));
  const known = email ? actorIn(playbook, email, '') : undefined;
  const name = by?.name ?? 'Somebody';
  return known ?? { email: crmName, name, slackUserId: '', admin: false, teams: [], manages: [], reports: [] };
}

/** Turned down there is turned down here: it goes back to marketing. */
async function rejectAs(event: HandoffEvent, status: string, playbook: Playbook, actor: Actor): Promise<EventOutcome> {
  const { deps, trx, handoff, crmName } = event;
  if (!mayMove(handoff.state, 'rejected')) return 'nothing_new';
  const { version } = await deps.playbook(handoff.workspaceId);
  const { workspaceId } = handoff;
  const note = `${serviceName(crmName)}${quotedNote(status)}`;
  await rejectForGood(
    { deps, trx, workspaceId, handoff, actor, playbook, version, now: deps.clock.now() },
    `${actor.name} rejected this lead in ${serviceName(crmName)}${quotedNote(status)}`,
    { reason: 'other', note, next: false },
  );
  return 'changed';
}

/** Whoever has it works on it: that is a claim, and no touch. */
async function work(event: HandoffEvent, status: string, playbook: Playbook, actor: Actor): Promise<EventOutcome> {
  const { deps, trx, handoff, crmName } = event;
  const { workspaceId, id: handoffId, leadId, repEmail } = handoff;
  if (handoff.state !== 'assigned' || repEmail === null || actor.email !== repEmail) return 'nothing_new';
  const now = deps.clock.now();
  await updateHandoff(trx, workspaceId, handoffId, { state: 'claimed', claimedBy: repEmail, claimedAt: now });
  const text = `${nameOf(playbook, repEmail)} works on the lead, says ${serviceName(crmName)}${quotedNote(status)}`;
  const entry = { kind: 'claimed' as const, at: now, actor: repEmail, text, detail: { status } };
  await recordForThreads(trx, { workspaceId, leadId, handoffId }, entry);
  await enqueue(trx, redrawCardsNow(handoff));
  return 'changed';
}
