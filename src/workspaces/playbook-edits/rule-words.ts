/** Rules as people say them: "priority is HIGH, company size is above 1,000 → Enterprise AEs". Pure. */
import { serviceName } from '../../domain/service-name.ts';
import type { WrittenConditions, WrittenRule, WrittenTarget } from './change.ts';

/** Names of people by their address, and of teams by their key. */
export interface RuleNames {
  person(email: string): string;
  team(key: string): string;
}

/** What a condition is about, and what it asks of it: "company size", "is above 1,000". */
export interface ConditionWords {
  fact: string;
  is: string;
}

export type ConditionName = keyof WrittenConditions;
type Range = NonNullable<WrittenConditions['employees']>;

/** What conditions are about, in the order to offer them. */
export const FACTS: Record<ConditionName, string> = {
  priority: 'priority',
  employees: 'company size',
  industry: 'industry',
  country: 'country',
  region: 'region',
  title: 'job title',
  score: 'score',
  account_owner: 'account in the CRM',
  lead_source: 'lead source',
  product_interest: 'product interest',
  email: 'email address',
  source: 'where it comes from',
  unsubscribed: 'marketing mail',
  answers: 'answers in a form',
  property: 'other properties',
};

const VALUES: Record<string, Record<string, string>> = {
  title: {
    executive: 'executive',
    manager: 'manager or director',
    student_or_intern: 'student or intern',
    other: 'other',
    unknown: 'unknown',
  },
  email: { business: 'a business address', free: 'a free address', disposable: 'throw-away', malformed: 'malformed' },
  industry: { in_icp: 'one of the ideal customer’s' },
};

const BOUNDS: [keyof Range, string][] = [
  ['above', 'above'],
  ['min', 'at least'],
  ['from', 'at least'],
  ['below', 'below'],
  ['max', 'at most'],
  ['to', 'at most'],
];

const NUMBER = new Intl.NumberFormat('en-US');
const LONGEST = 200;

/** Each condition of a rule; several that have names of their own are said each. */
export function conditionWords<K extends ConditionName>(name: K, value: WrittenConditions[K]): ConditionWords[] {
  const fact = FACTS[name];
  if (value === undefined) return [];
  switch (name) {
    case 'employees':
    case 'score':
      return [{ fact, is: `is ${rangeWords(value as Range)}` }];
    case 'account_owner':
      return [{ fact, is: value === 'exists' ? 'has an owner' : 'is new, or nobody owns it' }];
    case 'unsubscribed':
      return [{ fact, is: value === true ? 'was unsubscribed from' : 'was not unsubscribed from' }];
    case 'answers':
    case 'property':
      return Object.entries(value as NonNullable<WrittenConditions['property']>).map(([key, one]) => ({
        fact: name === 'answers' ? `answer “${key.replaceAll('_', ' ')}”` : `“${key}”`,
        is: `is ${listWords(name, one)}`,
      }));
    default:
      return [{ fact, is: `is ${listWords(name, value)}` }];
  }
}

function rangeWords(range: Range): string {
  return BOUNDS.flatMap(([key, words]) => {
    const bound = range[key];
    return bound === undefined ? [] : [`${words} ${NUMBER.format(bound)}`];
  }).join(' and ');
}

function listWords(name: string, given: unknown): string {
  const all = (Array.isArray(given) ? given : [given]).map(String);
  const words = all.map(one => VALUES[name]?.[one] ?? (name === 'source' ? serviceName(one) : one));
  const text = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? 'anything');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}

/** A rule in a line: its conditions, and where it sends a lead. */
export function ruleWords({ when, to, crm }: WrittenRule, names: RuleNames): string {
  const conditions = allConditions(when).map(({ fact, is }) => `${fact} ${is}`);
  const mode = crm === undefined ? '' : `, ${crm === 'lead' ? 'as a lead' : 'account-based'}`;
  return `${conditions.join(', ') || 'every lead'} → ${targetWords(to, names)}${mode}`;
}

/** In the order they are written. */
export function allConditions(when: WrittenConditions | undefined): ConditionWords[] {
  return (Object.keys(when ?? {}) as ConditionName[]).flatMap(name => conditionWords(name, when?.[name]));
}

function targetWords(to: WrittenTarget, { person, team }: RuleNames): string {
  if (to === 'nurture') return 'nurture';
  if (to.team !== undefined) return team(to.team);
  return to.person === undefined ? 'the account’s owner' : person(to.person);
}
