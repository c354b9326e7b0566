/** All of a lead's life by Slack's buttons and modals alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FULL_HISTORY } from '../../src/slack/blocks/modals/details.ts';
import { EARLIER } from '../../src/slack/blocks/modals/timeline.ts';
import { actionsAs, CONNECTED, toPerson } from '../helpers/actions.ts';
import { holdLead } from '../helpers/database-changes.ts';
import { waitingForLocks } from '../helpers/database-questions.ts';
import { emmaInChannel } from '../helpers/emma.ts';
import { crosses } from '../helpers/leads.ts';
import { blocksOf, untilAnswered } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TEAM_CHANNEL } from '../helpers/people.ts';
import { CLAIMED_FROM_POOL } from '../helpers/playbooks.ts';
import { act, clickOn, modalShows, openModal, outcomeOf, shown } from '../helpers/slack.ts';
import { system } from '../helpers/system.ts';
import { assertRecordedOnce } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { mailsSent } from '../helpers/vendors.ts';
import { startWeb } from '../helpers/worker.ts';

test('a lead is claimed and called in Slack: the call and the next step are in Salesforce', async t => {
  const { baton, card } = await emmaInChannel(t);
  await act(baton, MARCUS, clickOn(card, 'claim'));
  await baton.card(TEAM_CHANNEL, 'claimed by');
  const modal = await openModal(baton, MARCUS, clickOn(card, 'log_call'));
  assert.match(blocksOf(modal), /Emma Thompson/);
  const at = Math.floor(baton.clock.now().getTime() / 1_000);
  assert.equal(await outcomeOf(baton, MARCUS, { outcome: 'connected', at: at + 86_400 }), 'errors');
  const filled = { at, minutes: '7', notes: 'Wants a demo', next_what: 'Send a proposal', next_on: '2026-12-01' };
  assert.equal(await outcomeOf(baton, MARCUS, filled), 'closed');
  await untilAnswered(baton, MARCUS, /Your call with \*Emma Thompson\* — Acme Corp is logged: connected\./);
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).state, 'contacted');
  const tasks = await baton.records('Task');
  assert.ok(tasks.some(task => task.Status === 'Completed' && String(task.Description).includes('Wants a demo')));
  assert.ok(tasks.some(task => task.Status !== 'Completed' && String(task.Subject).includes('Send a proposal')));
});

test('a lead is reassigned and mailed in Slack: the mail goes out in the name of whoever has it now', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await openModal(baton, DANA, clickOn(card, 'more', `reassign:${id}`));
  assert.equal(await outcomeOf(baton, DANA, { to: 'Priya Nair', note: 'Knows their CFO' }), 'closed');
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await untilAnswered(baton, DANA, /The lead went from \*Marcus Chen\* to \*Priya Nair\*/);

  await openModal(baton, PRIYA, clickOn(card, 'email'));
  const mail = { subject: 'Your question', body: 'Hi Emma,\n\nMarcus tells me about your question.' };
  assert.equal(await outcomeOf(baton, PRIYA, mail), 'closed');
  await untilAnswered(baton, PRIYA, /Your mail to emma\.thompson@acmecorp\.com is on its way/);
  await baton.settled();
  const [sent, ...more] = await mailsSent(baton);
  assert.ok(sent && more.length === 0);
  assert.deepEqual([sent.replyTo, sent.subject], [PRIYA, mail.subject]);
  assert.match(sent.text, /Marcus tells me about/);
});

test('a lead is rejected in Slack; who comes late hears what happened, and the story tells all of it', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await actionsAs(baton, MARCUS, id).claim();
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await actionsAs(baton, DANA, id).reassign({ ...toPerson(PRIYA), note: 'Knows their CFO' });
  await actionsAs(baton, PRIYA, id).sendEmail({ subject: 'Your question', body: 'Hi Emma' });
  await baton.settled();
  await openModal(baton, DANA, clickOn(card, 'more', `snooze:${id}`));
  await openModal(baton, PRIYA, clickOn(card, 'more', `reject:${id}`));
  assert.equal(await outcomeOf(baton, PRIYA, { reason: 'other' }), 'errors');
  assert.equal(await outcomeOf(baton, PRIYA, { reason: 'competitor', note: 'Works at a rival' }), 'closed');
  assert.equal(await outcomeOf(baton, DANA, { until: 'Tomorrow morning' }), 'updated');
  await modalShows(baton, DANA, /\*Priya Nair\* rejected this lead just now: Competitor: Works at a rival/);
  const { state, closedReason, closedBy } = await baton.handoff(EMMA);
  assert.deepEqual([state, closedReason, closedBy], ['rejected', 'competitor', PRIYA]);

  // The whole history lies on top of Details, its newest page first; what came before is one press away.
  const details = await openModal(baton, DANA, clickOn(card, 'details'));
  const history = { view_id: details.id, action_id: FULL_HISTORY, value: id };
  const newest = await openModal(baton, DANA, { click: history });
  await act(baton, DANA, { click: { view_id: newest.id, action_id: EARLIER } });
  const before = await until('the page before', async () => {
    const { open } = await shown(baton, DANA);
    return blocksOf(open) === blocksOf(newest) ? undefined : open;
  });
  const read = blocksOf(before) + blocksOf(newest);
  for (const line of ['claimed', 'Connected', 'Knows their CFO', 'rejected']) assert.match(read, new RegExp(line, 'i'));
  await assertRecordedOnce(baton, id, 'rejected');
});

test('two people claim in the same instant over two processes: one has it, the other hears who', async t => {
  const baton = await system(t, { playbook: CLAIMED_FROM_POOL });
  await crosses(baton);
  const card = await baton.card(TEAM_CHANNEL, 'Emma Thompson');
  const { id } = await baton.handoff(EMMA);
  const { url: second } = await startWeb(t, baton);
  // Both presses wait for the lead's row: neither process can be first by being quicker to read.
  const release = await holdLead(baton, id);
  await act(baton, MARCUS, clickOn(card, 'claim'));
  baton.sandbox.setAppUrl(second);
  await act(baton, PRIYA, clickOn(card, 'claim'));
  await until('both processes wait for the lead', async () => (await waitingForLocks(baton)) === 2);
  await release();
  await baton.card(TEAM_CHANNEL, 'claimed by');
  const [claimed] = await baton.handoffs();
  const [winner, loser] = claimed?.claimedBy === MARCUS ? ['Marcus Chen', PRIYA] : ['Priya Nair', MARCUS];
  await untilAnswered(baton, loser, new RegExp(`\\*${winner}\\* claimed this just now`));
  await assertRecordedOnce(baton, id, 'claimed');
});
