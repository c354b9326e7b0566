/** What every answer carries, who may measure, and what becomes of connections that say nothing. */
import assert from 'node:assert/strict';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { httpServer } from '../../src/http/server.ts';
import { system } from '../helpers/system.ts';

async function listening(t: TestContext) {
  const limits = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 };
  const server = httpServer((request, response) => request.resume().on('end', () => response.end('ok')), limits);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise(done => server.close(done)));
  return (server.address() as AddressInfo).port;
}

const closed = (socket: Socket) =>
  new Promise<string>(resolve => {
    let heard = '';
    socket.on('data', data => {
      heard += data.toString('utf8');
    });
    socket.on('error', () => undefined).on('close', () => resolve(heard));
  });

test('connections that open and say nothing, half a head or half a body, end by themselves', async t => {
  const port = await listening(t);
  const halves = ['', 'POST / HTTP/1.1\r\nHost: x\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'];
  const sockets = Array.from({ length: 300 }, (_, at) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(halves[at % halves.length] ?? '');
    return closed(socket);
  });
  const heard = await Promise.all(sockets);
  assert.ok(
    heard.every((text, at) => at % halves.length === 0 || text.startsWith('HTTP/1.1 408')),
    heard.join(),
  );
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' })).text(), 'ok');
});

test('every page is loaded from nowhere, framed by nobody and not guessed at; / says what this is', async t => {
  const baton = await system(t, { env: { ENCRYPTION_KEY: 'a'.repeat(64) } });
  const { url } = baton.app;
  const id = '00000000-0000-4000-8000-000000000000';
  const paths = [
    '/',
    '/docs/operating.md',
    '/privacy',
    '/security',
    '/support',
    `/open/${id}`,
    '/open/x',
    '/connect/salesforce?ticket=x',
    '/health/live',
    '/nothing',
  ];
  for (const path of paths) {
    const { headers } = await fetch(`${url}${path}`);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    assert.equal(headers.get('x-powered-by'), null, path);
  }
  const front = await (await fetch(url)).text();
  assert.match(
    front,
    /<h1>Baton<\/h1>.*marketing-qualified lead.*href="\/health\/ready".*href="\/docs\/operating\.md"/s,
  );
  const guide = await fetch(`${url}/docs/setup.md`);
  assert.match(guide.headers.get('content-security-policy') ?? '', /default-src 'none'.*;img-src 'self'$/);
  const html = await guide.text();
  for (const part of [/<h1>Set up Baton<\/h1>/, /<h2 id="add-it-to-slack">/, /<table>/, /href="setup-in-slack\.md"/])
    assert.match(html, part);
  const [, picture = ''] = /<img src="([^"]+)"/.exec(html) ?? [];
  assert.equal((await fetch(`${url}/docs/${picture}`)).headers.get('content-type'), 'image/png');
  assert.equal((await fetch(`${url}/docs/decisions.md`)).status, 404);
});

test('/metrics is read on the machine itself, not through a proxy; with a token by whoever has it', async t => {
  const token = 'a-token-of-a-monitor-0123';
  const [open, locked] = [await system(t), await system(t, { env: { METRICS_TOKEN: token } })];
  const status = async (baton: typeof open, headers: Record<string, string>) =>
    (await fetch(`${baton.app.url}/metrics`, { headers })).status;
  assert.equal(await status(open, {}), 200);
  assert.equal(await status(open, { 'x-forwarded-for': '203.0.113.9' }), 401);
  assert.equal(await status(locked, {}), 401);
  assert.equal(await status(locked, { authorization: 'Bearer wrong' }), 401);
  assert.equal(await status(locked, { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' }), 200);
});
