/** Reading HubSpot's values: everything may be a string, a number, empty or absent. */

export function isObject(value: unknown): value is Record<string, unknown> {
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
  const text = textFrom(value);
  const number = Number(text ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** A list of objects out of whatever came; anything else in it is left out. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The cursor of the next page: `paging.next.after`. */
export function nextPage(answer: Record<string, unknown>): string | undefined {
  const paging = isObject(answer.paging) ? answer.paging : {};
  return isObject(paging.next) ? textFrom(paging.next.after) : undefined;
}
