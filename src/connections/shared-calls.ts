/** What a workspace's connections share with every other process that calls the same account: its token, and the calls there are. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Gate } from '../contracts/crm-gate.ts';
import type { CallBudget, TokenShelf } from '../contracts/shared-calls.ts';
import type { Db } from '../db/connection.ts';
import { tokenShelf } from '../db/connections/app-tokens.ts';
import { takeCall } from '../db/connections/call-rates.ts';
import type { Importance } from '../domain/api-quota.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import type { Keyring } from '../lib/crypto.ts';
import { Paced, RateLimited } from '../lib/errors.ts';
import type { Settings, Vendor } from '../vendors/vendor.ts';

interface Account {
  workspaceId: string;
  vendor: Vendor;
  settings: Settings;
  /** How the account fares, and this process's part of its calls of a day, if nobody else keeps to its share. */
  gate?: Gate;
}

interface Stores {
  db: Db;
  clock: Clock;
  keyring?: Keyring | undefined;
}

/**
 * How much of the calls there are just now may go to each, so that a burst of leads finds some left, and how long it waits
 * for its turn: what reads a lead waits in place, as meanwhile others join its call; a poll comes back another time.
 */
const SHARE: Record<Importance, { part: number; patienceMs: number }> = {
  urgent: { part: 1, patienceMs: 10 * SECOND },
  usual: { part: 0.8, patienceMs: 5 * SECOND },
  background: { part: 0.5, patienceMs: 0 },
};

export function sharedCalls(stores: Stores, account: Account): { budget?: CallBudget; shelf?: TokenShelf } {
  const { db, keyring } = stores;
  const { workspaceId, vendor, settings } = account;
  const budget = callBudget(stores, account);
  // Other keys, another token: it is sealed for these alone.
  const keys = createHash('sha256').update(JSON.stringify(settings)).digest('base64url');
  return {
    ...(budget && { budget }),
    ...(keyring && { shelf: tokenShelf(db, keyring, { workspaceId, vendor: vendor.name, keys }) }),
  };
}

/** The calls that an account takes, in whatever role; undefined where nobody said how many. */
export function callBudget({ db, clock }: Stores, account: Account): CallBudget | undefined {
  const { workspaceId, vendor, settings, gate } = account;
  const pace = vendor.pace?.(settings);
  if (!pace) return undefined;
  const allowance = gate?.allowance;
  const service = vendor.name;
  return {
    async take(importance) {
      admitted(() => allowance?.admit(importance));
      const taking = { ...pace, ...SHARE[importance], workspaceId, vendor: service };
      const turn = await takeCall(db, taking, clock.now());
      if (turn.kind === 'in') return void (turn.ms > 0 && (await pause(turn.ms)));
      const words = `Baton makes at most ${pace.calls} calls to ${vendor.label} in ${pace.withinMs / SECOND} seconds`;
      throw new Paced(words, { service, code: 'PACE', retryAt: turn.at });
    },
    counted: meter => allowance?.counted(meter),
    measured: meter => allowance?.measured(meter),
  };
}

/** What we deny ourselves is no outage: whoever is urgent is let through meanwhile. */
function admitted(admit: () => void): void {
  try {
    admit();
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    const { message, service, code, retryAt } = error;
    throw new Paced(message, { service, retryAt, ...(code && { code }) });
  }
}
