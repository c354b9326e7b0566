/** The pages that Slack's directory links to: there without an account, with somebody to write to. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import express from 'express';
import { policies } from '../../src/http/policies.ts';

async function served(t: TestContext, email?: string) {
  const server = express().use(policies(email)).listen(0, '127.0.0.1');
  await new Promise(done => server.once('listening', done));
  t.after(() => server.close());
  return async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
}

test('privacy says what is kept, why and how long; each page links the others and names a contact', async t => {
  const visit = await served(t, 'help&support@example.com');
  const privacy = (await visit('/privacy')).text;
  for (const part of [/Access tokens and keys/, /wiped at once/, /after 30 days/, /have it deleted, write to/]) {
    assert.match(privacy, part);
  }
  for (const path of ['/privacy', '/support', '/security']) {
    const { status, text } = await visit(path);
    assert.equal(status, 200);
    assert.match(text, /<a href="mailto:help&amp;support@example\.com">/);
    assert.equal(text.match(/<h1>/g)?.length, 1);
    for (const other of ['/privacy', '/support', '/security']) assert.ok(text.includes(`href="${other}"`));
  }
  assert.match((await visit('/support')).text, /within two business days/);
});

test('without an address people are sent to whoever installed it', async t => {
  const visit = await served(t);
  assert.match((await visit('/support')).text, /Contact: whoever installed Baton/);
});
