/** The shape of a playbook over the vendors there are. Cross-references (people, teams) are checked in references.ts. */

import { z } from 'zod';
import { CARD_FACTS, MOST_CARD_FACTS } from '../../domain/card-facts.ts';
import { DAY } from '../../lib/clock.ts';
import { capture } from './capture-schema.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { apiName, crmMode, crmOf } from './crm-schema.ts';
import { nurtureOf } from './nurture-schema.ts';
import { reply } from './reply-schema.ts';
import { scoringOf } from './scoring-schema.ts';
import { feedback, sourcesOf } from './source-schema.ts';
import {
  channel,
  count,
  country,
  duration,
  email,
  hours,
  lasting,
  oneOrMany,
  text,
  timeOfDay,
  timeZone,
  webAddress,
  weekday,
} from './values.ts';
import { mqlStages, type PlaybookVendors, scoreProperties } from './vendors.ts';

const scoreProperty = z.string().trim().min(1).max(200);

/** False: no stage is asked for. Else source → the stages of which a contact must be at one; sources without are absent. */
export type RequiredStages = false | Record<string, readonly string[]>;

/**
 * `true` stands for the stages that mean MQL at each source by default; names of stages are those of every source that
 * keeps stages, spelt as its API spells them.
 */
function requireLifecycleOf(defaults: Record<string, readonly string[]>) {
  return z
    .union([z.boolean(), oneOrMany(text)], 'must be true, false or the names of stages')
    .default(false)
    .transform((given): RequiredStages => {
      if (typeof given === 'boolean') return given && defaults;
      return Object.fromEntries(Object.keys(defaults).map(source => [source, given]));
    });
}

const mqlOf = (vendors: PlaybookVendors) =>
  z.strictObject({
    threshold: z.number().min(-1_000).max(1_000_000),
    score_property: z
      .strictObject(
        Object.fromEntries(
          Object.entries(scoreProperties(vendors)).map(([source, property]) => [
            source,
            scoreProperty.default(property),
          ]),
        ),
      )
      .prefault({}),
    require_lifecycle: requireLifecycleOf(mqlStages(vendors)),
    requalify_after: duration.default(90 * DAY),
    backfill: duration.default(0),
  });

const DECISION_MAKERS =
  'VP, Vice President, Director, Chief, CTO, CFO, CEO, Head of, President, Owner, Founder, Manager, Lead'.split(', ');

const validation = z.strictObject({
  disposable_email: z.enum(['nurture', 'flag']).default('nurture'),
  free_email: z.enum(['nurture', 'flag', 'ignore']).default('flag'),
  unknown_company: z.enum(['flag', 'ignore']).default('flag'),
  decision_maker_titles: z.array(text).default(DECISION_MAKERS),
  not_decision_maker: z.enum(['flag', 'ignore']).default('flag'),
  suspect_robot: z.enum(['hold', 'flag', 'ignore']).default('hold'),
});

const share = z.number().int('must be a whole number').min(0).max(100);

const fit = z.strictObject({
  industries: z.array(text).default([]),
  employees: z
    .strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(1).optional() })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
      error: 'min must not be above max',
    })
    .prefault({}),
  countries: z.array(country).default([]),
  points: z
    .strictObject({ industry: share, employees: share, country: share, title: share })
    .refine(given => given.industry + given.employees + given.country + given.title <= 100, {
      error: 'must add up to 100 at most',
    }),
  priority: z
    .strictObject({ high: share, medium: share })
    .refine(({ high, medium }) => medium < high, { path: ['medium'], error: 'must be below high' }),
  /** What facts nobody knows count for: nothing either way, with a flag (flag), or as a no (as_no). */
  unknown: z.enum(['flag', 'as_no']).default('flag'),
});

export const person = z.strictObject({
  email,
  name: text,
  manager: email.optional(),
  time_zone: timeZone,
  scheduling_url: webAddress.optional(),
  /** Instead of the team's hours, for this person. */
  hours: hours.optional(),
});

