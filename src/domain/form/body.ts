/** The body of a form as it reaches a hook: JSON or urlencoded, by its field's own names. Pure. */
import { BadInput } from '../../lib/errors.ts';
import { storableText } from '../../lib/text.ts';

/** More is no form. */
const MOST_FIELDS = 150;
const LONGEST_NAME = 200;
/** Characters of one answer that are kept: what fits into a description of a CRM. */
const LONGEST_VALUE = 5_000;

export type Json = Record<string, unknown>;

/**
 * @throws BadInput when it is neither, with what to send instead
 */
export function parseBody(body: Buffer, contentType: string | undefined): Json {
  const text = body.toString('utf8').trim();
  if (text === '') throw new BadInput('The body is empty: send the fields of the form as JSON or urlencoded.');
  if (text.startsWith('{')) return jsonOf(text);
  if (/urlencoded/i.test(contentType ?? '') || /^[^\s={}"]{1,200}=/.test(text)) {
    return joined([...new URLSearchParams(text)]);
  }
  throw new BadInput('The body cannot be read: send the fields of the form as a JSON object or urlencoded.');
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new BadInput('The body is not valid JSON.');
  }
}

/** Fields of one name, as checkboxes have, are one answer of several choices. */
export function joined(pairs: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = found.get(name);
    found.set(name, before ? `${before};${value}` : value);
  }
  return Object.fromEntries(found);
}

/**
 * The fields with something in them, as text. A list is its members with `;` between; of `fields: [{ name, value }]`, as
 * some tools send, each is a field.
 * @throws BadInput when there are more than a form has
 */
export function fieldsOf(given: Json): Record<string, string> {
  const listed = Array.isArray(given.fields) ? given.fields.flatMap(named) : [];
  const pairs = [...Object.entries(given), ...listed].flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
    return text === undefined ? [] : [[storableText(name).slice(0, LONGEST_NAME), text]];
  });
  if (pairs.length > MOST_FIELDS) {
    throw new BadInput(`A form has at most ${MOST_FIELDS} fields; this has ${pairs.length}.`);
  }
  return Object.fromEntries(pairs);
}

function named(one: unknown): [string, unknown][] {
  if (typeof one !== 'object' || one === null) return [];
  const { name, value } = one as Json;
  return typeof name === 'string' ? [[name, value]] : [];
}

/** One answer as text; undefined for none, and for what is no answer. Choices are a list of texts: lists in it are none. */
export function textOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return singleText(value);
  return value.map(singleText).filter(Boolean).join(';').slice(0, LONGEST_VALUE) || undefined;
}

function singleText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  return storableText(value).trim().slice(0, LONGEST_VALUE) || undefined;
}
