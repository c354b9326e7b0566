/** Logging in to Zoho: data centres, tokens that run out, people's own users, and two organizations side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Keeper, LoginPage } from '../../src/contracts/login.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited } from '../../src/lib/errors.ts';
import type { Tokens } from '../../src/vendors/zoho/api/account.ts';
import { accountsServer, webAddress } from '../../src/vendors/zoho/api/data-centres.ts';
import { zohoLogin } from '../../src/vendors/zoho/api/oauth.ts';
import { look, press } from '../helpers/control.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, type ZohoCompany } from './zoho-company.ts';

const REDIRECT = 'https://baton.example/connect/zoho/callback';
const EU = { zgid: '7300001', name: 'Globex Europe', dc: 'eu', mailDomain: 'globex.example' };
const pageOf = ({ app }: ZohoCompany, clientSecret = app.clientSecret): LoginPage =>
  zohoLogin({ ...app, clientSecret, forWorkspace: true });

/** Through Zoho's page, as this user of that organization; answers what the browser comes back with. */
async function back(page: LoginPage, as = 'ivy@example.com', org = '4150868'): Promise<Record<string, string>> {
  const address = page.address({ state: 's', challenge: 'c', redirectUri: REDIRECT });
  const answer = await fetch(`${address}&user=${as}&org=${org}`, { redirect: 'manual' });
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
}

async function logIn(company: ZohoCompany, as?: string, org?: string) {
  const page = pageOf(company);
  const returned = await back(page, as, org);
  return page.exchange({ code: returned.code ?? '', verifier: 'v', redirectUri: REDIRECT, returned });
}

