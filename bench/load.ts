/** Many deliveries, at once or at a pace, and how long each took to be answered. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Delivery } from './deliver.ts';

export interface Load {
  deliveries: readonly Delivery[];
  /** So many in flight, or so many a second. */
  pace: { width: number } | { perSecond: number };
}

/** Milliseconds until each was answered, the quickest first. @throws when one was not taken */
export async function send(deliveries: readonly Delivery[], pace: Load['pace']): Promise<number[]> {
  const workerData: Load = { deliveries, pace };
  const thread = new Worker(new URL('load-thread.ts', import.meta.url), { workerData });
  const [times] = (await once(thread, 'message')) as [number[]];
  await thread.terminate();
  return times.sort((one, other) => one - other);
}

/** The time that this part of all is within, 0 to 1; `times` from the shortest on. */
export const within = (times: readonly number[], part: number): number =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
