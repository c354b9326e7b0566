/** Add to Slack: the way through Slack's consent page into a workspace of one's own, and everything that can go wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { eraseLeavers } from '../../src/workspaces/tenants/tenants.ts';
import { browser } from '../helpers/browser.ts';
import { tokensKeptFor } from '../helpers/database-questions.ts';
import { pageAddressOf } from '../helpers/forms.ts';
import { homeShows, openHome, openSetup, press } from '../helpers/home.ts';
import { addToSlack, allow, HOME, handedOffIn, hosted, workspaceOf } from '../helpers/hosted.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { startBeside } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

test('from the landing page into Slack: a page that leads there, a welcome, and a Home for the installer', async t => {
  const baton = await hosted(t);
  const visit = browser();
  const landing = await visit(`${baton.env.PUBLIC_URL}/`);
  for (const part of [/href="\/slack\/install"/, /href="\/privacy"/, /href="\/support"/])
    assert.match(landing.text, part);
  for (const path of ['/privacy', '/support'])
    assert.equal((await visit(`${baton.env.PUBLIC_URL}${path}`)).status, 200);
  const left = await visit(`${baton.env.PUBLIC_URL}/slack/install`);
  assert.match(left.cookies[0] ?? '', /^baton_install=.*HttpOnly; SameSite=Lax/);
  const asked = new URL(left.location).searchParams;
  assert.match(asked.get('scope') ?? '', /chat:write.*users:read\.email/);
  assert.equal(asked.get('redirect_uri'), `${baton.env.PUBLIC_URL}/slack/oauth_redirect`);
  const end = await visit(await allow(baton, visit));
  assert.equal(end.status, 200, end.text);
  assert.match(end.text, /Baton is in Acme Sales/);
  const [, open = ''] = /href="([^"]+)">Open Slack/.exec(end.text) ?? [];
  assert.equal((await visit(open.replaceAll('&amp;', '&'))).status, 200, 'the page leads into Slack');
  const acme = await workspaceOf(baton);
  await untilSaid(acme, { user: DANA }, /you are its admin/);
  assert.match(await openHome(acme, DANA), /Set-up/);
});

test('an address that begins too often is told when it may again; others are served meanwhile', async t => {
  const baton = await hosted(t);
  const from = (address: string) =>
    fetch(`${baton.env.PUBLIC_URL}/slack/install`, { redirect: 'manual', headers: { 'x-forwarded-for': address } });
  const all = [];
  for (let nth = 0; nth < 21; nth += 1) all.push((await from('198.51.100.7')).status);
  assert.deepEqual(new Set(all.slice(0, 20)), new Set([302]));
  const refused = await from('198.51.100.7');
  assert.deepEqual([all.at(-1), refused.status, refused.headers.get('retry-after')], [429, 429, '60']);
  assert.match(await refused.text(), /Try again in 60 s[\s\S]*Nothing was installed/);
  assert.equal((await from('198.51.100.8')).status, 302);
  baton.clock.move(MINUTE);
  assert.equal((await from('198.51.100.7')).status, 302);
});

/** What the page after it says, and that nothing was installed: nobody answers in that Slack. */
async function comesToNothing(
  t: Parameters<typeof hosted>[0],
  go: (way: Way) => Promise<{ status: number; text: string }>,
) {
  const baton = await hosted(t);
  const visit = browser();
  const end = await go({ baton, visit });
  assert.match(end.text, /Reference [0-9a-f]{8}\./);
  assert.match(end.text, /href="\/slack\/install"/);
  await assert.rejects(workspaceOf(baton), /has a workspace/);
  return end;
}

type Way = { baton: Awaited<ReturnType<typeof hosted>>; visit: ReturnType<typeof browser> };

const FAILURES: Record<
  string,
  { status: number; says: RegExp; go(way: Way): Promise<{ status: number; text: string }> }
> = {
  'Cancel was pressed': {
    status: 403,
    says: /You chose not to allow it/,
    go: async ({ baton, visit }) => visit(await allow(baton, visit, { answer: 'no' })),
  },
  'another browser comes back': {
    status: 403,
    says: /Another browser began this/,
    go: async ({ baton, visit }) => browser()(await allow(baton, visit)),
  },
  'the state is older than ten minutes': {
    status: 410,
    says: /longer than ten minutes/,
    async go({ baton, visit }) {
      const back = await allow(baton, visit);
      baton.clock.move(11 * MINUTE);
      return visit(back);
    },
  },
  'Slack’s code was used by somebody else': {
    status: 410,
    says: /Slack’s code has expired/,
    async go({ baton, visit }) {
      const back = new URL(await allow(baton, visit));
      back.searchParams.set('code', 'spent');
      return visit(back.href);
    },
  },
  'the link was cut short': {
    status: 400,
    says: /does not come from Add to Slack/,
    go: ({ baton, visit }) => visit(`${baton.env.PUBLIC_URL}/slack/oauth_redirect?code=abc`),
  },
  'Slack leaves permissions out': {
    status: 403,
    says: /Missing: .*users:read\.email/,
    async go({ baton, visit }) {
      const left = await visit(`${baton.env.PUBLIC_URL}/slack/install`);
      const consent = new URL(left.location);
      const asked = { ...Object.fromEntries(consent.searchParams), scope: 'chat:write' };
      const back = await visit(`${consent.origin}${consent.pathname}`, {
        ...asked,
        team: HOME,
        user: 'dana',
        allow: 'yes',
      });
      return visit(back.location);
    },
  },
  'it is another app': {
    status: 403,
    says: /another Slack app/,
    async go({ baton, visit }) {
      const of = { team: { id: HOME, name: 'Acme' }, authed_user: { id: 'U0DANA' } };
      const body = { ok: true, app_id: 'A0OTHER', access_token: 'xoxb-x', bot_user_id: 'U0X', ...of };
      const back = await allow(baton, visit);
      baton.sandbox.fault({ service: 'slack', path: '/api/oauth.v2.access', body, times: 1 });
      return visit(back);
    },
  },
  'Slack does not answer': {
    status: 502,
    says: /does not answer as it should/,
    async go({ baton, visit }) {
      const back = await allow(baton, visit);
      baton.sandbox.fault({ service: 'slack', path: '/api/oauth.v2.access', status: 503, times: 1 });
      return visit(back);
    },
  },
};

