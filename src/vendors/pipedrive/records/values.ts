/** Baton's values as Pipedrive's fields take them: by type, length and option. Pure. */
import { listed } from '../../../lib/english.ts';
import { manyLines, oneLine } from '../../../lib/text.ts';
import { type Field, fieldNamed, sameName } from '../api/schema.ts';

export type Value = string | number | boolean | null;

/** Values by field code, and what could not be written, one sentence each. */
export interface Fitted {
  values: Record<string, unknown>;
  warnings: string[];
}

/** A text field takes 255 characters, a large one 65,535 bytes of UTF-8 (four bytes a character at most). */
export const [SHORT, LONG] = [255, 16_000];

export const short = (text: string): string => [...oneLine(text)].slice(0, SHORT).join('');
export const long = (text: string): string => [...manyLines(text)].slice(0, LONG).join('');

/**
 * Looks up each field by its name and fits its value. A field that is not there is left out and named: the record is
 * written without it.
 * @param what the kind of record, as Pipedrive calls it
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
    if (fitted === undefined) {
      warnings.push(
        `“${String(value).slice(0, 80)}” does not fit the field “${known.field_name}” of a ${what}: it was left out.`,
      );
    } else values[known.field_code] = fitted;
  }
  if (missing.length > 0) {
    const many = missing.length === 1 ? 'field' : 'fields';
    warnings.push(
      `Pipedrive has no ${many} ${listed(missing)} of a ${what}, so nothing was written there. Set up Pipedrive from Home to make ${missing.length === 1 ? 'it' : 'them'}.`,
    );
  }
  return { values, warnings };
}

/** Undefined: it does not fit. */
function encoded({ field_type: type, options }: Field, value: Exclude<Value, null>): unknown {
  const text = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
  switch (type) {
    case 'double':
    case 'int':
      return numberIn(text);
    case 'monetary': {
      const amount = numberIn(text);
      return amount === undefined ? undefined : { value: amount };
    }
    case 'enum':
      return options?.find(one => sameName(one.label, text))?.id;
    case 'set': {
      const ids = text.split(';').map(one => options?.find(({ label }) => sameName(label, one))?.id);
      return ids.includes(undefined) ? undefined : ids;
    }
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    case 'text':
      return long(text);
    case 'varchar':
    case 'varchar_auto':
    case 'phone':
      return short(momentWords(text));
    default:
      // Addresses, people and organizations are no text.
      return undefined;
  }
}

function numberIn(text: string): number | undefined {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}

/** Pipedrive has no field for a moment: it stands there as people read it. */
function momentWords(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)
    ? `${text.slice(0, 16).replace('T', ' ')} UTC`
    : text;
}

/** Text for a note, which is HTML: what a lead typed shows as it is. */
export function html(text: string): string {
  const escaped = long(text).replace(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);
  return escaped.replaceAll('\n', '<br>');
}
