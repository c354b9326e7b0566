/** HubSpot's values: what is read may be a string, a number, empty or absent; and how some of them are written. */

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

/** HubSpot's default dispositions; an account's own ones have ids that only it knows. */
export const DISPOSITIONS: Record<string, string> = {
  busy: '9d9162e7-6cf3-4944-bf63-4dff82258764',
  connected: 'f240bbac-87c9-4f6e-bf70-924b57d47db7',
  left_live_message: 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff',
  left_voicemail: 'b2cf5968-551e-4856-9783-52b3da59a7d0',
  no_answer: '73a0d17f-1163-4015-bdd5-ec830791da20',
  wrong_number: '17b47fee-58de-441e-a44c-c6300d46f273',
};

/** Bodies are HTML there: what was typed is shown as it was typed, and is never markup. */
export function html(text: string): string {
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return plain.replaceAll('\n', '<br>');
}