/** Kept in memory, as the database keeps it: one renews at a time. */
function keeperOf(tokens: object): Keeper<Tokens> & { renewed(): number } {
  let [kept, renewals] = [tokens as Tokens, 0];
  let turn: Promise<unknown> = Promise.resolve();
  return {
    read: async () => kept,
    renew(refresh, used) {
      const mine = turn.then(async () => {
        if (kept.accessToken !== used) return kept;
        kept = await refresh(kept);
        renewals += 1;
        return kept;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    renewed: () => renewals,
  };
}

test('a log-in says whose it is; a code works once; what Zoho refuses is said with what to do', async t => {
  const company = await companyFor(t);
  const page = pageOf(company);
  const returned = await back(page);
  const given = { code: returned.code ?? '', verifier: 'v', redirectUri: REDIRECT, returned };
  const { tokens: _kept, ...whose } = await page.exchange(given);
  assert.deepEqual(whose, {
    tenant: '4150868',
    account: company.userId('ivy@example.com'),
    name: 'Ivy Integration',
    email: 'ivy@example.com',
    userName: 'Acme Sales',
  });
  await assert.rejects(page.exchange(given), (error: unknown) => {
    assert.ok(error instanceof CredentialsRejected && error.code === 'invalid_code' && !error.forAll);
    assert.match(error.message, /invalid_code.*Connect again/s);
    return true;
  });
  const wrong = pageOf(company, 'another secret').exchange({ ...given, code: (await back(page)).code ?? '' });
  await assert.rejects(wrong, (error: unknown) => error instanceof CredentialsRejected && error.forAll);
});

test('of an organization in Europe: its own accounts server and API are used, at first and at each renewal', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'zoho/_orgs', EU);
  const { tokens, tenant } = await logIn(company, 'ivy@globex.example', EU.zgid);
  const { apiDomain, accountsUrl } = tokens as Tokens;
  assert.match(`${tenant} ${apiDomain} ${accountsUrl}`, /^7300001 .*\/zoho\/~api-eu .*\/zoho\/~accounts-eu$/);
  const page = pageOf(company);
  const returned = await back(page, 'ivy@globex.example', EU.zgid);
  const astray = page.exchange({ code: returned.code ?? '', verifier: 'v', redirectUri: REDIRECT });
  await assert.rejects(astray, CredentialsRejected, 'a code of Europe is nothing in America');
  const keeper = keeperOf(tokens);
  const crm = company.connect({ auth: { kind: 'login', app: company.app, keeper } });
  await company.add('Leads', { Last_Name: 'American', Email: 'emma@acmecorp.com' });
  company.clock.move(2 * HOUR);
  assert.equal((await crm.match({ email: 'emma@acmecorp.com' })).lead.kind, 'none');
  assert.equal(keeper.renewed(), 1);
});

test('an accounts server that is none of Zoho’s is not told the secret', async t => {
  const company = await companyFor(t);
  const page = pageOf(company);
  const { code = '' } = await back(page);
  const forged = { 'accounts-server': 'https://accounts.zoho.example' };
  const given = { code, verifier: 'v', redirectUri: REDIRECT, returned: forged };
  await assert.rejects(page.exchange(given), /none of Zoho/);
  const com = 'https://accounts.zoho.com';
  for (const right of [
    com,
    'https://accounts.zoho.eu',
    'https://accounts.zoho.com.au',
    'https://accounts.zohocloud.ca',
  ]) {
    assert.equal(accountsServer(com, right), right);
  }
  for (const wrong of [
    'http://accounts.zoho.eu',
    'https://accounts.zoho.eu.evil.example',
    'https://accounts.zoho.eu:444',
    'https://x@accounts.zoho.eu',
    'accounts.zoho.eu',
    'javascript:alert(1)',
  ]) {
    assert.equal(accountsServer(com, wrong), undefined, wrong);
  }
  assert.equal(webAddress('https://www.zohoapis.com.au'), 'https://crm.zoho.com.au');
  assert.equal(webAddress('https://www.zohoapis.ca'), 'https://crm.zohocloud.ca');
});

test('a token that runs out is renewed once, for all callers; one that was taken back asks for a new log-in', async t => {
  const company = await companyFor(t);
  const { tokens } = await logIn(company);
  const keeper = keeperOf(tokens);
  const crm = company.connect({ auth: { kind: 'login', app: company.app, keeper } });
  await press(company.sandbox, 'zoho/_expire');
  await crm.match({ email: 'a@acme.example' });
  assert.equal(keeper.renewed(), 1, 'refused early, renewed and asked again');
  company.clock.move(2 * HOUR);
  await Promise.all([crm.match({ email: 'a@acme.example' }), crm.users(['dana@example.com']), crm.write(writeOf())]);
  assert.equal(keeper.renewed(), 2);
  await pageOf(company).revoke((await keeper.read()) ?? {});
  await pageOf(company).revoke((await keeper.read()) ?? {});
  company.clock.move(2 * HOUR);
  await assert.rejects(crm.match({ email: 'a@acme.example' }), CredentialsRejected);
});

test('ten access tokens in ten minutes are too many: that is waited for, and nobody logs in anew', async t => {
  const company = await companyFor(t);
  const looks = async () => company.connect().match({ email: 'a@acme.example' });
  const ended = [];
  for (let times = 0; times < 12; times += 1) ended.push(await looks().catch((error: unknown) => error));
  const [refusal] = ended.filter(one => one instanceof Error);
  assert.ok(refusal instanceof RateLimited && refusal.code === 'TOKENS_SPENT', String(refusal));
  assert.equal(refusal.retryAt.getTime(), company.clock.now().getTime() + 10 * MINUTE);
  company.clock.move(11 * MINUTE);
  await looks();
});

test('a scope that was not accepted is for the admin, and no token is renewed for it', async t => {
  const company = await companyFor(t);
  company.sandbox.fault({
    service: 'zoho',
    path: '/coql',
    status: 401,
    body: {
      code: 'OAUTH_SCOPE_MISMATCH',
      details: {},
      message: 'invalid oauth scope to access this URL',
      status: 'error',
    },
    times: 2,
  });
  const crm = company.connect();
  await crm.users(['dana@example.com']);
  const { logins } = await look<{ logins: number }>(company.sandbox, 'zoho/_logins');
  await assert.rejects(crm.match({ email: 'a@acme.example' }), (error: unknown) => {
    assert.ok(error instanceof CredentialsRejected && error.code === 'OAUTH_SCOPE_MISMATCH');
    assert.match(error.message, /accept everything Baton asks for/);
    return true;
  });
  assert.equal((await look<{ logins: number }>(company.sandbox, 'zoho/_logins')).logins, logins);
});

test('what a rep logs is theirs where they logged in; else, and once that lapsed, Baton’s user writes it for them', async t => {
  const company = await companyFor(t);
  const marcus = company.userId('marcus@example.com');
  const { tokens } = await logIn(company, 'marcus@example.com');
  const keeper = keeperOf(tokens);
  const ownLogins = {
    app: company.app,
    keeperOf: (email: string) => (email === 'marcus@example.com' ? keeper : { ...keeper, read: async () => undefined }),
  };
  const crm = company.connect({ ownLogins });
  const { id } = await crm.write(writeOf());
  const log = (writeAs: string) => crm.logTouch(touchOf(id, { writeAs, ownerId: marcus }));
  assert.deepEqual((await log('marcus@example.com')).own, { kind: 'used' });
  assert.equal((await log('priya@example.com')).own, undefined);
  const authors = (await company.rows('Calls')).map(row => (row.Created_By as { name: string }).name);
  assert.deepEqual(authors, ['Marcus Chen', 'Ivy Integration']);
  await press(company.sandbox, 'zoho/_users/marcus@example.com', { status: 'disabled' });
  const lapsed = await crm.logTouch(touchOf(id, { writeAs: 'marcus@example.com' }));
  assert.equal(lapsed.own?.kind, 'lapsed');
  assert.equal((await company.rows('Calls')).length, 3, 'each call once');
});
