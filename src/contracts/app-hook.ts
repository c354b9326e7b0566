/** What a vendor's app, installed by many customers, delivers to one address for all of them. */
import type { HookRequest, Verdict } from './hook.ts';

/** The part of a delivery that is of one customer. */
export interface AppHookPart {
  /** What is the customer's at the vendor, as their log-in says it. */
  tenant: string;
  /** A body as the workspace's own hook would be sent it. */
  body: Buffer;
}

export interface AppHook {
  /** Was this really sent by the vendor, for this app? Pure; constant time. */
  verify(request: HookRequest, now: Date): Verdict;
  /**
   * Whose it is. Pure.
   * @throws BadInput when the body cannot be read
   */
  split(request: HookRequest): AppHookPart[];
  /** The app's own step in the vendor's workflows, at the same address with `/action`; absent: it has none. */
  action?: AppAction;
}

export interface AppAction {
  /**
   * Whose it is: of one customer, a lead each time. Pure.
   * @throws BadInput when the body cannot be read
   */
  part(request: HookRequest): AppHookPart;
  /** What the vendor wants to hear once it is taken. */
  accepted: object;
}
