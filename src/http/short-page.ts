/** The frame of pages that somebody reads or fills in on the way: set-up, privacy, support, security. Pure. */
import { html, type Markup, trusted } from '../lib/markup.ts';
import { stylesOf } from './styles.ts';

const css = trusted(stylesOf('short-page'));

/** The mark, drawn in place: these pages load nothing. */
const MARK = html`<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6.5" fill="var(--green)"/><path fill="var(--on-green)" d="M3.2.9 23.1 20.8l-2.3 2.3L.9 3.2z"/></svg>`;

export interface ShortPage {
  title: string;
  /** Small, at the top right: where this page belongs. */
  place: string;
  main: Markup;
  footer: readonly { label: string; to: string }[];
  /** Seconds after which the browser opens this path by itself. */
  goOn?: { to: string; seconds: number };
}

export function shortPage({ title, place, main, footer, goOn }: ShortPage): string {
  const links = footer.map(({ label, to }) => html`<a href="${to}">${label}</a>`);
  const refresh = goOn && html`<meta http-equiv="refresh" content="${goOn.seconds}; url=${goOn.to}">`;
  return String(html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">${refresh}<title>${title} · Baton</title>
<style>${css}</style></head><body><a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="wrap"><a class="brand" href="/">${MARK}Baton</a><p class="me">${place}</p></div></header>
<main id="main" class="narrow">${main}</main><footer class="foot narrow">${links}</footer></body></html>`);
}
