/** The demo's page in the place of Slack's client: what cannot be done is said where it was tried. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import express from 'express';
import { demoPage } from '../sandbox/page.ts';
import { emmaInChannel } from './helpers/emma.ts';
import { MARCUS } from './helpers/people.ts';
import { shown } from './helpers/slack.ts';
import { until } from './helpers/until.ts';

test('an empty required field is told at the field, and what cannot be is no failure of the demo', async t => {
  const { baton, card } = await emmaInChannel(t);
  const nothing = { now: () => baton.clock.now(), move() {}, leads: async () => [], story: async () => [] };
  const server = express()
    .use(demoPage({ sandboxUrl: baton.sandbox.url, ...nothing }))
    .listen(0, '127.0.0.1');
  t.after(() => new Promise(done => server.close(done)));
  const press = async (body: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/demo/api/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
  };
  await baton.press(MARCUS, card, 'log_call');
  await until('the form is open', async () => (await shown(baton, MARCUS)).open);
  const empty = await press({ user: MARCUS, submit: { values: {} } });
  assert.deepEqual([empty.status, empty.said.outcome], [200, 'errors'], JSON.stringify(empty));
  assert.match(JSON.stringify(empty.said.body), /"outcome":"Please complete this required field\."/);
  const nobody = await press({ user: 'nobody@example.com', home: {} });
  assert.equal(nobody.status, 400);
  assert.match(String(nobody.said.error), /^nobody called nobody@example\.com/);
});
