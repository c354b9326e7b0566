/** Reading ActiveCampaign's values: ids and numbers are texts, what is empty is '', null or a date of zeros. */
import { momentIn } from '../../../lib/iso-moment.ts';
import { textFrom } from '../../../lib/json-values.ts';

/** A moment as ISO 8601, UTC. */
export function timeFrom(value: unknown): string | undefined {
  return momentIn(textFrom(value) ?? '');
}

/** An id: a whole number, whether it came as one or as text. */
export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^[1-9]\d{0,17}$/.test(text) ? text : undefined;
}

/** Several choices come as `||a||b||`; here they stand with `;` between. */
export function choicesFrom(text: string): string {
  if (!/^\|\|.*\|\|$/s.test(text)) return text;
  return text.split('||').filter(Boolean).join(';');
}
