/** What the processes of an installation share about calling one workspace's account at a vendor. */
import type { CallMeter, Importance } from '../domain/api-quota.ts';

/** A token that an app gets for its own keys, good for a while. */
export interface AppToken {
  value: string;
  /** ISO 8601. */
  expiresAt: string;
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
   * @throws RateLimited with when there is one again
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
}
