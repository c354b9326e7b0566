/** Logging in to Pipedrive, tokens that run out, people's own users, and two companies side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Keeper, LoginPage } from '../../src/contracts/login.ts';
import { HOUR } from '../../src/lib/clock.ts';
import { CredentialsRejected } from '../../src/lib/errors.ts';
import type { Tokens } from '../../src/vendors/pipedrive/api/account.ts';
import { pipedriveLogin } from '../../src/vendors/pipedrive/api/oauth.ts';
import { press } from '../helpers/control.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, type PipedriveCompany } from './pipedrive-company.ts';

const REDIRECT = 'https://baton.example/connect/pipedrive/callback';
const appOf = ({ sandbox, clock }: PipedriveCompany, clientSecret = 'sandbox-pipedrive-secret') => ({
  oauthUrl: `${sandbox.url}/pipedrive`,
  clientId: 'sandbox-pipedrive-client',
  clientSecret,
  clock,
});
const pageOf = (company: PipedriveCompany, secret?: string): LoginPage =>
  pipedriveLogin({ ...appOf(company, secret), forWorkspace: true });

/** Through Pipedrive's page, as this user of that company. */
async function code(page: LoginPage, as = 'ivy@example.com', company = 'acme'): Promise<string> {
  const address = page.address({ state: 's', challenge: 'c', redirectUri: REDIRECT });
  const answer = await fetch(`${address}&user=${as}&company=${company}`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

async function logIn(company: PipedriveCompany, as?: string, domain?: string) {
  const page = pageOf(company);
  return page.exchange({ code: await code(page, as, domain), verifier: 'v', redirectUri: REDIRECT });
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

test('a log-in says whose it is and where; a code works once', async t => {
  const company = await companyFor(t);
  const page = pageOf(company);
  const given = { code: await code(page), verifier: 'v', redirectUri: REDIRECT };
  const { tokens, ...whose } = await page.exchange(given);
  assert.deepEqual(whose, {
    tenant: '900',
    account: '1',
    name: 'Ivy Integration',
    email: 'ivy@example.com',
    userName: 'acme.pipedrive.com',
  });
  assert.match((tokens as Tokens).apiDomain, /\/pipedrive\/~acme$/);
  await assert.rejects(page.exchange(given), (error: unknown) => {
    assert.ok(error instanceof CredentialsRejected && error.code === 'invalid_grant');
    assert.match(error.message, /Invalid grant.*Connect again/s);
    return true;
  });
  const wrong = pageOf(company, 'another secret').exchange({ ...given, code: await code(page) });
  await assert.rejects(wrong, (error: unknown) => error instanceof CredentialsRejected && error.forAll);
});

test('a token that runs out is renewed once, for all callers; one that was taken back asks for a new log-in', async t => {
  const company = await companyFor(t);
  const { tokens } = await logIn(company);
  const keeper = keeperOf(tokens);
  const auth = { kind: 'login', app: appOf(company), keeper } as const;
  const crm = company.connect({ auth });
  await press(company.sandbox, 'pipedrive/_expire');
  await crm.match({ email: 'a@acme.example' });
  assert.equal(keeper.renewed(), 1, 'refused early, renewed and asked again');
  company.clock.move(2 * HOUR);
  await Promise.all([crm.match({ email: 'a@acme.example' }), crm.users(['dana@example.com']), crm.write(writeOf())]);
  assert.equal(keeper.renewed(), 2);
  assert.equal(await crm.hook?.tenant?.(), '900', 'without a call');
  await pageOf(company).revoke((await keeper.read()) ?? {});
  company.clock.move(2 * HOUR);
  await assert.rejects(crm.match({ email: 'a@acme.example' }), CredentialsRejected);
});

test('what a rep logs is theirs where they logged in; else, and once that lapsed, Baton’s user writes it for them', async t => {
  const company = await companyFor(t);
  const marcus = String(company.userId('marcus@example.com'));
  const { tokens } = await logIn(company, 'marcus@example.com');
  const keeper = keeperOf(tokens);
  const ownLogins = {
    app: appOf(company),
    keeperOf: (email: string) => (email === 'marcus@example.com' ? keeper : { ...keeper, read: async () => undefined }),
  };
  const crm = company.connect({ ownLogins });
  const { id } = await crm.write(writeOf());
  const log = (writeAs: string) => crm.logTouch(touchOf(id, { writeAs, ownerId: marcus }));
  assert.deepEqual((await log('marcus@example.com')).own, { kind: 'used' });
  assert.equal((await log('priya@example.com')).own, undefined);
  await press(company.sandbox, 'pipedrive/_users/marcus@example.com', { active: false });
  const lapsed = await crm.logTouch(touchOf(id, { writeAs: 'marcus@example.com' }));
  assert.equal(lapsed.own?.kind, 'lapsed');
  assert.equal((await company.rows('activities')).length, 4, 'the follow-up, and each call once');
});

test('two companies are apart, by whose token asks', async t => {
  const company = await companyFor(t);
  await press(company.sandbox, 'pipedrive/_companies', {
    id: 901,
    domain: 'globex',
    mailDomain: 'globex.example',
    apiToken: 'globex-token',
  });
  const globex = company.connect({ auth: { kind: 'token', token: 'globex-token' } });
  await company.connect().write(writeOf({ person: { email: 'emma@acmecorp.com', lastName: 'Thompson' } }));
  assert.equal((await globex.match({ email: 'emma@acmecorp.com' })).contact.kind, 'none');
  assert.deepEqual(await globex.users(['dana@example.com']), []);
  assert.equal(await globex.hook?.tenant?.(), '901');
  const { tokens } = await logIn(company, 'ivy@globex.example', 'globex');
  const crossed = { ...(tokens as Tokens), apiDomain: `${company.sandbox.url}/pipedrive/~acme` };
  const auth = { kind: 'login', app: appOf(company), keeper: keeperOf(crossed) } as const;
  const astray = await company.connect({ auth }).match({ email: 'emma@acmecorp.com' });
  assert.equal(astray.contact.kind, 'none', 'another company’s host refuses it, and the renewed one leads home');
});
