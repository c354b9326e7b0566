/** What rows of prospects and activities are to Baton. */
import type { ContactEvent, Signal } from '../../../contracts/source.ts';
import { type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import type { Prospects } from '../people/prospects.ts';

/** A prospect in a list. */
export interface Row {
  id: string;
  email: string | undefined;
  company: string | undefined;
  score: number | undefined;
  /** Undefined: not asked for, or none. */
  stage: string | undefined;
  /** ISO 8601, UTC. */
  updatedAt: string;
  isDeleted: boolean;
}

export function rowFrom(prospect: Json, names: { score: string; stage: string | undefined }): Row | undefined {
  const [id, updatedAt] = [idFrom(prospect.id), timeFrom(prospect.updatedAt)];
  if (id === undefined || updatedAt === undefined) return undefined;
  return {
    id,
    email: textFrom(prospect.email),
    company: textFrom(prospect.company),
    score: numberFrom(prospect[names.score]),
    stage: names.stage === undefined ? undefined : textFrom(prospect[names.stage]),
    updatedAt,
    isDeleted: prospect.isDeleted === true,
  };
}

const ofRow = ({ id, email, company, score, stage, updatedAt }: Row): Signal => ({
  contactId: id,
  occurredAt: updatedAt,
  via: 'poll',
  score: score ?? null,
  ...(stage !== undefined && { lifecycleStage: stage }),
  ...(email && { email }),
  ...(company && { company }),
  dedupeKey: `score:${id}:${score ?? ''}:${stage ?? ''}:${updatedAt}`,
});

/**
 * Of everybody, those at or above the threshold. `isHistory`: they were so when Baton was connected, so that it says they had
 * this score before. Pure.
 */
export function listedSignals(
  rows: readonly Row[],
  { threshold, isHistory }: { threshold: number; isHistory: boolean },
): Signal[] {
  return rows
    .filter(({ score, isDeleted }) => score !== undefined && score >= threshold && !isDeleted)
    .map(row => ({ ...ofRow(row), ...(isHistory && row.score !== undefined && { scoreBefore: row.score }) }));
}

/** Looking up who has the address of a deleted one costs a call each: when marketing clears out, nobody is looked up. */
const MOST_LOOKED_UP = 20;

/** Of those that changed; for each that was deleted one call. */
export async function changedSignals(rows: readonly Row[], prospects: Prospects): Promise<Signal[]> {
  const deleted = rows.filter(row => row.isDeleted);
  const isClearedOut = deleted.length > MOST_LOOKED_UP;
  const signals: Signal[] = [];
  for (const row of rows) {
    if (!row.isDeleted) signals.push(ofRow(row));
    else
      signals.push(
        await goneSignal({ id: row.id, ...(!isClearedOut && { email: row.email }) }, prospects, row.updatedAt),
      );
  }
  return signals;
}

/** A prospect that was merged lies in the recycle bin: whoever has the address now is who it was merged into. One call. */
export async function goneSignal(
  { id, email }: { id: string; email?: string | undefined },
  prospects: Pick<Prospects, 'idOf'>,
  at: Date | string,
): Promise<Signal> {
  const other = email === undefined ? null : await prospects.idOf(email, 'background');
  const occurredAt = typeof at === 'string' ? at : at.toISOString();
  return other === null || other === id
    ? happened(id, occurredAt, `deleted:${id}`, { kind: 'deleted', privacy: false })
    : happened(other, occurredAt, `merged:${other}:${id}`, { kind: 'merged', from: [id] });
}

/** Of each prospect the newest thing they did. Pure. */
export function activeSignals(entries: readonly Json[], now: Date): Signal[] {
  const newest = new Map<string, { at: string; entry: string }>();
  for (const one of entries) {
    const [id, entry, at] = [idFrom(one.prospectId), idFrom(one.id), timeFrom(one.createdAt) ?? now.toISOString()];
    if (id !== undefined && entry !== undefined && at >= (newest.get(id)?.at ?? '')) newest.set(id, { at, entry });
  }
  return [...newest].map(([id, { at, entry }]) => happened(id, at, `active:${id}:${entry}`, { kind: 'active' }));
}

function happened(contactId: string, occurredAt: string, dedupeKey: string, event: ContactEvent): Signal {
  return { contactId, occurredAt, via: 'poll', event, dedupeKey };
}
