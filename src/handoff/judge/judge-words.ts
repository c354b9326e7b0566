/** Lower-case words of a text, in any script; hyphens, underscores and slashes part words, dots inside do not. */
export function words(text: string): string[] {
  return text
    .slice(0, 500)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.'’]/g, '')
    .split(/[^\p{Letter}\p{Mark}\p{Number}]+/u)
    .filter(Boolean);
}

/** Where a phrase starts among words, at or after `from`; -1 when it does not occur as whole words. */
export function phraseIndex(all: readonly string[], phrase: readonly string[], from = 0): number {
  if (phrase.length === 0) return -1;
  for (let start = from; start + phrase.length <= all.length; start += 1) {
    if (phrase.every((word, offset) => all[start + offset] === word)) return start;
  }
  return -1;
}

/** For sentences: long or odd lead-supplied text, shortened and on one line. */
export function quote(text: string): string {
  const line = text.replace(/[\s\p{Control}]+/gu, ' ').trim();
  const letters = Array.from(line);
  return `"${letters.length > 80 ? `${letters.slice(0, 79).join('')}…` : line}"`;
}
