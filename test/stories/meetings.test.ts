/** Leads book meetings with their rep: a touch, once, however it is told; its cancellation starts the SLA again. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CALCOM_KEY } from '../../sandbox/calcom/service.ts';
import { CALENDLY_TOKEN } from '../../sandbox/calendly/service.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { timePasses, watchBookingsOf } from '../helpers/jobs.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mailsSent } from '../helpers/vendors.ts';

const START = '2026-11-26T18:00:00.000Z';
const LATER = '2026-11-27T18:00:00.000Z';

/** The example, which answers leads with a booking link, and Marcus's page. */
const answering = (page: string) =>
  exampleWith(
    [/^ {2}enabled: false\n {2}to: forms/m, '  enabled: true\n  to: forms'],
    ['https://cal.example.com/marcus', page],
    ['here is my calendar: {{rep.scheduling_url}}', 'book here: {{booking_link}}'],
  );

async function open(t: TestContext, vendor: 'calendly' | 'calcom', page: string, type: object): Promise<System> {
  const env: Record<string, string> = vendor === 'calendly' ? { CALENDLY_TOKEN } : { CALCOM_API_KEY: CALCOM_KEY };
  const baton = await system(t, { playbook: answering(page), env });
  await baton.post(`/_sandbox/${vendor}/event-types`, type);
  await companyIsKnown(baton);
  await watchBookingsOf(baton, vendor);
  return baton;
}

async function linkMailed(baton: System): Promise<string> {
  const mail = await until('Lee is answered', async () => (await mailsSent(baton))[0]);
  return /book here: (\S+)/.exec(mail.text)?.[1] ?? '';
}

const stateOf = async (baton: System, id: string) => (await baton.handoffs()).find(one => one.id === id);

test('a lead books through the link of the first answer, moves the meeting, and calls it off', async t => {
  const page = 'https://calendly.com/marcus/intro';
  const baton = await open(t, 'calendly', page, { scheduling_url: page });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  const link = await linkMailed(baton);
  assert.match(
    link,
    /^https:\/\/calendly\.com\/d\/\w+\/intro\?name=Lee\+Thompson&email=lee%40acmecorp\.com&utm_source=baton/,
  );
  const card = await baton.card({ user: MARCUS }, 'Lee Thompson');
  baton.clock.move(MINUTE);
  // Their own address is another one: the link says who they are.
  const booked = await baton.post('/_sandbox/calendly/book', {
    email: 'lee@home.example',
    host: MARCUS,
    start: START,
    link,
  });
  assert.deepEqual(booked.answers, [200]);
  assert.match(
    await untilRecorded(baton, id, 'touched'),
    /Lee Thompson booked a meeting with Marcus Chen for Thu, Nov 26, 10:00 AM PST/,
  );
  assert.deepEqual(
    [(await stateOf(baton, id))?.state, (await recorded(baton, id, 'breached')).length],
    ['contacted', 0],
  );
  const moved = await baton.post('/_sandbox/calendly/move', {
    invitee: booked.invitee,
    start: LATER,
    first: 'created',
  });
  assert.match(await untilRecorded(baton, id, 'meeting_moved'), /Nov 27/);
  assert.deepEqual(await recorded(baton, id, 'meeting_cancelled'), []);
  await timePasses(baton, 3 * HOUR);
  assert.deepEqual(await recorded(baton, id, 'reminded', 'escalated', 'breached'), [], 'the SLA has stopped');
  await baton.post('/_sandbox/calendly/cancel', { invitee: moved.invitee });
  await baton.post('/_sandbox/calendly/cancel', { invitee: moved.invitee });
  assert.match(
    await untilRecorded(baton, id, 'meeting_cancelled'),
    /cancelled\. Reach out again: the SLA starts anew\./,
  );
  assert.equal((await stateOf(baton, id))?.contactedAt, null);
  await until('the card says so', async () =>
    /Contact .*within|Overdue|left/i.test(wordsOf(await baton.card({ user: MARCUS }, 'Lee Thompson'))),
  );
  await timePasses(baton, 61 * MINUTE);
  assert.equal((await recorded(baton, id, 'breached')).length, 1, 'the promise runs anew');
  assert.ok(card);
});

