/** Questions that go on from the one before: another period, another grouping, one more filter. Pure. */
import type { Composed } from './question-compose.ts';
import type { Measured, QuestionObject } from './question-object.ts';
import type { Slots } from './question-slots.ts';

const OPENS =
  /^\s*(?:and|what about|how about|only|just|but|same|now|or|then|also|for|by|per|in|of|with|those|these|from|since)\b/i;
const NEW = ['measure', 'dur', 'percent', 'convert', 'contact', 'respond', 'claim', 'deliver', 'stat', 'about'];

/** Only periods, groups and filters; with "and …" in front it may name leads. */
export function isFragment(text: string, slots: Slots): boolean {
  if (slots.has(...NEW)) return false;
  if (slots.all('show').some(show => show === 'number' || show === 'list')) return false;
  return !slots.has('noun') || OPENS.test(text);
}

/** The question before with what is new in its place. */
export function followUp(before: Measured, composed: Composed, slots: Slots): QuestionObject {
  if ('unread' in composed) return composed;
  if ('ask' in composed && composed.ask !== 'measure') return composed;
  const fresh = 'question' in composed ? composed.question : undefined;
  if (!fresh) return composed as QuestionObject;
  const { where: filters = {}, by, period, compare, sort, limit, every } = fresh;
  const status = [...new Set([...(before.where?.status ?? []), ...(filters.status ?? [])])];
  const where = { ...before.where, ...filters, ...(status.length > 0 && { status }) };
  const groups = by ?? before.by;
  return {
    ...before,
    ...(Object.keys(where).length > 0 && { where }),
    ...(groups && { by: groups }),
    show: by ? (fresh.show === 'series' ? 'series' : 'table') : slots.has('show') && groups ? fresh.show : before.show,
    ...(period && { period }),
    ...(compare && { compare }),
    ...(sort && { sort }),
    ...(limit && { limit }),
    ...(every && { every }),
  };
}
