/** Pipedrive is the system of record: a lead crosses in HubSpot, and its rep works in Pipedrive and Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { blocksOf, mql, wordsOf } from '../helpers/messages.ts';
import { DANA, MARCUS, PRIYA } from '../helpers/people.ts';
import { fieldsOf, only, type Row, rows, userId, WITH_DEALS, withPipedrive } from '../helpers/pipedrive.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { contactOf } from '../helpers/vendors.ts';

test('from the crossing to won: Lead, card, claim, call, conversion and Deal, in Pipedrive’s words', async t => {
  const baton = await withPipedrive(t);
  const { id, recordId } = await handedOff(baton);
  const [lead, person, marcus] = await Promise.all([
    only(baton, 'leads'),
    only(baton, 'persons'),
    userId(baton, MARCUS),
  ]);
  assert.deepEqual(
    [lead.title, lead.owner_id, lead.person_id, lead.origin_id],
    ['Emma Thompson, Acme Corp', marcus, person.id, id],
  );
  const written = await fieldsOf(baton, person);
  assert.deepEqual([written['Lead score'], written['ICP priority'], written['SLA breached']], [63, 'HIGH', 'No']);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  assert.match(wordsOf(card), /\|Pipedrive>/);
  assert.match((await recorded(baton, id, 'record_written'))[0] ?? '', /^Lead Emma Thompson made in Pipedrive/);

  await baton.press(MARCUS, card, 'claim');
  await untilRecorded(baton, id, 'claimed');
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.match(await untilRecorded(baton, id, 'touch_logged'), /Pipedrive/);
  const [, call] = await rows(baton, 'activities');
  assert.deepEqual(
    [call?.type, call?.done, call?.owner_id, call?.lead_id, call?.duration],
    ['call', true, marcus, recordId, '00:04'],
  );

  await baton.post(`/_sandbox/pipedrive/_convert/${recordId}?as=${MARCUS}`, {});
  await until('the Lead was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  await baton.settled();
  assert.match((await recorded(baton, id, 'crm_changed'))[0] ?? '', /converted in Pipedrive/);
  assert.match(wordsOf(await mql(baton, DANA, `show http://acme.pipedrive.com/person/${person.id}`)), /Emma Thompson/);
  const deal = await only(baton, 'deals');
  await baton.post(`/_sandbox/pipedrive/deals/${deal.id}?as=${MARCUS}`, { status: 'won' });
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
});

test('a Deal with Person and Organization, at the first stage, and the link leads to it', async t => {
  const baton = await withPipedrive(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(baton);
  const [deal, person, organization] = await Promise.all(
    ['deals', 'persons', 'organizations'].map(one => only(baton, one)),
  );
  assert.deepEqual([deal?.person_id, deal?.org_id, deal?.stage_id], [person?.id, organization?.id, 1]);
  assert.deepEqual(await fieldsOf(baton, organization as Row), { 'Baton domain': 'acmecorp.com' });
  const page = await fetch(`${baton.app.url}/open/${id}`);
  assert.deepEqual([new URL(page.url).pathname, page.status], [`/pipedrive/deal/${deal?.id}`, 200]);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'record_warning', 'stage'), [], 'its own making is no news');
});

test('an owner changed in Pipedrive is followed, and a call made there is proof', async t => {
  const baton = await withPipedrive(t);
  const { id, recordId, contactId } = await handedOff(baton);
  const [lead, marcus, priya] = await Promise.all([only(baton, 'leads'), userId(baton, MARCUS), userId(baton, PRIYA)]);
  baton.clock.move(MINUTE);
  const call = { subject: 'Called', type: 'call', done: true, duration: '00:03', owner_id: marcus, lead_id: recordId };
  const note = '<div>Wants 20 seats &amp; support.<br>Call back.</div>';
  await baton.post(`/_sandbox/pipedrive/activities?as=${MARCUS}`, { ...call, note, person_id: lead.person_id });
  await until('the call was heard of', async () => (await recorded(baton, id, 'touched')).length > 0);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen called, 3 minutes, says Pipedrive/);
  const inHubSpot = await until('HubSpot has it', async () =>
    (await contactOf(baton, contactId)).engagements.find(one => one.hs_call_title === 'Called'),
  );
  assert.equal(
    inHubSpot.hs_call_body?.replace(/<br><br>Baton [\w-]+$/, ''),
    'Wants 20 seats &amp; support.<br>Call back.<br><br>Logged in Pipedrive by Marcus Chen.',
  );
  baton.clock.move(HOUR);
  await baton.post(`/_sandbox/pipedrive/leads/${recordId}?as=${DANA}`, { owner_id: priya });
  await until('Priya has it', async () => (await baton.handoffs())[0]?.repEmail === PRIYA);
});

test('webhooks that never come are made up for by polling', async t => {
  const baton = await withPipedrive(t);
  const { id, recordId } = await handedOff(baton);
  await baton.post('/_sandbox/pipedrive/_hooks', { hold: true });
  const marcus = await userId(baton, MARCUS);
  baton.clock.move(MINUTE);
  const call = { subject: 'Called', type: 'call', done: true, duration: '00:03', owner_id: marcus, lead_id: recordId };
  await baton.post(`/_sandbox/pipedrive/activities?as=${MARCUS}`, call);
  await baton.post('/_sandbox/pipedrive/_release', { lose: true });
  await pollCrm(baton);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen called/);
});

test('/mql doctor and Home speak of Pipedrive alone', async t => {
  const baton = await withPipedrive(t);
  await baton.settled();
  const doctor = await mql(baton, DANA, 'doctor');
  assert.match(blocksOf(doctor), /Pipedrive/);
  assert.doesNotMatch(blocksOf(doctor), /Salesforce/);
});
