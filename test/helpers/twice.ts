/** Jobs run at least once: a process may die after a job's work and before the queue knows. Here every job does. */
import type { JobName } from '../../src/jobs/catalogue.ts';
import type { JobHandler, JobTable } from '../../src/jobs/runner.ts';
import type { MovableClock } from '../../src/lib/clock.ts';
import { RateLimited } from '../../src/lib/errors.ts';

export interface Twice {
  /** Runs each job a second time as soon as it has succeeded, as the process does that takes it over. */
  wrap(table: JobTable): JobTable;
  /** Runs each job that succeeded so far once more, in the order in which they ended; answers their names. */
  later(clock: MovableClock): Promise<JobName[]>;
}

/** Whatever runs at once, runs twice; `later` runs all of it a third time. */
export function twice(): Twice {
  const done: { name: JobName; again: () => Promise<void> }[] = [];
  /** Work that succeeded, and whose second run the queue has to repeat. */
  const owed = new Set<string>();

  function wrapped<N extends JobName>(name: N, handler: JobHandler<N>): JobHandler<N> {
    return {
      ...handler,
      async run(payload, context) {
        const work = JSON.stringify([name, { ...payload, postponed: 0 }]);
        if (!owed.has(work)) {
          await handler.run(payload, context);
          done.push({ name, again: () => handler.run(payload, { ...context, attempt: context.attempt + 2 }) });
          owed.add(work);
        }
        await handler.run(payload, { ...context, attempt: context.attempt + 1 });
        owed.delete(work);
      },
    };
  }

  return {
    wrap(table) {
      const entries = (Object.keys(table) as JobName[]).map(name => [name, wrapped(name, table[name] as never)]);
      return Object.fromEntries(entries) as JobTable;
    },
    async later(clock) {
      const all = done.splice(0);
      for (const { again } of all) await paced(again, clock);
      return all.map(({ name }) => name);
    },
  };
}

/** A place takes one message a second: the queue would come back then. */
async function paced(work: () => Promise<void>, clock: MovableClock): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    clock.move(Math.max(0, error.retryAt.getTime() - clock.now().getTime()));
    await paced(work, clock);
  }
}
