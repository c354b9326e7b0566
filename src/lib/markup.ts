/**
 * HTML and SVG by template literals: whatever is put in is escaped, in elements and in quoted attributes alike, unless it was
 * made here itself. Pure.
 */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What `html` made; nobody else can. */
class Safe {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Markup = Safe;
/** What may stand in a template; nothing is shown of undefined, null and false. */
export type Piece = string | number | Markup | undefined | null | false | readonly Piece[];

/** Attributes stand in double quotes. An address that others wrote goes through `webAddress` first. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Safe(texts.reduce((all, text, index) => `${all}${shown(pieces[index - 1])}${text}`));
}

function shown(piece: Piece): string {
  if (piece === undefined || piece === null || piece === false) return '';
  if (piece instanceof Safe) return piece.toString();
  if (Array.isArray(piece)) return piece.map(shown).join('');
  return escapeHtml(String(piece));
}

/**
 * Markup that another writer made, which escapes what it is given: a style sheet of ours, Markdown of `docs`. Nothing that
 * came from outside; a test names the files that may call it.
 */
export function trusted(markup: string): Markup {
  return new Safe(markup);
}

/** Half a character, or none, is what no page may carry. */
function escapeHtml(text: string): string {
  const whole = text.toWellFormed().replaceAll('\u0000', '');
  return whole.replace(/[&<>"']/g, character => ENTITIES[character] ?? character);
}

/** An address of the web; undefined for anything else, above all for one that runs. */
export function webAddress(text: string | undefined | null): string | undefined {
  return text && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}
