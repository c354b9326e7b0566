/** Fields that several forms have: numbers, lists, ranges, working hours. Each is read back by the name it was drawn with. */
import type { InputBlock, KnownBlock, NumberInput } from '@slack/types';
import type { WrittenConditions, WrittenHours } from '../../../workspaces/playbook-edits.ts';
import type { Filled } from '../../forms.ts';
import { label, option } from '../block-parts.ts';
import { input, lines, TYPED, typed } from '../modals/modal-parts.ts';

type Range = NonNullable<WrittenConditions['employees']>;

interface NumberWays {
  initial?: number | undefined;
  min?: number;
  max?: number;
  optional?: boolean;
  hint?: string;
  decimals?: boolean;
}

export function numberField(name: string, text: string, ways: NumberWays = {}): InputBlock {
  const { initial, min, max, optional, hint, decimals = false } = ways;
  const element: NumberInput = {
    type: 'number_input',
    action_id: name,
    is_decimal_allowed: decimals,
    ...(initial !== undefined && { initial_value: String(initial) }),
    ...(min !== undefined && { min_value: String(min) }),
    ...(max !== undefined && { max_value: String(max) }),
  };
  return input(name, text, element, { ...(optional && { optional }), ...(hint !== undefined && { hint }) });
}

export function numberIn(filled: Filled, name: string): number | undefined {
  const text = filled.text(name);
  return text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);
}

/** A list as lines; what is too long for Slack's field cannot be edited here without losing its end. */
export function listField(name: string, text: string, values: readonly string[], hint: string): InputBlock {
  const whole = values.join('\n');
  return input(name, text, typed(name, { many: true, initial: whole }), { optional: true, hint });
}

/** One a line, or with commas between. */
export function listIn(filled: Filled, name: string): string[] {
  const text = filled.text(name) ?? '';
  const all = text.split(/[\n,;]/).map(one => one.trim());
  return [...new Set(all.filter(Boolean))];
}

/** Does it fit into one of Slack's fields as it is? Otherwise saving the form would change what nobody touched. */
export function fitsField(text: string): boolean {
  return text.length <= TYPED && lines(text, TYPED) === text.replaceAll('\r\n', '\n');
}

export function valuesOf<T>(given: T | readonly T[] | undefined): T[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? [...given] : [given as T];
}

/** One value is written without brackets; none is not written. */
export function oneOrMany<T>(values: readonly T[]): T | T[] | undefined {
  return values.length > 1 ? [...values] : values[0];
}

export const RANGE_HINT = 'For example: above 1000; at least 60; below 10; 200 to 5000. Empty: any.';

const WORDS: [keyof Range, string][] = [
  ['above', 'above'],
  ['min', 'at least'],
  ['from', 'at least'],
  ['below', 'below'],
  ['max', 'at most'],
  ['to', 'at most'],
];

/** "above 200 and at most 5000", as `rangeIn` reads it. */
export function rangeText(range: Range | undefined): string {
  if (!range) return '';
  return WORDS.flatMap(([key, words]) => (range[key] === undefined ? [] : [`${words} ${range[key]}`])).join(' and ');
}

const LONGEST_RANGE = 200;
const NUMBER = '(-?\\d[\\d,.]*)';
const PATTERNS: [RegExp, keyof Range][] = [
  [new RegExp(`^(?:above|over|more than|>) *${NUMBER}$`, 'i'), 'above'],
  [new RegExp(`^(?:at least|from|min|>=|≥) *${NUMBER}$`, 'i'), 'min'],
  [new RegExp(`^${NUMBER} *\\+$`), 'min'],
  [new RegExp(`^(?:below|under|less than|<) *${NUMBER}$`, 'i'), 'below'],
  [new RegExp(`^(?:at most|up to|to|max|<=|≤) *${NUMBER}$`, 'i'), 'max'],
];
const SPAN = new RegExp(`^${NUMBER} *(?:to|-|–) *${NUMBER}$`, 'i');

/** What was typed for a range; undefined for any, `unreadable` for what nobody understands. */
export function rangeIn(text: string | undefined): Range | undefined | 'unreadable' {
  if (text === undefined) return undefined;
  if (text.length > LONGEST_RANGE) return 'unreadable';
  const range: Range = {};
  for (const part of text.split(/ +and +| *, +| *; */i)) {
    const span = SPAN.exec(part.trim());
    if (span) Object.assign(range, { min: toNumber(span[1]), max: toNumber(span[2]) });
    else if (!readBound(range, part.trim())) return 'unreadable';
  }
  return Object.values(range).every(Number.isFinite) ? range : 'unreadable';
}

