/** A page of `docs` as HTML: what it is written in is Markdown, as repositories show it. Pure. */
import markdownIt from 'markdown-it';
import { html, type Markup, trusted } from '../../lib/markup.ts';

/** A heading of the second level, for the list at the top. */
export interface GuidePart {
  id: string;
  title: string;
}

export interface GuideHtml {
  title: string;
  parts: GuidePart[];
  /** Without the title. */
  body: Markup;
}

/** HTML in the text stands there as text; tables as GitHub has them. */
const markdown = markdownIt({ html: false, linkify: false, typographer: false });

/**
 * @param isServed whether a link to this file of `docs` leads anywhere here: of one that does not only its words are left
 */
export function guideHtml(text: string, isServed: (file: string) => boolean): GuideHtml {
  const tokens = markdown.parse(text, {});
  const parts: GuidePart[] = [];
  const seen = new Map<string, number>();
  let title = '';
  for (const [at, token] of tokens.entries()) {
    const words = tokens[at + 1];
    if (token.type !== 'heading_open' || !words) continue;
    const said = (words.children ?? []).map(({ content }) => content).join('');
    const id = idOf(said, seen);
    token.attrSet('id', id);
    if (token.tag === 'h1' && title === '') title = said;
    if (token.tag === 'h2') parts.push({ id, title: said });
  }
  for (const { children } of tokens) if (children) keepLinks(children, isServed);
  const rest = tokens[0]?.tag === 'h1' ? tokens.slice(3) : tokens;
  const body = markdown.renderer
    .render(rest, markdown.options, {})
    .replaceAll('<table>', '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>')
    .replaceAll('</table>', '</table></div>');
  return { title, parts, body: trusted(body) };
}

/** As GitHub names it, so that links from elsewhere fit: small letters, digits and dashes. */
function idOf(title: string, seen: Map<string, number>): string {
  const plain = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
  const nth = seen.get(plain) ?? 0;
  seen.set(plain, nth + 1);
  return nth === 0 ? plain : `${plain}-${nth}`;
}

type Token = ReturnType<typeof markdown.parse>[number];

/** Links to other pages of `docs` stay, and those out of here; any other is words alone. Pictures come from here. */
function keepLinks(tokens: Token[], isServed: (file: string) => boolean): void {
  let isDropped = false;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const to = String(token.attrGet('href'));
      isDropped = !/^(https?:|mailto:|#)/.test(to) && !isServed(to.split('#')[0] ?? '');
      if (!isDropped && /^https?:/.test(to)) token.attrSet('rel', 'noopener noreferrer');
    }
    if (token.type === 'link_open' || token.type === 'link_close') token.hidden = isDropped;
    if (token.type === 'image') token.attrSet('loading', 'lazy');
  }
}

/** The list at the top of a page that has several parts. */
export function partsList(parts: readonly GuidePart[]): Markup | undefined {
  if (parts.length < 3) return undefined;
  const items = parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav class="parts" aria-label="On this page"><ul>${items}</ul></nav>`;
}
