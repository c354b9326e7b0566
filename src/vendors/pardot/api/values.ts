/** Reading Account Engagement's values: numbers are numbers or texts, what is empty is null or ''. */
import { momentIn } from '../../../lib/iso-moment.ts';
import { textFrom } from '../../../lib/json-values.ts';

/** A moment as ISO 8601, UTC: they come in the zone of the API's user, with the offset. */
export function timeFrom(value: unknown): string | undefined {
  return momentIn(textFrom(value) ?? '');
}

/** An id: a whole number. */
export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
}
