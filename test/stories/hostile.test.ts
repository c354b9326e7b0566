/** Everything a person can do wrong, too late or on purpose ends in words that help: never silence, never a failure. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { WORDS } from '../../src/slack/listeners/mql/words.ts';
import { handedOff } from '../helpers/leads.ts';
import { act, shown, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const CHANNEL = '#mql-mid-market';
const [MARCUS, PRIYA, TOM, DANA] = ['marcus', 'priya', 'tom', 'dana'].map(name => `${name}@example.com`) as [
  string,
  string,
  string,
  string,
];
/** What Baton says when something broke. */
const TROUBLE = /Baton could not do that|refused this|is not answering/;
/** Commands of Slack, direction marks, joined emoji, zero characters, half a pair, SQL, quotations. */
const EVIL = "<!channel> *b* \u202eRTL 👩‍💻 a\u0000b \ud800 ' or 1=1 -- \\ %_\n> quoted";

async function busy(t: TestContext) {
  const baton = await system(t, { playbook: example.replace('assigned: dm', 'assigned: both') });
  const { id } = await handedOff(baton);
  const card = await baton.card({ channel: CHANNEL }, 'Emma Thompson');
  await Promise.all([MARCUS, PRIYA, DANA].map(email => slackIdOf(baton, email)));
  return { baton, id, card };
}

const told = async (baton: System, user: string) =>
  (await baton.messages({ user })).filter(({ ephemeral }) => ephemeral).map(({ text }) => text);

/** Does something, and waits for what the person sees of it: a new modal, or words for them alone. */
async function answered(baton: System, user: string, deed: Record<string, unknown>): Promise<string> {
  const before = { told: (await told(baton, user)).length, modal: (await shown(baton, user)).open?.id };
  await act(baton, user, deed);
  return until(`${user} is answered to ${JSON.stringify(deed)}`, async () => {
    const { open } = await shown(baton, user);
    if (open && open.id !== before.modal) return JSON.stringify(open);
    const all = await told(baton, user);
    return all.length > before.told ? all.at(-1) : undefined;
  });
}

/** The same, which must be no trouble; what opened is closed again. */
async function helped(baton: System, user: string, deed: Record<string, unknown>): Promise<string> {
  const said = await answered(baton, user, deed);
  assert.doesNotMatch(said, TROUBLE, JSON.stringify(deed));
  if ((await shown(baton, user)).open) await act(baton, user, { close: {} });
  return said;
}

/** Waits for the modal alone: words about what was done before may still be on their way. */
async function opens(baton: System, user: string, deed: Record<string, unknown>): Promise<string> {
  const before = (await shown(baton, user)).open?.id;
  await act(baton, user, deed);
  return until(`${user} sees a modal after ${JSON.stringify(deed)}`, async () => {
    const { open, modal } = await shown(baton, user);
    return open && open.id !== before ? modal : undefined;
  });
}

/** A button of the card, or a line of its menu. */
async function pressing(baton: System, card: Message, action: string, verb?: string) {
  const click = { channel: card.channel, ts: card.ts, action_id: action };
  if (verb === undefined) return { click };
  const now = (await baton.messages({ channel: card.channel })).find(({ ts }) => ts === card.ts);
  const block = now?.blocks.find(one => JSON.stringify(one).includes(verb)) as { block_id: string } | undefined;
  return { click: { ...click, value: verb, block_id: block?.block_id } };
}

test('whatever is typed after /mql, and whatever an old button carries, is answered', async t => {
  const { baton } = await busy(t);
  const junk = ['', EVIL, `emma until 99:99 <@U0NOBODY> ${'x'.repeat(2_000)}`, '7f6b4c1e to to to @%'];
  for (const { word } of WORDS) {
    for (const text of junk) await helped(baton, DANA, { command: { text: `${word} ${text}` } });
  }
  const ids = ['claim', 'log_call', 'email', 'reopen', 'release', 'test_cleanup', 'sla_reassign', 'sla_take'];
  const buttons = [...ids, 'sla_more_time', 'sla_hand_back', 'sla_ask', 'owner_keep', 'owner_restore'];
  for (const value of ['nonsense', '7f6b4c1e-0000-4000-8000-00000000dead', undefined]) {
    const elements = buttons.map(action_id => {
      const text = { type: 'plain_text', text: action_id };
      return { type: 'button', action_id, text, ...(value && { value }) };
    });
    const { channel, ts } = await post(baton, [{ type: 'actions', elements }]);
    for (const action_id of buttons) {
      assert.match(
        await helped(baton, DANA, { click: { channel, ts, action_id } }),
        /Baton does not know this lead any more/,
        action_id,
      );
    }
  }
});

