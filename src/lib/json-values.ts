/** Reading what vendors answer: a value may be a text, a number, empty, null or absent. Pure. */

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
