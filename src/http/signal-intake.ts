/** Signals that arrive at the same moment are stored together: one statement and one commit for all of them. */
import { isHeldUp, isPassing, retryOnConflict } from '../db/conflict.ts';
import type { Db } from '../db/connection.ts';
import { type Delivery, storeDeliveries } from '../db/handoffs/inbox.ts';
import { processSignals } from '../jobs/requests.ts';
import { atMost } from '../lib/at-most.ts';
import { coalesce } from '../lib/coalesce.ts';
import { toError } from '../lib/errors.ts';

export interface SignalIntake {
  /**
   * Stores what one sender sent and asks for its processing; resolves after the commit, with how many were new. One round
   * trip, shared with whoever waits at that moment.
   */
  keep(delivery: Delivery): Promise<number>;
}

/** Statements under way at once: one that waits for a lock does not hold up all senders. */
const LANES = 2;
/** Deliveries of one statement. */
const MOST_TOGETHER = 100;
/** A delivery of more signals goes by itself: it would make others wait. */
const MANY = 20;
/** Deliveries stored one by one at once, after their statement failed: hooks have the connections of the page, too. */
const AT_ONCE = 2;

/** @param store as `storeDeliveries` */
export function signalIntake(
  db: Db,
  store: (deliveries: readonly Delivery[]) => Promise<number[]> = deliveries =>
    storeDeliveries(db, deliveries, processSignals),
): SignalIntake {
  const alone = async (delivery: Delivery) => (await retryOnConflict(() => store([delivery])))[0] ?? 0;
  const together = coalesce<Delivery, number>({
    call: deliveries => stored(deliveries, store, alone),
    most: MOST_TOGETHER,
    width: LANES,
  });
  return {
    async keep(delivery) {
      if (delivery.signals.length === 0) return 0;
      return delivery.signals.length > MANY ? alone(delivery) : together(delivery);
    },
  };
}

/**
 * How many were new of each, or why one could not be stored. What is wrong with one is no other's trouble: where the
 * statement fails and the database is there, each is stored by itself.
 * @throws when the database is away
 */
async function stored(
  deliveries: readonly Delivery[],
  store: (deliveries: readonly Delivery[]) => Promise<number[]>,
  alone: (delivery: Delivery) => Promise<number>,
): Promise<(number | Error)[]> {
  try {
    return await retryOnConflict(() => store(deliveries));
  } catch (thrown) {
    const error = toError(thrown);
    if (deliveries.length === 1 || (isPassing(error) && !isHeldUp(error))) throw error;
    const inTurn = atMost(AT_ONCE);
    return Promise.all(deliveries.map(one => inTurn(() => alone(one).catch(toError))));
  }
}