test('Cal.com: a private link of the rep’s page, and a booking at the public page found by its address', async t => {
  const baton = await open(t, 'calcom', 'https://cal.com/marcus/intro', { username: 'marcus', slug: 'intro' });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  assert.match(
    await linkMailed(baton),
    /^https:\/\/cal\.com\/d\/\w+\/intro\?name=Lee\+Thompson&email=.*&metadata%5Bhandoff%5D=/,
  );
  await baton.card({ user: MARCUS }, 'Lee Thompson');
  const tell = (more: object) =>
    baton.post('/_sandbox/calcom/bookings', { email: LEE.email, host: MARCUS, start: START, ...more });
  const { uid } = await tell({ trigger: 'BOOKING_CREATED' });
  await tell({ trigger: 'BOOKING_CREATED', uid });
  assert.match(await untilRecorded(baton, id, 'touched'), /booked a meeting with Marcus Chen/);
  const moved = await tell({ trigger: 'BOOKING_RESCHEDULED', rescheduleUid: uid, start: LATER });
  await untilRecorded(baton, id, 'meeting_moved');
  await tell({ trigger: 'BOOKING_CANCELLED', uid: moved.uid });
  await untilRecorded(baton, id, 'meeting_cancelled');
  for (const start of ['soon', '+275760-09-13T00:00:00.000Z']) {
    assert.deepEqual((await tell({ trigger: 'BOOKING_CREATED', start })).answers, [400], start);
  }
  const stranger = await tell({ trigger: 'BOOKING_CREATED', email: 'stranger@example.net' });
  assert.deepEqual(stranger.answers, [200]);
});

test('deliveries overtake one another: a cancelled booking that is told of last stops no SLA, a moved one counts once', async t => {
  const baton = await open(t, 'calcom', 'https://cal.com/marcus/intro', { username: 'marcus', slug: 'intro' });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  const tell = async (more: object) => {
    const told = { email: LEE.email, host: MARCUS, start: START, ...more };
    return (await baton.post('/_sandbox/calcom/bookings', told)).answers;
  };
  await tell({ trigger: 'BOOKING_CANCELLED', uid: 'first' });
  await tell({ trigger: 'BOOKING_CREATED', uid: 'first' });
  assert.equal((await stateOf(baton, id))?.contactedAt, null, 'it was called off before');
  await tell({ trigger: 'BOOKING_RESCHEDULED', uid: 'third', rescheduleUid: 'second', start: LATER });
  await tell({ trigger: 'BOOKING_CREATED', uid: 'second' });
  assert.equal((await recorded(baton, id, 'touched')).length, 1);
  await tell({ trigger: 'BOOKING_CANCELLED', uid: 'third' });
  await untilRecorded(baton, id, 'meeting_cancelled');
  assert.equal((await stateOf(baton, id))?.contactedAt, null, 'no meeting is left');
  assert.deepEqual(await tell({ trigger: 'BOOKING_CREATED', start: 'on Thursday' }), [400]);
});

test('no link can be made: the answer leaves with the rep’s page; there is one webhook however often it is looked for', async t => {
  const page = 'https://calendly.com/marcus/intro';
  const baton = await open(t, 'calendly', page, { scheduling_url: page });
  await watchBookingsOf(baton, 'calendly');
  const { subscriptions } = await baton.get<{ subscriptions: unknown[] }>('/_sandbox/calendly/state');
  assert.equal(subscriptions.length, 1);
  await breakCalls(baton, { service: 'calendly', path: '/scheduling_links', status: 500 });
  await sendForm(baton, LEE);
  await baton.handoff(LEE.email);
  assert.equal(await linkMailed(baton), page);
});
