import type { FieldFacts, ObjectFacts } from './schema.ts';

/** Makes a record fit the org: what is too long is cut, what the org does not take is left out, each with a warning. */

export type Values = Record<string, string | number | boolean>;

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

/** Fits values to what is known of the object; without facts only the standard lengths count. */
export function fit(object: string, values: Values, facts: ObjectFacts | undefined, isNew: boolean): Fitted {
  const fitted: Fitted = { values: {}, warnings: [] };
  for (const [name, value] of Object.entries(values)) {
    const known = facts?.get(name.toLowerCase());
    const result = facts ? fitField(object, name, value, known, isNew) : cut(name, value, LENGTHS[name]);
    if (result.value !== undefined) fitted.values[name] = result.value;
    if (result.warning) fitted.warnings.push(result.warning);
  }
  return fitted;
}

interface Fit {
  value?: string | number | boolean;
  warning?: string;
}

function fitField(
  object: string,
  name: string,
  value: string | number | boolean,
  known: FieldFacts | undefined,
  isNew: boolean,
): Fit {
  if (!known) {
    return { warning: `Salesforce has no field ${name} on ${object}, or Baton's user may not see it: left out.` };
  }
  if (!(isNew ? known.createable : known.updateable)) {
    return { warning: `Baton's user may not write ${name} on ${object}: left out.` };
  }
  switch (known.type) {
    case 'double':
    case 'currency':
    case 'percent':
    case 'int':
      return fitNumber(name, value, known);
    case 'date':
      return /^\d{4}-\d\d-\d\d/.test(String(value)) ? { value: String(value).slice(0, 10) } : unfit(name, 'a date');
    case 'datetime':
      return fitMoment(name, String(value));
    case 'boolean':
      return /^(true|false)$/i.test(String(value))
        ? { value: /^true$/i.test(String(value)) }
        : unfit(name, 'yes or no');
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

function fitMoment(name: string, value: string): Fit {
  const at = Date.parse(value);
  return Number.isNaN(at) ? unfit(name, 'a date and time') : { value: new Date(at).toISOString() };
}

function fitPick(name: string, value: string, values: readonly string[]): Fit {
  if (values.includes(value)) return { value };
  const other = values.find(one => one.toLowerCase() === value.toLowerCase());
  if (other !== undefined) return { value: other };
  return { warning: `${name} does not take the value "${shorten(value, 60)}": left out.` };
}

function cut(name: string, value: string | number | boolean, length: number | undefined): Fit {
  if (typeof value !== 'string' || !length || value.length <= length) return { value };
  return { value: shorten(value, length), warning: `${name} was shortened to ${length} characters.` };
}

/** Cuts text to so many UTF-16 units, an ellipsis included, without leaving half a character behind. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}…`;
}
