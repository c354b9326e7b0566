/** What `when:` may ask, in routing rules and in the scoring model. */
import { z } from 'zod';
import { country, oneOrMany, region, text } from './values.ts';

/** Once parsed: `min` and `max` include the number itself, `above` and `below` do not. */
export interface NumberRange {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
}

const bound = z.number().min(-1_000_000_000).max(1_000_000_000).optional();

const range = z
  .strictObject({ from: bound, to: bound, min: bound, max: bound, above: bound, below: bound })
  .refine(given => Object.values(given).some(value => value !== undefined), {
    error: 'must have at least one of from, to, above, below, min, max',
  })
  .refine(given => !(given.from !== undefined && given.min !== undefined), {
    error: 'from and min mean the same: keep one',
  })
  .refine(given => !(given.to !== undefined && given.max !== undefined), {
    error: 'to and max mean the same: keep one',
  })
  .transform(normaliseRange)
  .refine(isPossible, { error: 'can never be true: no number lies in this range' });

const NOT_EMPTY = 'must have at least one condition';
const propertyValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Company size has a condition of its own. */
const answered = {
  budget: oneOrMany(text).optional(),
  timeline: oneOrMany(text).optional(),
  use_case: oneOrMany(text).optional(),
  product_interest: oneOrMany(text).optional(),
  consent: oneOrMany(text).optional(),
  language: oneOrMany(text).optional(),
};

/** Answers that are enough by themselves: all facts that are named must be as they say. */
export const sufficientAnswers = z
  .strictObject({ ...answered, employees: range.optional() })
  .refine(given => Object.values(given).some(value => value !== undefined), { error: NOT_EMPTY });

/** What rules may ask about a lead, where leads come from these sources. */
export function conditionsOf(sources: readonly string[]) {
  const aboutCompanyAndPerson = {
    /** Names compared as the fit does (case and spacing aside); `in_icp` is any industry of `fit.industries`. */
    industry: oneOrMany(text).optional(),
    employees: range.optional(),
    country: oneOrMany(country).optional(),
    region: oneOrMany(region).optional(),
    title: oneOrMany(z.enum(['executive', 'manager', 'student_or_intern', 'other', 'unknown'])).optional(),
    email: oneOrMany(z.enum(['business', 'free', 'disposable', 'malformed'])).optional(),
    source: oneOrMany(z.enum(sources)).optional(),
    lead_source: oneOrMany(text).optional(),
    product_interest: oneOrMany(text).optional(),
    unsubscribed: z.boolean().optional(),
    /** Any property of the contact by the source's own name: `{ lead_tier: gold }`, `{ lead_tier: [gold, silver] }`. */
    property: z.record(z.string().min(1), oneOrMany(propertyValue)).optional(),
  };
  return {
    /** Conditions of a scoring rule: everything known before there is a score. */
    profile: z
      .strictObject(aboutCompanyAndPerson)
      .refine(given => Object.values(given).some(value => value !== undefined), { error: NOT_EMPTY }),
    /** Conditions of a routing rule; all must hold. Left out or empty: matches every lead. */
    routing: z.strictObject({
      priority: oneOrMany(z.enum(['HIGH', 'MEDIUM', 'LOW'])).optional(),
      score: range.optional(),
      account_owner: z.enum(['exists', 'none']).optional(),
      /** What the lead answered in a form, or to whoever handed them off, by fact: `{ timeline: [now, this_quarter] }`. */
      answers: z
        .strictObject(answered)
        .refine(given => Object.values(given).some(value => value !== undefined), { error: NOT_EMPTY })
        .optional(),
      ...aboutCompanyAndPerson,
    }),
  };
}

export type Conditions = ReturnType<typeof conditionsOf>;

function normaliseRange(given: NumberRange & { from?: number | undefined; to?: number | undefined }): NumberRange {
  const min = given.min ?? given.from;
  const max = given.max ?? given.to;
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(given.above !== undefined && { above: given.above }),
    ...(given.below !== undefined && { below: given.below }),
  };
}

function isPossible({ min, max, above, below }: NumberRange): boolean {
  if (min !== undefined && max !== undefined && min > max) return false;
  if (above !== undefined && max !== undefined && above >= max) return false;
  if (below !== undefined && min !== undefined && below <= min) return false;
  return !(above !== undefined && below !== undefined && below <= above);
}

/** Does a known number lie in the range? An unknown one lies in none. */
export function inRange(value: number | null | undefined, { min, max, above, below }: NumberRange): boolean {
  if (value === null || value === undefined || Number.isNaN(value)) return false;
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}
