/** The sandbox itself: its table is an argument, and what every stand-in gets works for any of them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Router } from 'express';
import { type Sandbox, sandboxEnv, startSandbox } from '../../sandbox/server.ts';
import type { Service, ServiceFactory } from '../../sandbox/service.ts';
import { serviceTable } from '../../sandbox/stand-ins.ts';
import { CredentialsRejected, Unavailable } from '../../src/lib/errors.ts';
import { smtp } from '../../src/vendors/smtp/mailer.ts';
import { runCommand } from '../helpers/cli.ts';
import { look, press } from '../helpers/control.ts';

/** A vendor that does not stand in `stand-ins.ts`: it keeps notes. */
const notes: ServiceFactory = context => {
  let kept: string[] = [];
  const control = Router();
  control.post('/notes', (req, res) => {
    kept.push(String(req.body.text));
    res.json({ ok: true });
  });
  return {
    name: 'notes',
    coverage: { 'GET /v1/notes/:at': { covers: 'a note by its place' }, 'POST /v1/notes': { covers: 'a new note' } },
    handlers: {
      'GET /v1/notes/:at': (req, res) => res.json({ text: kept[Number(req.params.at)] ?? null }),
      'POST /v1/notes': (req, res) => res.status(201).json({ at: kept.push(String(req.body.text)) - 1 }),
    },
    otherwise: (_req, res) => res.status(404).json({ message: 'no such thing' }),
    control,
    reset() {
      kept = [];
    },
    env: base => ({ NOTES_API_URL: base, NOTES_HOOK: `${context.appUrl()}/hooks/${context.hookKey}/notes` }),
  };
};

const table = [...serviceTable, notes];

