/** GET /privacy, /support, /security: what Slack's directory links to, and what anybody may read before they install. */
import express, { type Router } from 'express';
import { html, type Markup } from '../lib/markup.ts';
import { CHANGED, contactSentence, type Policy, PRIVACY, SECURITY, SUPPORT } from './policy-words.ts';
import { shortPage } from './short-page.ts';

const PAGES: Readonly<Record<string, Policy>> = { '/privacy': PRIVACY, '/support': SUPPORT, '/security': SECURITY };

const FOOTER = [{ label: 'Start', to: '/' }, ...Object.entries(PAGES).map(([to, { title }]) => ({ label: title, to }))];

/** @param supportEmail where people write to; it stands on each of the pages */
export function policies(supportEmail: string | undefined): Router {
  const router = express.Router();
  for (const [path, policy] of Object.entries(PAGES)) {
    router.get(path, (_request, response) => {
      response.type('html').send(policyPage(policy, supportEmail));
    });
  }
  return router;
}

function policyPage({ title, lead, sections }: Policy, email: string | undefined): string {
  const parts = sections.map(({ heading, sentences = [], table }) => {
    const paragraphs = sentences.map(text => html`<p>${text}</p>`);
    return html`<section class="card"><h2>${heading}</h2>${paragraphs}${table && tableOf(table)}</section>`;
  });
  const main = html`<header class="lead"><p class="kick">${title} · ${CHANGED}</p><h1>${lead}</h1></header>
${parts}<p>${contactSentence(email)}</p>`;
  return shortPage({ title, place: title, main, footer: FOOTER });
}

function tableOf({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }): Markup {
  const names = head.map(text => html`<th scope="col">${text}</th>`);
  const body = rows.map(row => html`<tr>${row.map(text => html`<td>${text}</td>`)}</tr>`);
  return html`<div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>${body}</tbody></table></div>`;
}
