/** Looking at what Baton wrote: records in the CRM, many in a call where it can tell, and the newest cards in Slack. */
import type { Crm } from '../../contracts/crm.ts';
import type { CrmPerson, CrmStanding } from '../../contracts/crm-records.ts';
import type { Notifier } from '../../contracts/notifier.ts';
import type { BookedHandoff } from '../../db/reports/booked.ts';
import { isOpen } from '../../domain/handoff.ts';
import { RateLimited } from '../../lib/errors.ts';
import { goingOnWithout } from './may-go-on.ts';

/** Of records that have to be looked at one by one, and of cards: the newest. */
const ONE_BY_ONE = 50;

/** By handoff, how its record stands; `why`: the CRM could not be asked. */
export interface Looked {
  standings: Map<string, CrmStanding>;
  why?: string;
}

/** Five hundred calls at most: 50 looks, or a call for each thousand records. */
export async function lookInCrm(
  crm: Crm | undefined,
  handoffs: readonly BookedHandoff[],
  postponed: number,
): Promise<Looked> {
  const standings = new Map<string, CrmStanding>();
  if (!crm) return { standings };
  const there = handoffs.flatMap(({ id, record, isErased }) => {
    const isHere = record.state === 'written' && (record.crm === null || record.crm === crm.name) && !isErased;
    return isHere && record.kind && record.id ? [{ id, record: { kind: record.kind, id: record.id } }] : [];
  });
  try {
    if (crm.standings) {
      const found = await crm.standings(there.map(one => one.record));
      for (const { id, record } of there) {
        const standing = found.get(record.id);
        if (standing) standings.set(id, standing);
      }
    } else {
      for (const { id, record } of there.slice(-ONE_BY_ONE)) {
        const standing = await lookAtOne(crm, record);
        if (standing) standings.set(id, standing);
      }
    }
    return { standings };
  } catch (error) {
    return { standings, why: goingOnWithout(error, postponed) };
  }
}

/** One call, another where it is gone; undefined: the CRM cannot be asked for a record. */
async function lookAtOne(crm: Crm, record: CrmPerson): Promise<CrmStanding | undefined> {
  if (!crm.look) return undefined;
  const event = await crm.look(record);
  if (event) {
    const parsed = crm.parse?.(event);
    const ownerId = parsed?.kind === 'person' ? parsed.ownerId : undefined;
    return parsed?.kind === 'removed' ? { kind: 'deleted' } : { kind: 'here', ...(ownerId && { ownerId }) };
  }
  const now = await crm.findRelocated?.(record);
  return now ? { kind: 'moved', by: 'merge', now } : { kind: 'deleted' };
}

/** Handoffs whose newest message was looked for, and those of which it is gone. One call each. */
export async function lookInSlack(
  notifier: Notifier,
  handoffs: readonly BookedHandoff[],
): Promise<{ looked: Set<string>; gone: Set<string> }> {
  const [looked, gone] = [new Set<string>(), new Set<string>()];
  const open = handoffs.filter(({ card, state, isErased }) => card && isOpen(state) && !isErased);
  for (const { id, card } of open.slice(-ONE_BY_ONE)) {
    if (!card) continue;
    try {
      if (!(await notifier.isThere(card))) gone.add(id);
      looked.add(id);
    } catch (error) {
      // Cards have the right of way: what was looked at so far is enough for a night.
      if (error instanceof RateLimited) break;
      throw error;
    }
  }
  return { looked, gone };
}
