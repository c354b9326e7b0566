/** Rows as Pipedrive's API answers them: v2 for persons, organizations, deals and activities, v1 for leads and users. */
import { z } from 'zod';

const number = z.int().nullish();
const text = z.string().nullish();
/** Custom fields by their hash keys. */
const custom = z.record(z.string(), z.unknown()).nullish();

export const personRow = z.object({
  id: z.int(),
  name: text,
  emails: z.array(z.object({ value: z.string() })).nullish(),
  owner_id: number,
  org_id: number,
  add_time: text,
  update_time: text,
  is_deleted: z.boolean().nullish(),
  custom_fields: custom,
});

export const organizationRow = z.object({
  id: z.int(),
  name: text,
  owner_id: number,
  add_time: text,
  is_deleted: z.boolean().nullish(),
  custom_fields: custom,
  /** With `include_fields=won_deals_count`. */
  won_deals_count: number,
});

export const dealRow = z.object({
  id: z.int(),
  title: text,
  owner_id: number,
  person_id: number,
  org_id: number,
  stage_id: number,
  status: z.string(),
  is_deleted: z.boolean().nullish(),
  add_time: text,
  update_time: text,
  stage_change_time: text,
  source_lead_id: text,
  custom_fields: custom,
});
export type DealRow = z.output<typeof dealRow>;

/** v1: custom fields stand beside the others, under their hash keys. */
export const leadRow = z.looseObject({
  id: z.string(),
  title: text,
  owner_id: number,
  person_id: number,
  organization_id: number,
  label_ids: z.array(z.string()).nullish(),
  origin_id: text,
  is_archived: z.boolean().nullish(),
  add_time: text,
  update_time: text,
});
export type LeadRow = z.output<typeof leadRow>;

export const activityRow = z.object({
  id: z.int(),
  subject: text,
  type: text,
  owner_id: number,
  creator_user_id: number,
  deal_id: number,
  lead_id: text,
  person_id: number,
  org_id: number,
  participants: z.array(z.object({ person_id: z.int() })).nullish(),
  due_date: text,
  due_time: text,
  duration: text,
  done: z.boolean().nullish(),
  marked_as_done_time: text,
  update_time: text,
  is_deleted: z.boolean().nullish(),
  note: text,
});
export type ActivityRow = z.output<typeof activityRow>;

export const userRow = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  active_flag: z.boolean(),
});
export type UserRow = z.output<typeof userRow>;

export const foundPerson = z.object({
  id: z.int(),
  name: text,
  emails: z.array(z.string()).default([]),
  owner: z.object({ id: z.int() }).nullish(),
  organization: z.object({ id: z.int(), name: text }).nullish(),
});
export const foundOrganization = z.object({
  id: z.int(),
  name: text,
  owner: z.object({ id: z.int() }).nullish(),
  /** Values that the term was found in. */
  custom_fields: z.array(z.string()).default([]),
});

/** Only its id matters. */
export const made = z.object({ id: z.union([z.int(), z.string()]) });
