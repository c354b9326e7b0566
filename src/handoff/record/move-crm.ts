/**
 * The company works with another CRM now. Leads that are open stay recorded where they are, and nothing is written of them
 * but calls, mails and the promise, until they are closed; or an admin has them written anew, one by one. Ids mean nothing in
 * another CRM.
 */
import type { Crm } from '../../contracts/crm.ts';
import type { Db } from '../../db/connection.ts';
import { handoffsElsewhere, nextElsewhere } from '../../db/handoffs/handoff-list.ts';
import { type Handoff, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { moveRecords, redrawCards, writeRecord } from '../../jobs/requests.ts';
import { actingPerson } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { syncDirectory } from '../core/directory.ts';
import type { Facts } from '../core/facts.ts';
import type { Outcome } from '../core/outcomes.ts';
import type { Requester } from '../core/rights.ts';

/** How many open leads are recorded in which other CRM; `crm`: the one there is, by name. */
export interface Elsewhere {
  crm?: string;
  left: { crm: string; count: number }[];
}

/** Is the record in another CRM than this? */
export function isElsewhere(
  { recordId, recordCrm }: Pick<Handoff, 'recordId' | 'recordCrm'>,
  crm: Pick<Crm, 'name'>,
): boolean {
  return recordId !== null && recordCrm !== null && recordCrm !== crm.name;
}

/** Why it is not written to the CRM there is. */
export function staysWords({ recordCrm }: Pick<Handoff, 'recordCrm'>, crm: Pick<Crm, 'name'>): string {
  return (
    `The record stays in ${serviceName(recordCrm ?? '')}: the CRM is ${serviceName(crm.name)} now, where nothing is written of this lead. ` +
    'While the CRM before is connected, calls, mails and the SLA are kept up to date there; its owner is not. An admin can have open leads written anew with “/mql crm move”, or on Home.'
  );
}

/** One round trip. */
export async function elsewhere(deps: Deps, workspaceId: string): Promise<Elsewhere> {
  const { crm } = await deps.vendors(workspaceId);
  if (!crm) return { left: [] };
  return { crm: crm.name, left: await handoffsElsewhere(deps.db, workspaceId, crm.name) };
}

/**
 * Begins to write them anew. `expected`: how many the admin was told of; if there are others by now, they are asked again.
 * Asked for twice it is done once: a lead that was moved is no longer elsewhere.
 */
export async function moveOpenRecords(
  deps: Deps,
  request: Requester & { expected: number },
): Promise<Outcome<{ count: number }>> {
  const person = await actingPerson(deps, request);
  if ('kind' in person) return person;
  if (!person.actor.admin) return { kind: 'not_allowed', who: 'an admin' };
  const { left } = await elsewhere(deps, request.workspaceId);
  const count = left.reduce((sum, one) => sum + one.count, 0);
  if (count !== request.expected) {
    return {
      kind: 'unfit',
      field: 'count',
      why: `The number has changed: ${count === 0 ? 'no open lead is left to move' : `${count} open ${count === 1 ? 'lead' : 'leads'} would move now`}. Look again before you press Move.`,
    };
  }
  if (count > 0) await enqueue(deps.db, moveRecords(request.workspaceId));
  return { kind: 'done', count };
}

/** Moves one after the other, each in a transaction of its own; cut short, it goes on where it was. */
export async function moveRecordsOneByOne(deps: Deps, { workspaceId }: { workspaceId: string }): Promise<void> {
  const { crm } = await deps.vendors(workspaceId);
  if (!crm) return;
  // Whose leads they are is known by ids of the CRM before.
  await syncDirectory(deps, workspaceId);
  for (;;) {
    const moved = await deps.db.transaction(trx => moveNext(deps, trx, workspaceId, crm));
    if (!moved) return;
  }
}

/** What was found and made in the CRM before says nothing of this one; the rules are those that count now. */
const FORGOTTEN = [
  'match',
  'accountBased',
  'lacking',
  'writes',
  'deletedRecord',
  'promise',
] as const satisfies (keyof Facts)[];

async function moveNext(deps: Deps, trx: Db, workspaceId: string, crm: Crm): Promise<boolean> {
  const id = await nextElsewhere(trx, workspaceId, crm.name);
  const handoff = id && (await lockHandoff<Facts>(trx, workspaceId, id));
  if (!handoff) return false;
  // A person was faster than this look: the next look leaves it out.
  if (!isElsewhere(handoff, crm)) return true;
  const { version } = await deps.playbook(workspaceId);
  const facts = Object.fromEntries(
    Object.entries(handoff.facts).filter(([name]) => !FORGOTTEN.some(one => one === name)),
  );
  await updateHandoff(trx, workspaceId, handoff.id, {
    recordId: null,
    recordKind: null,
    recordCrm: null,
    recordState: 'pending',
    recordNote: null,
    recordedAt: null,
    ownerChange: null,
    playbookVersion: version,
    facts,
  });
  const from = serviceName(handoff.recordCrm ?? '');
  await recordEntries(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'record_pending',
      at: deps.clock.now(),
      text: `The lead moves from ${from} to ${serviceName(crm.name)}: it is written anew there, and its record in ${from} stays as it is.`,
      detail: { from: handoff.recordCrm, record: handoff.recordId },
    },
  );
  await enqueue(trx, writeRecord(handoff), redrawCards(handoff));
  return true;
}
