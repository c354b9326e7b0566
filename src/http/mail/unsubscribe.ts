/** The page that ends mails to its reader, and the one click of mail programs. */
import express, { type Response, type Router } from 'express';
import type { Deps } from '../../handoff/core/deps.ts';
import { unsubscribe, unsubscribeLink } from '../../handoff/reply/unsubscribe.ts';
import { page } from '../page.ts';

const TOKEN = /^[\w-]{20,100}$/;

/**
 * GET shows a button and changes nothing, since scanners follow links. POST does it, with any body, without login, cookie
 * or redirect (RFC 8058).
 */
export function unsubscribePages(deps: Pick<Deps, 'db' | 'clock'>): Router {
  const router = express.Router();
  router.get('/unsubscribe/:token', async ({ params: { token } }, response) => {
    const link = TOKEN.test(token) ? await unsubscribeLink(deps, token) : undefined;
    if (!link) return unknown(response);
    if (link.isDone) return done(response);
    const form = {
      action: `/unsubscribe/${token}`,
      hidden: { 'List-Unsubscribe': 'One-Click' },
      buttons: [{ label: 'No more mails' }],
    };
    response.send(page('No more mails?', `We will not write to ${link.recipient} again.`, { form }));
  });
  router.post('/unsubscribe/:token', async ({ params: { token } }, response) => {
    const isDone = TOKEN.test(token) && (await unsubscribe(deps, token));
    return isDone ? done(response) : unknown(response);
  });
  return router;
}

function done(response: Response): void {
  response.send(page('No more mails', 'You are off the list. It counts at once.'));
}

function unknown(response: Response): void {
  response
    .status(404)
    .send(
      page(
        'This link is not known',
        'It may be incomplete, or what was known of you has been erased. Answer the mail to reach us.',
      ),
    );
}
