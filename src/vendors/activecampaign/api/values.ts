/** Reading ActiveCampaign's values: ids and numbers are texts, what is empty is '', null or a date of zeros. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as trimmed text; empty is absent. */
export function textFrom(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  return value.trim() || undefined;
}

/** The value as a number; empty or no number is absent. */
export function numberFrom(value: unknown): number | undefined {
  const number = Number(textFrom(value) ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** A list of objects out of whatever came; anything else in it is left out. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A moment as ISO 8601, UTC. */
export function timeFrom(value: unknown): string | undefined {
  const at = Date.parse(textFrom(value) ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
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
