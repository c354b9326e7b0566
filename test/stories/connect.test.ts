/** Salesforce is connected by logging in: from Home, through the pages, until somebody takes the access back. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { credentialFacts } from '../../src/db/credentials.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { pollCrmEvents } from '../../src/jobs/requests.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { salesforceLogin } from '../../src/vendors/salesforce/api/oauth.ts';
import { connectDesk } from '../../src/workspaces/connect.ts';
import { type Browser, browser, hidden, linkFor, travel } from '../helpers/browser.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { act, redrawn, shown, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { startWorker } from '../helpers/worker.ts';

const DANA = 'dana@example.com';
const MARCUS = 'marcus@example.com';
/** Whom the rule for such leads gives them to. */
const REPS = [MARCUS, 'priya@example.com'];
const INTEGRATION = 'baton-integration@example.com';
const ENV = { SALESFORCE_FLOW: 'web_server', ENCRYPTION_KEY: randomBytes(32).toString('base64') };

/** As Baton's own user. */
const goAs = (baton: System, visit: Browser, link: string, as = INTEGRATION, more = '') =>
  travel(baton, visit, link, as, more);

async function openSetup(baton: System): Promise<void> {
  await slackIdOf(baton, DANA);
  await redrawn(baton, DANA, { home: {} });
  await redrawn(baton, DANA, { click: { action_id: 'home_tab_setup' } });
}

async function linkOnHome(baton: System): Promise<string> {
  await openSetup(baton);
  return linkFor(baton, DANA, { action_id: 'connect_workspace' });
}

const crosses = (baton: System, name: string) => leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });

const says = (messages: Message[], pattern: RegExp) => messages.filter(one => pattern.test(JSON.stringify(one)));

async function paused(baton: System): Promise<boolean> {
  const { db } = baton.app.deps;
  const row = await db('connections').where({ vendor: 'salesforce' }).first('status');
  return row?.status === 'paused';
}

test('connected from Home; access taken back while leads come; reconnected from the message; each written once', async t => {
  const baton = await system(t, { env: ENV });
  await companyIsKnown(baton);
  const asked = await until(
    'Dana is asked',
    async () => says(await baton.messages({ user: DANA }), /not connected to/)[0],
  );
  assert.match(JSON.stringify(asked), /connect_workspace/, 'with a button');
  await crosses(baton, 'early');
  await baton.handoff('early@acmecorp.com');

  const { left, end } = await goAs(baton, browser(), await linkOnHome(baton));
  assert.match(left.cookies.join(), /^baton_connect=[\w-]{43}; Max-Age=900; Path=\/;.*HttpOnly; SameSite=Lax/);
  assert.equal(end.headers.get('cache-control'), 'no-store');
  assert.match(end.text, /Salesforce is connected/);
  assert.match(end.text, /Baton Integration/);
  await until('the early lead is written', async () => (await baton.records('Lead')).length === 1);
  await until('Dana hears', async () => says(await baton.messages({ user: DANA }), /connected Baton to/).length === 1);

  await baton.post('/_sandbox/salesforce/_org', { login: { revokeTokens: true } });
  for (const name of ['emma', 'olga', 'nina']) await crosses(baton, name);
  const cards = async () => (await Promise.all(REPS.map(user => baton.messages({ user })))).flat();
  await until(
    'all three reach a rep',
    async () => says(await cards(), /HIGH lead: (emma|olga|nina)[\s\S]*Not in Salesforce yet/).length === 3,
  );
  await until('it is paused', () => paused(baton));
  await baton.settled();
  const told = says(await baton.messages({ user: DANA }), /no longer accepted/);
  assert.equal(told.length, 1, 'once, however many leads came');
  assert.match(JSON.stringify(told), /taken back in Salesforce/);
  assert.match(JSON.stringify(told), /Reconnect Salesforce/);
  assert.equal((await baton.records('Lead')).length, 1);

  const [notice] = told;
  assert.ok(notice);
  const link = await linkFor(baton, DANA, { channel: notice.channel, ts: notice.ts, action_id: 'connect_workspace' });
  assert.match((await goAs(baton, browser(), link)).end.text, /Salesforce is connected/);
  await until('all are written', async () => (await baton.records('Lead')).length === 4);
  await baton.settled();
  assert.deepEqual((await baton.records('Lead')).map(lead => lead.Email).sort(), [
    'early@acmecorp.com',
    'emma@acmecorp.com',
    'nina@acmecorp.com',
    'olga@acmecorp.com',
  ]);
  await until('no card waits', async () => says(await cards(), /Not in Salesforce yet/).length === 0);

  await openSetup(baton);
  await act(baton, DANA, { click: { action_id: 'disconnect_workspace' } });
  await until('Home says so', async () => /is disconnected/.test((await shown(baton, DANA)).home));
  assert.match((await shown(baton, DANA)).home, /Reconnect Salesforce/);
  const { db } = baton.app.deps;
  assert.deepEqual(await db('credentials').select('sealed', 'status'), [{ sealed: '', status: 'refused' }]);
  const revoked = async () => (await baton.calls('salesforce')).filter(call => call.path.endsWith('/revoke')).length;
  assert.equal(await revoked(), 2, 'the dead login that was replaced, and this one');
  const written = await baton.app.deps.db('handoffs').whereNotNull('record_id').first('id');
  // Until then a process may not have heard yet.
  baton.clock.move(31_000);
  const opened = await browser()(`${baton.env.PUBLIC_URL}/open/${written?.id}`);
  assert.deepEqual([opened.status, /cannot be reached/.test(opened.text)], [503, true]);

  const again = await goAs(baton, browser(), await linkOnHome(baton));
  assert.match(again.end.text, /is connected/);
  await act(baton, DANA, { event: { type: 'app_uninstalled' } });
  await until('nothing is kept when Baton is removed', async () => (await revoked()) === 3);
  assert.deepEqual(await db('credentials').select('sealed', 'status'), [{ sealed: '', status: 'refused' }]);
});

