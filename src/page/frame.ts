/** The frame of the shared page: what stands above and below whatever it shows. It loads its style and nothing else. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stylesOf } from '../http/styles.ts';
import { html, type Markup } from '../lib/markup.ts';
import { seesBooks } from '../reports/books/books-service.ts';
import type { Visitor } from '../workspaces/page-access.ts';

const text = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Served at an address that changes with it. */
export const STYLE = stylesOf('short-page') + text('page.css');
export const MARK = text('mark.svg');
const version = createHash('sha256').update(STYLE).update(MARK).digest('hex').slice(0, 12);

export const PLACES = [
  ['', 'Overview'],
  ['funnel', 'Funnel'],
  ['speed', 'Speed'],
  ['sla', 'SLA'],
  ['rejects', 'Rejects'],
  ['leads', 'Leads'],
  ['books', 'Books'],
  ['ask', 'Ask'],
] as const;

export type PlaceName = (typeof PLACES)[number][0];

export interface Framed {
  title: string;
  main: Markup;
  /** Whoever reads it; absent: nobody is signed in. */
  visitor?: Visitor | undefined;
  /** What a form of this browser must carry; needed for a visitor. */
  token?: string | undefined;
  /** Where in the navigation it belongs. */
  place?: PlaceName | undefined;
  /** Kept from page to page: the query of the period and filters. */
  kept?: string | undefined;
  filters?: Markup | undefined;
  /** Said at the foot: in whose calendar days and times are. */
  zoneName?: string | undefined;
}

export function framed({ title, main, visitor, token = '', place, kept, filters, zoneName }: Framed): string {
  const navigation =
    visitor &&
    html`<nav class="nav" aria-label="Pages">${PLACES.filter(([path]) => path !== 'books' || seesBooks(visitor.actor)).map(([path, name]) => linkTo(path, name, place, kept))}</nav>
<form class="me" method="post" action="/page/sign-out">${visitor.actor.name}, ${visitor.workspace} <input type="hidden" name="token" value="${token}"><button>Sign out</button></form>`;
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Baton</title>
<link rel="icon" href="/page/mark.svg?${version}">
<link rel="stylesheet" href="/page/page.css?${version}">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="wrap"><a class="brand" href="${visitor ? '/page/' : '/'}"><img src="/page/mark.svg?${version}" alt="" width="24" height="24">Baton</a>${navigation}</div></header>
${filters}
<main id="main" class="${visitor && place !== undefined ? 'wrap' : 'narrow'}">${main}</main>
<footer class="foot wrap">${zoneName && html`<span>Times in ${zoneName}</span>`}<a href="/privacy">Privacy</a><a href="/security">Security</a><a href="/support">Support</a></footer>
</body>
</html>`);
}

function linkTo(path: string, name: string, place: string | undefined, kept = ''): Markup {
  const query = kept && `?${kept}`;
  return html`<a href="/page/${path}${query}"${path === place && html` aria-current="page"`}>${name}</a>`;
}

/** A heading, sentences, and what there is to press. */
export function shortMain(title: string, sentences: readonly (string | Markup)[], more?: Markup): Markup {
  return html`<header class="lead"><h1>${title}</h1></header><div class="card">${sentences.map(one => html`<p>${one}</p>`)}${more}</div>`;
}
