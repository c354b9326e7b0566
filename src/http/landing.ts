import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';
import { LANDING } from './landing-page.ts';
import { page } from './page.ts';

/** What whoever runs Baton may read here, as it lies in `docs`. */
const DOCS: Readonly<Record<string, string>> = {
  'setup.md': 'Set-up',
  'hosting.md': 'Hosting',
  'operating.md': 'Operating',
  'playbook.md': 'Playbook',
  'forms.md': 'Forms',
  'security.md': 'Security',
  'data-model.md': 'Data model',
};

const folder = fileURLToPath(new URL('../../docs', import.meta.url));

/**
 * GET /: what this address is, for whoever opens it, nothing about any workspace; GET /docs/…: the pages it links; and 404.
 * @param canInstall any workspace may add Baton from here
 */
export function landing(canInstall: boolean): Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.type('html').send(canInstall ? LANDING : page('Baton', ABOUT, { links: LINKS }));
  });
  router.use(guides());
  router.use((_request, response) => {
    const where = 'There is nothing at this address. If a link from Slack led here, it was cut short on its way.';
    response.status(404).type('html').send(page('No such page', where));
  });
  return router;
}

/** GET /docs/…, with nothing set up yet, too. */
export function guides(): Router {
  const router = express.Router();
  router.get('/docs/:name', (request, response, next) => {
    const { name } = request.params;
    if (!Object.hasOwn(DOCS, name)) return next();
    response.type('text/plain; charset=utf-8').sendFile(name, { root: folder });
  });
  return router;
}

const ABOUT = [
  'Baton carries a marketing-qualified lead to the right salesperson, in Slack, in seconds. It sees the lead in your marketing platform, writes it into your CRM, picks the rep by your rules, and watches that somebody gets in touch.',
  'You use it in Slack: open the app Baton there, or type /mql help. There is nothing to log in to here.',
  'If you run it:',
];

const LINKS = [
  { label: 'Health', to: '/health/ready' },
  ...Object.entries(DOCS).map(([name, label]) => ({ label, to: `/docs/${name}` })),
];
