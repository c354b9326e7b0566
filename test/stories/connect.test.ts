/** Salesforce is connected by logging in: from Home, through the pages, until somebody takes the access back. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { salesforceLogin } from '../../src/vendors/salesforce/api/oauth.ts';
import { connectService } from '../../src/workspaces/connect.ts';
import { type Browser, browser, hidden, linkFor, travel } from '../helpers/browser.ts';
import { holdLogins } from '../helpers/database-changes.ts';
import {
  isSalesforcePaused,
  logins,
  storedOfLogins,
  unansweredLogins,
  waitingForLocks,
} from '../helpers/database-questions.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { beginPollCrm } from '../helpers/jobs.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { messagesSaying, onlyMessageSaying, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { changeOrg } from '../helpers/salesforce.ts';
import { act, click, clickOn, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';
import { startWorker } from '../helpers/worker.ts';

const INTEGRATION = 'baton-integration@example.com';
const ENV = { SALESFORCE_FLOW: 'web_server', ENCRYPTION_KEY: randomBytes(32).toString('base64') };
/** Nobody has logged in any more, and nothing is kept of whoever did. */
const FORGOTTEN = [{ sealed: '', status: 'refused' }];

/** A link for the workspace, from Dana's Home. */
async function linkOnHome(baton: System): Promise<string> {
  await openSetup(baton, DANA, 'connections');
  return linkFor(baton, DANA, click('connect_workspace'));
}

/** Dana connects the workspace, as Baton's own user. */
const connect = async (baton: System, visit: Browser = browser(), more = '') =>
  travel(baton, visit, await linkOnHome(baton), INTEGRATION, more);

/** A system that was connected from Home. */
async function connected(t: TestContext): Promise<System> {
  const baton = await system(t, { env: ENV });
  await companyIsKnown(baton);
  assert.match((await connect(baton)).end.text, /Salesforce is connected/);
  return baton;
}

async function cross(baton: System, ...names: string[]): Promise<void> {
  for (const name of names) await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
}

/** What the reps' cards say, whichever of the two has the lead. */
async function cardsSaying(baton: System, pattern: RegExp): Promise<Message[]> {
  return (await Promise.all([MARCUS, PRIYA].map(user => messagesSaying(baton, { user }, pattern)))).flat();
}

const addressesInSalesforce = async (baton: System) => (await baton.records('Lead')).map(lead => lead.Email).sort();
const revokes = async (baton: System) =>
  (await baton.calls('salesforce')).filter(call => call.path.endsWith('/revoke'));
const kept = async (baton: System) => (await logins(baton)).map(({ sealed, status }) => ({ sealed, status }));

test('the admins are asked to connect; once it is done from Home, the lead that waited is written', async t => {
  const baton = await system(t, { env: ENV });
  await companyIsKnown(baton);
  assert.match(
    wordsOf(await untilSaid(baton, { user: DANA }, /not connected to/)),
    /connect_workspace/,
    'with a button',
  );
  await cross(baton, 'early');
  await baton.handoff('early@acmecorp.com');
  const { left, end } = await connect(baton);
  assert.match(left.cookies.join(), /^baton_connect=[\w-]{43}; Max-Age=900; Path=\/;.*HttpOnly; SameSite=Lax/);
  assert.equal(end.headers.get('cache-control'), 'no-store');
  assert.match(end.text, /Salesforce is connected/);
  assert.match(end.text, /Baton Integration/);
  await until('the early lead is written', async () => (await baton.records('Lead')).length === 1);
  await untilSaid(baton, { user: DANA }, /connected Baton to/);
  await baton.settled();
  await onlyMessageSaying(baton, { user: DANA }, /connected Baton to/);
});

