/** GET /privacy, /support, /security: what Slack's directory links to, and what anybody may read before they install. */
import express, { type Router } from 'express';
import { escapeHtml } from '../lib/markup.ts';
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
    const paragraphs = sentences.map(text => `<p>${escapeHtml(text)}</p>`).join('');
    return `<section class="card"><h2>${escapeHtml(heading)}</h2>${paragraphs}${table ? tableOf(table) : ''}</section>`;
  });
  const contact = escapeHtml(contactSentence(email));
  const written = email ? contact.replace(escapeHtml(email), `<a href="mailto:${escapeHtml(email)}">$&</a>`) : contact;
  const main = `<header class="lead"><p class="kick">${escapeHtml(title)} · ${CHANGED}</p><h1>${escapeHtml(lead)}</h1></header>
${parts.join('')}<p>${written}</p>`;
  return shortPage({ title, place: title, main, footer: FOOTER });
}

function tableOf({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    texts.map(text => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${escapeHtml(text)}</${tag}>`).join('');
  const body = rows.map(row => `<tr>${cells('td', row)}</tr>`).join('');
  return `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body}</tbody></table></div>`;
}
