/** GET /docs/…: what whoever runs Baton reads, as it lies in `docs`, with nothing set up yet, too. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import express, { type Response, type Router } from 'express';
import { html } from '../../lib/markup.ts';
import { shortPage } from '../short-page.ts';
import { guideHtml, partsList } from './guide-html.ts';

/** By file: its name in lists. Those that are about the code itself are none of theirs. */
const GENERAL: Readonly<Record<string, string>> = {
  'setup.md': 'Set-up',
  'setup-in-slack.md': 'Set-up in Slack',
  'hosting.md': 'Hosting',
  'operating.md': 'Operating',
  'playbook.md': 'Playbook',
  'crms.md': 'CRMs, compared',
  'forms.md': 'Forms',
  'mail.md': 'Mail',
  'meetings.md': 'Booked meetings',
  'questions.md': 'Questions',
  'page.md': 'The shared page',
  'security.md': 'Security',
  'data-model.md': 'Data model',
};

const folder = fileURLToPath(new URL('../../../docs', import.meta.url));
const PICTURE = /^[a-z-]+\.png$/;

const OF_CODE = new Set(['decisions.md', 'marketplace.md', 'what-it-does.md']);

/** Its first line is its heading. */
const titleOf = (file: string) => /^# (.+)/.exec(readFileSync(`${folder}/${file}`, 'utf8'))?.[1] ?? file;

/** The others are about a vendor each, and called as it. */
export const GUIDES: Readonly<Record<string, string>> = {
  ...GENERAL,
  ...Object.fromEntries(
    readdirSync(folder)
      .filter(file => file.endsWith('.md') && !OF_CODE.has(file) && !Object.hasOwn(GENERAL, file))
      .map(file => [file, titleOf(file)]),
  ),
};

const isServed = (file: string) => Object.hasOwn(GUIDES, file);

/** A page is read and made into HTML once in a process's life: it changes with the release. */
export function guides(): Router {
  const router = express.Router();
  const made = new Map<string, string>();
  router.get('/docs/:name', async (request, response, next) => {
    const { name } = request.params;
    if (!isServed(name)) return next();
    const text = made.get(name) ?? pageOf(name, await readFile(`${folder}/${name}`, 'utf8'));
    made.set(name, text);
    withPictures(response).type('html').send(text);
  });
  router.get('/docs/images/:name', (request, response, next) => {
    const { name } = request.params;
    if (!PICTURE.test(name)) return next();
    response.sendFile(name, { root: `${folder}/images`, maxAge: '1h' }, error => error && next());
  });
  return router;
}

/** Those that lie beside the text, and no others. */
function withPictures(response: Response): Response {
  const policy = String(response.getHeader('content-security-policy') ?? "default-src 'none'");
  return response.set('content-security-policy', `${policy};img-src 'self'`);
}

function pageOf(name: string, text: string): string {
  const { title, parts, body } = guideHtml(text, isServed);
  const main = html`<header class="lead"><h1>${title}</h1></header>${partsList(parts)}<article class="card guide">${body}</article>`;
  const footer = Object.entries(GUIDES).filter(([file]) => file !== name);
  return shortPage({
    title,
    place: 'Documentation',
    main,
    footer: footer.map(([file, label]) => ({ label, to: `/docs/${file}` })),
  });
}