test('access taken back while leads come: told once, reconnected from the message, and each lead written once', async t => {
  const baton = await connected(t);
  await cross(baton, 'early');
  await until('the early lead is written', async () => (await baton.records('Lead')).length === 1);
  await changeOrg(baton, { login: { revokeTokens: true } });
  await cross(baton, 'emma', 'olga', 'nina');
  await until(
    'all three reach a rep',
    async () => (await cardsSaying(baton, /HIGH lead: (emma|olga|nina)[\s\S]*Not in Salesforce yet/)).length === 3,
  );
  await until('it is paused', () => isSalesforcePaused(baton));
  await baton.settled();
  // Once, however many leads came.
  const notice = await onlyMessageSaying(baton, { user: DANA }, /no longer accepts/);
  assert.match(wordsOf(notice), /taken back in Salesforce[\s\S]*Reconnect Salesforce/);
  assert.deepEqual(await addressesInSalesforce(baton), ['early@acmecorp.com']);

  const link = await linkFor(baton, DANA, clickOn(notice, 'connect_workspace'));
  assert.match((await travel(baton, browser(), link, INTEGRATION)).end.text, /Salesforce is connected/);
  await until('all are written', async () => (await baton.records('Lead')).length === 4);
  await until('no card waits', async () => (await cardsSaying(baton, /Not in Salesforce yet/)).length === 0);
  await baton.settled();
  const all = ['early', 'emma', 'nina', 'olga'].map(name => `${name}@acmecorp.com`);
  assert.deepEqual(await addressesInSalesforce(baton), all);
  assert.equal((await revokes(baton)).length, 1, 'the dead login, which was replaced');
});

test('disconnected from Home, or removed from Slack: the access is given back, and nothing of it is kept', async t => {
  const baton = await connected(t);
  await cross(baton, 'early');
  const { id } = await until('the lead is written', async () => {
    const lead = await baton.handoff('early@acmecorp.com');
    return lead.recordId ? lead : undefined;
  });
  await openSetup(baton, DANA, 'connections');
  await press(baton, DANA, 'disconnect_workspace');
  assert.match(await homeShows(baton, DANA, /is disconnected/), /Reconnect Salesforce/);
  assert.deepEqual([await kept(baton), (await revokes(baton)).length], [FORGOTTEN, 1]);
  // Until then a process may not have heard yet.
  baton.clock.move(31 * SECOND);
  const opened = await browser()(`${baton.env.PUBLIC_URL}/open/${id}`);
  assert.deepEqual([opened.status, /cannot be reached/.test(opened.text)], [503, true]);

  assert.match((await connect(baton)).end.text, /is connected/);
  await act(baton, DANA, { event: { type: 'app_uninstalled' } });
  await until('the access is given back', async () => (await revokes(baton)).length === 2);
  assert.deepEqual(await kept(baton), FORGOTTEN);
});

