/**
 * Text that came from a lead, made safe to show in Slack. Slack has no escape for its formatting characters, so those
 * are replaced by characters that look the same; what nobody can see (direction marks, zero-width characters) is removed.
 */

const ELLIPSIS = '…';

/** Formatting and parsing triggers, and the look-alikes that mean nothing to Slack. */
const LOOKALIKES: [RegExp, string][] = [
  [/\*/g, '∗'],
  [/~/g, '∼'],
  [/`/g, 'ˋ'],
  // Only where it starts a word: `emma@here.com` is an address.
  [/(?<![\p{L}\p{N}._+-])@(?=channel|here|everyone)/giu, '＠'],
  // `:red_circle:` would let a lead draw its own priority.
  [/:(?=[\w+'-]+:)/g, '꞉'],
  // At the start of a line it would open a quotation, escaped or not.
  [/^>+/, '›'],
];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line, without anything invisible, with no more accents on a letter than a language needs. */
export function oneLine(raw: string): string {
  return (
    raw
      .toWellFormed()
      .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      // Joiners are letters' business in Arabic and Indic names and in emoji: they stay between characters beyond Latin.
      .replace(
        /(?<=[^\p{ASCII}\p{Default_Ignorable_Code_Point}])(\u200c|\u200d|\ufe0f)(?=[^\p{ASCII}])|\p{Default_Ignorable_Code_Point}/gu,
        '$1',
      )
      .replace(/[\u2800\ufff9-\ufffb]/g, '')
      .replace(/(\p{M}{4})\p{M}+/gu, '$1')
      .replace(/ {2,}/g, ' ')
      .trim()
  );
}

/** At most `most` UTF-16 units (Slack's narrowest way to count), never half a character. */
export function clip(text: string, most: number): string {
  return clipPieces(Array.from(text), most);
}

/** Lead text for a mrkdwn object, at most `most` characters after escaping, never half an entity. */
export function mrkdwn(raw: string, most: number): string {
  const line = withoutItalics(clip(oneLine(raw), most + 1));
  const harmless = LOOKALIKES.reduce((text, [trigger, instead]) => text.replace(trigger, instead), line);
  return clipPieces(
    Array.from(harmless, character => ENTITIES[character] ?? character),
    most,
  );
}

/** Inside a word underscores format nothing, and addresses and field names (`Region__c`) are full of them: those stay. */
function withoutItalics(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}])(_+)(?=[\p{L}\p{N}])|_+/gu, (run, inside) => inside ?? '＿'.repeat(run.length));
}

/** Words of ours with line breaks that may hold lead text: every line made safe, the breaks kept. */
export function mrkdwnLines(raw: string, most: number): string {
  const lines = raw.split(/\r?\n/).map(line => mrkdwn(line, most));
  return clipLines(lines, most);
}

/** Lead text for a plain_text object: nothing is parsed there, but it must be short and visible. */
export function plain(raw: string, most: number): string {
  return clip(oneLine(raw), most);
}

/** Safe lines joined by breaks; what does not fit is left out whole, and the last line says so. */
export function clipLines(lines: readonly string[], most: number): string {
  const whole = lines.join('\n');
  if (whole.length <= most) return whole;
  const kept: string[] = [];
  let length = ELLIPSIS.length;
  for (const line of lines) {
    length += line.length + 1;
    if (length > most) break;
    kept.push(line);
  }
  return [...kept, ELLIPSIS].join('\n');
}

/** A link that Slack opens; the label is made safe here. Answers the label alone when the address is none of ours to link. */
export function link(url: string, label: string, most: number): string {
  const address = url.replaceAll('&', '&amp;');
  const room = most - address.length - 3;
  // A vertical bar ends a link's address, and `>` the whole link: neither may come from the outside.
  if (!/^(https?:\/\/|mailto:|tel:)[^\s<>|]+$/.test(url) || room < 2) return mrkdwn(label, most);
  return `<${address}|${mrkdwn(label.replaceAll('|', '¦'), room)}>`;
}

function clipPieces(pieces: readonly string[], most: number): string {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= most) return pieces.join('');
  let text = '';
  for (const piece of pieces) {
    if (text.length + piece.length + ELLIPSIS.length > most) break;
    text += piece;
  }
  return `${text.trimEnd()}${ELLIPSIS}`;
}
