/** What a workspace's source shares with every other process that calls the same account: its token, and the calls there are. */
import { createHash } from 'node:crypto';
import type { Gate } from '../contracts/crm-gate.ts';
import type { CallBudget, TokenShelf } from '../contracts/shared-calls.ts';
import type { Db } from '../db/connection.ts';
import { tokenShelf } from '../db/connections/app-tokens.ts';
import { takeCall } from '../db/connections/call-rates.ts';
import type { Importance } from '../domain/api-quota.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import type { Keyring } from '../lib/crypto.ts';
import { RateLimited } from '../lib/errors.ts';
import type { Settings, Vendor } from '../vendors/vendor.ts';

interface Account {
  workspaceId: string;
  vendor: Vendor;
  settings: Settings;
  /** How the account fares, and this process's part of its calls. */
  gate: Gate;
}

interface Stores {
  db: Db;
  clock: Clock;
  keyring?: Keyring | undefined;
}

/** How much of the calls there are just now may go to what is not urgent: a burst of leads finds some left. */
const PART: Record<Importance, number> = { urgent: 1, usual: 0.8, background: 0.5 };

export function sharedCalls(stores: Stores, account: Account): { budget?: CallBudget; shelf?: TokenShelf } {
  const { db, keyring } = stores;
  const { workspaceId, vendor, settings } = account;
  const budget = budgetOf(stores, account);
  // Other keys, another token: it is sealed for these alone.
  const keys = createHash('sha256').update(JSON.stringify(settings)).digest('base64url');
  return {
    ...(budget && { budget }),
    ...(keyring && { shelf: tokenShelf(db, keyring, { workspaceId, vendor: vendor.name, keys }) }),
  };
}

function budgetOf({ db, clock }: Stores, { workspaceId, vendor, gate }: Account): CallBudget | undefined {
  const pace = vendor.roles.source?.pace;
  if (!pace) return undefined;
  const { allowance } = gate;
  const service = vendor.name;
  return {
    async take(importance) {
      admitted(() => allowance.admit(importance));
      const taking = { ...pace, workspaceId, vendor: service, part: PART[importance] };
      const retryAt = await takeCall(db, taking, clock.now());
      if (!retryAt) return;
      const words = `Baton makes at most ${pace.calls} calls to ${vendor.label} in ${pace.withinMs / SECOND} seconds`;
      throw new RateLimited(words, { service, code: 'PACE', retryAt });
    },
    counted: meter => allowance.counted(meter),
    measured: meter => allowance.measured(meter),
  };
}

/** What we deny ourselves is no outage: whoever is urgent is let through meanwhile. */
function admitted(admit: () => void): void {
  try {
    admit();
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    const { message, service, code, retryAt } = error;
    throw new RateLimited(message, { service, retryAt, ...(code && { code }) });
  }
}
