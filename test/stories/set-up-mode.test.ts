/** Whoever runs Baton for one company sets it up in a browser, and each way that can go wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { browser } from '../helpers/browser.ts';
import { counted, MAKING_THE_APP, problemsOn, setUps, VALUES, verifyAddress } from '../helpers/set-up.ts';

const MINUTE = 60_000;

const schema = readFileSync(new URL('../fixtures/slack/manifest.schema.2.0.0.json', import.meta.url), 'utf8');
const isManifest = new Ajv({ strict: false, formats: { uri: true } }).compile(JSON.parse(schema));

/** What the page's link hands to Slack. */
function manifestIn(html: string) {
  const link = /href="(https:\/\/api\.slack\.com[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  return JSON.parse(new URL(link ?? '').searchParams.get('manifest_json') ?? '');
}

test('from the code to Add to Slack: at most 30 actions and 8 pasted values', async t => {
  const { begin, dir } = await setUps(t);
  const { url, code, finished } = await begin();
  const { go, elsewhere, count } = counted(browser());
  assert.match((await go(url)).text, /Type the code from your terminal/);
  await go(`${url}/setup/code`, { code: code() });
  await go(`${url}/setup/keys`, {});
  await go(`${url}/setup/address`, { address: url });
  elsewhere(...MAKING_THE_APP);
  const end = await go(`${url}/setup/values`, VALUES);
  assert.deepEqual([end.status, end.location], [303, `${url}/slack/install`]);
  elsewhere('Allow', 'Open Slack');
  assert.deepEqual(count, { actions: 18, pasted: 5 });
  await finished;
  assert.match((await browser()(`${url}/slack/install`)).text, /Baton is starting/);
  const kept = await readFile(join(dir, 'baton.env'), 'utf8');
  assert.match(kept, /^ENCRYPTION_KEY=.{44}$/m);
  assert.equal((await stat(join(dir, 'baton.env'))).mode & 0o777, 0o600);
});

test('the link makes an app for this very address, and its socket mode twin one that nobody calls', async t => {
  const { begin } = await setUps(t);
  const { url, inside, post } = await begin();
  const visit = await inside();
  await post(visit, '/setup/keys');
  await post(visit, '/setup/address', { address: url });
  const manifest = manifestIn((await visit(url)).text);
  assert.equal(manifest.settings.event_subscriptions.request_url, `${url}/slack/events`);
  assert.equal(manifest.settings.interactivity.request_url, `${url}/slack/events`);
  assert.deepEqual(manifest.oauth_config.redirect_urls, [
    `${url}/slack/oauth_redirect`,
    `${url}/page/sign-in/callback`,
  ]);
  const trial = manifestIn((await visit(`${url}/?step=socket`)).text);
  assert.deepEqual([trial.settings.socket_mode_enabled, trial.settings.token_rotation_enabled], [true, false]);
  assert.doesNotMatch(JSON.stringify(trial), /https?:/);
  for (const made of [manifest, trial]) assert.ok(isManifest(made), JSON.stringify(isManifest.errors));
});

