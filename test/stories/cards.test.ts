import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { closePlace } from '../../src/db/card-queue.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import { replayParked } from '../../src/jobs/parked.ts';
import { after, MINUTE } from '../../src/lib/clock.ts';
import { aSecondPasses } from '../helpers/cards.ts';
import { crosses } from '../helpers/leads.ts';
import { kinds, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const everywhere = example.replace('assigned: dm', 'assigned: both');

const EMMA = 'emma.thompson@acmecorp.com';
const MARCUS = { user: 'marcus@example.com' };
const PRIYA = { user: 'priya@example.com' };
const DANA = { user: 'dana@example.com' };
const TEAM = { channel: '#mql-mid-market' };
const ALL = { channel: '#mql-handoffs' };

/** Somebody decides something about Emma, as their button, command or modal does. */
function deciding(baton: System, handoffId: string) {
  const actions = actionsOf(baton.app.deps);
  const on = (slackUserId: string) => ({ workspaceId: baton.app.workspaceId, slackUserId, handoffId });
  const person = (email: string) => ({ kind: 'person' as const, email });
  return {
    claim: (who: string) => actions.claim(on(who)),
    give: (who: string, email: string, note: string) => actions.reassign({ ...on(who), to: person(email), note }),
    // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
    reject: (who: string) => actions.reject({ ...on(who), reason: 'no_need_now', then: 'nurture' }),
  };
}

const shows = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []);
const buttons = (message: Message | undefined) =>
  [...shows(message).matchAll(/"action_id":"(\w+)"/g)].map(match => match[1]).filter(id => id !== 'more');
const thread = (message: Message | undefined) => ((message?.replies ?? []) as { text: string }[]).map(one => one.text);

/** The only message that a place shows of Emma, once it is as expected. */
async function emmaIn(
  baton: System,
  where: { user: string } | { channel: string },
  what: string,
  isSo: (card: Message) => boolean,
): Promise<Message> {
  return until(`${what} in ${JSON.stringify(where)}`, async () => {
    await aSecondPasses(baton);
    const [card, ...more] = (await baton.messages(where)).filter(one => shows(one).includes('"Emma Thompson'));
    assert.deepEqual(more, [], 'one message for one lead in one place');
    return card && isSo(card) ? card : undefined;
  });
}

test('one card a place lives through claim, hand-over, return and end; each thread tells it once, in order', async t => {
  const baton = await system(t, { playbook: everywhere });
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const { claim, give, reject } = deciding(baton, id);
  const first = await emmaIn(baton, MARCUS, 'the card', () => true);
  await emmaIn(baton, TEAM, 'the card', () => true);

  // The answer to the first reply is lost, the next two are refused for a while.
  const replies = { service: 'slack', path: '/api/chat.postMessage' };
  await baton.post('/_sandbox/fault', { ...replies, reset: true, after: 'after' });
  await baton.post('/_sandbox/fault', { ...replies, skip: 1, status: 503, times: 2 });
  assert.deepEqual(await claim('U0MARCUS'), { kind: 'claimed' });
  // A thread and its card are told by two jobs, in any order.
  const said = (sentence: string, shown: RegExp) => (card: Message) =>
    thread(card).some(line => line.includes(sentence)) && shown.test(shows(card));
  for (const where of [MARCUS, TEAM]) {
    const card = await emmaIn(baton, where, 'the claim', said('Marcus Chen claimed', /Claimed by Marcus Chen/));
    assert.deepEqual(buttons(card), ['log_call', 'email', 'open_record']);
  }

  await give('U0MARCUS', 'priya@example.com', 'she knows Acme');
  const former = await emmaIn(baton, MARCUS, 'whose it is now', card => shows(card).includes('is with Priya Nair now'));
  assert.equal(former.ts, first.ts);
  assert.deepEqual(buttons(former), ['open_record'], 'nothing is left to press but the record, why and the timeline');
  const hers = await emmaIn(baton, PRIYA, 'her card', card => buttons(card).includes('claim'));
  assert.match(shows(hers), /before that with Marcus Chen/);
  await emmaIn(baton, TEAM, 'the new rep', card => shows(card).includes('Assigned to *Priya Nair*'));

  await give('U0PRIYA', 'marcus@example.com', 'no, he does');
  const again = await emmaIn(baton, MARCUS, 'its return', card => buttons(card).includes('claim'));
  assert.equal(again.ts, first.ts, 'the card he had, alive again');
  await emmaIn(baton, PRIYA, 'whose it is now', card => shows(card).includes('is with Marcus Chen now'));

  assert.equal((await reject('U0MARCUS')).kind, 'done');
  for (const where of [MARCUS, TEAM]) {
    const closed = await emmaIn(baton, where, 'the end', said('Marcus Chen rejected', /\*rejected\* by Marcus Chen/));
    assert.match(shows(closed), /This lead is \*rejected\* by Marcus Chen .*: No need now/);
    assert.deepEqual(buttons(closed), ['reopen', 'open_record']);
    const lines = ['Marcus Chen claimed', 'Marcus Chen reassigned', 'Priya Nair reassigned', 'Marcus Chen rejected'];
    const told = thread(closed);
    assert.equal(told.length, lines.length, told.join('\n'));
    for (const [at, line] of lines.entries()) assert.ok(told[at]?.startsWith(line), told.join('\n'));
  }
  assert.deepEqual((await baton.messages(ALL)).length, 0);
});

