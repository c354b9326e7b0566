/** Logging in to Salesforce: its page, kept tokens, one refresh at a time in all processes, and every way it ends. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { salesforce as standIn } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { LoggedIn, LoginPage } from '../../src/contracts/login.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { credentialKeeper } from '../../src/db/connections/credential-keeper.ts';
import { credentialFacts, saveCredential, wipeCredential } from '../../src/db/connections/credentials.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { clockFrom, HOUR } from '../../src/lib/clock.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { CredentialsRejected, Unavailable } from '../../src/lib/errors.ts';
import { salesforceLogin } from '../../src/vendors/salesforce/api/oauth.ts';
import { openSession, type Session } from '../../src/vendors/salesforce/api/session.ts';
import type { TokenKeeper, Tokens } from '../../src/vendors/salesforce/api/tokens.ts';
import { press } from '../helpers/control.ts';
import { testDatabase } from '../helpers/database.ts';

const START = new Date('2026-11-24T18:00:00Z');
const INTEGRATION = 'baton-integration@example.com';
const KEYS = parseKeyring(`k1:${'11'.repeat(32)}`);
const clock = clockFrom(START);

let sandbox: Sandbox;
let base: string;
let login: LoginPage;
let database: { url: string; drop(): Promise<void> };
/** Two pools: two processes as far as the database can tell. */
let pools: [Db, Db];
let workspaceId: string;

before(async () => {
  sandbox = await startSandbox({ services: [standIn], clock });
  sandbox.setAppUrl('http://127.0.0.1:3000');
  base = `${sandbox.url}/salesforce`;
  database = await testDatabase();
  pools = [connect(database.url, 4), connect(database.url, 4)];
  workspaceId = (await ensureWorkspace(pools[0], { name: 'A', slackTeamId: 'T1', hookKey: 'k', at: START })).id;
});
beforeEach(async () => {
  sandbox.reset();
  await pools[0]('credentials').delete();
  login = salesforceLogin({ ...app(), forWorkspace: true });
});
after(async () => {
  for (const pool of pools) await pool.destroy();
  await database.drop();
  await sandbox.close();
});

const app = () => ({
  loginUrl: base,
  clientId: sandbox.env().SALESFORCE_CLIENT_ID ?? '',
  clientSecret: sandbox.env().SALESFORCE_CLIENT_SECRET ?? '',
  clock,
});
const key = () => ({ workspaceId, vendor: 'salesforce', holder: '' });
const redirectUri = 'http://127.0.0.1:3000/connect/salesforce/callback';
const verifier = 'v'.repeat(64);
const challenge = createHash('sha256').update(verifier).digest('base64url');

const org = (settings: object) => press(sandbox, 'salesforce/_org', settings);

const calls = (path: string) => sandbox.calls('salesforce').filter(call => call.path.includes(path)).length;

/** A person passes the page; answers what the browser brings back. */
async function pass(as: string, more: Record<string, string> = {}): Promise<URL> {
  const address = new URL(login.address({ state: 's', challenge, redirectUri }));
  for (const [name, value] of Object.entries({ as, ...more })) address.searchParams.set(name, value);
  const answer = await fetch(address, { redirect: 'manual' });
  assert.equal(answer.status, 302, await answer.text());
  return new URL(answer.headers.get('location') ?? '');
}

async function loggedIn(as = INTEGRATION): Promise<LoggedIn> {
  const code = (await pass(as)).searchParams.get('code') ?? '';
  return login.exchange({ code, verifier, redirectUri });
}

async function keep(given: LoggedIn): Promise<void> {
  await saveCredential(pools[0], KEYS, key(), { ...given, connectedBy: 'dana@example.com', at: START });
}

/** A session of a process of its own. */
function session(pool: Db, keyring = KEYS, secret = app().clientSecret): Session {
  const keeper: TokenKeeper = credentialKeeper<Tokens>(pool, keyring, key(), clock);
  const { clientId } = app();
  return openSession({
    loginUrl: base,
    apiVersion: '64.0',
    timeoutMs: 5_000,
    clock,
    auth: { kind: 'tokens', clientId, clientSecret: secret, keeper },
  });
}

const limits = { method: 'GET' as const, url: '/services/data/v64.0/limits' };

