/** One HubSpot account: its records, settings, limits and webhooks, and the token of its app. */
import type { Clock } from '../../src/lib/clock.ts';
import type { SandboxContext } from '../service.ts';
import { createSequences, type Sequences } from './crm/sequence-state.ts';
import { createLimits, type Limits } from './limits.ts';
import { createPortal, type Portal } from './portal.ts';
import { DEFAULTS, type Settings } from './settings.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** How an account is known to apps. */
export interface AccountKeys {
  /** HubSpot calls it portal id, Hub ID or hub_id. */
  id: number;
  /** Of an app that this account alone has. */
  accessToken: string;
  /** What its webhooks are signed with. */
  clientSecret: string;
}

export interface Account extends AccountKeys {
  readonly clock: Clock;
  readonly portal: Portal;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly webhooks: Webhooks;
  readonly sequences: Sequences;
}

/** @param nextEvent numbers what its webhooks tell of, over all accounts */
export function createAccount(context: SandboxContext, keys: AccountKeys, nextEvent: () => number): Account {
  const settings = { ...DEFAULTS };
  const webhooks = createWebhooks(context, keys, nextEvent);
  return {
    ...keys,
    clock: context.clock,
    settings,
    webhooks,
    sequences: createSequences(),
    portal: createPortal(context.clock, webhooks, keys.id),
    limits: createLimits(context.clock, () => settings),
  };
}
