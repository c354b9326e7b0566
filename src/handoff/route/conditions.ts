/** The conditions of routing rules: does a rule match, and why or why not, in words. Pure. */
import { inRange, type NumberRange, type RoutingConditions } from '../../config/playbook.ts';
import { countryName, inRegion, regionsOf } from '../../domain/regions.ts';
import { isIndustry, sameText } from '../judge/conditions.ts';
import { quote } from '../judge/judge-words.ts';
import type { RouteFacts } from './facts.ts';

/** One condition held against what is known. */
interface Finding {
  holds: boolean;
  /** What is known, in words; undefined: nothing, and then nothing holds. */
  known: string | undefined;
  /** What the playbook asks for, in words. */
  wanted: string;
  /** What goes onto the decision. */
  saw: unknown;
}

export interface Match {
  yes: boolean;
  /** "priority HIGH, employees 750 (above 200)", or what failed: "employees unknown", "employees 750, not above 1000". */
  why: string;
  /** What the conditions looked at, by their names in the playbook; `unknown` where nothing is known. */
  saw: Record<string, unknown>;
}

type Conditions = Required<RoutingConditions>;
type Look<K extends keyof Conditions> = (wanted: NonNullable<Conditions[K]>, facts: RouteFacts) => Finding;

/** One look for each condition a playbook may name; the type makes a forgotten one a compile error. */
const LOOKS: { [K in keyof Conditions]: Look<K> } = {
  priority: (wanted, { priority }) => among(priority, wanted),
  score: (wanted, { score }) => inside(score ?? undefined, wanted as NumberRange),
  account_owner: (wanted, facts) => ownership(wanted, facts),
  industry: (wanted, { industry, icpIndustries }) => ({
    ...described(industry && quote(industry), industry, wanted),
    holds: isIndustry(industry, wanted, icpIndustries),
  }),
  employees: (wanted, { employees }) => inside(employees, wanted as NumberRange),
  country: (wanted, { country }) => ({
    holds: country !== undefined && wanted.includes(country),
    known: country && countryName(country),
    wanted: wanted.map(countryName).join(' or '),
    saw: country,
  }),
  region: (wanted, { country }) => ({
    holds: country !== undefined && wanted.some(region => inRegion(country, region)),
    known: country && countryName(country),
    wanted: `in ${wanted.join(' or ')}`,
    saw: country && regionsOf(country),
  }),
  title: (wanted, { titleLevel }) => among(titleLevel, wanted),
  email: (wanted, { emailKind }) => among(emailKind, wanted),
  source: (wanted, { source }) => among(source, wanted),
  lead_source: (wanted, { leadSource }) => typed(leadSource, wanted),
  product_interest: (wanted, { productInterest }) => typed(productInterest, wanted),
  unsubscribed: (wanted, { unsubscribed }) => ({
    holds: unsubscribed === wanted,
    known: unsubscribed ? 'yes' : 'no',
    wanted: wanted ? 'yes' : 'no',
    saw: unsubscribed,
  }),
  answers: (wanted, { answers }) => named('answer', given(wanted), answers),
  property: (wanted, facts) => named('property', wanted, facts.properties),
};

const NAMES = Object.keys(LOOKS) as (keyof Conditions)[];

/** Do all the conditions of a rule hold? Something unknown holds against none; a rule without conditions takes all. */
export function matches(when: RoutingConditions, facts: RouteFacts): Match {
  const held: string[] = [];
  const failed: string[] = [];
  const saw: Record<string, unknown> = {};
  for (const name of NAMES) {
    if (when[name] === undefined) continue;
    const finding = look(name, when, facts);
    if (name === 'property' || name === 'answers') Object.assign(saw, finding.saw);
    else saw[name] = finding.known === undefined ? 'unknown' : shorten(finding.saw);
    (finding.holds ? held : failed).push(inWords(name, finding));
  }
  if (failed.length > 0) return { yes: false, why: failed.join('; '), saw };
  return { yes: true, why: held.join(', ') || 'takes every lead', saw };
}

