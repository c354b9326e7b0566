/** What the Webhooks add-on of Gravity Forms sends with "All Fields": an entry, its answers by the fields' numbers. Pure. */
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { fieldsOf, type Json, textOf } from '../../../domain/form/body.ts';
import { constantTimeEqual } from '../../../lib/crypto.ts';
import { type Told, textIn } from './told.ts';

/** Its add-on signs nothing: a header of one's own is all there is to know it by. */
export const GRAVITY_HEADER = 'X-Baton-Key';

export function verifyGravity({ headers }: HookRequest, key: string): Verdict {
  const given = headers[GRAVITY_HEADER.toLowerCase()];
  if (given === undefined) return { ok: false, why: `no header ${GRAVITY_HEADER}: add it under Request Headers` };
  return constantTimeEqual(given, key) ? { ok: true } : { ok: false, why: `${GRAVITY_HEADER} holds another key` };
}

/** What an entry says of itself, not of the person. */
const OF_ENTRY = new Set(
  (
    'id form_id post_id date_created date_updated is_starred is_read is_fulfilled ip source_url source_id user_agent ' +
    'currency payment_status payment_date payment_amount payment_method transaction_id transaction_type created_by status'
  ).split(' '),
);

/** Undefined: it is no entry of Gravity Forms. An entry's id counts up over all of a site's forms. */
export function readGravity(given: Json): Told | undefined {
  const [form, entry] = [textOf(given.form_id), textOf(given.id)];
  if (form === undefined || entry === undefined || given.date_created === undefined) return undefined;
  const fields = fieldsOf(Object.fromEntries(Object.entries(given).filter(([name]) => !OF_ENTRY.has(name))));
  return {
    fields: { ...nameAmong(fields), ...fields },
    form: `Form ${form}`,
    page: textIn(given.source_url),
    id: `${form}/${entry}`,
    at: momentOf(given.date_created),
  };
}

/** Of a name field, 3 is the first name and 6 the last; an address has a 1, too, and means others by both. */
function nameAmong(fields: Readonly<Record<string, string>>): Record<string, string> {
  const field = Object.keys(fields)
    .find(name => /^\d+\.6$/.test(name))
    ?.replace(/\.6$/, '');
  if (field === undefined || fields[`${field}.1`] !== undefined || fields[`${field}.5`] !== undefined) return {};
  const [first_name, last_name] = [fields[`${field}.3`], fields[`${field}.6`]];
  return { ...(first_name && { first_name }), ...(last_name && { last_name }) };
}

/** "2026-11-24 21:14:02" is UTC. */
const momentOf = (value: unknown): string | undefined => {
  const text = textIn(value);
  return text && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : undefined;
};
