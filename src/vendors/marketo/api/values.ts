/** Reading Marketo's values: numbers may be texts, what is empty is null or left out. */

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

/** A moment as ISO 8601, UTC; `2026-11-24T21:14:05+0000` is one, too. */
export function timeFrom(value: unknown): string | undefined {
  const at = Date.parse((textFrom(value) ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** An id of a person: a whole number, whether it came as one or as text. */
export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^[1-9]\d{0,17}$/.test(text) ? text : undefined;
}
