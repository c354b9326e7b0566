/** What every part of the CRM works with: one account, as the playbook wants it used. */
import { LRUCache } from 'lru-cache';
import type { CrmRules } from '../../../contracts/crm.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Api } from '../api/api.ts';
import type { Records } from './records.ts';
import type { Schema } from './schema.ts';

export type HubspotRules = Pick<
  CrmRules,
  'fields' | 'opportunity' | 'currency' | 'mode' | 'custom' | 'defaults' | 'statuses'
>;

export interface Portal {
  api: Api;
  schema: Schema;
  records: Records;
  rules: HubspotRules;
  clock: Clock;
  /** The contact of leads that were met lately: a write of one then costs a call less. */
  contactOfLead: LRUCache<string, string>;
}

const MOST_LEADS = 1_000;

export const rememberedContacts = (): Portal['contactOfLead'] => new LRUCache({ max: MOST_LEADS });
