import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from './free-port.ts';

test('a free port can be listened on, lies below those that outgoing connections are given, and is not given again', async () => {
  const port = await freePort();
  assert.notEqual(await freePort(), port);
  assert.ok(port >= 20_000 && port < 32_000, String(port));
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  await new Promise(done => server.close(done));
});
