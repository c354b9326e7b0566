/**
 * Fencing: work that was taken over by somebody else does nothing any more. A process that was frozen, or cut off, goes on
 * where it stood; its jobs may be another's by then. So whatever leaves the process, and whatever begins at the database,
 * passes here first. Outside of jobs everything passes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const checks = new AsyncLocalStorage<() => Promise<void>>();

/** Does work that must pass `check` before each of its effects. */
export function fenced<T>(check: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  return checks.run(check, work);
}

/**
 * To be awaited right before an effect. As a rule this costs nothing; one round trip when there is doubt.
 * @throws when the work is somebody else's by now
 */
export async function passFence(): Promise<void> {
  await checks.getStore()?.();
}
