import { setTimeout as pause } from 'node:timers/promises';
import type { Runner } from 'graphile-worker';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';

/**
 * Begins a runner, and another whenever one ends by itself: the queue gives up for good when it cannot write down what
 * became of a job (a failover of the database is enough), and a process that goes on without working looks healthy.
 */
export async function keepRunning(begin: () => Promise<Runner>, log: Logger): Promise<{ stop(): Promise<void> }> {
  let stopping = false;
  let runner = await begin();
  const watched = watch();

  async function watch(): Promise<void> {
    while (!stopping) {
      await runner.promise.catch(thrown => log.warn({ err: toError(thrown) }, 'the job queue ended with an error'));
      if (!stopping) await again();
    }
  }

  async function again(): Promise<void> {
    try {
      log.error('the job queue ended by itself; beginning anew');
      runner = await begin();
      if (stopping) await runner.stop();
    } catch (thrown) {
      log.warn({ err: toError(thrown) }, 'the job queue cannot begin yet');
      await pause(SECOND);
    }
  }

  return {
    async stop() {
      stopping = true;
      // One that ended a moment ago has nothing to stop.
      await runner.stop().catch(thrown => log.debug({ err: toError(thrown) }, 'the job queue had ended'));
      await watched;
    },
  };
}
