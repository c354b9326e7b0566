/** The shape of the playbook's `crm`: what is written to it, and as what. Its templates are checked in crm-mapping.ts. */
import { z } from 'zod';
import type { CrmDefaults } from '../../domain/playbook-vendors.ts';
import { DAY } from '../../lib/clock.ts';
import { duration, text } from './values.ts';

/** How fields are named where the CRM does not say otherwise. */
export const API_NAME = {
  pattern: /^[A-Za-z]\w{0,79}$/,
  says: 'must be an API name of your org, or null: do not write',
};
export const apiName = z.string().regex(API_NAME.pattern, API_NAME.says);
/** A name of the CRM's own; whether it is spelt as the CRM spells names is checked in crm-mapping.ts. */
const crmName = z.string().trim().min(1).max(100);
const field = crmName.nullable().optional();

/** What a lead is written as. */
export const crmMode = z.enum(['lead', 'account_based']);
/** Object of the CRM → field → a template for its value. */
const mapping = z.record(crmName, z.record(crmName, z.string().trim().min(1).max(2_000)));

const shape = {
  mode: crmMode.default('lead'),
  opportunity: z
    .strictObject({
      stage: text.default('MQL - Marketing Qualified'),
      /** Where the CRM has several; else its first. */
      pipeline: text.optional(),
      close_in: duration.default(90 * DAY),
      name: text.default(
        '{{ company.name | default: lead.company | default: lead.email }}: {{ lead.name | default: lead.email }}',
      ),
      /** Absent: the CRM's own default. */
      contact_role: text.optional(),
    })
    .prefault({}),
  /** What a status of the CRM's lead means here; absent: what its own first ones do. */
  statuses: z
    .strictObject({
      working: z.array(text).default([]),
      contacted: z.array(text).default([]),
      rejected: z.array(text).default([]),
    })
    .optional(),
  /** Written on every record of that object. */
  custom: mapping.default({}),
  /** Written on records that are made, where nothing else fills the field. */
  defaults: mapping.default({}),
  /** Object → developer name of the record type of those that are made; PersonAccount: of people without a company. */
  record_types: z.record(apiName, apiName).default({}),
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
};

/** The section of playbooks over these CRMs. */
export const crmOf = (systems: readonly string[]) =>
  z.strictObject({
    /** Which of those that are connected; absent: the first that is. */
    system: z.enum(systems).optional(),
    ...shape,
  });

/** What the CRM's own defaults put where the playbook says nothing; `written` is the section as it stands there. */
export function withCrmDefaults<T extends z.output<ReturnType<typeof crmOf>>>(
  crm: T,
  written: unknown,
  { fields = {}, stage, contactRole }: CrmDefaults,
): T {
  const { opportunity } = z
    .looseObject({ opportunity: z.looseObject({}).optional() })
    .catch({})
    .parse(written);
  return {
    ...crm,
    fields: { ...fields, ...crm.fields },
    opportunity: {
      ...crm.opportunity,
      ...(stage !== undefined && opportunity?.stage === undefined && { stage }),
      ...(contactRole !== undefined && crm.opportunity.contact_role === undefined && { contact_role: contactRole }),
    },
  };
}
