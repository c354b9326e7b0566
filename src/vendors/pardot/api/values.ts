/** Reading Account Engagement's values: numbers are numbers or texts, what is empty is null or ''. */

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

/** A moment as ISO 8601, UTC: they come in the zone of the API's user, with the offset. */
export function timeFrom(value: unknown): string | undefined {
  const at = Date.parse(textFrom(value) ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** An id: a whole number. */
export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
}
