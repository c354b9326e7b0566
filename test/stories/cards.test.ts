/** A lead's cards: one a place, alive as long as the lead is, and never lost for good. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED, toPerson } from '../helpers/actions.ts';
import { aSecondPasses, pausePlace } from '../helpers/cards.ts';
import { cardsInLine, parkedJobs } from '../helpers/database-questions.ts';
import { emmaInChannel } from '../helpers/emma.ts';
import { lookForThoseBack, replayAll } from '../helpers/jobs.ts';
import { crosses, handedOff } from '../helpers/leads.ts';
import { blocksOf, buttonsOf, repliesTo } from '../helpers/messages.ts';
import { ALL_CHANNEL, CHAN, DANA, EMMA, MARCUS, PRIYA, TEAM_CHANNEL, TOM } from '../helpers/people.ts';
import { setArchived, setDeactivated } from '../helpers/slack.ts';
import { type Conversation, type Message, type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

const OVER = /\*Rejected\* by (you|Marcus Chen).*: No need now/;
const CLAIM = /"action_id":"claim"/;

/** The only message that a place shows of Emma, once its blocks and its thread say so. */
async function emmaIn(baton: System, where: Conversation, shows = /./, reply = ''): Promise<Message> {
  return until(`${shows}, ${reply} in ${JSON.stringify(where)}`, async () => {
    await aSecondPasses(baton);
    const [card, ...more] = (await baton.messages(where)).filter(one =>
      /"\*?Emma Thompson\*? · Acme/.test(blocksOf(one)),
    );
    assert.deepEqual(more, [], 'one message for one lead in one place');
    // A thread and its card are told by two jobs, in any order.
    const replied = reply === '' || repliesTo(card).some(text => text.includes(reply));
    return card && replied && shows.test(blocksOf(card)) ? card : undefined;
  });
}

test('one card a place lives through claim, hand-over, return and end; each thread tells it once, in order', async t => {
  const { baton, id } = await emmaInChannel(t);
  const [marcus, priya] = [actionsAs(baton, MARCUS, id), actionsAs(baton, PRIYA, id)];
  const first = await emmaIn(baton, { user: MARCUS });
  await emmaIn(baton, TEAM_CHANNEL);

  // The answer to the first reply is lost, the next two are refused for a while.
  const replies = { service: 'slack', path: '/api/chat.postMessage' };
  await breakCalls(baton, { ...replies, reset: true, after: 'after' }, { ...replies, skip: 1, status: 503, times: 2 });
  await marcus.claim();
  const claimed = [
    await emmaIn(baton, { user: MARCUS }, /· yours/, 'Marcus Chen claimed'),
    await emmaIn(baton, TEAM_CHANNEL, /claimed by <@U/, 'Marcus Chen claimed'),
  ];
  for (const card of claimed) assert.deepEqual(buttonsOf(card), ['log_call', 'email', 'undo']);

  await marcus.reassign({ ...toPerson(PRIYA), note: 'she knows Acme' });
  const former = await emmaIn(baton, { user: MARCUS }, /With Priya Nair now/);
  assert.deepEqual(
    [former.ts, buttonsOf(former)],
    [first.ts, ['undo']],
    'he gave it on himself, and may take that back',
  );
  assert.match(blocksOf(await emmaIn(baton, { user: PRIYA }, CLAIM)), /Before: Marcus Chen/);
  await emmaIn(baton, TEAM_CHANNEL, /for <@U/);

  await priya.reassign({ ...toPerson(MARCUS), note: 'no, he does' });
  assert.equal((await emmaIn(baton, { user: MARCUS }, CLAIM)).ts, first.ts, 'the card he had, alive again');
  await emmaIn(baton, { user: PRIYA }, /With Marcus Chen now/);

  await marcus.reject(NO_NEED);
  const lines = ['Marcus Chen claimed', 'Marcus Chen reassigned', 'Priya Nair reassigned', 'Marcus Chen rejected'];
  for (const where of [{ user: MARCUS }, TEAM_CHANNEL]) {
    const closed = await emmaIn(baton, where, OVER, 'Marcus Chen rejected');
    const reopen = 'user' in where ? [] : ['reopen'];
    assert.deepEqual(buttonsOf(closed), ['undo', ...reopen, 'details']);
    assert.deepEqual(
      repliesTo(closed).map((text, at) => text.slice(0, lines[at]?.length)),
      lines,
    );
  }
  assert.deepEqual(await baton.messages(ALL_CHANNEL), []);
});