const key = z.string().regex(/^[A-Za-z0-9_-]{1,60}$/, 'must be a short name: letters, digits, _ and -');

const member = z.strictObject({ person: email, weight: count.default(1), open_limit: count.optional() });

export const team = z.strictObject({
  name: text,
  manager: email.optional(),
  assign: z.enum(['round_robin', 'weighted', 'least_open', 'claim']).default('round_robin'),
  channel: channel.optional(),
  /** Developer name of the CRM queue that owns the pool's leads until somebody claims them. */
  crm_queue: apiName.optional(),
  members: z.array(member).min(1, 'must have at least one member'),
  hours: hours.optional(),
});

/** Where a rule sends a lead, once parsed. A team that assigns by `claim` is a pool. */
export type RouteTarget =
  | { kind: 'person'; person: string }
  | { kind: 'team'; team: string }
  | { kind: 'account_owner' }
  | { kind: 'nurture' };

const ONE_TARGET = 'must be exactly one of { person: … }, { team: … }, { owner: account } or nurture';

const target = z
  .union(
    [
      z.literal('nurture'),
      z
        .strictObject({ person: email.optional(), team: text.optional(), owner: z.literal('account').optional() })
        .refine(given => Object.values(given).filter(value => value !== undefined).length === 1, {
          error: ONE_TARGET,
        }),
    ],
    ONE_TARGET,
  )
  .transform((given): RouteTarget => {
    if (given === 'nurture') return { kind: 'nurture' };
    if (given.person !== undefined) return { kind: 'person', person: given.person };
    if (given.team !== undefined) return { kind: 'team', team: given.team };
    return { kind: 'account_owner' };
  });

const routingRuleOf = ({ routing }: Conditions) =>
  z.strictObject({
    name: text,
    when: routing.default({}),
    to: target,
    /** Instead of crm.mode, for leads of this rule. */
    crm: crmMode.optional(),
  });

const step = z.strictObject({ at: duration, do: z.enum(['nudge', 'remind', 'escalate', 'reassign']) });

const ladder = z.strictObject({
  respond_within: duration,
  /** Only how time is counted; what happens off shift is out_of_hours. */
  clock: z.enum(['always', 'working']).default('always'),
  /** Nobody of the rule's own people is at work: absent, the fallback is asked first. */
  out_of_hours: z.union([z.enum(['page', 'wait']), z.strictObject({ team: text })]).optional(),
  steps: z.array(step).default([]),
});

const sla = z.strictObject({
  HIGH: ladder.optional(),
  MEDIUM: ladder.optional(),
  LOW: ladder.optional(),
  claimed_but_idle: duration.optional(),
  cold_after: duration.optional(),
});

const notify = z.strictObject({
  assigned: z.enum(['dm', 'channel', 'both', 'email']).default('dm'),
  channel: channel.optional(),
  burst: count.default(5),
});

/** The small print of a card: two lines of facts, in their order. */
const cardFacts = z.strictObject({
  lines: z
    .array(z.array(z.enum(CARD_FACTS)).min(1))
    .max(2, 'must have two lines at most')
    .refine(lines => lines.flat().length <= MOST_CARD_FACTS, { error: `must name ${MOST_CARD_FACTS} facts at most` })
    .refine(lines => new Set(lines.flat()).size === lines.flat().length, { error: 'must name each fact once' })
    .optional(),
});

/** A mail a rep may start from; subject and body are Liquid. */
export const mailTemplate = z.strictObject({ name: text, subject: text, body: z.string().max(20_000) });

/** What a rep is to do about a lead, made with its record. */
const followUp = z.enum(['task', 'call_list']);