test('every other end of the journey says what to do, and changes nothing', async t => {
  const baton = await system(t, { env: ENV });
  const address = `${baton.env.PUBLIC_URL}/connect/salesforce`;
  const org = (login: object) => baton.post('/_sandbox/salesforce/_org', { login });
  await until('it waits for a login', () => paused(baton));

  const table: [what: string, (visit: Browser, link: string) => Promise<{ status: number; text: string }>, RegExp][] = [
    ['denied', async (visit, link) => (await goAs(baton, visit, link, INTEGRATION, '&allow=no')).end, /not pressed/],
    [
      'blocked',
      async (visit, link) => {
        await org({ appBlocked: true });
        const { end } = await goAs(baton, visit, link);
        await org({ appBlocked: false });
        return end;
      },
      /OAUTH_APP_BLOCKED[\s\S]*Unblock it/,
    ],
    [
      'from elsewhere',
      async (visit, link) => {
        await org({ ipRestricted: true });
        const { end } = await goAs(baton, visit, link);
        await org({ ipRestricted: false });
        return end;
      },
      /login ranges/,
    ],
    [
      'expired',
      async (visit, link) => {
        baton.clock.move(11 * 60_000);
        return visit(link);
      },
      /expired/,
    ],
    [
      'expired on the way',
      async (visit, link) => {
        const first = await visit(link);
        const left = await visit(address, { ticket: hidden(first.text, 'ticket') });
        const back = await visit(`${left.location}&as=${INTEGRATION}`);
        baton.clock.move(11 * 60_000);
        return visit(back.location);
      },
      /expired/,
    ],
    ['made up', async visit => visit(`${address}?ticket=<script>`), /No such link/],
    ['state made up', async visit => visit(`${address}/callback?code=x&state=y`), /No such link/],
    [
      'Salesforce away',
      async (visit, link) => {
        await baton.post('/_sandbox/fault', {
          service: 'salesforce',
          path: '/services/oauth2/token',
          status: 503,
          times: 1,
        });
        return (await goAs(baton, visit, link)).end;
      },
      /does not answer/,
    ],
  ];
  for (const [what, go, pattern] of table) {
    const page = await go(browser(), await linkOnHome(baton));
    assert.match(page.text, pattern, what);
    assert.ok(page.status >= 400, what);
    assert.match(page.text, /<html lang="en">[\s\S]*<h1>/, what);
    assert.doesNotMatch(page.text, /<script/i, what);
  }
  assert.ok(await paused(baton));
  assert.deepEqual(await baton.app.deps.db('credentials').select(), []);
});