test('a login says whose it is, works once, and can be taken back', async () => {
  const mine = await loggedIn('marcus@example.com');
  assert.equal(mine.name, 'Marcus Chen');
  assert.equal(mine.email, 'marcus@example.com');
  assert.match(mine.account, /^005\w{15}$/);
  assert.match(mine.tenant, /^00D\w{15}$/);
  const code = (await pass(INTEGRATION)).searchParams.get('code') ?? '';
  await assert.rejects(login.exchange({ code, verifier: 'w'.repeat(64), redirectUri }), CredentialsRejected);
  await assert.rejects(login.exchange({ code, verifier, redirectUri }), CredentialsRejected, 'a code is used up');
  await keep(mine);
  const one = session(pools[0]);
  assert.equal((await one.call(limits)).status, 200);
  await login.revoke(mine.tokens);
  await login.revoke(mine.tokens);
  await assert.rejects(one.call(limits), CredentialsRejected);
});

test('the page refuses what Salesforce refuses', async () => {
  const address = (uri: string) => login.address({ state: 's', challenge, redirectUri: uri });
  const stray = await fetch(`${address('http://127.0.0.1:3000/elsewhere')}&as=${INTEGRATION}`, { redirect: 'manual' });
  assert.equal(stray.status, 400, 'nobody is sent to an address the app does not list');
  assert.match(await stray.text(), /redirect_uri_mismatch/);
  assert.equal((await pass(INTEGRATION, { allow: 'no' })).searchParams.get('error'), 'access_denied');
  await org({ login: { pkceRequired: true } });
  const bare = new URL(address(redirectUri));
  bare.searchParams.delete('code_challenge');
  bare.searchParams.set('as', INTEGRATION);
  const without = await fetch(bare, { redirect: 'manual' });
  assert.match(without.headers.get('location') ?? '', /error=invalid_request/);
  assert.ok((await pass(INTEGRATION)).searchParams.get('code'));
  await org({ login: { appBlocked: true } });
  const blocked = (await pass(INTEGRATION)).searchParams;
  assert.equal(blocked.get('error'), 'OAUTH_APP_BLOCKED');
  assert.match(login.advice({ code: 'OAUTH_APP_BLOCKED', message: '' }, redirectUri) ?? '', /Unblock it/);
  assert.match(
    login.advice({ code: 'redirect_uri_mismatch', message: '' }, redirectUri) ?? '',
    new RegExp(redirectUri),
  );
  assert.equal(login.advice({ code: 'brand_new', message: 'nobody knows' }, redirectUri), undefined);
  await org({ login: { appBlocked: false }, deactivateUser: 'tom@example.com' });
  assert.equal((await fetch(`${address(redirectUri)}&as=tom@example.com`, { redirect: 'manual' })).status, 403);
});

