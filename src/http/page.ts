import { escapeHtml } from '../lib/markup.ts';
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
  const paragraphs = [sentences].flat().map(sentence => `<p>${escapeHtml(sentence)}</p>`);
  const main = `<header class="lead"><h1>${escapeHtml(title)}</h1></header>
<div class="card">${paragraphs.join('')}${form ? formOf(form) : ''}${linksOf(links)}</div>`;
  return shortPage({ title, place: '', main, footer: FOOTER });
}

function linksOf(links: readonly PageLink[]): string {
  const all = links.map(
    ({ label, to, isNext }) => `<a${isNext ? ' class="btn go"' : ''} href="${escapeHtml(to)}">${escapeHtml(label)}</a>`,
  );
  return all.length > 0 ? `<p class="acts">${all.join('')}</p>` : '';
}

function formOf({ action, hidden, buttons }: PageForm): string {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const pressed = buttons.map(({ label, name, value = '', action: to }, index) => {
    const sends = name === undefined ? '' : ` name="${escapeHtml(name)}" value="${escapeHtml(value)}"`;
    const where = to === undefined ? '' : ` formaction="${escapeHtml(to)}"`;
    return `<button type="submit"${index === 0 ? ' class="go"' : ''}${sends}${where}>${escapeHtml(label)}</button>`;
  });
  return `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<p class="acts">${pressed.join('')}</p></form>`;
}