function readBound(range: Range, part: string): boolean {
  for (const [pattern, key] of PATTERNS) {
    const found = pattern.exec(part);
    if (!found) continue;
    range[key] = toNumber(found[1]);
    return true;
  }
  return false;
}

/** A comma before three digits separates thousands. */
function toNumber(text: string | undefined): number {
  return Number((text ?? '').replace(/,(?=\d{3}(?:\D|$))/g, ''));
}

const DAYS = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
type Day = keyof typeof DAYS;
const WORKING_WEEK: Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** Working hours; empty times: none of their own. */
export function hoursFields(hours: WrittenHours | undefined, hint: string): KnownBlock[] {
  const days = Object.entries(DAYS).map(([day, name]) => option(day, name));
  const chosen = days.filter(({ value }) => (hours?.days ?? WORKING_WEEK).includes(value as Day));
  const time = (name: string, initial: string | undefined) => ({
    type: 'timepicker' as const,
    action_id: name,
    ...(initial !== undefined && { initial_time: initial }),
  });
  return [
    input('from', 'Works from', time('from', hours?.from), { optional: true, hint }),
    input('to', 'Works to', time('to', hours?.to), { optional: true }),
    input(
      'days',
      'On',
      { type: 'checkboxes', action_id: 'days', options: days, initial_options: chosen },
      { optional: true },
    ),
    input('holidays', 'Holidays of', typed('holidays', { initial: hours?.holidays ?? '', placeholder: 'US' }), {
      optional: true,
      hint: 'A country or its state: US, GB, US-CA.',
    }),
  ];
}

/** Undefined: no hours; or which field lacks what. */
export function hoursIn(filled: Filled): { hours?: WrittenHours; errors?: Record<string, string> } {
  const [from, to] = [filled.time('from'), filled.time('to')];
  if (from === undefined && to === undefined) return {};
  if (from === undefined) return { errors: { from: 'Say when work begins, or leave both times empty.' } };
  if (to === undefined) return { errors: { to: 'Say when work ends, or leave both times empty.' } };
  const days = filled.choices('days') as Day[];
  if (days.length === 0) return { errors: { days: 'Choose at least one day.' } };
  const holidays = filled.text('holidays');
  return { hours: { days, from, to, ...(holidays !== undefined && { holidays }) } };
}

/** A short text; `text` is what stands before it. */
export function textField(
  name: string,
  text: string,
  initial: string | undefined,
  ways: { optional?: boolean; hint?: string; placeholder?: string; many?: boolean; most?: number } = {},
): InputBlock {
  const { optional, hint, placeholder, many, most } = ways;
  const element = typed(name, {
    ...(many && { many }),
    ...(initial !== undefined && { initial }),
    ...(placeholder !== undefined && { placeholder }),
  });
  return input(
    name,
    text,
    { ...element, ...(most !== undefined && { max_length: most }) },
    { ...(optional && { optional }), ...(hint !== undefined && { hint }) },
  );
}

/** A menu of few fixed choices. */
export function choiceField(
  name: string,
  text: string,
  choices: Record<string, string>,
  initial: string | undefined,
  ways: { optional?: boolean; hint?: string } = {},
): InputBlock {
  const options = Object.entries(choices).map(([value, words]) => option(value, words));
  const chosen = options.find(({ value }) => value === initial);
  return input(
    name,
    text,
    {
      type: 'static_select',
      action_id: name,
      placeholder: label('Choose', 150),
      options,
      ...(chosen && { initial_option: chosen }),
    },
    ways,
  );
}

/** A menu in which several may be chosen. */
export function choicesField(
  name: string,
  text: string,
  choices: Record<string, string>,
  initial: readonly string[],
  ways: { optional?: boolean; hint?: string } = {},
): InputBlock {
  const options = Object.entries(choices).map(([value, words]) => option(value, words));
  const chosen = options.filter(({ value }) => initial.includes(value));
  return input(
    name,
    text,
    {
      type: 'multi_static_select',
      action_id: name,
      placeholder: label('Any', 150),
      options,
      ...(chosen.length > 0 && { initial_options: chosen }),
    },
    ways,
  );
}