test('with rotation on, many calls in two processes make one refresh, and the dead token is never used', async () => {
  await org({ login: { rotateRefreshTokens: true } });
  await keep(await loggedIn());
  const [one, two] = [session(pools[0]), session(pools[1])];
  await one.call(limits);
  await two.call(limits);
  for (let round = 1; round <= 3; round += 1) {
    await org({ expireSessions: true });
    const before = calls('/oauth2/token');
    const answers = await Promise.all([one, two, one, two, session(pools[1])].map(each => each.call(limits)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(calls('/oauth2/token') - before, 1, `one refresh in round ${round}`);
  }
  const spent = await credentialKeeper<Tokens>(pools[0], KEYS, key(), clock).read();
  await org({ expireSessions: true });
  await one.call(limits);
  // What a copy of the token would do: Salesforce then trusts nobody.
  const reuse = await fetch(`${base}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: spent?.refreshToken ?? '',
      client_id: app().clientId,
      client_secret: app().clientSecret,
    }),
  });
  assert.match(await reuse.text(), /reuse/);
  await assert.rejects(two.call(limits), CredentialsRejected);
});

test('a session that ends after a while is renewed without anybody noticing', async () => {
  await org({ login: { sessionMinutes: 120 } });
  await keep(await loggedIn());
  const one = session(pools[0]);
  await one.call(limits);
  clock.move(3 * HOUR);
  assert.equal((await one.call(limits)).status, 200);
});

test('a refusal is remembered with what to do, and the dead token is tried once only', async () => {
  const table: [settings: object, mended: object, said: RegExp][] = [
    [{ login: { revokeTokens: true } }, {}, /taken back in Salesforce/],
    [{ deactivateUser: INTEGRATION }, { activateUser: INTEGRATION }, /deactivated or frozen/],
    [{ login: { ipRestricted: true } }, { login: { ipRestricted: false } }, /login ranges/],
    [{ login: { passwordExpired: [INTEGRATION] } }, { login: { passwordExpired: [] } }, /new password/],
  ];
  for (const [settings, mended, said] of table) {
    await keep(await loggedIn());
    const [one, two] = [session(pools[0]), session(pools[1])];
    await org({ expireSessions: true });
    await org(settings);
    const before = calls('/oauth2/token');
    await assert.rejects(one.call(limits), (error: Error) => {
      assert.ok(error instanceof CredentialsRejected, String(error));
      assert.match(error.message, said);
      return true;
    });
    await assert.rejects(two.call(limits), CredentialsRejected);
    await assert.rejects(one.call(limits), CredentialsRejected);
    assert.equal(calls('/oauth2/token') - before, 1, String(said));
    const facts = await credentialFacts(pools[1], key());
    assert.equal(facts?.status, 'refused');
    assert.match(facts?.reason ?? '', said);
    await org(mended);
    await keep(await loggedIn());
    assert.equal((await two.call(limits)).status, 200, 'a new login is used by sessions that were open before');
  }
});

test('what is refused to everybody costs nobody their log-in: mended, the same tokens go on', async () => {
  const table: [settings: object, mended: object, said: RegExp, secret?: string][] = [
    [{ login: { orgInactive: true } }, { login: { orgInactive: false } }, /locked, closed or suspended/],
    [{ login: { appBlocked: true } }, { login: { appBlocked: false } }, /Unblock it/],
    [{}, {}, /Check SALESFORCE_CLIENT_SECRET/, 'the secret of another app'],
  ];
  for (const [settings, mended, said, secret] of table) {
    await keep(await loggedIn());
    const refused = session(pools[0], KEYS, secret);
    await org({ expireSessions: true });
    await org(settings);
    await assert.rejects(refused.call(limits), (error: Error) => {
      assert.ok(error instanceof CredentialsRejected, String(error));
      assert.match(error.message, said);
      return true;
    });
    assert.equal((await credentialFacts(pools[1], key()))?.status, 'active', String(said));
    await org(mended);
    const again = secret === undefined ? refused : session(pools[0]);
    assert.equal((await again.call(limits)).status, 200, String(said));
  }
});

test('a log-in to another org is known without a start: its messages are taken, and the old one counts while nobody is logged in', async () => {
  const given = await loggedIn();
  await keep(given);
  const one = session(pools[0]);
  const first = await one.organizationId();
  await wipeCredential(pools[0], KEYS, key(), { reason: 'disconnected', at: START });
  clock.move(HOUR);
  assert.equal(await one.organizationId(), first);
  const other = '00D000000000999EAA';
  const tokens = { ...(given.tokens as Tokens), identity: `${base}/id/${other}/005000000000001AAA` };
  await keep({ ...given, tokens, tenant: other });
  clock.move(HOUR);
  assert.equal(await one.organizationId(), other);
});

test('an outage of the login host condemns no token', async () => {
  await keep(await loggedIn());
  const one = session(pools[0]);
  await one.call(limits);
  await org({ expireSessions: true });
  sandbox.fault({ service: 'salesforce', path: '/services/oauth2/token', status: 503, times: 1 });
  await assert.rejects(one.call(limits), Unavailable);
  assert.equal((await one.call(limits)).status, 200);
});

test('tokens lie sealed, bound to their holder, and move to a new key by themselves', async () => {
  const given = await loggedIn();
  await keep(given);
  const sealedNow = async () => String((await pools[0]('credentials').first('sealed')).sealed);
  const { refreshToken } = given.tokens as Tokens;
  assert.match(await sealedNow(), /^b1\.k1\./);
  assert.ok(!JSON.stringify(await pools[0]('credentials')).includes(refreshToken));
  const both = parseKeyring(`k2:${'22'.repeat(32)},k1:${'11'.repeat(32)}`);
  assert.equal((await session(pools[1], both).call(limits)).status, 200);
  assert.match(await sealedNow(), /^b1\.k2\./);
  await pools[0]('credentials').update({ holder: 'marcus@example.com' });
  const stolen = credentialKeeper<Tokens>(pools[0], both, { ...key(), holder: 'marcus@example.com' }, clock);
  await assert.rejects(stolen.read(), { name: 'CryptoError' });
  await pools[0]('credentials').update({ holder: '' });
  const wiped = await wipeCredential(pools[0], both, key(), { reason: 'disconnected', at: START });
  assert.deepEqual((wiped as Tokens).refreshToken, refreshToken);
  assert.equal(await sealedNow(), '');
  await assert.rejects(session(pools[0], both).call(limits), { code: 'NOT_CONNECTED' });
});
