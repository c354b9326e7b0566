/** Reading Marketo's values: numbers may be texts, what is empty is null or left out. */
import { momentIn } from '../../../lib/iso-moment.ts';
import { textFrom } from '../../../lib/json-values.ts';

/** A moment as ISO 8601, UTC; `2026-11-24T21:14:05+0000` is one, too. */
export function timeFrom(value: unknown): string | undefined {
  return momentIn((textFrom(value) ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
}

/** An id of a person: a whole number, whether it came as one or as text. */
export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^[1-9]\d{0,17}$/.test(text) ? text : undefined;
}
