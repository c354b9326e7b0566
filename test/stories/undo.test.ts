/** What people did by mistake is taken back by one press: the lead, its turn, its record and its cards. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED, toPerson } from '../helpers/actions.ts';
import { rotationCredits } from '../helpers/database-questions.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { handedOff, seeded } from '../helpers/leads.ts';
import { blocksOf, buttonsOf, mql, untilAnswered } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { untilOwned } from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type System, type SystemOptions, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { contactOf } from '../helpers/vendors.ts';

/** Emma is Marcus's. */
async function emma(t: TestContext, options: SystemOptions = {}) {
  const baton = await system(t, options);
  const { id } = await handedOff(baton);
  await untilIdle(baton);
  return { baton, id };
}

/** Her card in a person's DM once it offers Undo. */
const cardWithUndo = (baton: System, user: string) =>
  until(`${user} may undo`, async () =>
    (await baton.messages({ user })).find(one => one.text.includes('Emma') && buttonsOf(one).includes('undo')),
  );

/** Who has her, and how. */
async function standing(baton: System) {
  const { state, repEmail, claimedBy, closedReason, snoozedUntil, passedBy, assignedAt, dueAt } =
    await baton.handoff(EMMA);
  return { state, repEmail, claimedBy, closedReason, snoozedUntil, passedBy, assignedAt, dueAt };
}

test('a claim is taken back on the card, and the SLA runs on as before', async t => {
  const { baton, id } = await emma(t);
  const before = await standing(baton);
  await actionsAs(baton, MARCUS, id).claim();
  const card = await cardWithUndo(baton, MARCUS);
  await act(baton, MARCUS, clickOn(card, 'undo'));
  const again = await until('Claim again', async () => {
    const shown = await baton.card({ user: MARCUS }, 'Emma Thompson');
    return buttonsOf(shown).includes('claim') ? shown : undefined;
  });
  assert.equal(again.ts, card.ts);
  assert.deepEqual(await standing(baton), before);
  await timePasses(baton, 45 * MINUTE);
  assert.match(JSON.stringify(await baton.story(id)), /nudged/);
});

test('a lead that Dana moved goes back: its turn, its owner in Salesforce, its SLA; the other card says so', async t => {
  const { baton } = await emma(t);
  const [before, credits] = [await standing(baton), await rotationCredits(baton)];
  const { recordId } = await baton.handoff(EMMA);
  const said = await mql(baton, DANA, `reassign ${EMMA} to @priya`);
  await untilOwned(baton, 'Lead', recordId, PRIYA);
  await act(baton, DANA, clickOn(said, 'undo.0'));
  await untilOwned(baton, 'Lead', recordId, MARCUS);
  await untilIdle(baton);
  assert.deepEqual(await standing(baton), before);
  assert.deepEqual(await rotationCredits(baton), credits);
  await baton.card({ user: PRIYA }, 'With Marcus Chen now');
  const mine = await baton.card({ user: MARCUS }, 'Emma Thompson');
  assert.ok(buttonsOf(mine).includes('claim'), blocksOf(mine));
});

test('a rejection is taken back in HubSpot too', async t => {
  const playbook = exampleWith([
    /^feedback:.*\n(?: .*\n|\n)*/m,
    'feedback: { lost: { lifecycle: other }, stages_go_back: true }\n',
  ]);
  const baton = await system(t, { playbook });
  const member = await seeded(baton);
  await baton.post('/_sandbox/hubspot/contacts', { email: EMMA, lifecyclestage: 'marketingqualifiedlead' });
  await baton.settled();
  await member.cross(baton.post);
  const { id, contactId } = await baton.handoff(EMMA);
  await untilIdle(baton);
  const before = await standing(baton);
  const stage = (is: string) =>
    until(`it is ${is} in HubSpot`, async () => (await contactOf(baton, contactId)).lifecyclestage === is);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await stage('other');
  await act(baton, MARCUS, clickOn(await cardWithUndo(baton, MARCUS), 'undo'));
  await stage('marketingqualifiedlead');
  assert.deepEqual(await standing(baton), before);
});

test('a snooze and an absence are taken back; what was there before stays', async t => {
  const { baton, id } = await emma(t);
  const marcus = actionsAs(baton, MARCUS, id);
  const { clock } = baton;
  await marcus.snooze({ until: new Date(clock.now().getTime() + 30 * MINUTE) });
  await act(baton, MARCUS, clickOn(await cardWithUndo(baton, MARCUS), 'undo'));
  await until('awake', async () => (await standing(baton)).snoozedUntil === null);
  const said = await mql(baton, MARCUS, 'away until Friday');
  await act(baton, MARCUS, clickOn(said, 'undo.1'));
  await untilAnswered(baton, MARCUS, /You undid the absence\./);
  assert.match((await mql(baton, MARCUS, 'back')).text, /You were not away/);
});

test('somebody acted since, or ten minutes have passed: it is said, and nothing changes', async t => {
  const { baton, id } = await emma(t);
  const { undo = '' } = await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  const tried = (user: string, actId: string) => actionsAs(baton, user).undo({ actId });
  await assert.rejects(tried(MARCUS, undo), /Dana Ruiz/);
  await actionsAs(baton, PRIYA, id).claim();
  await assert.rejects(tried(DANA, undo), /something newer was done since/);
  const { undo: claimed = '' } = { ...(await actionsAs(baton, DANA, id).reassign(toPerson(MARCUS))) };
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await assert.rejects(tried(DANA, claimed), /this came since: Marcus Chen called: connected/i);
  const { undo: late = '' } = await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await cardWithUndo(baton, MARCUS);
  baton.clock.move(10 * MINUTE);
  await assert.rejects(tried(MARCUS, late), /more than ten minutes ago/);
  assert.equal((await standing(baton)).state, 'rejected');
});
