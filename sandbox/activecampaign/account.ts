/** One customer's ActiveCampaign: what it holds, limits, settings, and what it tells. */
import type { SandboxContext } from '../service.ts';
import { createLimits } from './limits.ts';
import { DEFAULTS, type Settings } from './settings.ts';
import { createStock, type Stock } from './stock.ts';
import { createWebhook } from './webhook.ts';

export type Account = ReturnType<typeof createAccount>;

/** @param name of the account, @param key of its user */
export function createAccount(context: SandboxContext, name: string, key: string) {
  const { clock } = context;
  const settings: Settings = { ...DEFAULTS };
  const webhook = createWebhook(context, () => stock);
  const stock: Stock = createStock(clock, webhook);
  return { ...stock, name, key, settings, webhook, admit: createLimits(clock, () => settings) };
}
