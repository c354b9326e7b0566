/** What whoever sent a form hears: JSON for scripts, a page or the way back for visitors. */
import type { Request, Response } from 'express';
import { page } from '../page.ts';

/** A browser that leaves its page for the answer. */
const wantsPage = (request: Request): boolean => request.accepts(['json', 'html']) === 'html';

/**
 * Where the visitor goes on: `_redirect` as it stands, or within the page's own site. Undefined: nowhere, or somewhere
 * that the playbook does not allow; an address of anybody's choice must not pass through ours.
 */
export function wayBack(
  wanted: string | undefined,
  origin: string | undefined,
  allowed: readonly string[],
): string | undefined {
  if (!wanted) return undefined;
  const base = origin !== undefined && allowed.includes(origin) ? origin : undefined;
  if (!URL.canParse(wanted, base)) return undefined;
  const to = new URL(wanted, base);
  // The origin of `blob:https://…` is that of its page.
  return /^https?:$/.test(to.protocol) && !to.username && allowed.includes(to.origin) ? to.href : undefined;
}

export function thank(request: Request, response: Response, to: string | undefined): void {
  if (to !== undefined) response.redirect(303, to);
  else if (wantsPage(request)) response.type('html').send(page('Thank you', 'Your form has arrived.'));
  else response.status(200).json({ received: 1 });
}

const TITLES: Record<number, string> = { 429: 'One moment, please' };

export function refuse(request: Request, response: Response, status: number, error: string): void {
  if (status === 429) response.set('retry-after', '60');
  response.status(status);
  if (wantsPage(request)) response.type('html').send(page(TITLES[status] ?? 'The form was not sent', error));
  else response.json({ error });
}

export const tooMany = (request: Request, response: Response): void =>
  refuse(request, response, 429, 'There are too many forms just now. Please send it again in a minute.');
