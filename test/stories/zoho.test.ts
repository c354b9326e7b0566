/** Zoho CRM is the system of record: a lead crosses in HubSpot, and its rep works in Zoho CRM and Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { blocksOf, mql, wordsOf } from '../helpers/messages.ts';
import { DANA, MARCUS, PRIYA } from '../helpers/people.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { contactOf } from '../helpers/vendors.ts';
import { inZoho, linked, only, ownerOf, userId, WITH_DEALS, withZoho } from '../helpers/zoho.ts';

test('from the crossing to won: Lead, card, claim, call, conversion and Deal, in Zoho CRM’s words', async t => {
  const baton = await withZoho(t);
  const { id, recordId } = await handedOff(baton);
  const lead = await only(baton, 'Leads');
  assert.deepEqual(
    [lead.id, lead.Full_Name, lead.Company, ownerOf(lead), lead.Baton_Handoff],
    [recordId, 'Emma Thompson', 'Acme Corp', 'Marcus Chen', id],
  );
  assert.deepEqual([lead.Lead_score, lead.ICP_priority, lead.SLA_breached], [63, 'HIGH', false]);
  const task = await only(baton, 'Tasks');
  assert.deepEqual([linked(task.What_Id), task.Priority, ownerOf(task)], [recordId, 'High', 'Marcus Chen']);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  assert.match(wordsOf(card), /\|Zoho CRM>/);
  assert.match((await recorded(baton, id, 'record_written'))[0] ?? '', /^Lead Emma Thompson made in Zoho CRM/);

  await baton.press(MARCUS, card, 'claim');
  await untilRecorded(baton, id, 'claimed');
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.match(await untilRecorded(baton, id, 'touch_logged'), /Zoho CRM/);
  const call = await only(baton, 'Calls');
  assert.deepEqual(
    [call.Call_Type, call.Call_Duration, ownerOf(call), linked(call.What_Id)],
    ['Outbound', '04:00', 'Marcus Chen', recordId],
  );

  const deal = { Deal_Name: 'Acme Corp', Stage: 'Qualification' };
  await inZoho(baton, `_convert/${recordId}?as=${MARCUS}`, { deal });
  await until('the Lead was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  await baton.settled();
  assert.match((await recorded(baton, id, 'crm_changed'))[0] ?? '', /converted in Zoho CRM/);
  const contact = await only(baton, 'Contacts');
  const link = `https://crm.zoho.com/crm/org4150868/tab/Contacts/${contact.id}`;
  assert.match(wordsOf(await mql(baton, DANA, `show ${link}`)), /Emma Thompson/);
  await inZoho(baton, `Deals/${(await only(baton, 'Deals')).id}?as=${MARCUS}`, { Stage: 'Closed Won' });
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
});

test('a Deal with Contact and Account, at the first stage, and the link leads to it', async t => {
  const baton = await withZoho(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(baton);
  const [deal, contact, account] = await Promise.all(['Deals', 'Contacts', 'Accounts'].map(one => only(baton, one)));
  assert.deepEqual(
    [linked(deal?.Contact_Name), linked(deal?.Account_Name), linked(contact?.Account_Name), deal?.Stage],
    [contact?.id, account?.id, account?.id, 'Qualification'],
  );
  const page = await fetch(`${baton.app.url}/open/${id}`);
  assert.deepEqual([new URL(page.url).pathname, page.status], [`/zoho/crm/org4150868/tab/Potentials/${deal?.id}`, 200]);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'record_warning', 'stage'), [], 'its own making is no news');
});

test('an owner changed in Zoho CRM is followed, and a call made there is proof', async t => {
  const baton = await withZoho(t);
  const { id, recordId, contactId } = await handedOff(baton);
  const [marcus, priya] = [await userId(baton, MARCUS), await userId(baton, PRIYA)];
  baton.clock.move(MINUTE);
  await inZoho(baton, `Calls?as=${MARCUS}`, {
    ...{ Subject: 'Called', Call_Type: 'Outbound', Call_Duration: '03:00', Outgoing_Call_Status: 'Completed' },
    ...{ Call_Start_Time: `${baton.clock.now().toISOString().slice(0, 19)}+00:00`, Owner: { id: marcus } },
    ...{ What_Id: { id: recordId }, $se_module: 'Leads', Description: 'Wants 20 seats & support.' },
  });
  await until('the call was heard of', async () => (await recorded(baton, id, 'touched')).length > 0);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen called, 3 minutes, says Zoho CRM/);
  const inHubSpot = await until('HubSpot has it', async () =>
    (await contactOf(baton, contactId)).engagements.find(one => one.hs_call_title === 'Called'),
  );
  assert.match(
    inHubSpot.hs_call_body ?? '',
    /^Wants 20 seats &amp; support\.<br><br>Logged in Zoho CRM by Marcus Chen\./,
  );
  baton.clock.move(HOUR);
  await inZoho(baton, `Leads/${recordId}?as=${DANA}`, { Owner: { id: priya } });
  await until('Priya has it', async () => (await baton.handoffs())[0]?.repEmail === PRIYA);
});

test('notifications that never come are made up for by polling', async t => {
  const baton = await withZoho(t);
  const { id, recordId } = await handedOff(baton);
  await inZoho(baton, '_hooks', { hold: true });
  baton.clock.move(MINUTE);
  const task = { Subject: 'Wrote a letter', Status: 'Completed', Owner: { id: await userId(baton, MARCUS) } };
  await inZoho(baton, `Tasks?as=${MARCUS}`, { ...task, What_Id: { id: recordId }, $se_module: 'Leads' });
  await inZoho(baton, '_release', { lose: true });
  await pollCrm(baton);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen did a task/);
});

test('/mql doctor and Home speak of Zoho CRM alone', async t => {
  const baton = await withZoho(t);
  await baton.settled();
  const doctor = await mql(baton, DANA, 'doctor');
  assert.match(blocksOf(doctor), /Zoho CRM/);
  assert.doesNotMatch(blocksOf(doctor), /Salesforce/);
});