test('a DM that Slack refuses goes to the team, then to everybody’s channel, then to the admins, who hear why', async t => {
  const baton = await system(t);
  await baton.settled();
  const refusal = { status: 200, body: { ok: false, error: 'messages_tab_disabled' } };
  await breakCalls(baton, { service: 'slack', path: '/api/chat.postMessage', ...refusal });
  for (const channel of [TEAM_CHANNEL, ALL_CHANNEL]) await setArchived(baton, channel, true);
  const { id } = await handedOff(baton);
  const card = await emmaIn(baton, { user: DANA });
  assert.deepEqual(await Promise.all([{ user: MARCUS }, TEAM_CHANNEL, ALL_CHANNEL].map(baton.messages)), [[], [], []]);
  assert.equal((await recorded(baton, id, 'card_failed')).length, 3);
  for (const whose of ['to Marcus Chen', 'in #mql-mid-market', 'in #mql-handoffs']) {
    await baton.card({ user: DANA }, `refuses Baton's cards ${whose}`);
  }

  await actionsAs(baton, DANA, id).claim();
  const claimed = await emmaIn(baton, { user: DANA }, /· yours/);
  assert.equal(claimed.ts, card.ts);
  assert.deepEqual(buttonsOf(claimed), ['log_call', 'email', 'undo']);
});

test('a card that no place takes is put aside, and comes when it is replayed after the cause was mended', async t => {
  const baton = await system(t);
  await baton.settled();
  const shut = async (isShut: boolean) => {
    for (const email of [MARCUS, PRIYA, TOM, CHAN, DANA]) await setDeactivated(baton, email, isShut);
    for (const channel of [TEAM_CHANNEL, ALL_CHANNEL]) await setArchived(baton, channel, isShut);
  };
  await shut(true);
  await crosses(baton);
  const aside = await until('the card is put aside', async () => {
    await aSecondPasses(baton);
    return (await parkedJobs(baton)).find(({ job }) => job === 'handoff.notify');
  });
  assert.match(aside.reason, /^Slack: /);
  // The lead may still be on its way to the next: whose card is put aside after the replay would stay there.
  await baton.settled();
  await shut(false);
  // Each of the others was gone: the lead went on to Dana, the last who may have it.
  await lookForThoseBack(baton);
  await replayAll(baton);
  assert.deepEqual(buttonsOf(await emmaIn(baton, { user: DANA })), ['claim', 'log_call', 'email']);
});

test('a deleted card comes back for whoever has the lead', async t => {
  const { baton, id, card: inChannel } = await emmaInChannel(t);
  const { notifier } = await baton.app.deps.vendors(baton.app.workspaceId);
  const inDm = await emmaIn(baton, { user: MARCUS });
  await notifier.remove(inChannel);
  await notifier.remove(inDm);
  await actionsAs(baton, MARCUS, id).claim();
  const anew = await emmaIn(baton, { user: MARCUS }, /· yours/);
  assert.notEqual(anew.ts, inDm.ts);
  await actionsAs(baton, DANA, id).reassign({ ...toPerson(PRIYA), note: 'back to the pool of reps' });
  await emmaIn(baton, { user: PRIYA }, CLAIM);
  await emmaIn(baton, TEAM_CHANNEL, /for <@U/);
});

test('a place that takes nothing more holds up no other', async t => {
  const { baton, id } = await emmaInChannel(t);
  await emmaIn(baton, { user: MARCUS });
  await baton.settled();
  await setArchived(baton, TEAM_CHANNEL, true);
  await actionsAs(baton, MARCUS, id).claim();
  await emmaIn(baton, { user: MARCUS }, /./, 'Marcus Chen claimed');
  await baton.card({ user: DANA }, 'the channel is archived: choose another in the playbook');
  await baton.settled();
  assert.deepEqual(await parkedJobs(baton), [], 'told once, with what mends it; nothing hangs');
});

test('a card that waits for a DM does not come when its lead went to somebody else or is over', async t => {
  const baton = await system(t);
  await pausePlace(baton, 'dm:U0MARCUS', MINUTE);
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const dana = actionsAs(baton, DANA, id);
  await dana.reassign({ ...toPerson(PRIYA), note: 'Marcus has enough' });
  await emmaIn(baton, { user: PRIYA }, CLAIM);
  await pausePlace(baton, 'dm:U0CHAN', MINUTE);
  await dana.reassign({ ...toPerson(CHAN), note: 'or Chan' });
  await emmaIn(baton, { user: PRIYA }, /With Chan Li now/);
  await baton.settled();
  await dana.reject(NO_NEED);
  baton.clock.move(MINUTE);
  await emmaIn(baton, { user: PRIYA }, /\*Rejected\*/);
  await until('both lines are empty', async () => {
    await aSecondPasses(baton);
    return (await cardsInLine(baton)) === 0;
  });
  await baton.settled();
  assert.deepEqual(await Promise.all([MARCUS, CHAN].map(user => baton.messages({ user }))), [[], []]);
});