/** What a rep is offered once they claimed the lead: an entry into a sequence of the tool, by its name or id there. */
const sequencesOf = ({ sequencers }: PlaybookVendors) =>
  z.strictObject({
    tool: z.enum(Object.keys(sequencers)),
    HIGH: text.optional(),
    MEDIUM: text.optional(),
    LOW: text.optional(),
  });

const followUpsOf = (vendors: PlaybookVendors) =>
  z.strictObject({
    HIGH: followUp.default('task'),
    MEDIUM: followUp.default('task'),
    LOW: followUp.default('task'),
    /** The list of calls, by the CRM's own id, where the CRM keeps several. */
    queue: text.optional(),
    sequences: sequencesOf(vendors).optional(),
  });

/** How long what Baton knows of a person stays; reports go on counting. */
const retention = z.strictObject({
  /** Of leads of which no handoff is open, from when the last was closed. */
  closed_leads: lasting('30d').default(730 * DAY),
  /** The text of mails that reps wrote. */
  mail_bodies: lasting('1d').default(90 * DAY),
});

const weekly = z.strictObject({ day: weekday, at: timeOfDay, time_zone: timeZone, channel });

function buildSchemas(vendors: PlaybookVendors) {
  const conditions = conditionsOf(Object.keys(vendors.sources));
  const routingRule = routingRuleOf(conditions);
  const playbook = z.strictObject({
    version: z.literal(1),
    mql: mqlOf(vendors),
    sources: sourcesOf(vendors),
    scoring: scoringOf(conditions).optional(),
    validation: validation.prefault({}),
    enrichment: z.array(z.enum(vendors.enrichers)).default([]),
    fit,
    crm: crmOf(Object.keys(vendors.crms)).prefault({}),
    people: z.array(person).min(1, 'must have at least one person'),
    admins: z.array(email).default([]),
    /** See everything and change nothing; they need not be among `people`. */
    viewers: z.array(email).default([]),
    teams: z.record(key, team).default({}),
    routing: z.array(routingRule).default([]),
    fallback: z
      .strictObject({ team: text.optional(), person: email.optional() })
      .refine(given => given.team !== undefined || given.person !== undefined, {
        error: 'must name a team or a person (or both): a lead is never left without anybody',
      }),
    sla: sla.default({}),
    notify: notify.prefault({}),
    card: cardFacts.prefault({}),
    follow_up: followUpsOf(vendors).prefault({}),
    reply: reply.prefault({}),
    capture: capture.prefault({}),
    templates: z.record(key, mailTemplate).default({}),
    nurture: nurtureOf(vendors),
    feedback: feedback.prefault({}),
    retention: retention.prefault({}),
    reports: z.strictObject({ weekly: weekly.optional() }).default({}),
  });
  return { playbook, routingRule };
}

export type PlaybookSchemas = ReturnType<typeof buildSchemas>;

const schemasOver = new WeakMap<PlaybookVendors, PlaybookSchemas>();

/** The schemas of a playbook that may name these vendors; built once for each table of them. */
export function playbookSchemas(vendors: PlaybookVendors): PlaybookSchemas {
  const known = schemasOver.get(vendors) ?? buildSchemas(vendors);
  schemasOver.set(vendors, known);
  return known;
}

/** A workspace's rules, checked: durations in milliseconds, e-mail addresses in lower case, defaults filled in. */
export type Playbook = z.output<PlaybookSchemas['playbook']>;
/** The same as it is written: durations as `45m`, one value where there may be a list, no defaults. */
export type WrittenPlaybook = z.input<PlaybookSchemas['playbook']>;
export type Person = Playbook['people'][number];
export type Team = Playbook['teams'][string];
export type TeamMember = Team['members'][number];
export type WorkingHours = z.output<typeof hours>;
export type RoutingRule = Playbook['routing'][number];
export type RoutingConditions = RoutingRule['when'];
export type Scoring = NonNullable<Playbook['scoring']>;
export type ProfileConditions = Scoring['profile'][number]['when'];
export type Ladder = z.output<typeof ladder>;