test('a link works once, in the browser that began; another organization is asked about first', async t => {
  const baton = await system(t, { env: ENV });
  const { db } = baton.app.deps;
  await until('it waits for a login', () => paused(baton));
  const link = await linkOnHome(baton);
  const [visit, stranger] = [browser(), browser()];
  for (let scan = 0; scan < 2; scan += 1) assert.equal((await stranger(link)).status, 200, 'looking uses nothing up');
  const first = await visit(link);
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/salesforce`, { ticket: hidden(first.text, 'ticket') });
  const back = await visit(`${left.location}&as=${INTEGRATION}`);
  const stolen = await stranger(back.location);
  assert.deepEqual([stolen.status, /Another browser/.test(stolen.text)], [403, true]);
  assert.match((await visit(back.location)).text, /is connected/, 'the stranger spoiled nothing');
  assert.match((await visit(back.location)).text, /used already/);
  assert.match((await visit(link)).text, /used already/);
  assert.match(left.location, /code_challenge_method=S256/);
  const stored = JSON.stringify([await db('connect_attempts').select(), await db('credentials').select()]);
  assert.doesNotMatch(stored, /5Aep861|00DHs0000Baton1!/, 'no token lies open');

  const tenant = async () => (await db('credentials').first('tenant'))?.tenant;
  const before = await tenant();
  await baton.post('/_sandbox/salesforce/_org', { login: { organizationId: '00DHs0000Other1MQB' } });
  for (const [answer, pattern, changes] of [
    ['no', /Nothing was changed/, false],
    ['yes', /is connected/, true],
  ] as const) {
    const again = browser();
    const { end } = await goAs(baton, again, await linkOnHome(baton));
    assert.match(end.text, /another organization/i);
    assert.equal(await tenant(), before, 'not before it is confirmed');
    const token = hidden(end.text, 'token');
    const confirm = `${baton.env.PUBLIC_URL}/connect/salesforce/confirm`;
    assert.equal((await browser()(confirm, { token, answer: 'yes' })).status, 403);
    assert.match((await again(confirm, { token, answer })).text, pattern);
    assert.equal((await tenant()) !== before, changes);
    assert.match((await again(confirm, { token, answer: 'yes' })).text, /used already/);
  }
});

test('two processes come for a new session in the same moment: one trade of the token, and both go on', async t => {
  const baton = await system(t, { env: ENV, role: 'web' });
  await startWorker(t, baton);
  const { deps, workspaceId } = baton.app;
  await baton.post('/_sandbox/salesforce/_org', { login: { rotateRefreshTokens: true } });
  await goAs(baton, browser(), await linkOnHome(baton));
  await baton.settled();
  const trades = async () =>
    (await baton.calls('salesforce')).filter(call => JSON.stringify(call.body).includes('refresh_token')).length;
  const polled = async () =>
    (await baton.calls('salesforce')).filter(
      call => call.status === 200 && JSON.stringify(call.body).includes('FROM%20Task'),
    ).length;
  for (let round = 1; round <= 2; round += 1) {
    const before = await polled();
    await baton.post('/_sandbox/salesforce/_org', { expireSessions: true });
    // Whoever is to trade it waits here, until both processes do.
    const held = await deps.db.transaction();
    await held('credentials').where({ workspace_id: workspaceId }).forUpdate().first('status');
    const { crm } = await deps.vendors(workspaceId);
    const asked = crm?.match({ email: 'emma.thompson@acmecorp.com' });
    await enqueue(deps.db, pollCrmEvents(workspaceId));
    await until('both wait', async () => {
      const { rows } = await deps.db.raw(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%credentials%'`,
      );
      return rows[0].waiting >= 2;
    });
    await held.rollback();
    assert.equal((await asked)?.lead.kind, 'none');
    await until('the other process has its answer', async () => (await polled()) > before);
    assert.equal(await trades(), round, 'one trade each time, with the token of the one before');
  }
  assert.equal(await paused(baton), false);
  assert.deepEqual(await deps.db('credentials').pluck('status'), ['active']);
  assert.deepEqual(says(await baton.messages({ user: DANA }), /no longer accepted/), []);
});

