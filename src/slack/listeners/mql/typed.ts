/** What a person typed after `/mql`, as Slack delivers it with escaping on. Pure. */
import { oneLine } from '../../escape.ts';

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** One line; people stay `<@U123>`, links and addresses become what was typed, quotes are straight. */
export function asTyped(raw: string): string {
  const plain = raw
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g, ' <@$1> ')
    .replace(/<mailto:([^<>|]+)(?:\|[^<>]*)?>/g, '$1')
    .replace(/<(https?:[^<>|]+)(?:\|[^<>]*)?>/g, '$1')
    .replace(/<#[CG][A-Z0-9]+\|([^<>]+)>/g, '#$1')
    .replace(/<!subteam\^[A-Z0-9]+\|@?([^<>]+)>/g, '@$1')
    .replace(/&(?:amp|lt|gt);/g, entity => ENTITIES[entity] ?? entity)
    .replace(/[“”„]/g, '"')
    .replace(/[‘’]/g, "'");
  return oneLine(plain);
}

/** No command is longer: what is typed beyond is not read. */
const LONGEST_WORD = 100;

/** The first word, lower case and without a slash or colon, and what follows it. */
export function firstWord(text: string): { word: string; rest: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text.trim()) ?? [];
  return {
    word: word
      .slice(0, LONGEST_WORD)
      .toLowerCase()
      .replace(/^\/+|[:?!.,]+$/g, ''),
    rest: rest.trim(),
  };
}

/** Without the quotes, backticks or angle brackets that people put around a name from an instruction. */
export function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .replace(/^<(?!@)([^<>]*)>$/, '$1')
    .trim();
}
