/** Baton's values as HubSpot's properties take them: by type, length and option. Pure. */
import { listed } from '../../../lib/english.ts';
import { manyLines, oneLine } from '../../../lib/text.ts';
import { type Property, sameName } from '../portal/schema.ts';

export type Value = string | number | boolean | null;

/** Values by property, and what could not be written, one sentence each. */
export interface Fitted {
  values: Record<string, string>;
  warnings: string[];
}

/** A property of text holds 65,536 characters (page "Property field types"). */
export const LONGEST = 65_536;
const NAME = 255;

/** A name or title: one line, as long as anybody reads. */
export const short = (text: string): string => [...oneLine(text)].slice(0, NAME).join('');
export const long = (text: string): string => [...manyLines(text)].slice(0, LONGEST / 2).join('');

/**
 * Fits each value to its property. A property that is not there, or that HubSpot itself writes, is left out and named:
 * the record is written without it.
 * @param what the kind of record, as people call it
 */
export function fit(
  properties: readonly Property[],
  what: string,
  given: Readonly<Record<string, Value | undefined>>,
): Fitted {
  const values: Record<string, string> = {};
  const missing: string[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const known = properties.find(one => one.name === name);
    if (!known) missing.push(`“${name}”`);
    else if (known.readOnly)
      warnings.push(`The property “${name}” of a ${what} is written by HubSpot itself: it was left out.`);
    else {
      const fitted = value === null ? '' : encoded(known, value);
      if (fitted === undefined) {
        warnings.push(
          `“${String(value).slice(0, 80)}” does not fit the property “${name}” of a ${what}: it was left out.`,
        );
      } else values[name] = fitted;
    }
  }
  if (missing.length > 0) {
    const [many, them] = missing.length === 1 ? ['property', 'it'] : ['properties', 'them'];
    warnings.push(
      `HubSpot has no ${many} ${listed(missing)} of a ${what}, so nothing was written there. Set up HubSpot from Home to make ${them}.`,
    );
  }
  return { values, warnings };
}

/** Undefined: it does not fit. */
function encoded({ type, options }: Property, value: Exclude<Value, null>): string | undefined {
  const text = String(value);
  switch (type) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text.trim())) ? text.trim() : undefined;
    case 'bool':
      return /^(true|yes)$/i.test(text) ? 'true' : /^(false|no)$/i.test(text) ? 'false' : undefined;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    case 'datetime':
      return momentOf(text);
    case 'enumeration':
      return optionsOf(options, typeof value === 'boolean' ? yesOrNo(options, value) : text);
    case 'string':
      return long(typeof value === 'boolean' ? (value ? 'Yes' : 'No') : text);
    default:
      // Whatever else there may be: HubSpot says what it will not have.
      return long(text);
  }
}

function momentOf(text: string): string | undefined {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

const yesOrNo = (options: Property['options'], value: boolean): string =>
  options.some(one => one.value === String(value)) ? String(value) : value ? 'Yes' : 'No';

/** By value or label, several parted by semicolons. */
function optionsOf(options: Property['options'], text: string): string | undefined {
  const found = text
    .split(';')
    .map(part =>
      options.find(one => one.value === part.trim() || sameName(one.label, part) || sameName(one.value, part)),
    );
  return found.every(one => one !== undefined) ? found.map(one => one.value).join(';') : undefined;
}