test('a DM that Slack refuses goes to the team, then to everybody’s channel, then to the admins, who hear why', async t => {
  const baton = await system(t);
  await baton.settled();
  await baton.post('/_sandbox/slack/users', { email: 'marcus@example.com', deleted: true });
  for (const name of ['mql-mid-market', 'mql-handoffs']) {
    await baton.post('/_sandbox/slack/channels', { name, archived: true });
  }
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const card = await emmaIn(baton, DANA, 'the card', () => true);
  assert.deepEqual(await Promise.all([MARCUS, TEAM, ALL].map(baton.messages)), [[], [], []]);
  assert.equal(kinds(await baton.story(id)).filter(kind => kind === 'card_failed').length, 3);
  for (const whose of ['to marcus@example.com', 'in #mql-mid-market', 'in #mql-handoffs']) {
    await baton.card(DANA, `refuses Baton's cards ${whose}`);
  }

  await deciding(baton, id).claim('U0DANA');
  const claimed = await emmaIn(baton, DANA, 'the claim', one => shows(one).includes('Claimed by Dana Ruiz'));
  assert.equal(claimed.ts, card.ts);
  assert.deepEqual(buttons(claimed), ['log_call', 'email', 'open_record']);
});

test('a card that no place takes is put aside, and comes when it is replayed after the cause was mended', async t => {
  const baton = await system(t);
  const { db } = baton.app.deps;
  await baton.settled();
  const gone = (archived: boolean) =>
    Promise.all([
      ...['marcus@example.com', 'dana@example.com'].map(email =>
        baton.post('/_sandbox/slack/users', { email, deleted: archived }),
      ),
      ...['mql-mid-market', 'mql-handoffs'].map(name => baton.post('/_sandbox/slack/channels', { name, archived })),
    ]);
  await gone(true);
  await crosses(baton);
  const parked = () => db('parked_jobs').where({ job: 'handoff.notify', replayed_at: null });
  const [aside] = await until('the card is put aside', async () => {
    await aSecondPasses(baton);
    const rows = await parked();
    return rows.length > 0 && rows;
  });
  assert.match(aside.reason, /^Slack: /);
  await gone(false);
  await replayParked(db, baton.app.workspaceId, baton.clock.now());
  const card = await emmaIn(baton, MARCUS, 'the card', () => true);
  assert.deepEqual(buttons(card), ['claim', 'log_call', 'email', 'open_record']);
});

test('a deleted card comes back for whoever has the lead; a place that takes nothing more holds up no other', async t => {
  const baton = await system(t, { playbook: everywhere });
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const { claim, give } = deciding(baton, id);
  const { notifier } = await baton.app.deps.vendors(baton.app.workspaceId);
  const dm = await emmaIn(baton, MARCUS, 'the card', () => true);
  const channel = await emmaIn(baton, TEAM, 'the card', () => true);
  await notifier.remove(channel);
  await notifier.remove(dm);
  await claim('U0MARCUS');
  const anew = await emmaIn(baton, MARCUS, 'a card again', card => shows(card).includes('Claimed by Marcus Chen'));
  assert.notEqual(anew.ts, dm.ts);
  await give('U0DANA', 'priya@example.com', 'back to the pool of reps');
  await emmaIn(baton, PRIYA, 'her card', card => buttons(card).includes('claim'));
  await emmaIn(baton, TEAM, 'a card in the channel again', card => shows(card).includes('Assigned to *Priya Nair*'));
  await baton.settled();

  await baton.post('/_sandbox/slack/channels', { name: 'mql-mid-market', archived: true });
  await claim('U0PRIYA');
  await emmaIn(baton, PRIYA, 'the claim', card => thread(card).some(line => line.includes('Priya Nair claimed')));
  await baton.card(DANA, 'the channel is archived: choose another in the playbook');
  await baton.settled();
  const { rows } = await baton.app.deps.db.raw(`select job, reason from parked_jobs`);
  assert.deepEqual(rows, [], 'told once, with what mends it; nothing hangs');
});

test('a card that waits for a DM does not come when its lead went to somebody else or is over', async t => {
  const baton = await system(t);
  const { deps, workspaceId } = baton.app;
  await closePlace(deps.db, workspaceId, 'dm:U0MARCUS', after(deps.clock.now(), MINUTE));
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const { give, reject } = deciding(baton, id);
  await give('U0DANA', 'priya@example.com', 'Marcus has enough');
  await emmaIn(baton, PRIYA, 'her card', card => buttons(card).includes('claim'));
  await closePlace(deps.db, workspaceId, 'dm:U0CHAN', after(deps.clock.now(), MINUTE));
  await give('U0DANA', 'chan@example.com', 'or Chan');
  await emmaIn(baton, PRIYA, 'whose it is now', card => shows(card).includes('is with Chan Li now'));
  await baton.settled();
  await reject('U0DANA');
  baton.clock.move(MINUTE);
  await emmaIn(baton, PRIYA, 'the end', card => shows(card).includes('This lead is *rejected*'));
  await until('both lines are empty', async () => {
    await aSecondPasses(baton);
    return (await deps.db('cards').whereNotNull('waiting_since')).length === 0;
  });
  await baton.settled();
  assert.deepEqual(await baton.messages(MARCUS), []);
  assert.deepEqual(await baton.messages({ user: 'chan@example.com' }), []);
});