test('every other end of the journey says what to do, and changes nothing', async t => {
  const baton = await system(t, { env: ENV });
  const address = `${baton.env.PUBLIC_URL}/connect/salesforce`;
  const org = (login: object) => changeOrg(baton, { login });
  await until('it waits for a login', () => isSalesforcePaused(baton));

  const table: [what: string, (visit: Browser, link: string) => Promise<{ status: number; text: string }>, RegExp][] = [
    ['denied', async (visit, link) => (await travel(baton, visit, link, INTEGRATION, '&allow=no')).end, /not pressed/],
    [
      'blocked',
      async (visit, link) => {
        await org({ appBlocked: true });
        const { end } = await travel(baton, visit, link, INTEGRATION);
        await org({ appBlocked: false });
        return end;
      },
      /OAUTH_APP_BLOCKED[\s\S]*Unblock it/,
    ],
    [
      'from elsewhere',
      async (visit, link) => {
        await org({ ipRestricted: true });
        const { end } = await travel(baton, visit, link, INTEGRATION);
        await org({ ipRestricted: false });
        return end;
      },
      /login ranges/,
    ],
    [
      'expired',
      async (visit, link) => {
        baton.clock.move(11 * MINUTE);
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
        baton.clock.move(11 * MINUTE);
        return visit(back.location);
      },
      /expired/,
    ],
    ['made up', async visit => visit(`${address}?ticket=<script>`), /No such link/],
    ['state made up', async visit => visit(`${address}/callback?code=x&state=y`), /No such link/],
    [
      'Salesforce away',
      async (visit, link) => {
        await breakCalls(baton, { service: 'salesforce', path: '/services/oauth2/token', status: 503 });
        return (await travel(baton, visit, link, INTEGRATION)).end;
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
  assert.ok(await isSalesforcePaused(baton));
  assert.deepEqual(await logins(baton), []);
});

test('a link works once, in the browser that began', async t => {
  const baton = await system(t, { env: ENV });
  await until('it waits for a login', () => isSalesforcePaused(baton));
  const link = await linkOnHome(baton);
  const [visit, stranger] = [browser(), browser()];
  for (let scan = 0; scan < 2; scan += 1) assert.equal((await stranger(link)).status, 200, 'looking uses nothing up');
  const first = await visit(link);
  assert.match(
    first.text,
    /Dana Ruiz \(dana@example\.com\) asked for this in the Slack workspace [^(]+ \([a-z-]+\.slack\.com\)/,
    'whoever opens the link sees for whom',
  );
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/salesforce`, { ticket: hidden(first.text, 'ticket') });
  assert.match(left.location, /code_challenge_method=S256/);
  const back = await visit(`${left.location}&as=${INTEGRATION}`);
  const stolen = await stranger(back.location);
  assert.deepEqual([stolen.status, /Another browser/.test(stolen.text)], [403, true]);
  assert.match((await visit(back.location)).text, /is connected/, 'the stranger spoiled nothing');
  assert.match((await visit(back.location)).text, /used already/);
  assert.match((await visit(link)).text, /used already/);
  assert.doesNotMatch(await storedOfLogins(baton), /5Aep861|00DHs0000Baton1!/, 'no token lies open');
});

test('another organization is asked about first, in the browser that began', async t => {
  const baton = await connected(t);
  const organization = async () => (await logins(baton))[0]?.tenant;
  const before = await organization();
  const confirm = `${baton.env.PUBLIC_URL}/connect/salesforce/confirm`;
  await changeOrg(baton, { login: { organizationId: '00DHs0000Other1MQB' } });
  for (const [answer, pattern, changes] of [
    ['no', /Nothing was changed/, false],
    ['yes', /is connected/, true],
  ] as const) {
    const visit = browser();
    const { end } = await connect(baton, visit);
    assert.match(end.text, /another Salesforce/i);
    assert.equal(await organization(), before, 'not before it is confirmed');
    const token = hidden(end.text, 'token');
    assert.equal((await browser()(confirm, { token, answer: 'yes' })).status, 403);
    assert.match((await visit(confirm, { token, answer })).text, pattern);
    assert.equal((await organization()) !== before, changes);
    assert.match((await visit(confirm, { token, answer: 'yes' })).text, /used already/);
  }
});

test('two processes come for a new session in the same moment: one trade of the token, and both go on', async t => {
  const baton = await system(t, { env: ENV, role: 'web' });
  await startWorker(t, baton);
  await changeOrg(baton, { login: { rotateRefreshTokens: true } });
  await connect(baton);
  await baton.settled();
  const callsSaying = async (words: string) =>
    (await baton.calls('salesforce')).filter(call => JSON.stringify(call.body).includes(words));
  const polled = async () => (await callsSaying('FROM%20Task')).filter(call => call.status === 200).length;
  for (let round = 1; round <= 2; round += 1) {
    const before = await polled();
    await changeOrg(baton, { expireSessions: true });
    // Whoever is to trade it waits here, until both processes do.
    const release = await holdLogins(baton);
    const { crm } = await baton.app.deps.vendors(baton.app.workspaceId);
    const asked = crm?.match({ email: EMMA });
    const bothWait = async () => {
      // For some seconds the other process may still know of no connection, and then has nothing to ask.
      await beginPollCrm(baton);
      return (await waitingForLocks(baton, 'credentials')) >= 2;
    };
    await until('both wait', bothWait).finally(release);
    assert.equal((await asked)?.lead.kind, 'none');
    await until('the other process has its answer', async () => (await polled()) > before);
    const trades = (await callsSaying('refresh_token')).length;
    assert.equal(trades, round, 'one trade each time, with the token of the one before');
  }
  assert.equal(await isSalesforcePaused(baton), false);
  assert.deepEqual(
    (await logins(baton)).map(({ status }) => status),
    ['active'],
  );
  assert.deepEqual(await messagesSaying(baton, { user: DANA }, /no longer accepts/), []);
});

test('an organization that nobody confirms: the log-in is taken back there as well, once Salesforce answers', async t => {
  const baton = await connected(t);
  const { forgetUnanswered } = baton.app.deps;
  const confirm = `${baton.env.PUBLIC_URL}/connect/salesforce/confirm`;
  await changeOrg(baton, { login: { organizationId: '00DHs0000Other1MQB' } });
  const [first, visit] = [browser(), browser()];
  const unanswered = await connect(baton, first);
  const declined = await connect(baton, visit);
  // The tick may come at any moment: nothing here depends on who of the two was first.
  await breakCalls(baton, { service: 'salesforce', path: '/services/oauth2/revoke', status: 503, times: 50 });
  const no = { token: hidden(declined.end.text, 'token'), answer: 'no' };
  assert.match((await visit(confirm, no)).text, /Nothing was changed/);
  assert.ok((await visit(confirm, { ...no, answer: 'yes' })).status >= 400, 'no is no');
  await forgetUnanswered?.();
  assert.equal((await revokes(baton)).length, 1, 'there is time to answer');

  baton.clock.move(11 * MINUTE);
  await forgetUnanswered?.();
  assert.equal(await unansweredLogins(baton), 2, 'Salesforce is away');
  await mendCalls(baton);
  await forgetUnanswered?.();
  await until('none is kept', async () => (await unansweredLogins(baton)) === 0);
  const done = (await revokes(baton)).filter(call => call.status === 200);
  assert.equal(new Set(done.map(call => JSON.stringify(call.body))).size, 2);
  const late = await first(confirm, { token: hidden(unanswered.end.text, 'token'), answer: 'yes' });
  assert.match(late.text, /used already/);
});

/** The service behind the pages, as the app has it. */
function loginService({ app, env }: System) {
  const {
    SALESFORCE_LOGIN_URL: loginUrl = '',
    SALESFORCE_CLIENT_ID: clientId = '',
    SALESFORCE_CLIENT_SECRET: clientSecret,
  } = env.vendors.salesforce ?? {};
  const salesforce = salesforceLogin({
    loginUrl,
    clientId,
    clientSecret,
    forWorkspace: true,
  });
  return connectService({
    deps: app.deps,
    keyring: parseKeyring(ENV.ENCRYPTION_KEY),
    logins: { salesforce },
    rolesOf: () => ['crm'],
  });
}

test('only admins get a link for the workspace; a person connects as themselves and as nobody else', async t => {
  const baton = await connected(t);
  const service = loginService(baton);
  const by = { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, MARCUS) };
  const refused = { kind: 'not_allowed', who: 'Dana Ruiz' };
  assert.deepEqual(await service.ticket(by, 'salesforce', 'workspace'), refused);
  assert.deepEqual(await service.logOut(by, 'salesforce', 'workspace'), refused);
  assert.deepEqual(await service.ticket(by, 'hubspot', 'workspace'), { kind: 'not_offered' });
  const status = async () => (await logins(baton)).find(({ holder }) => holder === MARCUS)?.status;
  const link = async () => {
    const ticketed = await service.ticket(by, 'salesforce', 'mine');
    assert.equal(ticketed.kind, 'ticket');
    return ticketed.url;
  };
  const wrong = await travel(baton, browser(), await link(), INTEGRATION);
  assert.match(wrong.end.text, /not marcus@example.com/);
  assert.equal(await status(), undefined);
  const right = await travel(baton, browser(), await link(), MARCUS);
  assert.match(right.end.text, /as Marcus Chen/);
  assert.equal(await status(), 'active');
  assert.deepEqual(await service.logOut(by, 'salesforce', 'mine'), { kind: 'done', access: 'revoked' });
  assert.equal(await status(), 'refused');
  for (let asked = 2; asked < 20; asked += 1) await link();
  assert.equal((await service.ticket(by, 'salesforce', 'mine')).kind, 'too_many');
});
