import pg from 'pg';

/** Deadlock detected, serialization failure: the statement had no effect, and nothing was wrong with it. */
const MET_ANOTHER = new Set(['40P01', '40001']);
const MOST_TRIES = 5;

type Query = (...given: unknown[]) => Promise<unknown>;

/**
 * The job queue's connection. Its statements stand alone, so one that met another in a deadlock is simply made again: the
 * queue itself gives up for good when it cannot write down what became of a few jobs that others replace meanwhile.
 */
export class QueueClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const once = super.query.bind(this) as Query;
    this.query = (async (...given: unknown[]) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(...given);
        } catch (error) {
          if (tries === MOST_TRIES || !MET_ANOTHER.has((error as { code?: string }).code ?? '')) throw error;
        }
      }
    }) as typeof this.query;
  }
}