test('before the code nothing is told and nothing can be done; the cookie is the browser’s alone', async t => {
  const { begin } = await setUps(t);
  const { url, code, post } = await begin();
  const stranger = browser();
  for (const path of ['/setup/keys', '/setup/address', '/setup/values', '/setup/socket']) {
    const answer = await post(stranger, path, { ...VALUES, address: url });
    assert.deepEqual([answer.status, /Type the code/.test(answer.text)], [403, true], path);
  }
  const opened = await post(browser(), '/setup/code', { code: ` ${code().toLowerCase().replace('-', ' ')} ` });
  assert.match(opened.cookies[0] ?? '', /^baton-setup=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.equal(opened.headers.get('cache-control'), 'no-store');
  const { headers } = await fetch(url, { headers: { 'x-forwarded-proto': 'https' } });
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(headers.get('strict-transport-security') ?? '', /max-age/);
  const foreign = await fetch(`${url}/setup/code`, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
  assert.equal(foreign.status, 403);
});

test('a wrong code counts, the fifth spoils it, a used or old one is no good, and Enter gives a new one', async t => {
  const { begin, clock } = await setUps(t);
  const { url, code, newCode, post, inside } = await begin();
  const tries = [];
  for (let at = 0; at < 5; at += 1)
    tries.push(problemsOn((await post(browser(), '/setup/code', { code: 'AAAA-AAAA' })).text));
  assert.match(tries[0] ?? '', /That is not the code\. 4 tries are left\./);
  assert.match(tries[3] ?? '', /One try is left\./);
  assert.match(tries[4] ?? '', /one wrong code too many.*Press Enter in the terminal/);
  assert.match(problemsOn((await post(browser(), '/setup/code', { code: code() })).text), /too many/);
  newCode();
  const first = await inside();
  assert.match(problemsOn((await post(browser(), '/setup/code', { code: code() })).text), /has been used/);
  newCode();
  clock.move(31 * MINUTE);
  assert.match(problemsOn((await post(browser(), '/setup/code', { code: code() })).text), /has expired/);
  newCode();
  const second = await inside();
  assert.match((await first(url)).text, /Type the code/, 'one browser at a time');
  clock.move(121 * MINUTE);
  assert.match((await second(url)).text, /Type the code/);
});

test('addresses that Slack would not reach are told why; one that cannot be checked from here may be insisted on', async t => {
  const { begin } = await setUps(t);
  const { url, inside, post } = await begin();
  const visit = await inside();
  await post(visit, '/setup/keys');
  const said = async (address: string) => problemsOn((await post(visit, '/setup/address', { address })).text);
  assert.match(await said(''), /Type the address/);
  assert.match(await said('not an address'), /is no address/);
  assert.match(await said('http://baton.example.com'), /Slack takes https only/);
  assert.match(
    await said('https://baton.example.com/slack?x=1'),
    /Leave out everything after the host: https:\/\/baton\.example\.com/,
  );
  assert.match(await said('https://me:secret@baton.example.com'), /Leave out the user and the password/);
  assert.match(await said('https://10.1.2.3'), /an address of your own network \(10\.1\.2\.3\)/);
  assert.match(await said('<b>'), /^“&lt;b&gt;” is no address/);
  const other = await setUps(t).then(one => one.begin());
  assert.match(await said(other.url), /Something else answers at .* \(HTTP 404\), not this Baton/);
  assert.match((await visit(url)).text, /Step 3 of 5/, 'nothing was kept');
  await post(visit, '/setup/address', { address: 'https://10.1.2.3', anyway: 'yes' });
  assert.match((await visit(url)).text, /Step 4 of 5.*https:\/\/10\.1\.2\.3\/slack\/events/s);
});

test('values that are wrong are told at their fields, by shape and by Slack; secrets are never shown again', async t => {
  const { begin, sandbox } = await setUps(t);
  const { url, inside, post } = await begin();
  const visit = await inside();
  await post(visit, '/setup/keys');
  await post(visit, '/setup/address', { address: url });
  const send = async (values: Partial<typeof VALUES>) =>
    (await post(visit, '/setup/values', { ...VALUES, ...values })).text;
  const shapes = await send({ client_id: 'A0123', client_secret: '12345678', signing_secret: '' });
  assert.match(problemsOn(shapes), /no Client ID.*You pasted 5 characters\./);
  assert.match(problemsOn(shapes), /You pasted 8 characters; a Client Secret has 32/);
  assert.match(problemsOn(shapes), /Paste the Signing Secret\./);
  assert.match(shapes, /name="client_id"[^>]*value="A0123"/);
  assert.match(problemsOn(await send({ signing_secret: VALUES.client_secret })), /the Client Secret once more/);
  const secret = 'f'.repeat(32);
  const refused = await send({ client_secret: secret });
  assert.match(problemsOn(refused), /Slack says that this secret is not the app’s/);
  assert.ok(!refused.includes(secret));
  assert.match(problemsOn(await send({ client_id: '123456789.987654321' })), /Slack has no app with this Client ID/);
  sandbox.fault({ service: 'slack', status: 503, times: 1 });
  assert.match(problemsOn(await send({})), /Slack does not answer just now\. Nothing was saved/);
  assert.equal((await post(visit, '/setup/values', VALUES)).status, 303);
});

test('Slack’s check of the address is answered and shown; a signing secret that did not sign it is refused', async t => {
  const { begin } = await setUps(t);
  const { url, inside, post } = await begin();
  const visit = await inside();
  await post(visit, '/setup/keys');
  // As if it were public: what is shown of Slack's calls is for such an address.
  await post(visit, '/setup/address', { address: 'https://10.1.2.3', anyway: 'yes' });
  assert.match((await visit(url)).text, /Slack has not called .*press Retry there/);
  const answer = await verifyAddress(url, 'a'.repeat(32));
  assert.deepEqual([answer.status, await answer.text()], [200, '3eZbrw1aB']);
  assert.match((await visit(url)).text, /the request address works/);
  const refused = await post(visit, '/setup/values', VALUES);
  assert.match(problemsOn(refused.text), /signed with another secret/);
  await verifyAddress(url);
  assert.equal((await post(visit, '/setup/values', VALUES)).status, 303);
  assert.equal((await fetch(`${url}/slack/events`, { method: 'POST', body: '{"type":"event_callback"}' })).status, 503);
});

test('whoever calls the address again and again keeps the right secret out once', async t => {
  const { begin } = await setUps(t);
  const { url, inside, post } = await begin();
  const visit = await inside();
  await post(visit, '/setup/keys');
  await post(visit, '/setup/address', { address: 'https://10.1.2.3', anyway: 'yes' });
  await verifyAddress(url, 'a'.repeat(32));
  assert.match(problemsOn((await post(visit, '/setup/values', VALUES)).text), /signed with another secret/);
  await verifyAddress(url, 'a'.repeat(32));
  assert.equal((await post(visit, '/setup/values', VALUES)).status, 303);
});

test('a restart in the middle keeps what was done and asks for a new code; keys stay as they are', async t => {
  const { begin, dir } = await setUps(t);
  const before = await begin();
  const visit = await before.inside();
  await before.post(visit, '/setup/keys');
  const kept = await readFile(join(dir, 'baton.env'), 'utf8');
  await before.stop();
  const after = await begin();
  assert.match((await visit(after.url)).text, /Type the code/);
  assert.match(problemsOn((await after.post(browser(), '/setup/code', { code: before.code() })).text), /not the code/);
  const again = await after.inside();
  assert.match((await again(after.url)).text, /Step 3 of 5.*Say where Slack reaches Baton/s);
  await after.post(again, '/setup/keys');
  assert.equal(await readFile(join(dir, 'baton.env'), 'utf8'), kept);
});

test('what the environment sets is not asked for, and not overruled', async t => {
  const given = {
    ENCRYPTION_KEY: 'ab'.repeat(32),
    HOOK_KEY: 'a-hook-key-long-enough',
    PUBLIC_URL: 'https://b.example.com',
  };
  const { begin, dir } = await setUps(t, given);
  const { url, inside, post } = await begin();
  const visit = await inside();
  const page = (await visit(url)).text;
  assert.match(page, /Step 4 of 5.*From the environment\..*https:\/\/b\.example\.com<\/code>, from the environment/s);
  assert.match(problemsOn((await post(visit, '/setup/address', { address: url })).text), /rules/);
  await post(visit, '/setup/values', VALUES);
  assert.doesNotMatch(await readFile(join(dir, 'baton.env'), 'utf8'), /ENCRYPTION_KEY|PUBLIC_URL/);
});
