/** What the processes of an installation share about calling one workspace's account at a vendor. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallMeter, Importance } from '../domain/api-quota.ts';

/** A token that an app gets for its own keys, good for a while. */
export interface AppToken {
  value: string;
  /** ISO 8601. */
  expiresAt: string;
  /** Whose account it opens, where the vendor says so. */
  tenant?: string;
}

/** Where such a token lies for all of them. */
export interface TokenShelf {
  /** Undefined: none was kept, or it was for other keys. One round trip. */
  read(): Promise<AppToken | undefined>;
  keep(token: AppToken): Promise<void>;
}

/** How often the account may be called, by all of them together. */
export interface CallBudget {
  /**
   * Takes a call out of the budget. One round trip.
   * @throws Paced with when there is one again
   */
  take(importance: Importance): Promise<void>;
  /** A call was answered; with the account's own count of everybody's calls, where the answer had it. */
  counted(meter?: CallMeter): void;
  /** The account was asked for its own count. */
  measured(meter: CallMeter): void;
}

/** So many calls in so long, as the vendor allows them to one integration. */
export interface CallPace {
  calls: number;
  withinMs: number;
  /** So many of them may come at once, the others come evenly; left out: all. In any such time both may come together. */
  atOnce?: number;
}

const importances = new AsyncLocalStorage<Importance>();

/** Calls to a vendor that the work makes are of this importance, where nothing says otherwise. */
export const asImportant = <T>(importance: Importance, work: () => Promise<T>): Promise<T> =>
  importances.run(importance, work);

/** How important a call is that is made here. */
export const importanceHere = (): Importance => importances.getStore() ?? 'usual';
