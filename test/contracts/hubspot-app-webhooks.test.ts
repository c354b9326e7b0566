/** Webhooks of the app that every portal installs, set over HubSpot's API and by the operator's command. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { APP_ID, DEVELOPER_KEY } from '../../sandbox/hubspot/public-app.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected } from '../../src/lib/errors.ts';
import { hubspotAppWebhooks } from '../../src/vendors/hubspot/api/app-webhooks.ts';
import { runCommand } from '../helpers/cli.ts';
import { press } from '../helpers/control.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  sandbox.reset();
  await press(sandbox, 'hubspot/app', { fresh: true });
});
after(() => sandbox.close());

const WANTED = { address: 'https://baton.example/hooks/hubspot', properties: ['hubspotscore', 'lifecyclestage'] };

const app = (more: { appId?: string; developerKey?: string } = {}) => {
  const apiUrl = sandbox.env().HUBSPOT_API_URL ?? '';
  const known = { apiUrl, path: '/webhooks/2026-03', appId: String(APP_ID), developerKey: DEVELOPER_KEY };
  const { register } = hubspotAppWebhooks({ ...known, clock: systemClock, ...more }, []);
  assert.ok(register);
  return register;
};

const outcomes = (done: readonly { outcome: string }[]) => done.map(({ outcome }) => outcome).join(' ');
const writes = () => sandbox.calls('hubspot').filter(({ method }) => method !== 'GET').length;

test('everything is made once; the second time nothing is written, and a dry run never writes', async () => {
  const planned = await app()(WANTED, { dryRun: true });
  assert.equal(writes(), 0);
  const made = await app()(WANTED);
  assert.deepEqual(made, planned);
  assert.deepEqual(
    made.map(({ name, outcome }) => `${outcome} ${name}`),
    [
      'made target URL https://baton.example/hooks/hubspot',
      'made contact.creation',
      'made contact.merge',
      'made contact.deletion',
      'made contact.privacyDeletion',
      'made contact.restore',
      'made contact.propertyChange of hubspotscore',
      'made contact.propertyChange of lifecyclestage',
    ],
  );
  const before = writes();
  assert.match(outcomes(await app()(WANTED)), /^unchanged( unchanged){7}$/);
  assert.equal(writes(), before);
});

test('another address and another score: the address is changed, the score is added, what was there stays', async () => {
  await app()(WANTED);
  const moved = { address: 'https://new.example/hooks/hubspot', properties: ['fit_score', 'lifecyclestage'] };
  assert.equal(
    outcomes(await app()(moved)),
    'changed unchanged unchanged unchanged unchanged unchanged made unchanged',
  );
  assert.match(outcomes(await app()({ ...moved, properties: WANTED.properties })), /^unchanged( unchanged){7}$/);
});

test('two at once make nothing twice and neither fails', async () => {
  await app()({ ...WANTED, properties: [] });
  const [one, other] = await Promise.all([app()(WANTED), app()(WANTED)]);
  assert.doesNotMatch(`${outcomes(one)} ${outcomes(other)}`, /refused/);
});

test('a subscription that HubSpot does not take is said with its words, and the others are made', async () => {
  const done = await app()({ ...WANTED, properties: ['hs_lastmodifieddate', 'hubspotscore'] });
  const [refused, ...none] = done.filter(({ outcome }) => outcome === 'refused');
  assert.match(`${refused?.name}: ${refused?.why}`, /hs_lastmodifieddate: HubSpot: .*cannot be subscribed to/);
  assert.deepEqual(none, []);
  assert.equal(done.at(-1)?.outcome, 'made');
});

test('a wrong key, an app that is not there and a limit are told apart, and the key stands in no message', async () => {
  await assert.rejects(app({ developerKey: 'guessed-key' })(WANTED), error => {
    assert.ok(error instanceof CredentialsRejected);
    assert.doesNotMatch(JSON.stringify([error.message, error]), /guessed-key/);
    return true;
  });
  await assert.rejects(app({ appId: '1' })(WANTED), (error: Error) => {
    assert.ok(error instanceof Rejected);
    assert.match(error.message, /HUBSPOT_APP_ID/);
    return true;
  });
  await press(sandbox, 'hubspot/app', { calls: 1 });
  await assert.rejects(app()(WANTED), RateLimited);
});

const command = (args: string[], env: Record<string, string | undefined> = {}) =>
  runCommand('webhooks', args, {
    ...sandbox.env(),
    PUBLIC_URL: 'https://baton.example',
    DATA_DIR: join(tmpdir(), `baton-none-${randomUUID()}`),
    ...env,
  });

test('npm run webhooks makes them with the keys of the developer account, and prints what to copy without', async () => {
  const keys = { HUBSPOT_APP_ID: String(APP_ID), HUBSPOT_DEVELOPER_KEY: DEVELOPER_KEY };
  const { code, out, err } = await command([], keys);
  assert.equal(code, 0, out + err);
  assert.match(out, /^HubSpot\n {2}\+ target URL https:\/\/baton\.example\/hooks\/hubspot\n {2}\+ contact\.creation/);
  const byHand = await command([]);
  assert.equal(byHand.code, 0, byHand.err);
  assert.match(byHand.out, /HUBSPOT_APP_ID and HUBSPOT_DEVELOPER_KEY not set\. By hand:/);
  assert.match(byHand.out, /"targetUrl": "https:\/\/baton\.example\/hooks\/hubspot"/);
});

test('npm run doctor says what Baton needs of them and is not there', async () => {
  const doctor = () =>
    runCommand('doctor', [], {
      ...sandbox.env(),
      ...{ HOOK_KEY: 'a-key-nobody-may-see', PUBLIC_URL: 'https://baton.example' },
      ...{ HUBSPOT_APP_ID: String(APP_ID), HUBSPOT_DEVELOPER_KEY: DEVELOPER_KEY },
      DATA_DIR: join(tmpdir(), `baton-none-${randomUUID()}`),
    });
  assert.match((await doctor()).out, /HubSpot: webhooks of the app\n {2}✗ not as Baton needs them: target URL/);
});