for (const [what, { status, says, go }] of Object.entries(FAILURES)) {
  test(`nothing is installed when ${what}: the page says so, what to do, and a reference`, async t => {
    const end = await comesToNothing(t, go);
    assert.equal(end.status, status, end.text);
    assert.match(end.text, says);
  });
}

test('a journey works once: played again it changes nothing, and Add to Slack once more is a reinstall', async t => {
  const baton = await hosted(t);
  const visit = browser();
  const back = await allow(baton, visit);
  assert.equal((await visit(back)).status, 200);
  const acme = await workspaceOf(baton);
  await untilSaid(acme, { user: DANA }, /you are its admin/);
  const again = await visit(back);
  assert.deepEqual([again.status, /has been used/.test(again.text)], [410, true]);
  const hook = await acme.app.deps.hookAddress(acme.app.workspaceId, 'hubspot');
  assert.equal((await addToSlack(baton)).status, 200);
  const same = await workspaceOf(baton);
  assert.deepEqual(
    [same.app.workspaceId, await same.app.deps.hookAddress(same.app.workspaceId, 'hubspot')],
    [acme.app.workspaceId, hook],
  );
});

test('the key in hook addresses is replaced: the old ones are taken for a week, or until somebody ends them', async t => {
  const baton = await hosted(t);
  await addToSlack(baton);
  const acme = await workspaceOf(baton);
  const address = async () => String(await acme.app.deps.hookAddress(acme.app.workspaceId, 'form'));
  const says = async (url: string) =>
    (await fetch(url, { method: 'POST', body: '{"email":"kim@acmecorp.com"}' })).status;
  const mail = async (url: string) =>
    (await fetch(url.replace(/form$/, 'mail'), { method: 'POST', body: 'From: a@b.example\r\nSubject: x\r\n\r\n' }))
      .status;
  const [old, page] = [await address(), await pageAddressOf(acme)];
  await openSetup(acme, DANA, 'connections');
  await press(acme, DANA, 'new_hook_key');
  await homeShows(acme, DANA, /The hook addresses have a new key\. Set the new ones at Form/);
  const now = await address();
  assert.notEqual(now, old);
  assert.deepEqual([await says(old), await says(now), await pageAddressOf(acme)], [200, 200, page]);
  assert.deepEqual([await mail(old), await mail(now)], [200, 200]);
  const beside = await startBeside(t, acme);
  const there = old.replace(acme.app.url, beside.url);
  assert.equal(await says(there), 200);
  await press(acme, DANA, 'end_old_hook_key');
  await homeShows(acme, DANA, /The old addresses are taken no more/);
  assert.deepEqual([await says(old), await says(now), await mail(old)], [401, 200, 401]);
  acme.clock.move(5 * SECOND);
  assert.equal(await says(there), 401, 'another process knows within five seconds');
});

test('beside one company that has its own bot others add theirs, and it goes on', async t => {
  const baton = await hosted(t, {
    env: { SLACK_BOT_TOKEN: 'xoxb-sandbox-baton', HOOK_KEY: 'a-hook-key-of-one-company' },
  });
  await baton.post('/_sandbox/slack/workspaces', { id: 'T0HOOLI', name: 'Hooli Sales', domain: 'hooli' });
  assert.equal((await addToSlack(baton, 'T0HOOLI')).title, 'Baton is in Hooli Sales');
  const hooli = await workspaceOf(baton, 'T0HOOLI');
  await untilSaid(hooli, { user: 'dana@hooli.example.com' }, /you are its admin/);
  assert.notEqual(hooli.app.workspaceId, baton.app.workspaceId);
  assert.match(await openHome(baton, DANA), /Set-up/);
});

test('a company that had added Baton, removed it, and now runs it with a bot of its own keeps what it had', async t => {
  const baton = await hosted(t);
  assert.equal((await addToSlack(baton)).status, 200);
  const acme = await workspaceOf(baton);
  await handedOffIn(acme, DANA, 'Sam Lee');
  await baton.post('/_sandbox/slack/uninstall', { team: HOME, ends_tokens: false });
  await until('its tokens are gone', async () => (await tokensKeptFor(baton, HOME)) === 0);
  const own = { SLACK_BOT_TOKEN: 'xoxb-sandbox-baton', HOOK_KEY: 'a-hook-key-of-one-company' };
  const running = await startBeside(t, { ...baton, env: { ...baton.env, ...own } });
  assert.equal(running.workspaceId, acme.app.workspaceId);
  baton.clock.move(31 * DAY);
  await eraseLeavers(running.deps);
  assert.equal((await acme.handoffs()).length, 1);
});
