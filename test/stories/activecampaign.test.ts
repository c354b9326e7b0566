/** ActiveCampaign as the source: its automation or the poll tells of a crossing, and what sales does is seen there. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { EMMA_IN_ACTIVECAMPAIGN, inActiveCampaign, personThere } from '../helpers/activecampaign.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { openSetup } from '../helpers/home.ts';
import { pollSourceOf } from '../helpers/jobs.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { click, modalShows, openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';

const LOGS_CALLS = exampleWith([/^feedback:.*\n(?: .*\n|\n)*/m, 'feedback: { log_calls: true }\n']);

/** Emma comes to 47, sees the prices, and her score goes to 63. */
async function crosses(baton: System): Promise<string> {
  await companyIsKnown(baton);
  // ActiveCampaign knows whole seconds: what happens in the second of the connection may lie before it.
  baton.clock.move(MINUTE);
  const at = new Date(baton.clock.now().getTime() - MINUTE).toISOString();
  const id = await inActiveCampaign(baton, { ...EMMA_IN_ACTIVECAMPAIGN, score: 47 });
  const activities = [{ type: 'page_visit', value: 'https://acmecorp.com/pricing', at }];
  await inActiveCampaign(baton, { id, score: 63, activities });
  return id;
}

test('an automation tells of a crossing: a card, a Salesforce record, and the call as one note there', async t => {
  const baton = await system(t, { playbook: LOGS_CALLS });
  const contactId = await crosses(baton);
  const { id, priority, score, source } = await baton.handoff(EMMA);
  assert.deepEqual([priority, score, source], ['HIGH', 63, 'activecampaign']);
  const card = JSON.stringify(await baton.card({ user: MARCUS }, 'Emma Thompson'));
  assert.match(card, /Pricing page/);
  assert.deepEqual(
    (await baton.records('Lead')).map(one => [one.Email, one.LeadSource]),
    [[EMMA, 'Webinar']],
  );
  // ActiveCampaign writes it and the answer is lost: the retry must find it.
  const lost = { service: 'activecampaign', method: 'POST', path: '/api/3/notes', reset: true, after: 'after' };
  await baton.post('/_sandbox/fault', lost);
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.equal(await untilRecorded(baton, id, 'feedback_written'), 'The call was logged in ActiveCampaign.');
  const { notes } = await personThere(baton, contactId);
  assert.equal(notes.length, 1);
  assert.match(String(notes[0]?.note), /Call: Connected\n.*\nAsked for prices/);
});

test('without an automation the poll finds imports; what was there before the connection is history', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/activecampaign/webhook', { mode: 'off' });
  // ActiveCampaign was connected when this system began.
  baton.clock.move(-DAY);
  const old = await inActiveCampaign(baton, { email: 'old@acmecorp.com', lastName: 'Old', score: 80 });
  baton.clock.move(DAY + MINUTE);
  await pollSourceOf(baton, 'activecampaign');
  assert.deepEqual(await outcomesOfSignals(baton), ['history']);
  await baton.post('/_sandbox/activecampaign/webhook', { mode: 'on', threshold: 85 });
  await inActiveCampaign(baton, { id: old, score: 85 });
  await crosses(baton);
  await pollSourceOf(baton, 'activecampaign');
  assert.equal((await baton.handoff(EMMA)).score, 63);
  assert.equal((await baton.handoffs()).length, 1);
});

test('whoever was merged is followed at night: what sales does goes to who stayed', async t => {
  const baton = await system(t, { playbook: LOGS_CALLS });
  await pollSourceOf(baton, 'activecampaign');
  const loser = await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'feedback_written');
  const winner = await inActiveCampaign(baton, { email: 'e.thompson@acmecorp.com', lastName: 'Thompson', score: 10 });
  await baton.post('/_sandbox/activecampaign/merge', { winner, loser });
  baton.clock.move(12 * HOUR);
  await pollSourceOf(baton, 'activecampaign');
  assert.match(await untilRecorded(baton, id, 'joined'), /merged in ActiveCampaign/);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'feedback_written', 2);
  assert.equal((await personThere(baton, winner)).notes.length, 1);
});

/** What ActiveCampaign is told of Emma by this playbook. */
const FEEDBACK = exampleWith([
  /^feedback:.*\n(?: .*\n|\n)*/m,
  `feedback: { lost: { lifecycle: other } }
sources:
  activecampaign:
    owner_property: sales_rep
    feedback: { mirror_owner: true, lost: { lifecycle: Recycled, reason_property: recycle_reason } }
`,
]);

test('owner, stage and reason are written as ActiveCampaign has them, and none of it is news', async t => {
  const baton = await system(t, { playbook: FEEDBACK });
  for (const title of ['Sales Rep', 'Recycle Reason']) await baton.post('/_sandbox/activecampaign/fields', { title });
  await baton.post('/_sandbox/activecampaign/webhook', { events: ['update', 'contact_tag_added', 'subscriber_note'] });
  const contactId = await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await baton.settled();
  const { fields, tags } = await personThere(baton, contactId);
  assert.equal(fields['Sales Rep'], MARCUS);
  assert.match(String(fields['Recycle Reason']), /no need/i);
  assert.deepEqual(tags, ['Recycled']);
  await pollSourceOf(baton, 'activecampaign');
  assert.equal((await baton.handoffs()).length, 1);
});

test('keys typed on Home are tried there first; the automation to make is shown with the address', async t => {
  const env = { ACTIVECAMPAIGN_API_KEY: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const baton = await system(t, { env });
  const given = baton.sandbox.env();
  const keys = {
    ACTIVECAMPAIGN_API_URL: String(given.ACTIVECAMPAIGN_API_URL),
    ACTIVECAMPAIGN_API_KEY: String(given.ACTIVECAMPAIGN_API_KEY),
  };
  await inActiveCampaign(baton, { email: 'first@acmecorp.com', score: 10 });
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('type_keys', 'activecampaign'));
  const elsewhere = { ...keys, ACTIVECAMPAIGN_API_URL: 'https://evil.example/x.api-us1.com' };
  assert.equal((await submit(baton, DANA, elsewhere)).outcome, 'errors');
  await submit(baton, DANA, { ...keys, ACTIVECAMPAIGN_API_KEY: 'wrong' });
  await modalShows(baton, DANA, /not authorized/);
  await submit(baton, DANA, { ACTIVECAMPAIGN_API_KEY: keys.ACTIVECAMPAIGN_API_KEY });
  const modal = await modalShows(baton, DANA, /ActiveCampaign is connected/);
  assert.match(modal, /Engagement\* goes above \*49/);
  assert.match(modal, new RegExp(RegExp.escape(`${baton.env.PUBLIC_URL}/hooks/${baton.env.HOOK_KEY}/activecampaign`)));
});