/** A message of Baton's, as another version of it may have posted it. */
async function post(baton: System, blocks: unknown[]): Promise<{ channel: string; ts: string }> {
  const response = await fetch(`${baton.env.SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` },
    body: JSON.stringify({ channel: CHANNEL, text: 'An old card', blocks }),
  });
  const posted = (await response.json()) as { ok: boolean; channel: string; ts: string };
  assert.equal(posted.ok, true, JSON.stringify(posted));
  return posted;
}

test('the longest and worst that fits into a modal is kept; what comes too late is told with what was written', async t => {
  const { baton, id, card } = await busy(t);
  const long = `${EVIL}\n${'w'.repeat(2_900)}`;
  const submit = async (user: string, values: Record<string, unknown>, outcome: string) => {
    const answer = await act(baton, user, { submit: { values } });
    assert.equal(answer.outcome, outcome, JSON.stringify(answer.body));
    const { open, modal } = await shown(baton, user);
    if (open) await act(baton, user, { close: {} });
    return modal;
  };
  await opens(baton, MARCUS, await pressing(baton, card, 'log_call'));
  const next = { next_what: EVIL.replaceAll('\n', ' '), next_on: '2026-12-01' };
  await submit(MARCUS, { outcome: 'connected', notes: long, ...next }, 'closed');
  await opens(baton, MARCUS, await pressing(baton, card, 'email'));
  await submit(MARCUS, { subject: EVIL.replaceAll('\n', ' '), body: long }, 'closed');
  await opens(baton, DANA, await pressing(baton, card, 'more', `snooze:${id}`));
  await submit(DANA, { until: 'Tomorrow morning', note: long }, 'closed');
  await opens(baton, DANA, await pressing(baton, card, 'more', `away:${id}`));
  await submit(DANA, { note: long }, 'updated');
  await opens(baton, DANA, { shortcut: { callback_id: 'hand_off' } });
  const sam = { email: 'sam@acmecorp.com', name: EVIL, company: EVIL, title: EVIL, budget: EVIL };
  await submit(DANA, { ...sam, useCase: `${EVIL}${'w'.repeat(1_900)}` }, 'updated');

  await opens(baton, MARCUS, await pressing(baton, card, 'log_call'));
  await opens(baton, DANA, await pressing(baton, card, 'more', `reassign:${id}`));
  await submit(DANA, { to: 'Priya Nair', note: long }, 'closed');
  await baton.press(PRIYA, await baton.card({ user: PRIYA }, 'Emma Thompson'), 'claim');
  await baton.settled();
  const late = await submit(MARCUS, { outcome: 'connected', notes: 'She wants <a demo>' }, 'updated');
  assert.match(late, /Only Priya Nair, Dana Ruiz or an admin can do this.*What you wrote.*She wants <a demo>/);
  const stale = await opens(baton, MARCUS, await pressing(baton, card, 'log_call'));
  assert.match(stale, /Only Priya Nair, Dana Ruiz or an admin can do this/, 'before anything is filled in');

  // Nobody told Baton yet that Tom has left: the lead is not lost with him.
  await baton.post('/_sandbox/slack/users', { email: TOM, deleted: true });
  await opens(baton, DANA, await pressing(baton, card, 'more', `reassign:${id}`));
  await submit(DANA, { to: 'Tom Okafor' }, 'closed');
  const warned = await baton.card({ user: DANA }, "refuses Baton's cards to tom@example.com");
  assert.match(warned.text, /deactivated/);
  await baton.settled();
  const { rows } = await baton.app.deps.db.raw('select reason from parked_jobs');
  assert.deepEqual(rows, []);
});
