/** Whatever is sent to whatever door, with the right key and the right signature: refused or answered, never a 500. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { TABLES } from '../../src/slack/listeners/index.ts';
import { signatureHeaders } from '../../src/vendors/hubspot/api/signature.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { type System, system } from '../helpers/system.ts';

const NAMES = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '%00',
  '%',
  '..%2f',
  'é',
  'x'.repeat(3_000),
];
const BODIES = [
  '',
  'null',
  '0',
  '"x"',
  '[]',
  '[null]',
  '{}',
  '{"__proto__":{"a":1}}',
  '{"constructor":1}',
  '<a/>',
  '\0',
  'a=b',
];
/** What the example's playbook watches. */
const SCORE = 'hubspotscore';
const SECRETS = { ENCRYPTION_KEY: 'a'.repeat(64) };

const isAnswer = (status: number) => status >= 200 && status < 500;

test('a body of a zero byte is no text, and whoever is told of it is told', async t => {
  const baton = await system(t, { env: SECRETS });
  const path = `${baton.app.url}/hooks/${baton.env.HOOK_KEY}/salesforce`;
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '\0' });
  assert.equal(answer.status, 400);
});

test('no path, name or body of any route is a 500', async t => {
  const baton = await system(t, { env: SECRETS });
  const { HOOK_KEY } = baton.env;
  const paths = NAMES.flatMap(name => [
    `/${name}`,
    ...[`/hooks/${name}/hubspot`, `/hooks/${HOOK_KEY}/${name}`, `/hooks/${name}/${name}`],
    ...[`/hooks/${name}/form`, `/form.js?key=${name}`, `/unsubscribe/${name}`, `/hooks/${name}/mail`],
    ...[`/connect/${name}`, `/connect/${name}/callback?state=${name}&code=${name}`, `/connect/${name}/confirm`],
    ...[`/connect/salesforce?ticket=${name}`, `/connect/salesforce/callback?state=${name}&__proto__=1&state=2`],
    ...[`/open/${name}`, `/health/${name}`, `/metrics/${name}`, `/slack/${name}`],
  ]);
  const others = [
    '/',
    '/metrics',
    '/health/ready',
    '/connect/salesforce',
    '/connect/salesforce/confirm',
    `/hooks/${HOOK_KEY}/hubspot`,
    `/hooks/${HOOK_KEY}/salesforce`,
    `/hooks/${HOOK_KEY}/manual`,
  ];
  const property = fc.asyncProperty(
    fc.constantFrom(...paths, ...others),
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    fc.constantFrom(...BODIES),
    fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/xml', 'x/y; charset=nonsense', ''),
    async (path, method, body, type) => {
      const answer = await fetch(`${baton.app.url}${path}`, {
        method,
        redirect: 'manual',
        headers: type ? { 'content-type': type } : {},
        ...(method !== 'GET' && { body }),
      });
      await answer.text();
      assert.ok(isAnswer(answer.status), `${method} ${path} ${type} ${body}: ${answer.status}`);
    },
  );
  await fc.assert(property, { numRuns: 300 });
  for (const path of paths)
    assert.ok(isAnswer((await fetch(`${baton.app.url}${path}`, { redirect: 'manual' })).status), path);
});

