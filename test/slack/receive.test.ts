import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slackBaton } from './baton.ts';

const MINUTE = 60_000;

/** Counts claims. */
const counting = (asked: { count: number }) => ({
  actions: {
    claim: async () => {
      asked.count += 1;
      return { kind: 'claimed' as const };
    },
  },
});

function press(trigger: string): string {
  return new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: 'T0BATON' },
      user: { id: 'U0MARCUS' },
      trigger_id: trigger,
      channel: { id: 'C0HANDOFFS' },
      actions: [{ type: 'button', action_id: 'claim', block_id: 'b', value: 'h1', action_ts: '1' }],
    }),
  }).toString();
}

test('only what Slack signed in the last five minutes, and not in the future, is heard', async t => {
  const asked = { count: 0 };
  const baton = await slackBaton(t, counting(asked));
  const cases: [what: string, how: Parameters<typeof baton.send>[1], status: number][] = [
    ['genuine', {}, 200],
    ["another app's secret", { secret: 'f'.repeat(32) }, 401],
    ['six minutes old', { at: Date.now() - 6 * MINUTE }, 401],
    ['an hour ahead', { at: Date.now() + 60 * MINUTE }, 401],
    ['no signature at all', { signature: '' }, 401],
    ['a signature of another version', { signature: 'v1=00' }, 401],
    ['a signature that is none', { signature: 'v0' }, 401],
  ];
  for (const [index, [what, how, status]] of cases.entries()) {
    const answer = await baton.send(press(`1.2.${index}`), how);
    assert.equal(answer.status, status, what);
  }
  await baton.settled();
  assert.equal(asked.count, 1);
  assert.equal(baton.lines().filter(line => line.msg === 'a request to /slack/events was not from Slack').length, 6);
});

test('a captured request that is sent again is answered and not heard again', async t => {
  const asked = { count: 0 };
  const baton = await slackBaton(t, counting(asked));
  const at = Date.now();
  const answers = [await baton.send(press('7.8.same'), { at }), await baton.send(press('7.8.same'), { at })];
  assert.deepEqual(
    answers.map(answer => answer.status),
    [200, 200],
  );
  await baton.settled();
  assert.equal(asked.count, 1);
});

test('an event that Slack repeats is heard once', async t => {
  let opened = 0;
  const baton = await slackBaton(t, {
    queries: {
      find: async () => [],
      timeline: async () => undefined,
      who: async () => {
        opened += 1;
        return undefined;
      },
    },
  });
  const event = JSON.stringify({
    type: 'event_callback',
    team_id: 'T0BATON',
    event_id: 'Ev0SAME',
    event: { type: 'app_home_opened', user: 'U0MARCUS', channel: 'D0MARCUS', tab: 'home', event_ts: '1' },
    authorizations: [{ enterprise_id: null, team_id: 'T0BATON', user_id: 'U0BATONBOT', is_bot: true }],
  });
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await baton.send(event, { type: 'application/json' })).status, 200);
  }
  await baton.settled();
  assert.equal(opened, 1);
});

test("Slack's handshake is answered with its challenge", async t => {
  const baton = await slackBaton(t);
  const answer = await baton.send(JSON.stringify({ type: 'url_verification', challenge: 'c4' }), {
    type: 'application/json',
  });
  assert.deepEqual([answer.status, await answer.json()], [200, { challenge: 'c4' }]);
});

test('what is too big, and what is no JSON, is refused', async t => {
  const baton = await slackBaton(t);
  assert.equal((await baton.send('x'.repeat(1_100_000))).status, 413);
  assert.equal((await baton.send('{', { type: 'application/json' })).status, 400);
});

test('a delivery nobody listens to is taken at once', async t => {
  const baton = await slackBaton(t);
  const unknown = press('9.9.unknown').replace('claim', 'of_a_later_version');
  assert.equal((await baton.send(unknown)).status, 200);
});
