import { inRange, type NumberRange, type ProfileConditions } from '../../config/playbook.ts';
import type { EmailVerdict, TitleLevel } from '../../domain/decision.ts';
import { inRegion } from '../../domain/regions.ts';
import type { LeadFacts } from './facts.ts';
import { matchingIndustry } from './industry.ts';
import { words } from './judge-words.ts';

/** What conditions on a person and their company are held against. */
export interface ConditionFacts extends LeadFacts {
  titleLevel: TitleLevel;
  emailKind: EmailVerdict['kind'];
  /** `fit.industries`: what `industry: in_icp` means. */
  icpIndustries: readonly string[];
}

type Check<K extends keyof ProfileConditions> = (
  wanted: NonNullable<ProfileConditions[K]>,
  facts: ConditionFacts,
) => boolean;

/** One test for each condition a playbook may name; the type makes a forgotten one a compile error. */
const CHECKS: { [K in keyof Required<ProfileConditions>]: Check<K> } = {
  industry: (wanted, facts) => isIndustry(facts.industry, wanted, facts.icpIndustries),
  employees: (wanted, facts) => inRange(facts.employees, wanted as NumberRange),
  country: (wanted, facts) => facts.country !== undefined && wanted.includes(facts.country),
  region: (wanted, { country }) => country !== undefined && wanted.some(region => inRegion(country, region)),
  title: (wanted, facts) => wanted.includes(facts.titleLevel),
  email: (wanted, facts) => wanted.includes(facts.emailKind),
  source: (wanted, facts) => wanted.includes(facts.source),
  lead_source: (wanted, facts) => sameText(facts.leadSource, wanted),
  product_interest: (wanted, facts) => sameText(facts.productInterest, wanted),
  unsubscribed: (wanted, facts) => facts.unsubscribed === wanted,
  property: (wanted, facts) =>
    Object.entries(wanted).every(([name, values]) => sameText(ownProperty(facts.properties, name), values)),
};

/** Do all the conditions hold? A condition on something unknown does not. */
export function meets(when: ProfileConditions, facts: ConditionFacts): boolean {
  return (Object.keys(CHECKS) as (keyof typeof CHECKS)[]).every(name => meetsOne(name, when, facts));
}

function meetsOne<K extends keyof ProfileConditions>(name: K, when: ProfileConditions, facts: ConditionFacts): boolean {
  const wanted = when[name];
  const check = CHECKS[name] as Check<K>;
  return wanted === undefined || check(wanted as NonNullable<ProfileConditions[K]>, facts);
}

/** Is the industry one of these? `in_icp` stands for the industries of the ideal customer profile. */
export function isIndustry(industry: string | undefined, wanted: readonly string[], icp: readonly string[]): boolean {
  if (industry === undefined) return false;
  const names = wanted.flatMap(one => (one === 'in_icp' ? [...icp] : [one]));
  return matchingIndustry(industry, names) !== undefined;
}

/** Equal but for case, spacing and punctuation, which people type as they please. */
export function sameText(value: string | undefined, wanted: readonly string[]): boolean {
  if (value === undefined) return false;
  return wanted.some(one => one.trim() === value.trim() || sameWords(one, value));
}

function sameWords(one: string, other: string): boolean {
  const folded = words(one).join(' ');
  return folded !== '' && folded === words(other).join(' ');
}

function ownProperty(properties: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
