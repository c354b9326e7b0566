/** Forms: who asks in one is a lead at once, whatever their score; what they answered decides and is shown. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KEYS } from '../../sandbox/form/senders.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { leadsKept, outcomesOfSignals } from '../helpers/database-questions.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { blocksOf, repliesTo, wordsOf } from '../helpers/messages.ts';
import { MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { engagementsOf, slowDown } from '../helpers/vendors.ts';

async function open(t: TestContext, options: Parameters<typeof system>[1] = {}): Promise<System> {
  const baton = await system(t, options);
  await baton.settled();
  await companyIsKnown(baton);
  return baton;
}

test('answers that make an MQL: the rep has the card with all that was said, and the record says it too', async t => {
  const baton = await open(t);
  const pages = JSON.stringify([
    ['/pricing', 90],
    ['/demo', 0],
    ['no path', 1],
  ]);
  const heard = await sendForm(baton, {
    ...LEE,
    utm_campaign: 'fall',
    consent: 'on',
    _pages: pages,
    _form: 'Demo request',
    page: 'https://www.example.com/demo',
  });
  assert.equal(heard.status, 200);
  const handoff = await baton.handoff(LEE.email);
  assert.deepEqual([handoff.repEmail, handoff.priority, handoff.source], [MARCUS, 'HIGH', 'form']);
  const card = wordsOf(await baton.card({ user: MARCUS }, 'Lee Thompson'));
  for (const said of [
    'Timeline: This quarter',
    'Budget: $40k &lt;!channel&gt;',
    'Message: Pricing? Soon',
    'Demo request',
    'after pricing page',
  ]) {
    assert.ok(card.includes(said), `${said} in ${card}`);
  }
  const [crossed] = await recorded(baton, handoff.id, 'crossed');
  assert.match(String(crossed), /Filled in the form “Demo request”: an MQL by timeline “This quarter”/);
  assert.match(String((await onlyRecord(baton, 'Lead')).Description), /Timeline: This quarter/);
  const { properties, campaign, activities } = handoff.facts.contact;
  assert.deepEqual([properties.consent, campaign, activities.length], ['on', 'fall', 2]);
});

test('answers that make none: nobody is asked or told, the person is kept, and their answers come with the platform’s crossing', async t => {
  const baton = await open(t, {
    playbook: exampleWith([
      'routing: ',
      'routing:\n  - { name: Big spenders, when: { answers: { budget: [big] } }, to: { person: priya@example.com } }\n#',
    ]),
  });
  const before = (await Promise.all(['salesforce', 'hubspot', 'clearbit'].map(baton.calls))).map(calls => calls.length);
  await sendForm(baton, { email: LEE.email, budget: 'Big', timeline: 'next year' });
  await baton.settled();
  const after = (await Promise.all(['salesforce', 'hubspot', 'clearbit'].map(baton.calls))).map(calls => calls.length);
  assert.deepEqual([after, await baton.handoffs()], [before, []]);
  assert.deepEqual([await outcomesOfSignals(baton), await leadsKept(baton)], [['form'], 1]);
  baton.clock.move(MINUTE);
  await leadCrosses(baton, { email: LEE.email });
  const handoff = await baton.handoff(LEE.email);
  assert.deepEqual([handoff.source, handoff.repEmail, handoff.decision?.rule], ['hubspot', PRIYA, 'Big spenders']);
  const card = wordsOf(await baton.card({ user: PRIYA }, 'Lee Thompson'));
  assert.match(card, /Budget: Big/);
  assert.equal(await leadsKept(baton), 1);
});

test('a form and then the platform’s crossing, and the form again: one lead, one clock, one record', async t => {
  const baton = await open(t);
  await sendForm(baton, LEE);
  const { id, dueAt } = await baton.handoff(LEE.email);
  baton.clock.move(MINUTE);
  await leadCrosses(baton, { email: LEE.email });
  await baton.settled();
  baton.clock.move(MINUTE);
  await sendForm(baton, { ...LEE, message: 'Hello?', _form: 'Contact us' });
  const again = await baton.handoff(LEE.email);
  assert.deepEqual([again.id, again.dueAt], [id, dueAt]);
  assert.deepEqual([(await baton.handoffs()).length, await leadsKept(baton)], [1, 1]);
  await onlyRecord(baton, 'Lead');
  assert.match(String(await recorded(baton, id, 'form_filled')), /Filled in the form “Contact us”.*Hello\?/);
  assert.match(String(repliesTo(await baton.card({ user: MARCUS }, 'Lee Thompson'))), /Contact us/);
});

test('each form tool: told in its own shape, known by its signature or key, and once however often it comes', async t => {
  const env = { TYPEFORM_SECRET: KEYS.typeform, WEBFLOW_SECRET: KEYS.webflow, GRAVITY_KEY: KEYS.gravity };
  const playbook = exampleWith(['questions: { ', 'questions: { "7": timeline, ']);
  const baton = await open(t, { env, playbook });
  const { name, timeline, ...lee } = LEE;
  const gravity = { '1.3': 'Lee', '1.6': 'Thompson', '2': 'gravity@acmecorp.com', '7': timeline };
  for (const [by, fields] of [
    ['typeform', { ...lee, name, timeline, email: 'typeform@acmecorp.com' }],
    ['webflow', { ...lee, Name: name, Timeline: timeline, email: 'webflow@acmecorp.com' }],
    ['gravity', gravity],
    ['server', { ...lee, name, timeline, email: 'server@acmecorp.com' }],
  ] as const) {
    const heard = await sendForm(baton, fields, { by });
    assert.deepEqual([heard.status, JSON.parse(heard.body)], [200, { received: 1, new: 1 }], by);
    const { source, facts } = await baton.handoff(`${by}@acmecorp.com`);
    assert.equal(source, by === 'server' ? 'form' : by);
    assert.equal(facts.contact.lastName, 'Thompson', by);
  }
  assert.equal(
    (await sendForm(baton, { ...lee, timeline, email: 'server@acmecorp.com' }, { by: 'server' })).status,
    200,
  );
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 4);
});

test('a form the page heard of a platform’s embed is a hint until that platform has noted it', async t => {
  const baton = await open(t);
  await sendForm(baton, { ...LEE, _embed: 'hubspot' });
  const { id, judgement } = await baton.handoff(LEE.email);
  assert.ok(judgement.flags.includes('form_unconfirmed'));
  assert.match(blocksOf(await baton.card({ user: MARCUS }, 'Lee Thompson')), /not confirmed yet/);
  const form = { type: 'form', at: baton.clock.now().toISOString(), detail: 'Demo request' };
  await baton.post('/_sandbox/hubspot/contacts', { email: LEE.email, firstname: 'Lee', activities: [form] });
  assert.match(await untilRecorded(baton, id, 'form_filled'), /HubSpot confirms the form/);
  await sendForm(baton, { ...LEE, email: 'kim@acmecorp.com', name: 'Kim Park', _embed: 'hubspot' });
  const kim = await baton.handoff('kim@acmecorp.com');
  assert.match(await untilRecorded(baton, kim.id, 'form_filled'), /HubSpot knows of no such form/);
  await baton.settled();
  const flags = async (email: string) => (await baton.handoff(email)).judgement.flags.filter(one => /^form_/.test(one));
  assert.deepEqual([await flags(LEE.email), await flags('kim@acmecorp.com')], [[], ['form_denied']]);
});

test('the platform knows of an opt-out: the card says so; one that is silent holds up nothing', async t => {
  const patience = { enrichment: 20_000, match: 300, form: 300, record: 200 };
  const baton = await open(t, { patience });
  await baton.post('/_sandbox/hubspot/contacts', { email: LEE.email, firstname: 'Lee', hs_email_optout: 'true' });
  await slowDown(baton, 'marketo', 5_000);
  await baton.settled();
  await sendForm(baton, LEE);
  const handoff = await baton.handoff(LEE.email);
  assert.equal(handoff.facts.contact.unsubscribed, true);
  assert.deepEqual(handoff.facts.unchecked, ['marketo']);
  assert.match(wordsOf(await baton.card({ user: MARCUS }, 'Lee Thompson')), /unsubscribed/);
  assert.match(String(await recorded(baton, handoff.id, 'enrichment_missed')), /Marketo did not say in time/);
});

test('what the rep did for a form’s lead goes to the platform, as soon as that knows the person', async t => {
  const baton = await open(t);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'touched');
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'feedback_written'), [], 'nobody knows Lee yet');
  const { id: contactId } = await baton.post('/_sandbox/hubspot/contacts', { email: LEE.email, firstname: 'Lee' });
  assert.equal(await untilRecorded(baton, id, 'feedback_written'), 'The call was logged in HubSpot.');
  assert.equal((await engagementsOf(baton, String(contactId))).length, 1);
});
