import type { Playbook } from '../../config/playbook.ts';
import type { FitPart, FitVerdict, Priority, TitleVerdict, YesNoUnknown } from '../../domain/decision.ts';
import { countryName } from '../../domain/regions.ts';
import type { LeadFacts } from './facts.ts';
import { matchingIndustry } from './industry.ts';
import { quote } from './judge-words.ts';

type Answer = { match: YesNoUnknown; reason: string };
type Fit = Playbook['fit'];

/** How well the lead fits the ideal customer profile, part by part. What is unknown earns nothing and says so. */
export function judgeFit(facts: LeadFacts, title: TitleVerdict, fit: Fit): FitVerdict {
  const parts = [
    part('industry', fit.points.industry, industryAnswer(facts.industry, fit.industries)),
    part('employees', fit.points.employees, employeesAnswer(facts.employees, fit.employees)),
    part('country', fit.points.country, countryAnswer(facts.country, fit.countries)),
    part('title', fit.points.title, { match: title.decisionMaker, reason: title.reason }),
  ];
  const score = Math.min(
    100,
    parts.reduce((sum, one) => sum + one.points, 0),
  );
  return { score, priority: priorityOf(score, fit), parts };
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