test('a signed delivery of five thousand events is refused as too much, and none of it is kept', async t => {
  const baton = await system(t);
  const { HUBSPOT_CLIENT_SECRET = '' } = baton.sandbox.env();
  const event = { subscriptionType: 'contact.propertyChange', portalId: 1, subscriptionId: 1, propertyName: SCORE };
  const many = (count: number) =>
    JSON.stringify(Array.from({ length: count }, (_, at) => ({ ...event, objectId: at + 1, propertyValue: '63' })));
  const deliver = async (body: string) => {
    const url = `${baton.env.PUBLIC_URL}/hooks/${baton.env.HOOK_KEY}/hubspot`;
    const headers = signatureHeaders({ method: 'POST', url, body, at: baton.clock.now() }, HUBSPOT_CLIENT_SECRET);
    return (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
      .status;
  };
  assert.equal(await deliver(many(5_000)), 413);
  assert.deepEqual(await outcomesOfSignals(baton), []);
  assert.equal(await deliver(many(3)), 200);
});

const ids = (what: 'buttons' | 'menus' | 'changes' | 'submissions' | 'options' | 'shortcuts' | 'messageShortcuts') =>
  TABLES.flatMap(table => Object.keys(table[what] ?? {}));

/** A payload as Slack sends it for each thing Baton listens to. */
function everyPayload(team: string, user: string): Record<string, unknown>[] {
  const common = { team: { id: team }, user: { id: user, team_id: team }, trigger_id: '1.2.3', api_app_id: 'A' };
  const view = {
    id: 'V1',
    hash: 'h',
    type: 'modal',
    callback_id: 'x',
    private_metadata: '{}',
    blocks: [],
    state: { values: {} },
  };
  const option = { text: { type: 'plain_text', text: 'x' }, value: 'constructor:1:__proto__' };
  const container = { type: 'view', view_id: 'V1' };
  return [
    ...ids('buttons').map(action_id => ({
      type: 'block_actions',
      ...common,
      view,
      container,
      actions: [{ type: 'button', action_id, block_id: 'b', value: '__proto__', action_ts: '1' }],
    })),
    ...ids('menus').map(action_id => ({
      type: 'block_actions',
      ...common,
      view,
      container,
      actions: [{ type: 'overflow', action_id, block_id: 'b', selected_option: option, action_ts: '1' }],
    })),
    ...ids('changes').map(action_id => ({
      type: 'block_actions',
      ...common,
      view,
      container,
      actions: [{ type: 'static_select', action_id, block_id: 'b', selected_option: option, action_ts: '1' }],
    })),
    ...ids('submissions').map(callback_id => ({
      type: 'view_submission',
      ...common,
      view: { ...view, callback_id, private_metadata: '{"at":"__proto__","basedOn":"1","handoffId":"x","home":"y"}' },
    })),
    ...ids('options').map(action_id => ({
      type: 'block_suggestion',
      ...common,
      container,
      action_id,
      block_id: 'b',
      value: 'x',
      view,
    })),
    ...ids('shortcuts').map(callback_id => ({ type: 'shortcut', ...common, callback_id, action_ts: '1' })),
    ...ids('messageShortcuts').map(callback_id => ({
      type: 'message_action',
      ...common,
      callback_id,
      channel: { id: 'C1', name: 'c' },
      message: { type: 'message', ts: '1.2', text: 'x' },
      message_ts: '1.2',
      response_url: 'http://127.0.0.1:9/x',
    })),
    {
      type: 'event_callback',
      team_id: team,
      event_id: 'E1',
      event: { type: 'app_home_opened', user, channel: 'D1', tab: 'home' },
    },
    {
      type: 'event_callback',
      team_id: team,
      event_id: 'E2',
      event: { type: 'message', channel_type: 'im', user, channel: 'D1', text: 'x', ts: '1.2' },
    },
    {
      type: 'event_callback',
      team_id: team,
      event_id: 'E3',
      event: { type: 'tokens_revoked', tokens: { bot: [], oauth: [] } },
    },
  ];
}

const VALUES: unknown[] = [
  null,
  0,
  true,
  '',
  'x',
  '__proto__',
  [],
  [null],
  {},
  { __proto__: null, constructor: 1 },
  { values: { __proto__: 1 } },
];

/** One part of a payload, at any depth, replaced. */
const crafted = (payload: unknown, path: readonly number[], value: unknown): unknown => {
  if (path.length === 0 || typeof payload !== 'object' || payload === null) return value;
  const keys = Object.keys(payload);
  const key = keys[(path[0] ?? 0) % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const copy = (Array.isArray(payload) ? [...payload] : { ...payload }) as Record<string, unknown>;
  copy[key] = crafted(copy[key], path.slice(1), value);
  return copy;
};

async function sendSigned(baton: System, body: string, type: string): Promise<number> {
  const stamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', baton.env.SLACK_SIGNING_SECRET ?? '')
    .update(`v0:${stamp}:${body}`)
    .digest('hex');
  const answer = await fetch(`${baton.app.url}/slack/events`, {
    method: 'POST',
    headers: { 'content-type': type, 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${signature}` },
    body,
  });
  await answer.text();
  return answer.status;
}

test('no body that Slack signed is a 500: nothing in it, another kind of thing in it, or any part of it replaced', async t => {
  const baton = await system(t, { env: SECRETS });
  for (const body of BODIES) {
    assert.ok(isAnswer(await sendSigned(baton, body, 'application/json')), body);
    const form = 'application/x-www-form-urlencoded';
    assert.ok(isAnswer(await sendSigned(baton, body, form)), body);
    assert.ok(isAnswer(await sendSigned(baton, `payload=${encodeURIComponent(body)}`, form)), body);
    assert.ok(
      isAnswer(await sendSigned(baton, `command=/mql&command=/mql&text=${encodeURIComponent(body)}`, form)),
      body,
    );
  }
  const payloads = everyPayload('T0BATON', 'U0DANA');
  assert.ok(payloads.length > 80);
  const property = fc.asyncProperty(
    fc.constantFrom(...payloads),
    fc.array(fc.nat(20), { maxLength: 5 }),
    fc.constantFrom(...VALUES),
    async (payload, path, value) => {
      const body = JSON.stringify(crafted(payload, path, value));
      const isEvent = payload.type === 'event_callback';
      const type = isEvent ? 'application/json' : 'application/x-www-form-urlencoded';
      assert.ok(isAnswer(await sendSigned(baton, isEvent ? body : `payload=${encodeURIComponent(body)}`, type)), body);
    },
  );
  // A null for a sender once stopped Bolt before anything of ours ran.
  const nobody = { ...payloads.find(({ event }) => (event as { type?: string } | undefined)?.type === 'message') };
  assert.ok(nobody.event);
  const said = JSON.stringify({ ...nobody, event: { ...nobody.event, user: null } });
  assert.equal(await sendSigned(baton, said, 'application/json'), 400);
  await fc.assert(property, { numRuns: 500 });
  for (const payload of payloads) {
    const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
    assert.ok(isAnswer(await sendSigned(baton, body, 'application/x-www-form-urlencoded')), JSON.stringify(payload));
  }
});
