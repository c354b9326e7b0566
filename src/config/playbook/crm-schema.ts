/** The shape of the playbook's `crm`: what is written to it, and as what. Its templates are checked in crm-mapping.ts. */
import { z } from 'zod';
import { DAY } from '../../lib/clock.ts';
import { duration, text } from './values.ts';

/** An API name of the org. */
export const fieldName = z
  .string()
  .regex(/^[A-Za-z]\w{0,79}$/, 'must be an API name of your org, or null: do not write');
const field = fieldName.nullable().optional();

/** What a lead is written as. */
export const crmMode = z.enum(['lead', 'account_based']);
/** Object of the CRM → field → a template for its value. */
const mapping = z.record(fieldName, z.record(fieldName, z.string().trim().min(1).max(2_000)));

export const crm = z.strictObject({
  /** Which of the connected CRMs is used; by default the first of them in the order of the vendors. */
  system: z.string().optional(),
  mode: crmMode.default('lead'),
  opportunity: z
    .strictObject({
      stage: text.default('MQL - Marketing Qualified'),
      close_in: duration.default(90 * DAY),
      name: text.default(
        '{{ company.name | default: lead.company | default: lead.email }}: {{ lead.name | default: lead.email }}',
      ),
      contact_role: text.default('Decision Maker'),
    })
    .prefault({}),
  /** Written on every record of that object. */
  custom: mapping.default({}),
  /** Written on records that are made, where nothing else fills the field. */
  defaults: mapping.default({}),
  /** Object → developer name of the record type of those that are made; PersonAccount: of people without a company. */
  record_types: z.record(fieldName, fieldName).default({}),
  /** Of what is made, where an org has several. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO code such as EUR')
    .optional(),
  campaign: z.strictObject({ name: text, status: text.default('Responded') }).optional(),
  /** Baton's part of the API calls that the org has left for the day. */
  api_share: z.number().min(0.01, 'must be 0.01 at least').max(1, 'must be 1 at most').default(0.5),
  fields: z
    .strictObject({
      lead_score: field,
      icp_fit_score: field,
      icp_priority: field,
      mql_date: field,
      employees: field,
      industry: field,
      revenue: field,
      activity_summary: field,
      recent_intent: field,
      tech_stack: field,
      mql_score: field,
      sla_due: field,
      sla_breached: field,
      first_touch: field,
    })
    .default({}),
});
