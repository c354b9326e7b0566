/** A question as an object: what words are read into, what a model may fill in, and what the compiler takes. */
import { z } from 'zod';

export const MEASURE_NAMES = [
  'leads',
  'contacted_rate',
  'sla_rate',
  'opportunity_rate',
  'win_rate',
  'time_to_contact',
  'rep_time',
  'claim_time',
  'system_time',
  'time_split',
  'score',
  'fit',
  'funnel',
] as const;

export const STATUS_NAMES = [
  'open',
  'not_contacted',
  'contacted',
  'unclaimed',
  'claimed',
  'at_risk',
  'overdue',
  'breached',
  'cold',
  'unrouted',
  'held',
  'nurture',
  'rejected',
  'reassigned',
  'opportunity',
  'won',
  'lost',
  'record_pending',
] as const;

export const BY_NAMES = [
  'rep',
  'team',
  'lead_source',
  'campaign',
  'source',
  'priority',
  'outcome',
  'reason',
  'country',
  'region',
  'industry',
  'rule',
  'hour',
  'weekday',
  'day',
  'week',
  'month',
] as const;

const PERIOD_NAMES = [
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
] as const;

const isDistinct = (items: readonly unknown[]) => new Set(items).size === items.length;

/** JSON Schema's `uniqueItems`, which zod has no word for. */
function distinct<T extends z.ZodArray>(list: T): T {
  return list.refine(isDistinct, { error: 'must not name the same twice' }).meta({ uniqueItems: true });
}

const duration = z.string().regex(/^[1-9][0-9]{0,3}[mhd]$/);
const texts = z.array(z.string().max(200)).min(1);
const number = z.number();
const range = z.strictObject({
  from: number.optional(),
  to: number.optional(),
  above: number.optional(),
  below: number.optional(),
});

const where = z.strictObject({
  /** All of them hold. */
  status: distinct(z.array(z.enum(STATUS_NAMES))).optional(),
  /** E-mail addresses; the asker is `me`. */
  rep: texts.optional(),
  /** Keys of the playbook. */
  team: texts.optional(),
  lead_source: texts.optional(),
  campaign: texts.optional(),
  /** The system that told of the lead, by name. */
  source: texts.optional(),
  priority: z.array(z.enum(['HIGH', 'MEDIUM', 'LOW'])).optional(),
  reason: texts.optional(),
  /** ISO 3166-1 alpha-2. */
  country: texts.optional(),
  region: texts.optional(),
  industry: texts.optional(),
  rule: texts.optional(),
  flag: texts.optional(),
  employees: range.optional(),
  score: range.optional(),
  /** Became an MQL at least so long ago. */
  older: duration.optional(),
});

const period = z.union([
  z.enum(PERIOD_NAMES),
  z.string().regex(/^last_[1-9][0-9]{0,2}_(days|weeks|months)$/),
  // From a day until a day, both included, or until now.
  z.string().regex(/^\d{4}-\d\d-\d\d\/(\d{4}-\d\d-\d\d)?$/),
]);

export const measured = z.strictObject({
  measure: z.enum(MEASURE_NAMES),
  show: z.enum(['number', 'list', 'table', 'series']),
  stat: z.enum(['average', 'median', 'p90', 'p95']).optional(),
  /** Contacted so soon after becoming an MQL. */
  within: duration.optional(),
  where: where.optional(),
  by: distinct(z.array(z.enum(BY_NAMES)).max(2)).optional(),
  period: period.optional(),
  compare: z.literal('previous').optional(),
  sort: z.enum(['highest', 'lowest']).optional(),
  limit: z.int().min(1).max(100).optional(),
  every: z.enum(['day', 'mon', 'tue', 'wed', 'thu', 'fri', 'month']).optional(),
});

/** What a question can be: one that is measured, a lead to look up, a question back, a refusal, or words nobody read. */
export const questionObject = z.union([
  measured,
  z.strictObject({ lead: z.string() }),
  z.strictObject({ ask: z.enum(['measure', 'who', 'period']) }),
  z.strictObject({
    refuse: z.enum(['not_measured', 'forecast', 'action', 'judgement', 'rights', 'not_about_leads']),
  }),
  z.strictObject({ unread: z.array(z.string()).min(1) }),
]);

export type QuestionObject = z.infer<typeof questionObject>;
export type Measured = z.infer<typeof measured>;
export type WhereObject = z.infer<typeof where>;
export type MeasureKey = (typeof MEASURE_NAMES)[number];
export type StatusName = (typeof STATUS_NAMES)[number];
export type ByName = (typeof BY_NAMES)[number];
export type PeriodName = NonNullable<Measured['period']>;
export type Refused = Extract<QuestionObject, { refuse: unknown }>['refuse'];
