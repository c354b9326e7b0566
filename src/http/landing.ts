import express, { type Router } from 'express';
import { GUIDES, guides } from './guides/guides.ts';
import { LANDING } from './landing-page.ts';
import { page } from './page.ts';

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

const ABOUT = [
  'Baton carries a marketing-qualified lead to the right salesperson, in Slack, in seconds. It sees the lead in your marketing platform, writes it into your CRM, picks the rep by your rules, and watches that somebody gets in touch.',
  'You use it in Slack: open the app Baton there, or type /mql help. There is nothing to log in to here.',
  'If you run it:',
];

const LINKS = [
  { label: 'Health', to: '/health/ready' },
  ...Object.entries(GUIDES).map(([name, label]) => ({ label, to: `/docs/${name}` })),
];
