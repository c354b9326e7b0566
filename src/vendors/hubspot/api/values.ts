/** HubSpot's values: what is read may be a string, a number, empty or absent; and how some of them are written. */
import { isObject, textFrom } from '../../../lib/json-values.ts';

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

/** ISO 8601 or milliseconds, as ISO 8601. */
export function timeOf(value: unknown): string | undefined {
  const text = textFrom(value);
  if (text === undefined) return undefined;
  const date = new Date(/^\d+$/.test(text) ? Number(text) : text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