function look<K extends keyof Conditions>(name: K, when: RoutingConditions, facts: RouteFacts): Finding {
  return (LOOKS[name] as Look<K>)(when[name] as NonNullable<Conditions[K]>, facts);
}

const OWNERSHIP_WORDS = {
  exists: 'the account has an owner',
  none: 'the account has no owner',
  unknown: 'account owner unknown',
} as const;

function inWords(name: keyof Conditions, { holds, known, wanted }: Finding): string {
  if (name === 'property' || name === 'answers') return wanted;
  if (name === 'account_owner') return OWNERSHIP_WORDS[known === 'exists' || known === 'none' ? known : 'unknown'];
  const label = name.replaceAll('_', ' ');
  if (known === undefined) return `${label} unknown`;
  if (!holds) return `${label} ${known}, not ${wanted}`;
  return known === wanted || !/^(in|above|below|at least|at most) /.test(wanted)
    ? `${label} ${known}`
    : `${label} ${known} (${wanted})`;
}

function among<T extends string>(value: T, wanted: readonly T[]): Finding {
  return { ...described(value, value, wanted), holds: wanted.includes(value) };
}

/** Text a person or a form typed. A field of many choices keeps them in one text: "crm;billing". */
function typed(value: string | undefined, wanted: readonly string[]): Finding {
  const given = value?.trim() || undefined;
  const choices = given === undefined ? [] : [given, ...given.split(';')];
  return { ...described(given && quote(given), given, wanted), holds: choices.some(one => sameText(one, wanted)) };
}

function described(known: string | undefined, saw: unknown, wanted: readonly string[]): Finding {
  return { holds: false, known: known || undefined, wanted: wanted.join(' or '), saw };
}

function inside(value: number | undefined, range: NumberRange): Finding {
  const known = value === undefined || !Number.isFinite(value) ? undefined : value;
  return { holds: inRange(known, range), known: known?.toString(), wanted: rangeText(range), saw: known };
}

function rangeText({ min, max, above, below }: NumberRange): string {
  return [
    min !== undefined && `at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `at most ${max}`,
    below !== undefined && `below ${below}`,
  ]
    .filter(Boolean)
    .join(' and ');
}

/** An account of a group is nobody's yet. Whether the owner can take a lead is not asked here, but where it goes. */
function ownership(wanted: 'exists' | 'none', { account }: RouteFacts): Finding {
  const state = account === undefined ? undefined : account?.owner.kind === 'user' ? 'exists' : 'none';
  return { holds: state === wanted, known: state, wanted, saw: state };
}

/** Several values, each by its name; all must be as they are asked for. */
function named(
  what: 'property' | 'answer',
  wanted: Record<string, string[]>,
  values: Readonly<Record<string, string | undefined>>,
): Finding {
  const found = Object.entries(wanted).map(([name, asked]) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return { name, finding: typed(value, asked) };
  });
  const misses = found.filter(({ finding }) => !finding.holds);
  const text = (misses.length > 0 ? misses : found).map(({ name, finding: { holds, known, wanted: asked } }) =>
    known === undefined ? `${name} unknown` : `${name} ${known}${holds ? '' : `, not ${asked}`}`,
  );
  return {
    holds: misses.length === 0,
    known: 'given',
    wanted: text.join('; '),
    saw: Object.fromEntries(
      found.map(({ name, finding }) => [
        `${what}.${name}`,
        finding.known === undefined ? 'unknown' : shorten(finding.saw),
      ]),
    ),
  };
}

/** Without the conditions that were left out. */
const given = (wanted: NonNullable<Conditions['answers']>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(wanted).flatMap(([name, values]) => (values === undefined ? [] : [[name, values] as const])),
  );

/** A lead may type a novel into a form; a decision keeps a line of it. */
function shorten(value: unknown): unknown {
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}
