/** One customer's Marketo: the instance, its API user, limits, settings, and the campaign that calls Baton. */
import type { SandboxContext } from '../service.ts';
import { createInstance, type Instance } from './instance.ts';
import { createLimits, type Limits } from './limits.ts';
import { DEFAULTS, type Settings } from './settings.ts';
import { createWebhook, type Webhook } from './webhook.ts';

/** How an instance is known: its munchkin id, and the custom service of Baton's API user there. */
export interface AccountKeys {
  munchkin: string;
  clientId: string;
  clientSecret: string;
}

export interface Account extends AccountKeys {
  readonly instance: Instance;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly webhook: Webhook;
}

/** @param webhookKey what its webhook sends as the secret header */
export function createAccount(context: SandboxContext, keys: AccountKeys, webhookKey: string): Account {
  const settings = { ...DEFAULTS };
  const instance: Instance = createInstance(context.clock, (lead, field, score) =>
    webhook.scoreChanged(lead, field, score),
  );
  const webhook = createWebhook(context, webhookKey, () => instance);
  return { ...keys, instance, settings, webhook, limits: createLimits(context.clock, () => settings) };
}
