/** Who gets a lead, and what a lead's own words can do to them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAs } from '../helpers/actions.ts';
import { mrkdwnIn } from '../helpers/blocks.ts';
import { lookForThoseBack, syncPeople } from '../helpers/jobs.ts';
import { companyIsKnown, crosses, handedOff, leadCrosses } from '../helpers/leads.ts';
import { messagesSaying, untilAnswered, untilSaid } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TEAM_CHANNEL } from '../helpers/people.ts';
import { CLAIMED_FROM_POOL, exampleWith } from '../helpers/playbooks.ts';
import { changeOrg, onlyRecord, untilOwned, userId } from '../helpers/salesforce.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { system } from '../helpers/system.ts';
import { assertRecordedOnce } from '../helpers/timeline.ts';

test('a claim pool: the card is in the channel, the first to press has it, the second hears who', async t => {
  const baton = await system(t, { playbook: CLAIMED_FROM_POOL });
  await crosses(baton);
  const card = await baton.card(TEAM_CHANNEL, 'Emma Thompson');
  await baton.settled();
  await Promise.all([MARCUS, PRIYA].map(user => act(baton, user, clickOn(card, 'claim'))));
  await baton.card(TEAM_CHANNEL, 'claimed by');
  const { id, claimedBy } = await baton.handoff(EMMA);
  const [winner, loser] = claimedBy === MARCUS ? ['Marcus Chen', PRIYA] : ['Priya Nair', MARCUS];
  await untilAnswered(baton, loser, new RegExp(`${winner}\\*? claimed`));
  await assertRecordedOnce(baton, id, 'claimed');
  await untilOwned(baton, 'Lead', (await onlyRecord(baton, 'Lead')).Id, claimedBy ?? '');
});

test('a rep Slack does not know, and no mail server: the lead goes to the channel, and the admin is told once', async t => {
  const playbook = exampleWith(
    ['email: marcus@example.com, name: Marcus Chen', 'email: marcel@example.com, name: Marcel Chen'],
    [/person: marcus@example\.com/g, 'person: marcel@example.com'],
    ['person: priya@example.com, weight: 1 }', 'person: chan@example.com, weight: 1, open_limit: 1 }'],
  );
  const baton = await system(t, { playbook, env: { SMTP_URL: '' } });
  const { repEmail } = await handedOff(baton);
  assert.equal(repEmail, 'marcel@example.com');
  await baton.card(TEAM_CHANNEL, 'Emma Thompson');
  const told = await messagesSaying(baton, { user: DANA }, /Marcel Chen is in the playbook/);
  assert.equal(told.filter(message => message.text.includes('Slack')).length, 1);
});

test('Marcus was deleted in Slack: the first refusal takes him out of the rotation, Dana hears it, and he comes back', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await syncPeople(baton);
  await baton.settled();
  await baton.post('/_sandbox/slack/users', { email: MARCUS, deleted: true });
  await crosses(baton);
  await untilSaid(baton, { user: DANA }, /Marcus Chen is no longer active in Slack and gets no new leads/);
  await untilSaid(
    baton,
    { user: DANA },
    /Marcus Chen is no longer active in Slack: Emma Thompson went to Priya Nair at once/,
  );
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await baton.settled();
  const emma = await baton.handoff(EMMA);
  assert.deepEqual([emma.repEmail, emma.passedBy], [PRIYA, [MARCUS]]);
  for (const email of ['one@acmecorp.com', 'two@acmecorp.com']) {
    await leadCrosses(baton, { email });
    assert.equal((await baton.handoff(email)).repEmail, PRIYA);
  }
  await baton.post('/_sandbox/slack/users', { email: MARCUS, deleted: false });
  await lookForThoseBack(baton);
  await untilSaid(baton, { user: DANA }, /Marcus Chen is active in Slack again/);
  await leadCrosses(baton, { email: 'three@acmecorp.com' });
  const { decision } = await baton.handoff('three@acmecorp.com');
  assert.ok(decision?.candidates.some(({ email }) => email === MARCUS));
});

test('Marcus was deactivated in Salesforce: the refused owner takes him out of the rotation', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await syncPeople(baton);
  await baton.settled();
  await changeOrg(baton, { deactivateUser: MARCUS });
  await crosses(baton);
  await untilSaid(
    baton,
    { user: DANA },
    /Marcus Chen is no longer active in Salesforce: Emma Thompson went to Priya Nair/,
  );
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  assert.equal((await onlyRecord(baton, 'Lead')).OwnerId, await userId(baton, PRIYA));
  await leadCrosses(baton, { email: 'one@acmecorp.com' });
  assert.equal((await baton.handoff('one@acmecorp.com')).repEmail, PRIYA);
});

test('Marcus is away: Priya has the lead, and the decision says why it is not his', async t => {
  const baton = await system(t);
  await actionsAs(baton, MARCUS).away();
  const { repEmail, decision } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  assert.deepEqual(
    decision?.skipped.map(({ email, code }) => [email, code]),
    [[MARCUS, 'absent']],
  );
});

test('what a lead types reaches nobody as markup: no mention of everybody, no link, no broken card', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, {
    email: 'mallory@acmecorp.com',
    firstname: '<!channel> *bold*',
    lastname: `o'brien\\ ${'x'.repeat(4_000)}`,
    jobtitle: 'VP <https://evil.example|click me>',
    company: '@here & Sons',
  });
  const card = await baton.card({ user: MARCUS }, 'mallory@acmecorp.com');
  const shown = [card.text, ...mrkdwnIn(card.blocks)].join('\n');
  assert.ok(!shown.includes('<!channel>') && !shown.includes('<https://evil.example'), `live markup: ${shown}`);
  const [lead] = await baton.records('Lead');
  assert.match(String(lead?.LastName), /^o'brien\\/);
});
