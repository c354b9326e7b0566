/** A question's words as they are compared: lower case, contractions written out, punctuation gone. Pure. */

export interface Token {
  /** Lower case. */
  word: string;
  /** As it was typed. */
  raw: string;
}

const CONTRACTIONS: readonly [RegExp, string][] = [
  [/\bcan't\b/gi, 'can not'],
  [/\bwon't\b/gi, 'will not'],
  [/\b(\w+)n't\b/gi, '$1 not'],
  [/\b(have|has|did|was|were|is|are|does|do)nt\b/gi, '$1 not'],
  [/\b(what|who|how|where|that|it|there|here|when)'s\b/gi, '$1 is'],
  [/\b(what|who|how)s\b/gi, '$1 is'],
  [/\b(i|we|they|you)'(?:ve)\b/gi, '$1 have'],
  [/\bi'm\b/gi, 'i am'],
  [/\b(we|they|you)'re\b/gi, '$1 are'],
  [/\b(i|we|they|you)'ll\b/gi, '$1 will'],
  [/\b(i|we|they|you)'d\b/gi, '$1 would'],
  [/\blet's\b/gi, ''],
  [/s'(?=\s|$)/gi, "s 's"],
  [/(\w)'s\b/gi, "$1 's"],
];

/** A question is no longer: what is typed beyond is not read. */
export const LONGEST_QUESTION = 500;

/** The words in their order; addresses, mentions, ISO days and "1000+" stay one word. */
export function tokensOf(text: string): Token[] {
  let plain = text
    .normalize('NFKC')
    .slice(0, LONGEST_QUESTION)
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”„"]/g, ' ');
  for (const [pattern, words] of CONTRACTIONS) plain = plain.replace(pattern, words);
  plain = plain
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/(\d)\s*%/g, '$1 %')
    .replace(/(>=|<=|[≥≤><])/g, ' $1 ')
    .replace(/< @ ?([A-Z0-9]+) >/g, '<@$1>')
    .replace(/<\s*@([A-Z0-9]+)\s*>/g, '<@$1>');
  return plain
    .split(/\s+/)
    .flatMap(piece => (/^<@|@.+\./.test(piece) ? [piece.replace(/[?!.,;:]+$/, '')] : bare(piece)))
    .filter(Boolean)
    .map(raw => ({ raw, word: raw.toLowerCase() }));
}

/** ISO days and decimals keep their marks; hyphens and slashes part words. */
function bare(piece: string): string[] {
  const trimmed = piece.replace(/^[^\p{L}\p{N}%<>≥≤'@&]+|[^\p{L}\p{N}%<>≥≤+=&]+$/gu, '');
  if (/^\d{4}-\d\d-\d\d$|^\d+\.\d+$/.test(trimmed)) return [trimmed];
  if (trimmed === "'s") return [trimmed];
  return trimmed.split(/[^\p{L}\p{N}%<>≥≤+=&']+/u).map(one => one.replace(/^'+|'+$/g, ''));
}

/** The words of a name as they are looked for. */
export function labelWords(label: string): string[] {
  return tokensOf(label).map(({ word }) => word);
}
