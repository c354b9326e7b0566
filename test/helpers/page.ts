/** The shared page as a person's browser shows it. */
import assert from 'node:assert/strict';
import { type Browser, browser, hidden, linkFor } from './browser.ts';
import { mql } from './messages.ts';
import { clickOn, slackIdOf, type UserAction } from './slack.ts';
import type { System } from './system.ts';

/** A person's link to the page, from under an answer of theirs; or from whatever was pressed. */
export async function pageLink(baton: System, user: string, pressed?: UserAction): Promise<string> {
  await slackIdOf(baton, user);
  const answered = pressed ? undefined : await mql(baton, user, 'ask how many leads came in this month');
  return linkFor(baton, user, pressed ?? clickOn(answered as NonNullable<typeof answered>, 'open_page'));
}

/** Opens the link and presses its button; answers where that leads. */
export async function enter(baton: System, visit: Browser, link: string) {
  const shown = await visit(link);
  assert.equal(shown.status, 200, shown.text);
  const ticket = hidden(shown.text, 'ticket');
  return visit(`${baton.app.url}/page/enter`, { ticket, token: hidden(shown.text, 'token') });
}

/** A browser in which this person is signed in: paths below `/page/`. */
export async function signedIn(baton: System, user: string) {
  const visit = browser();
  const entered = await enter(baton, visit, await pageLink(baton, user));
  assert.equal(entered.status, 303, entered.text);
  return (path: string, form?: Record<string, string>) => visit(`${baton.app.url}/page/${path}`, form);
}

/** What the numbers of a page are, in their order: each is said for machines as well. */
export const numbersIn = (page: string): number[] =>
  [...page.matchAll(/<data value="([^"]+)">/g)].map(([, value]) => Number(value));

/** What somebody reads, without marks. */
export const readable = (page: string): string =>
  page
    .replace(/<(?:style|title)[\s\S]*?<\/(?:style|title)>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
