/** A lead that a person hands off by hand, and the same made up by Baton as a test. Pure. */
import type { Contact } from './lead.ts';

/** Does anything go back to the source? Nothing of test leads, and of those handed off by hand nobody asked there. */
export function takesFeedback({ source, isTest }: { source: string; isTest: boolean }): boolean {
  return !isTest && source !== 'manual';
}

/** What somebody tells of a lead, and what they asked them. Strings are as typed or as a message had them. */
export interface ManualLead {
  email: string;
  firstName?: string;
  lastName?: string;
  company?: string;
  title?: string;
  phone?: string;
  budget?: string;
  timeline?: string;
  companySize?: string;
  useCase?: string;
  /** Where it came from, for the timeline: a permalink of the message, or nothing. */
  origin?: string;
}

/** The qualifying questions, in the order they are asked. */
export const QUESTIONS = {
  budget: 'Budget',
  timeline: 'Timeline',
  companySize: 'Company size',
  useCase: 'Use case',
} as const satisfies Partial<Record<keyof ManualLead, string>>;
export type Question = keyof typeof QUESTIONS;

/** Facts of a test lead that nobody types. */
export interface TestFacts {
  industry?: string;
  employees?: number;
  country?: string;
}

/** A lead as somebody handed it off. */
export interface HandedOff {
  id: string;
  lead: ManualLead & TestFacts;
  /** Name and address of whoever did. */
  byName: string;
  byEmail: string;
  /** Made by `/mql test`: nobody is behind it. */
  isTest: boolean;
}

const BY_NAME = 'handed_off_by';
const BY_EMAIL = 'handed_off_by_email';
const TEST = 'baton_test';
const ORIGIN = 'origin';

/** The lead as a source's contact: what was asked and by whom is in its properties. */
export function contactOfManual({ id, lead, byName, byEmail, isTest }: HandedOff): Contact {
  const { budget, timeline, companySize, useCase, origin, ...person } = lead;
  const employees = person.employees ?? employeesIn(companySize);
  return {
    ...person,
    source: 'manual',
    id,
    ...(employees !== undefined && { employees }),
    properties: {
      [BY_NAME]: byName,
      [BY_EMAIL]: byEmail,
      ...given({ budget, timeline, companySize, useCase, [ORIGIN]: origin }),
      ...(isTest && { [TEST]: 'true' }),
    },
    scoreHistory: [],
    activities: [],
  };
}

function given(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => !!entry[1]));
}

/** Who handed the lead off and from where; undefined for a lead that came by itself. */
export function handedOffBy({
  source,
  properties,
}: Contact): { name: string; email: string; origin?: string } | undefined {
  const [name, email, origin] = [properties[BY_NAME], properties[BY_EMAIL], properties[ORIGIN]];
  if (source !== 'manual' || !name || !email) return undefined;
  return { name, email, ...(origin && { origin }) };
}

/** Only Baton's own hand-offs can be tests: no source can make one. */
export function isTestContact({ source, properties }: Contact): boolean {
  return source === 'manual' && properties[TEST] === 'true';
}

const THOUSANDS: Record<string, number> = { k: 1_000, thousand: 1_000 };
const MOST_EMPLOYEES = 10_000_000;

/**
 * The number of employees somebody typed: "750", "about 1,200", "200-500" (the lower end, which is certain), "5k+".
 * Undefined when there is no number to be sure of.
 */
export function employeesIn(typed: string | undefined): number | undefined {
  const found = /(?<![\d.,$€£])(\d{1,3}(?:[,.' ]\d{3})+|\d+(?:\.\d+)?)\s*(k|thousand)?\b/i.exec(typed ?? '');
  if (!found) return undefined;
  const [, digits = '', unit = ''] = found;
  const grouped = /[,.' ]\d{3}$/.test(digits);
  const number = Number(grouped ? digits.replace(/[,.' ]/g, '') : digits) * (THOUSANDS[unit.toLowerCase()] ?? 1);
  return Number.isInteger(number) && number >= 1 && number <= MOST_EMPLOYEES ? number : undefined;
}
