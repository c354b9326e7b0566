/** What every part of this vendor works with: one company's Pipedrive, as the playbook wants it used. */
import type { CrmRules } from '../../../contracts/crm.ts';
import type { Effects } from '../../../contracts/effects.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Client } from './client.ts';
import type { Schema } from './schema.ts';

export type PipedriveRules = Pick<CrmRules, 'fields' | 'opportunity' | 'currency' | 'mode' | 'custom' | 'defaults'>;

export interface Company {
  client: Client;
  schema: Schema;
  rules: PipedriveRules;
  /** What was made under which key: Pipedrive takes none. */
  effects: Effects;
  clock: Clock;
  /** The person of leads that were met lately: a write of one then costs a call less. */
  personOfLead: Map<string, number>;
}

/** The custom fields that Baton works by, as its set-up makes them. */
export const HANDOFF_FIELD = 'Baton handoff';
export const DOMAIN_FIELD = 'Baton domain';
const MOST_LEADS = 1_000;

export function rememberPerson({ personOfLead }: Company, leadId: string, person: number): void {
  personOfLead.set(leadId, person);
  const [eldest] = personOfLead.keys();
  if (personOfLead.size > MOST_LEADS && eldest !== undefined) personOfLead.delete(eldest);
}
