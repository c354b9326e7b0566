import { to18 } from '../api/ids.ts';
import type { FieldFacts, ObjectFacts } from '../api/schema.ts';
import type { Values } from '../api/values.ts';

/** Makes a record fit the org: what is too long is cut, what the org does not take is left out, each with a warning. */

export interface Fitted {
  values: Values;
  warnings: string[];
}

/** Lengths of standard fields, the same in every org. */
const LENGTHS: Record<string, number> = {
  FirstName: 40,
  LastName: 80,
  Company: 255,
  Title: 128,
  Phone: 40,
  Website: 255,
  City: 40,
  State: 80,
  Country: 80,
  LeadSource: 255,
  Status: 255,
  Subject: 255,
  Description: 32_000,
};

/**
 * Fits values to what is known of the object; without facts only the standard lengths count. Defaults fill what a new
 * record would not have otherwise, because nobody knows it or because the org does not take it.
 */
export function fit(
  object: string,
  values: Values,
  facts: ObjectFacts | undefined,
  isNew: boolean,
  defaults: Values = {},
): Fitted {
  const fitted = fitAll(object, values, facts, isNew);
  if (!isNew) return fitted;
  const filled = new Set(Object.keys(fitted.values).map(name => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !filled.has(name.toLowerCase()));
  if (missing.length === 0) return fitted;
  const more = fitAll(object, Object.fromEntries(missing), facts, isNew);
  return { values: { ...fitted.values, ...more.values }, warnings: [...fitted.warnings, ...more.warnings] };
}

function fitAll(object: string, values: Values, facts: ObjectFacts | undefined, isNew: boolean): Fitted {
  const fitted: Fitted = { values: {}, warnings: [] };
  for (const [name, value] of Object.entries(values)) {
    const known = facts?.get(name.toLowerCase());
    const result = facts ? fitField(object, name, value, known, isNew) : cut(name, value, LENGTHS[name]);
    if (result.value !== undefined) fitted.values[name] = result.value;
    if (result.warning) fitted.warnings.push(result.warning);
  }
  return fitted;
}

const ID = /^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/;

interface Fit {
  value?: Values[string];
  warning?: string;
}

function fitField(
  object: string,
  name: string,
  value: Values[string],
  known: FieldFacts | undefined,
  isNew: boolean,
): Fit {
  if (!known) {
    return { warning: `Salesforce has no field ${name} on ${object}, or Baton's user may not see it: left out.` };
  }
  if (!(isNew ? known.createable : known.updateable)) {
    return { warning: `Baton's user may not write ${name} on ${object}: left out.` };
  }
  if (value === null) return { value };
  switch (known.type) {
    case 'double':
    case 'currency':
    case 'percent':
    case 'int':
      return fitNumber(name, value, known);
    case 'date':
      return fitDay(name, String(value));
    case 'datetime':
      return fitMoment(name, String(value));
    case 'boolean':
      return fitBoolean(name, String(value));
    case 'multipicklist':
      return fitPicks(name, String(value), known);
    case 'reference':
      // Another subrequest's answer may stand in its place.
      if (String(value).startsWith('@{')) return { value };
      return ID.test(String(value)) ? { value: to18(String(value)) } : unfit(name, 'the id of a record');
    default:
      return known.values ? fitPick(name, String(value), known.values) : cut(name, String(value), known.length);
  }
}

const unfit = (name: string, wanted: string): Fit => ({ warning: `${name} takes only ${wanted}: left out.` });

function fitNumber(name: string, value: string | number | boolean, known: FieldFacts): Fit {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return unfit(name, 'a number');
  const whole = known.type === 'int' ? Math.round(number) : number;
  const isTooLarge = known.digits > 0 && Math.abs(whole) >= 10 ** known.digits;
  return isTooLarge ? unfit(name, `numbers of up to ${known.digits} digits`) : { value: whole };
}

const DAY = /^\d{4}-\d\d-\d\d(?=$|[T ])/;

function fitDay(name: string, value: string): Fit {
  const day = DAY.exec(value.trim())?.[0];
  const isDay = day !== undefined && !Number.isNaN(Date.parse(day));
  return isDay ? { value: day } : unfit(name, 'a date (YYYY-MM-DD)');
}

function fitBoolean(name: string, value: string): Fit {
  if (/^(true|yes|1)$/i.test(value.trim())) return { value: true };
  return /^(false|no|0)$/i.test(value.trim()) ? { value: false } : unfit(name, 'true or false');
}

function fitMoment(name: string, value: string): Fit {
  const at = Date.parse(value);
  return Number.isNaN(at) ? unfit(name, 'a date and time') : { value: new Date(at).toISOString() };
}

/** Several values are parted by semicolons; commas are how people part them. What the org does not have is left out. */
function fitPicks(name: string, value: string, known: FieldFacts): Fit {
  const whole = known.values?.some(one => one.toLowerCase() === value.trim().toLowerCase());
  const parts = whole ? [value] : value.split(value.includes(';') ? ';' : ',');
  const wanted = [...new Set(parts.map(part => part.trim()).filter(Boolean))];
  const { values } = known;
  if (!values) return cut(name, wanted.join(';'), known.length);
  const fits = wanted.map(one => fitPick(name, one, values));
  const kept = fits.flatMap(one => one.value ?? []);
  const warning = fits.flatMap(one => one.warning ?? []).join(' ');
  return { ...(kept.length > 0 && { value: kept.join(';') }), ...(warning && { warning }) };
}

function fitPick(name: string, value: string, values: readonly string[]): Fit {
  if (values.includes(value)) return { value };
  const other = values.find(one => one.toLowerCase() === value.toLowerCase());
  if (other !== undefined) return { value: other };
  return { warning: `${name} does not take the value "${shorten(value, 60)}": left out.` };
}

function cut(name: string, value: Values[string], length: number | undefined): Fit {
  if (typeof value !== 'string' || !length || value.length <= length) return { value };
  return { value: shorten(value, length), warning: `${name} was shortened to ${length} characters.` };
}

/** Cuts text to so many UTF-16 units, an ellipsis included, without leaving half a character behind. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}…`;
}
