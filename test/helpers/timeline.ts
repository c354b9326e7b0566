/** What the timeline of a lead says, for stories. */
import assert from 'node:assert/strict';
import type { TimelineKind } from '../../src/domain/timeline.ts';
import { hurry } from './database-changes.ts';
import { kinds, type System } from './system.ts';
import { until } from './until.ts';

/** What is recorded of a lead by the time that its card and its record are there, in order. */
export const HANDED_OFF: readonly TimelineKind[] = [
  'crossed',
  'facts_gathered',
  'crm_matched',
  'judged',
  'routed',
  'assigned',
  'record_written',
  'card_posted',
];

/** The sentences of these kinds, oldest first. */
export const recorded = async (baton: System, handoffId: string, ...of: TimelineKind[]): Promise<string[]> =>
  (await baton.story(handoffId)).filter(({ kind }) => of.includes(kind)).map(({ text }) => text);

/** Waits until this is recorded so many times, and fails when it is more; answers the last sentence. */
export function untilRecorded(baton: System, handoffId: string, kind: TimelineKind, times = 1): Promise<string> {
  return until(`${kind} is recorded ${times} times`, async () => {
    const sentences = await recorded(baton, handoffId, kind);
    assert.ok(sentences.length <= times, `${kind} is recorded ${sentences.length} times`);
    if (sentences.length === times) return sentences.at(-1);
    await hurry(baton);
    return undefined;
  });
}

/** Each of these is recorded, and once. */
export async function assertRecordedOnce(baton: System, handoffId: string, ...once: TimelineKind[]): Promise<void> {
  const all = kinds(await baton.story(handoffId));
  for (const kind of once) {
    assert.equal(all.filter(one => one === kind).length, 1, `"${kind}" once, not ${all.join(', ')}`);
  }
}
