/** What every part of this vendor works with: one organization's Zoho CRM, as the playbook wants it used. */
import type { CrmRules } from '../../../contracts/crm.ts';
import type { Effects } from '../../../contracts/effects.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Account } from './account.ts';
import type { Client } from './client.ts';
import type { Saver } from './save.ts';
import type { Schema } from './schema.ts';

export type ZohoRules = Pick<
  CrmRules,
  'fields' | 'opportunity' | 'currency' | 'mode' | 'custom' | 'defaults' | 'statuses'
>;

export interface Company {
  client: Client;
  schema: Schema;
  /** Writes records; those of one moment share a call. */
  save: Saver;
  rules: ZohoRules;
  /** What was made under which key, of what Zoho takes no key for: activities and accounts. */
  effects: Effects;
  clock: Clock;
  /** The user whose log-in Baton has. Asked once, two calls. */
  account(): Promise<Account>;
}

/** The custom field that Baton works by, as its set-up makes it: unique, so that an upsert finds by it. */
export const HANDOFF_FIELD = 'Baton Handoff';
