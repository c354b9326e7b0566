import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Unavailable } from './errors.ts';
import { httpClient, parseRetryAfter } from './http.ts';

describe('httpClient', () => {
  let handle: RequestListener = (_req, res) => res.end();
  let baseUrl = '';
  const sockets = new Set<number | undefined>();
  const server = createServer((req, res) => handle(req, res));
  server.on('connection', socket => sockets.add(socket.remotePort));

  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => sockets.clear());

  const client = (more = {}) => httpClient({ service: 'vendor', baseUrl, headers: { 'x-api-key': 's3cret' }, ...more });

  async function failureOf(work: Promise<unknown>): Promise<Unavailable> {
    const thrown = await work.then(
      () => assert.fail('expected a failure'),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof Unavailable, String(thrown));
    assert.ok(!thrown.message.includes('s3cret') && !thrown.message.includes('emma@'), thrown.message);
    return thrown;
  }

  test('sends method, path, query, headers and JSON; reads JSON', async () => {
    let seen: unknown;
    handle = async (req, res) => {
      const body = (await req.toArray()).join('');
      seen = {
        method: req.method,
        url: req.url,
        key: req.headers['x-api-key'],
        type: req.headers['content-type'],
        body,
      };
      res.writeHead(201, { 'content-type': 'application/json; charset=utf-8' }).end('{"ok":true}');
    };
    const query = { q: 'a&b=c d/é', none: undefined };
    const answer = await client()({ method: 'POST', path: '/things', query, json: { name: 'Zoë' } });
    assert.deepEqual([answer.status, answer.body], [201, { ok: true }]);
    assert.deepEqual(seen, {
      method: 'POST',
      url: '/api/things?q=a%26b%3Dc+d%2F%C3%A9',
      key: 's3cret',
      type: 'application/json',
      body: '{"name":"Zoë"}',
    });
  });

  test('sends forms', async () => {
    let body = '';
    handle = async (req, res) => {
      body = `${req.headers['content-type']} ${(await req.toArray()).join('')}`;
      res.end();
    };
    await client()({ method: 'POST', path: 'token', form: { grant_type: 'refresh', code: 'a+b' } });
    assert.equal(body, 'application/x-www-form-urlencoded grant_type=refresh&code=a%2Bb');
  });

  for (const [name, type, text, body] of [
    ['a kind of JSON', 'application/problem+json', '{"a":1}', { a: 1 }],
    ['text', 'text/plain', 'Invalid', 'Invalid'],
    ['what only claims to be JSON', 'application/json', '<html>', '<html>'],
    ['nothing', 'application/json', '', ''],
  ] as const) {
    test(`the body of ${name}`, async () => {
      handle = (_req, res) => res.writeHead(200, { 'content-type': type }).end(text);
      assert.deepEqual((await client()({ path: '/' })).body, body);
    });
  }

  test('errors and redirects are answers; a redirect is not followed', async () => {
    const asked: (string | undefined)[] = [];
    handle = (req, res) => {
      asked.push(req.url);
      res.writeHead(req.url === '/api/moved' ? 302 : 500, { location: '/elsewhere' }).end();
    };
    assert.equal((await client()({ path: '/moved' })).status, 302);
    assert.equal((await client()({ path: '/broken' })).status, 500);
    assert.deepEqual(asked, ['/api/moved', '/api/broken']);
  });

  test('calls after one another share a connection', async () => {
    handle = (_req, res) => res.end('ok');
    const call = client();
    for (let times = 0; times < 3; times += 1) await call({ path: '/' });
    // At most one of its own, and none when an earlier test's connection still stands.
    assert.ok(sockets.size <= 1, `${sockets.size} connections`);
  });

  test('no answer in time', async () => {
    handle = () => undefined;
    const failure = await failureOf(client({ timeoutMs: 30 })({ path: '/slow', query: { email: 'emma@x.com' } }));
    assert.equal(failure.code, 'TIMEOUT');
    assert.match(failure.message, /vendor did not answer GET \/api\/slow within 30 ms/);
    assert.ok(failure.cause instanceof Error);
  });

  test('an answer that never ends is a time-out too', async () => {
    handle = (_req, res) => void res.writeHead(200).write('{');
    assert.equal((await failureOf(client({ timeoutMs: 30 })({ path: '/' }))).code, 'TIMEOUT');
  });

  test('the caller may give up, before or during the call', async () => {
    const giveUp = new AbortController();
    handle = () => giveUp.abort();
    assert.equal((await failureOf(client()({ path: '/', signal: giveUp.signal }))).code, 'ABORTED');
    handle = () => assert.fail('called although given up');
    assert.equal((await failureOf(client()({ path: '/', signal: giveUp.signal }))).code, 'ABORTED');
  });

  test('a cut connection and nobody listening keep their cause', async () => {
    handle = req => req.socket.resetAndDestroy();
    const cut = await failureOf(client()({ path: '/' }));
    assert.ok(cut.cause instanceof Error);
    const refused = await failureOf(client({ baseUrl: 'http://127.0.0.1:1' })({ path: '/' }));
    assert.equal(refused.service, 'vendor');
    assert.ok(refused.cause instanceof Error);
  });

  test('answers beyond the limit are refused, unpacked size counted', async () => {
    handle = (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(10_001)));
    assert.equal((await failureOf(client({ maxBytes: 10_000 })({ path: '/' }))).code, 'TOO_LARGE');
    assert.equal((await client({ maxBytes: 10_001 })({ path: '/' })).body, 'x'.repeat(10_001));
  });

  test('characters cut in two by packets are read whole', async () => {
    const bytes = Buffer.from('"Zoë"');
    handle = (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).write(bytes.subarray(0, 4));
      res.end(bytes.subarray(4));
    };
    assert.equal((await client()({ path: '/' })).body, 'Zoë');
  });

  for (const [why, options] of [
    ['no address', { baseUrl: 'vendor' }],
    ['not http', { baseUrl: 'file:///etc/passwd' }],
    ['a password in the address', { baseUrl: 'https://user:s3cret@vendor.example' }],
    ['a key HTTP cannot carry', { headers: { 'x-api-key': 's3cret\nx: y' } }],
  ] as const) {
    test(`refuses ${why} at once, without quoting it`, () => {
      assert.throws(
        () => client(options),
        (error: unknown) => error instanceof TypeError && !error.message.includes('s3cret'),
      );
    });
  }
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-11-24T09:15:30.000Z');
  for (const [header, expected] of [
    ['0', '2026-11-24T09:15:30.000Z'],
    ['120', '2026-11-24T09:17:30.000Z'],
    [' 1.5 ', '2026-11-24T09:15:31.500Z'],
    ['Tue, 24 Nov 2026 09:16:00 GMT', '2026-11-24T09:16:00.000Z'],
    ['Tuesday, 24-Nov-26 09:16:00 GMT', '2026-11-24T09:16:00.000Z'],
    ['Tue Nov 24 09:16:00 2026', '2026-11-24T09:16:00.000Z'],
    ['Mon, 23 Nov 2026 09:16:00 GMT', '2026-11-24T09:15:30.000Z'],
    ['-5', undefined],
    ['1e9', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ] as const) {
    test(JSON.stringify(header) ?? 'undefined', () => {
      assert.equal(parseRetryAfter(header, now)?.toISOString(), expected);
    });
  }
});