describe('a stand-in that does not stand in stand-ins.ts', async () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ services: table, appUrl: 'http://127.0.0.1:9' });
  });
  after(() => sandbox.close());
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${sandbox.env().NOTES_API_URL}${path}`, init);
    return { status: answer.status, body: await answer.json() };
  };
  const write = (text: string) =>
    ask('/v1/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });

  test('is there beside the others, with controls and settings of its own', async () => {
    assert.deepEqual([...sandbox.services.keys()].slice(-1), ['notes']);
    const { NOTES_API_URL, NOTES_HOOK, SLACK_API_URL } = sandbox.env();
    assert.deepEqual(
      [NOTES_API_URL, NOTES_HOOK, SLACK_API_URL],
      [`${sandbox.url}/notes`, 'http://127.0.0.1:9/hooks/sandbox-hook-key/notes', `${sandbox.url}/slack/api/`],
    );
    await press(sandbox, 'notes/notes', { text: 'by a person' });
    assert.deepEqual(await ask('/v1/notes/0'), { status: 200, body: { text: 'by a person' } });
    assert.deepEqual((await look(sandbox, 'coverage')).notes, {
      'GET /v1/notes/:at': { covers: 'a note by its place' },
      'POST /v1/notes': { covers: 'a new note' },
    });
  });

  test('its calls are written down, it is late, it fails, it is emptied', async () => {
    sandbox.reset('notes');
    await press(sandbox, 'latency', { service: 'notes', ms: 60 });
    const from = performance.now();
    assert.deepEqual(await write('late'), { status: 201, body: { at: 0 } });
    assert.ok(performance.now() - from >= 55);
    await press(sandbox, 'fault', { service: 'notes', method: 'GET', path: '/v1/*', status: 503, times: 1 });
    assert.equal((await ask('/v1/notes/0')).status, 503);
    assert.deepEqual((await ask('/v1/notes/0')).body, { text: 'late' });
    const calls = sandbox.calls('notes').slice(-3);
    assert.deepEqual(
      calls.map(one => [one.method, one.path, one.endpoint, one.status, one.fault]),
      [
        ['POST', '/notes/v1/notes', 'POST /v1/notes', 201, undefined],
        ['GET', '/notes/v1/notes/0', 'GET /v1/notes/:at', 503, 'before'],
        ['GET', '/notes/v1/notes/0', 'GET /v1/notes/:at', 200, undefined],
      ],
    );
    await press(sandbox, 'reset', { service: 'notes' });
    assert.deepEqual((await ask('/v1/notes/0')).body, { text: null });
  });

  test('one of its hosts is the service too, and is told from the others', async () => {
    assert.deepEqual(await ask('/~eu/v1/notes/7'), { status: 200, body: { text: null } });
    const { path, endpoint } = sandbox.calls('notes').at(-1) ?? {};
    assert.deepEqual([path, endpoint], ['/notes/~eu/v1/notes/7', 'GET /v1/notes/:at']);
  });
});

describe('a call of what no stand-in has', () => {
  test('fails whoever ends the sandbox, and names it; everything is ended all the same', async () => {
    const sandbox = await startSandbox({ services: [notes] });
    assert.equal((await fetch(`${sandbox.url}/notes/v2/notes`)).status, 404);
    assert.equal((await fetch(`${sandbox.url}/nots/v1/notes/0`)).status, 404);
    sandbox.reset();
    await assert.rejects(sandbox.close(), /no stand-in has what was called: GET \/notes\/v2\/notes, GET \/nots\/v1/);
    await assert.rejects(fetch(sandbox.url), TypeError);
  });

  test('is forgiven when the test takes it', async () => {
    const sandbox = await startSandbox({ services: [notes] });
    await fetch(`${sandbox.url}/notes/v1/notes`, { method: 'DELETE' });
    assert.deepEqual(sandbox.takeUnknown(), ['DELETE /notes/v1/notes']);
    assert.deepEqual(sandbox.takeUnknown(), []);
    await sandbox.close();
  });

  test('of a control is refused, by the methods too', async () => {
    const sandbox = await startSandbox({ services: [notes] });
    assert.equal((await fetch(`${sandbox.url}/_sandbox/nots/notes`, { method: 'POST' })).status, 404);
    for (const wrong of [
      () => sandbox.latency('nots', 1),
      () => sandbox.fault({ service: 'nots', status: 500 }),
      () => sandbox.calls('nots'),
      () => sandbox.reset('nots'),
    ]) {
      assert.throws(wrong, /no service nots/);
    }
    await sandbox.close();
  });
});

describe('a coverage table that is not true keeps the sandbox from starting', () => {
  const untrue =
    (change: Partial<Service>): ServiceFactory =>
    context => ({ ...notes(context), ...change });
  const cases: [string, Partial<Service>, RegExp][] = [
    [
      'an endpoint that nothing answers',
      { handlers: {} },
      /nothing answers GET \/v1\/notes\/:at; nothing answers POST/,
    ],
    ['a handler that is not in it', { coverage: {} }, /GET \/v1\/notes\/:at is not in the table/],
    [
      'an absent endpoint that is answered',
      { coverage: { 'GET /v1/notes/:at': { absent: 'no' }, 'POST /v1/notes': { covers: 'a new note' } } },
      /GET \/v1\/notes\/:at is not in the table/,
    ],
    [
      'a key that is no endpoint',
      { coverage: { notes: { covers: 'x' } }, handlers: { notes: () => {} } },
      /is no endpoint/,
    ],
  ];
  for (const [what, change, why] of cases) {
    test(what, () => assert.rejects(startSandbox({ services: [untrue(change)] }), why));
  }
});

describe('mail has the common controls, too', async () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  const send = () =>
    smtp({ url: String(sandbox.env().SMTP_URL), timeoutMs: 1_000 }).send({
      messageId: '<1@example.com>',
      from: { name: 'Marcus', address: 'marcus@example.com' },
      replyTo: { name: 'Marcus', address: 'marcus@example.com' },
      to: 'emma@acmecorp.com',
      subject: 'Hello',
      text: 'Hi',
    });
  const arrived = async (query = '') =>
    (await look<{ messages: unknown[] }>(sandbox, `mail/messages${query}`)).messages;

  test('calls, with their answers and without the password', async () => {
    await send();
    assert.deepEqual(
      sandbox.calls('mail').map(one => [one.method, one.endpoint, one.status]),
      ['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'].map(method => [method, `${method} /`, 250]),
    );
    assert.deepEqual(sandbox.calls('mail')[3]?.body, 'emma@acmecorp.com');
    assert.ok(!JSON.stringify(sandbox.calls()).includes('sandbox-mail-password'));
    assert.equal((await arrived('?to=emma@acmecorp.com')).length, 1);
    assert.equal((await arrived('?to=nobody@acmecorp.com')).length, 0);
  });

  test('faults: refused, cut, silent, and an answer that is lost', async () => {
    sandbox.reset();
    await press(sandbox, 'fault', {
      service: 'mail',
      method: 'RCPT',
      contains: 'emma',
      status: 451,
      body: '4.7.1 later',
    });
    await assert.rejects(
      send(),
      (error: unknown) => error instanceof Unavailable && /4\.7\.1 later/.test(error.message),
    );
    await press(sandbox, 'fault', { service: 'mail', method: 'AUTH', status: 535, body: '5.7.8 no' });
    await assert.rejects(send(), CredentialsRejected);
    await press(sandbox, 'fault', { service: 'mail', method: 'MAIL', reset: true });
    await assert.rejects(send(), Unavailable);
    await press(sandbox, 'fault', { service: 'mail', method: 'CONNECT', timeout: 50 });
    await assert.rejects(send(), Unavailable);
    assert.equal(sandbox.calls('mail').at(-1)?.status, 'held');
    assert.deepEqual(await arrived(), []);
    await press(sandbox, 'fault', { service: 'mail', method: 'DATA', reset: true, after: 'after' });
    await assert.rejects(send(), Unavailable);
    assert.equal((await arrived()).length, 1);
  });

  test('latency', async () => {
    await press(sandbox, 'latency', { service: 'mail', ms: 30 });
    const from = performance.now();
    await send();
    assert.ok(performance.now() - from >= 5 * 28, 'each of the five calls waits');
    sandbox.reset();
    assert.deepEqual(await arrived(), []);
  });
});

test('--env prints what each service says, the key of the hooks and the address of the app', async () => {
  const { code, out } = await runCommand('../../sandbox/main', ['--env'], {
    SANDBOX_PORT: '4177',
    APP_URL: 'http://127.0.0.1:3077',
    ENCRYPTION_KEY: '',
  });
  assert.equal(code, 0);
  const printed = Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map(line => line.split(/=(.*)/s).slice(0, 2)),
  );
  const { ENCRYPTION_KEY, ...others } = printed;
  assert.deepEqual(others, { ...sandboxEnv(4177), PUBLIC_URL: 'http://127.0.0.1:3077', PORT: '3077' });
  assert.match(ENCRYPTION_KEY, /^[0-9a-f]{64}$/, 'workspaces can add Baton beside it');
  assert.equal(sandboxEnv(4177, table).NOTES_API_URL, 'http://127.0.0.1:4177/notes');
  assert.deepEqual(Object.keys(sandboxEnv(4177, [notes])), ['HOOK_KEY', 'NOTES_API_URL', 'NOTES_HOOK']);
});
