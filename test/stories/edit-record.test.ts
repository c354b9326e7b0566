/** A rep sees and changes the record in Salesforce without leaving Slack. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { untilIdle } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { act, clickOn, modalShows, openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { breakCalls } from '../helpers/vendors.ts';

/** Marcus opens the record from Emma's card. */
async function editing(t: TestContext): Promise<{ baton: System; id: string }> {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  await untilIdle(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await openModal(baton, MARCUS, clickOn(card, 'more', `edit:${id}`));
  await modalShows(baton, MARCUS, /Owner.*Saved in Salesforce by Baton/);
  return { baton, id };
}

test('status and a mapped field are shown, changed, and written; what was not touched stays', async t => {
  const { baton, id } = await editing(t);
  const shown = await modalShows(baton, MARCUS, /"lead Status"/);
  assert.match(shown, /Open - Not Contacted/);
  await submit(baton, MARCUS, { 'lead Status': 'Working - Contacted' });
  await modalShows(baton, MARCUS, /Saved in Salesforce/);
  const lead = await onlyRecord(baton, 'Lead');
  assert.equal(lead.Status, 'Working - Contacted');
  const [said] = await recorded(baton, id, 'record_edited');
  assert.equal(said, 'Marcus Chen changed the record in Salesforce (Status: Working - Contacted, written by Baton)');
});

test('the lead goes with its owner', async t => {
  const { baton } = await editing(t);
  await submit(baton, MARCUS, { owner: `person:${PRIYA}` });
  await modalShows(baton, MARCUS, /Saved in Salesforce/);
  await untilIdle(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
});

test('a refused value is said under its field, and what was typed stays', async t => {
  const { baton } = await editing(t);
  const refusal = [
    { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Call before you say so', fields: ['Status'] },
  ];
  await breakCalls(baton, {
    service: 'salesforce',
    method: 'PATCH',
    path: '/sobjects/Lead/',
    status: 400,
    body: refusal,
  });
  await submit(baton, MARCUS, { 'lead Status': 'Working - Contacted' });
  const again = await modalShows(baton, MARCUS, /Call before you say so/);
  assert.match(again, /"initial_option":\{[^}]*\{[^}]*\},"value":"Working - Contacted"/);
  await submit(baton, MARCUS);
  await modalShows(baton, MARCUS, /Saved in Salesforce/);
  assert.equal((await onlyRecord(baton, 'Lead')).Status, 'Working - Contacted');
});

test('Salesforce does not answer: the modal says so, and no form is shown', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  await untilIdle(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await breakCalls(baton, { service: 'salesforce', status: 503, body: [], times: 5 });
  await act(baton, MARCUS, clickOn(card, 'more', `edit:${id}`));
  await modalShows(baton, MARCUS, /Salesforce is not answering\. Nothing was changed/);
});
