/** Tables of phrases: effects in front, the phrases that have them behind; `(a|b|)` stands for each of a few words or none. */

/** What a phrase does: `status:overdue`, `by:rep`. A phrase may do several things. */
export interface Effect {
  kind: string;
  value: string;
}

export type PhraseTable = Readonly<Record<string, readonly string[]>>;

export interface Phrase {
  words: readonly string[];
  effects: readonly Effect[];
}

/** Every phrase of some tables, written out. */
export function phrasesOf(tables: readonly PhraseTable[]): Phrase[] {
  return tables.flatMap(table =>
    Object.entries(table).flatMap(([effects, patterns]) => {
      const parsed = effectsOf(effects);
      return patterns.flatMap(pattern =>
        writtenOut(pattern).map(text => ({ words: text.split(/\s+/).filter(Boolean), effects: parsed })),
      );
    }),
  );
}

function effectsOf(text: string): Effect[] {
  return text.split(' ').map(one => {
    const [kind = '', value = ''] = one.split(':');
    return { kind, value };
  });
}

/** "(my|our) leads" → "my leads", "our leads". Brackets may stand in brackets. */
export function writtenOut(pattern: string): string[] {
  const inner = /\(([^()]*)\)/.exec(pattern);
  if (!inner) return [pattern.trim()];
  const [whole, choices = ''] = inner;
  const before = pattern.slice(0, inner.index);
  const after = pattern.slice(inner.index + whole.length);
  return choices.split('|').flatMap(choice => writtenOut(`${before}${choice}${after}`));
}
