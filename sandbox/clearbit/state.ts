import { Account } from './account.ts';

export const API_KEY = 'sandbox-clearbit-key';

export interface State {
  /** By domain. */
  companies: Map<string, Record<string, unknown>>;
  /** Domains that answer 202 so many times more. */
  queued: Map<string, number>;
  /** By key. */
  accounts: Map<string, Account>;
}

export function emptyState(): State {
  return { companies: new Map(), queued: new Map(), accounts: new Map([[API_KEY, new Account()]]) };
}
