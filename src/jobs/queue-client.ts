import { retryOnConflict } from '../db/conflict.ts';
import { LimitedClient } from '../db/session.ts';

type Query = (...given: unknown[]) => Promise<unknown>;

/**
 * The job queue's connection. Its statements stand alone, so one that met another in a deadlock is simply made again: the
 * queue itself gives up for good when it cannot write down what became of a few jobs that others replace meanwhile.
 */
export class QueueClient extends LimitedClient {
  constructor(config?: ConstructorParameters<typeof LimitedClient>[0]) {
    super(config);
    const once = super.query.bind(this) as Query;
    this.query = ((...given: unknown[]) => retryOnConflict(() => once(...given))) as typeof this.query;
  }
}
