import type { Playbook } from '../../config/playbook.ts';
import type { FitPart, FitVerdict, Priority, TitleVerdict, YesNoUnknown } from '../../domain/decision.ts';
import { countryName } from '../../domain/regions.ts';
import type { LeadFacts } from './facts.ts';
import { matchingIndustry } from './industry.ts';
import { quote } from './judge-words.ts';

type Answer = { match: YesNoUnknown; reason: string };
type Fit = Playbook['fit'];

/**
 * How well the lead fits the ideal customer profile, part by part. Unknown is not no: a lead whose company is known by
 * name or domain is scored over the parts that are known (`fit.unknown: as_no` scores as if they were no). Under half
 * of the points known never makes HIGH; nothing known of the company is MEDIUM at least.
 * @param hasCompany false: nothing says that there is a company behind the lead, so what is unknown earns nothing
 */
export function judgeFit(facts: LeadFacts, title: TitleVerdict, fit: Fit, hasCompany: boolean): FitVerdict {
  const parts = [
    part('industry', fit.points.industry, industryAnswer(facts.industry, fit.industries)),
    part('employees', fit.points.employees, employeesAnswer(facts.employees, fit.employees)),
    part('country', fit.points.country, countryAnswer(facts.country, fit.countries)),
    part('title', fit.points.title, { match: title.decisionMaker, reason: title.reason }),
  ];
  const isPartial = parts.some(one => one.match === 'unknown' && one.possible > 0);
  const earned = sum(parts.map(one => one.points));
  const score =
    isPartial && hasCompany && fit.unknown === 'flag' ? fromKnown(parts, fit, facts) : Math.min(100, earned);
  return { score, priority: priorityOf(score, fit), confidence: isPartial ? 'low' : 'high', parts };
}

/** The points earned over the points that are known, as a share of all points. */
function fromKnown(parts: readonly FitPart[], { priority }: Fit, facts: LeadFacts): number {
  const all = sum(parts.map(one => one.possible));
  const known = sum(parts.filter(one => one.match !== 'unknown').map(one => one.possible));
  const earned = sum(parts.map(one => one.points));
  const scaled = known === 0 ? 0 : Math.round((earned / known) * all);
  const most = known * 2 < all ? priority.high - 1 : 100;
  const least = facts.industry || facts.employees !== undefined || facts.country ? 0 : priority.medium;
  return Math.max(least, Math.min(most, scaled));
}

function sum(points: readonly number[]): number {
  return points.reduce((total, one) => total + one, 0);
}

function part(name: FitPart['part'], possible: number, { match, reason }: Answer): FitPart {
  return { part: name, match, points: match === 'yes' ? possible : 0, possible, reason };
}

function priorityOf(score: number, { priority }: Fit): Priority {
  if (score >= priority.high) return 'HIGH';
  return score >= priority.medium ? 'MEDIUM' : 'LOW';
}

function industryAnswer(industry: string | undefined, wanted: readonly string[]): Answer {
  if (wanted.length === 0) return { match: 'yes', reason: 'the playbook asks for no particular industry' };
  if (!industry?.trim()) return { match: 'unknown', reason: 'the industry is unknown' };
  const matched = matchingIndustry(industry, wanted);
  if (matched === undefined) return { match: 'no', reason: `${quote(industry)} is not one of your industries` };
  return { match: 'yes', reason: `${quote(industry)} is one of your industries (${matched})` };
}

function employeesAnswer(employees: number | undefined, { min, max }: Fit['employees']): Answer {
  if (min === undefined && max === undefined)
    return { match: 'yes', reason: 'the playbook asks for no particular size' };
  if (employees === undefined || !Number.isFinite(employees)) {
    return { match: 'unknown', reason: 'the number of employees is unknown' };
  }
  const inside = (min === undefined || employees >= min) && (max === undefined || employees <= max);
  const span = max === undefined ? `at least ${min}` : min === undefined ? `at most ${max}` : `${min} to ${max}`;
  return { match: inside ? 'yes' : 'no', reason: `${employees} employees, you look for ${span}` };
}

function countryAnswer(country: string | undefined, wanted: readonly string[]): Answer {
  if (wanted.length === 0) return { match: 'yes', reason: 'the playbook asks for no particular country' };
  if (country === undefined) return { match: 'unknown', reason: 'the country is unknown' };
  if (wanted.includes(country)) return { match: 'yes', reason: `${countryName(country)} is one of your countries` };
  return { match: 'no', reason: `${countryName(country)} is not one of your countries` };
}
