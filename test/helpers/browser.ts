/** A person's browser and Slack, for stories about logging in at a vendor's page. */
import assert from 'node:assert/strict';
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

interface State {
  users: { id: string; profile: { email: string } }[];
  homes: Record<string, { hash: string; blocks: unknown[] }>;
  views: Record<string, { blocks: unknown[] }[]>;
}

/** Home and the top modal of a person, as text. */
export async function shown(baton: System, user: string) {
  const state = await baton.get<State>('/_sandbox/slack/state');
  const id = state.users.find(({ profile }) => profile.email === user)?.id ?? '';
  const home = state.homes[id];
  return { hash: home?.hash, home: JSON.stringify(home ?? {}), modal: JSON.stringify(state.views[id]?.at(-1) ?? {}) };
}

export async function act(baton: System, user: string, deed: Record<string, unknown>): Promise<void> {
  const answer = await baton.post('/_sandbox/slack/act', { user, ...deed });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
}

/** Presses and answers the link in the modal that opened. */
export async function linkFor(baton: System, user: string, click: Record<string, unknown>): Promise<string> {
  await act(baton, user, { click });
  const url = await until('a link', async () => {
    const { modal } = await shown(baton, user);
    return /"url":"([^"]+)"/.exec(modal)?.[1];
  });
  await act(baton, user, { close: {} });
  return url;
}

/** Home is drawn some time after a deed was acknowledged; answers it. */
export async function redrawn(baton: System, user: string, deed: Record<string, unknown>): Promise<string> {
  const { hash } = await shown(baton, user);
  await act(baton, user, deed);
  return until('Home is drawn anew', async () => {
    const now = await shown(baton, user);
    return now.hash === hash ? undefined : now.home;
  });
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
