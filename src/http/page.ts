import { html, type Markup } from '../lib/markup.ts';
import { shortPage } from './short-page.ts';

/** A button of a page that sends what it must. */
export interface PageForm {
  action: string;
  hidden: Record<string, string>;
  /** `action`: where this one sends it, instead of the form's. */
  buttons: { label: string; name?: string; value?: string; action?: string }[];
}

/** Where to go on to; `isNext`: the one thing that most people do now. */
export interface PageLink {
  label: string;
  to: string;
  isNext?: true;
}

/** What there is to press on a page, or to go on to. */
export interface PageMore {
  form?: PageForm | undefined;
  links?: readonly PageLink[];
}

const FOOTER = [
  { label: 'Privacy', to: '/privacy' },
  { label: 'Security', to: '/security' },
  { label: 'Support', to: '/support' },
];

/** A small page for people who followed a link: a heading, a sentence or some, and what there is to press. */
export function page(
  title: string,
  sentences: string | readonly string[],
  { form, links = [] }: PageMore = {},
): string {
  const paragraphs = [sentences].flat().map(sentence => html`<p>${sentence}</p>`);
  const main = html`<header class="lead"><h1>${title}</h1></header>
<div class="card">${paragraphs}${form && formOf(form)}${linksOf(links)}</div>`;
  return shortPage({ title, place: '', main, footer: FOOTER });
}

function linksOf(links: readonly PageLink[]): Markup | undefined {
  const all = links.map(
    ({ label, to, isNext }) => html`<a${isNext && html` class="btn go"`} href="${to}">${label}</a>`,
  );
  return all.length > 0 ? html`<p class="acts">${all}</p>` : undefined;
}

function formOf({ action, hidden, buttons }: PageForm): Markup {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const pressed = buttons.map(({ label, name, value = '', action: to }, index) => {
    const sends = name !== undefined && html` name="${name}" value="${value}"`;
    const where = to !== undefined && html` formaction="${to}"`;
    return html`<button type="submit"${index === 0 && html` class="go"`}${sends}${where}>${label}</button>`;
  });
  return html`<form method="post" action="${action}">${inputs}<p class="acts">${pressed}</p></form>`;
}
