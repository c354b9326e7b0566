/** A person's browser, for stories about logging in at a vendor's page. */
import assert from 'node:assert/strict';
import { act, shown, type UserAction } from './slack.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** A browser: keeps cookies, follows nothing by itself. */
export function browser() {
  const jar = new Map<string, string>();
  return async (address: string, form?: Record<string, string>) => {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get('location') ?? '',
      cookies: answer.headers.getSetCookie(),
      headers: answer.headers,
    };
  };
}
export type Browser = ReturnType<typeof browser>;

/** A hidden input of a page. */
export const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';

/** Presses and answers the link in the modal that opened. */
export async function linkFor(baton: System, user: string, pressed: UserAction): Promise<string> {
  await act(baton, user, pressed);
  const url = await until('a link', async () => {
    const { modal } = await shown(baton, user);
    return /"url":"([^"]+)"/.exec(modal)?.[1];
  });
  await act(baton, user, { close: {} });
  return url;
}

/** The whole journey in one browser; answers the last page. */
export async function travel(baton: System, visit: Browser, link: string, as: string, more = '') {
  const address = `${baton.env.PUBLIC_URL}/connect/salesforce`;
  const first = await visit(link);
  assert.equal(first.status, 200, first.text);
  const left = await visit(address, { ticket: hidden(first.text, 'ticket') });
  assert.equal(left.status, 303, left.text);
  const back = await visit(`${left.location}&as=${as}${more}`);
  return { left, back, end: back.status === 302 ? await visit(back.location) : back };
}