test('an organization that nobody confirms: the log-in is taken back there as well, once Salesforce answers', async t => {
  const baton = await system(t, { env: ENV });
  const { db, forgetUnanswered } = baton.app.deps;
  await until('it waits for a login', () => paused(baton));
  await goAs(baton, browser(), await linkOnHome(baton));
  await baton.post('/_sandbox/salesforce/_org', { login: { organizationId: '00DHs0000Other1MQB' } });
  const revokes = async () => (await baton.calls('salesforce')).filter(call => call.path.endsWith('/revoke'));
  const kept = async () => (await db('connect_attempts').whereNotNull('sealed_tokens')).length;
  const confirm = `${baton.env.PUBLIC_URL}/connect/salesforce/confirm`;
  // The tick may come at any moment: nothing here depends on who of the two was first.
  const away = { service: 'salesforce', path: '/services/oauth2/revoke', status: 503, times: 50 };

  const [first, visit] = [browser(), browser()];
  const unanswered = await goAs(baton, first, await linkOnHome(baton));
  const declined = await goAs(baton, visit, await linkOnHome(baton));
  await baton.post('/_sandbox/fault', away);
  const no = { token: hidden(declined.end.text, 'token'), answer: 'no' };
  assert.match((await visit(confirm, no)).text, /Nothing was changed/);
  assert.equal((await visit(confirm, { ...no, answer: 'yes' })).status >= 400, true, 'no is no');
  await forgetUnanswered?.();
  assert.equal((await revokes()).length, 1, 'there is time to answer');

  baton.clock.move(11 * 60_000);
  await forgetUnanswered?.();
  assert.equal(await kept(), 2, 'Salesforce is away');
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await forgetUnanswered?.();
  await until('none is kept', async () => (await kept()) === 0);
  const done = (await revokes()).filter(call => call.status === 200);
  assert.equal(new Set(done.map(call => JSON.stringify(call.body))).size, 2);
  const late = await first(confirm, { token: hidden(unanswered.end.text, 'token'), answer: 'yes' });
  assert.match(late.text, /used already/);
});

test('only admins get a link for the workspace; a person connects as themselves and as nobody else', async t => {
  const baton = await system(t, { env: ENV });
  const { deps, workspaceId } = baton.app;
  const slackUserId = await slackIdOf(baton, MARCUS);
  await goAs(baton, browser(), await linkOnHome(baton));
  const by = { workspaceId, slackUserId };
  const {
    SALESFORCE_CLIENT_ID: clientId = '',
    SALESFORCE_CLIENT_SECRET: clientSecret,
    SALESFORCE_LOGIN_URL: loginUrl = '',
  } = baton.env.vendors.salesforce ?? {};
  const login = salesforceLogin({
    loginUrl,
    clientId,
    clientSecret,
    forWorkspace: true,
  });
  const desk = connectDesk({
    deps,
    keyring: parseKeyring(ENV.ENCRYPTION_KEY),
    logins: { salesforce: login },
    rolesOf: () => ['crm'],
  });
  assert.deepEqual(await desk.ticket(by, 'salesforce', 'workspace'), { kind: 'not_allowed', who: 'Dana Ruiz' });
  assert.deepEqual(await desk.logOut(by, 'salesforce', 'workspace'), { kind: 'not_allowed', who: 'Dana Ruiz' });
  assert.deepEqual(await desk.ticket(by, 'hubspot', 'workspace'), { kind: 'not_offered' });
  const facts = () => credentialFacts(deps.db, { workspaceId, vendor: 'salesforce', holder: MARCUS });
  const mine = async () => {
    const ticketed = await desk.ticket(by, 'salesforce', 'mine');
    assert.equal(ticketed.kind, 'ticket');
    return ticketed.url;
  };
  const wrong = await goAs(baton, browser(), await mine(), INTEGRATION);
  assert.match(wrong.end.text, /not marcus@example.com/);
  assert.equal(await facts(), undefined);
  const right = await goAs(baton, browser(), await mine(), MARCUS);
  assert.match(right.end.text, /as Marcus Chen/);
  assert.equal((await facts())?.status, 'active');
  assert.deepEqual(await desk.logOut(by, 'salesforce', 'mine'), { kind: 'done', revoked: true });
  assert.equal((await facts())?.status, 'refused');
  for (let asked = 2; asked < 20; asked += 1) await mine();
  assert.equal((await desk.ticket(by, 'salesforce', 'mine')).kind, 'too_many');
});
