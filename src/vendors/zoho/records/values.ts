/** Baton's values as Zoho's fields take them: by type, length and pick list. Pure. */
import { listed } from '../../../lib/english.ts';
import { manyLines, oneLine } from '../../../lib/text.ts';
import { type Field, fieldNamed, sameName } from '../api/schema.ts';

export type Value = string | number | boolean | null;

/** Values by API name, and what could not be written, one sentence each. */
export interface Fitted {
  values: Record<string, unknown>;
  warnings: string[];
}

/** Where Zoho does not say how long a text may be: a single line, and a multi-line field. */
export const [SHORT, LONG] = [255, 32_000];

/** Zoho counts as JavaScript does; a sign that is cut in half is left out. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

export const short = (text: string, length = SHORT): string => cut(oneLine(text).toWellFormed(), length);
export const long = (text: string, length = LONG): string => cut(manyLines(text).toWellFormed(), length);

/**
 * Looks up each field by its label or API name and fits its value. A field that is not there is left out and named: the
 * record is written without it.
 * @param what the kind of record, as Zoho calls it
 */
export function fit(
  fields: readonly Field[],
  what: string,
  given: Readonly<Record<string, Value | undefined>>,
): Fitted {
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const known = fieldNamed(fields, name);
    if (!known) {
      missing.push(`“${name}”`);
      continue;
    }
    const fitted = value === null ? null : encoded(known, value);
    if (fitted === undefined) warnings.push(leftOut(value, known.field_label, what));
    else values[known.api_name] = fitted;
  }
  if (missing.length > 0) {
    const [many, it] = missing.length === 1 ? ['field', 'it'] : ['fields', 'them'];
    warnings.push(
      `Zoho CRM has no ${many} ${listed(missing)} of a ${what}, so nothing was written there. Set up Zoho CRM from Home to make ${it}.`,
    );
  }
  return { values, warnings };
}

export const leftOut = (value: unknown, label: string, what: string): string =>
  `“${String(value).slice(0, 80).toWellFormed()}” does not fit the field “${label}” of a ${what}: it was left out.`;

/** Zoho's own fields by their API names; one that this layout does not have is nobody's business. */
export function fitOwn(
  fields: readonly Field[],
  what: string,
  given: Readonly<Record<string, string | undefined>>,
): Fitted {
  const there = Object.entries(given).filter(
    ([name, value]) => value?.trim() && fields.some(one => one.api_name === name),
  );
  const values: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [name, value = ''] of there) {
    const known = fields.find(one => one.api_name === name) as Field;
    const fitted = encoded(known, value);
    if (fitted === undefined) warnings.push(leftOut(value, known.field_label, what));
    else values[name] = fitted;
  }
  return { values, warnings };
}

/** Undefined: it does not fit. */
function encoded({ data_type: type, length, pick_list_values: options }: Field, value: Exclude<Value, null>): unknown {
  const text = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
  switch (type) {
    case 'integer':
    case 'bigint': {
      const number = numberIn(text);
      return number === undefined ? undefined : Math.round(number);
    }
    case 'double':
    case 'currency':
    case 'percent':
      return numberIn(text);
    case 'boolean':
      return booleanIn(text);
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    case 'datetime':
      return momentIn(text);
    case 'picklist':
      return optionOf(options, text);
    case 'multiselectpicklist': {
      const chosen = text.split(/[;,]/).map(one => optionOf(options, one));
      return chosen.includes(undefined) ? undefined : chosen;
    }
    case 'textarea':
      return long(text, length ?? LONG);
    case 'text':
    case 'email':
    case 'phone':
    case 'website':
      return short(text, length ?? SHORT);
    default:
      // Lookups, files and formulas are no text.
      return undefined;
  }
}

function optionOf(options: Field['pick_list_values'], text: string): string | undefined {
  const found = options?.find(
    one => sameName(one.display_value, text) || (one.actual_value != null && sameName(one.actual_value, text)),
  );
  return found && (found.actual_value ?? found.display_value);
}

function numberIn(text: string): number | undefined {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}

function booleanIn(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text.trim())) return true;
  return /^(false|no|0)$/i.test(text.trim()) ? false : undefined;
}

/** Whole seconds with an offset, as Zoho wants it. */
function momentIn(text: string): string | undefined {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : zohoTime(moment);
}

export const zohoTime = (moment: Date): string => `${moment.toISOString().slice(0, 19)}+00:00`;
