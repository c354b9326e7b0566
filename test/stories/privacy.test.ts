/** Data protection: a person is given out or erased on request, by their platform's word, and by age; reports go on counting. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { forgetOld } from '../../src/handoff/privacy/retain.ts';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { tablesSaying } from '../helpers/database-questions.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { only, withHubspot } from '../helpers/hubspot-crm.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { EMMA_IN_MARKETO, inMarketo, marketoSettled } from '../helpers/marketo.ts';
import { mql, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const PHONE = '+1 415 555 0142';
/** What must stand nowhere afterwards. */
const LEES = [LEE.email, LEE.name, PHONE];

/** Lee was handed off, called, written about, and asked once more in a form. */
async function leeIsKnown(t: TestContext) {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, { email: LEE.email, phone: PHONE });
  const { id } = await baton.handoff(LEE.email);
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: `Lee Thompson is on ${PHONE}` });
  await sendForm(baton, LEE);
  await baton.settled();
  return { baton, id };
}

async function erased(baton: System): Promise<void> {
  await untilSaid(baton, { user: DANA }, /erased/i);
  await baton.settled();
  await until('Slack names nobody', async () => !(await inSlack(baton)));
}

/** Does Marcus still see who it was? */
const inSlack = async (baton: System): Promise<boolean> =>
  (await baton.messages({ user: MARCUS })).some(message => LEES.some(one => JSON.stringify(message).includes(one)));

const contactOf = async (baton: System, email: string) =>
  (await baton.get<{ contacts: { id: string; email?: string }[] }>('/_sandbox/hubspot/contacts')).contacts.find(
    one => one.email === email,
  );

test('an admin erases a person: every place is named first, and afterwards nothing names them', async t => {
  const { baton, id } = await leeIsKnown(t);
  assert.notDeepEqual(await tablesSaying(baton, LEES), []);
  const view = await openModal(baton, DANA, { command: { text: `privacy erase ${LEE.email}` } });
  for (const part of ['Lee Thompson', LEE.email, '1 handoff', '1 touch', `/open/${id}`, 'HubSpot']) {
    assert.ok(JSON.stringify(view).includes(part), `${part} in ${JSON.stringify(view)}`);
  }
  await submit(baton, DANA);
  await erased(baton);
  assert.deepEqual(await tablesSaying(baton, LEES), []);
  const cards = (await baton.messages({ user: MARCUS })).map(wordsOf).join('\n');
  assert.match(cards, /This lead was erased for privacy/);
  assert.deepEqual(
    (await baton.handoffs()).map(one => [one.id, one.state, one.repEmail]),
    [[id, 'nurture', MARCUS]],
  );
});

test('nobody brings an erased person back but a form of their own', async t => {
  const { baton } = await leeIsKnown(t);
  await openModal(baton, DANA, { command: { text: `privacy erase ${LEE.email}` } });
  await submit(baton, DANA);
  await erased(baton);
  baton.clock.move(91 * DAY);
  const { id } = (await contactOf(baton, LEE.email)) ?? {};
  await baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 10 });
  await baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 90 });
  await baton.settled();
  await actionsAs(baton, PRIYA).handOff({
    lead: { email: LEE.email, firstName: 'Lee', lastName: 'Thompson' },
    key: 'k',
  });
  await untilSaid(baton, { user: PRIYA }, /was erased from Baton.*not handed off/);
  assert.deepEqual(await tablesSaying(baton, LEES), []);
  assert.equal((await baton.handoffs()).length, 1);
  baton.clock.move(MINUTE);
  await sendForm(baton, LEE);
  await baton.handoff(LEE.email);
  assert.equal((await baton.handoffs()).length, 2);
});

test('a person who asks the platform to be forgotten is erased here by itself, and the admins hear', async t => {
  const { baton } = await leeIsKnown(t);
  const contact = await contactOf(baton, LEE.email);
  await baton.post(`/_sandbox/hubspot/contacts/${contact?.id}/delete`, { privacy: true });
  await untilSaid(baton, { user: DANA }, /A person asked HubSpot to be forgotten, and Baton erased them/);
  await erased(baton);
  assert.deepEqual(await tablesSaying(baton, LEES), []);
});

test('what is closed for two years is anonymised, and mails lose their text; what is open stays', async t => {
  const { baton, id } = await leeIsKnown(t);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await leadCrosses(baton, { email: 'open@acmecorp.com', firstname: 'Olga' });
  const open = await baton.handoff('open@acmecorp.com');
  const mail = { subject: 'Hello', body: 'About our turbines' };
  await actionsAs(baton, String(open.repEmail), open.id).sendEmail(mail);
  await baton.settled();
  assert.deepEqual(await tablesSaying(baton, [mail.body]), ['public.emails']);
  baton.clock.move(731 * DAY);
  await forgetOld(baton.app.deps);
  await baton.settled();
  const shown = (await baton.handoffs()).map(one => [one.id, one.state, one.name]).sort();
  assert.deepEqual(
    shown,
    [
      [id, 'rejected', 'Erased person'],
      [open.id, 'contacted', 'Olga Thompson'],
    ].sort(),
  );
  assert.deepEqual(await tablesSaying(baton, [...LEES, mail.body]), []);
});

test('an admin gets everything in a file; others are refused', async t => {
  const { baton } = await leeIsKnown(t);
  assert.match(wordsOf(await mql(baton, DANA, `privacy export ${LEE.email}`)), /is in your direct messages/);
  const sent = (await baton.messages({ user: DANA })).find(message =>
    JSON.stringify(message).includes('baton-person-'),
  );
  assert.ok(sent, 'the file is in the DM');
  assert.match(wordsOf(await mql(baton, MARCUS, `privacy export ${LEE.email}`)), /Dana/);
  assert.match(wordsOf(await mql(baton, DANA, 'privacy export nobody@example.org')), /keeps nothing of/);
  assert.match(wordsOf(await mql(baton, DANA, `privacy erase ${MARCUS}`)), /is in the playbook/);
});

test('a person who asks the CRM to be forgotten, which is no source of theirs, is erased as well', async t => {
  const baton = await withHubspot(t);
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  const id = await inMarketo(baton, { ...EMMA_IN_MARKETO, leadScore: 47 });
  await inMarketo(baton, { id, leadScore: 63 });
  await baton.handoff(EMMA);
  await marketoSettled(baton);
  const contact = await only(baton, 'contacts');
  await baton.post(`/_sandbox/hubspot/contacts/${contact.id}/delete`, { privacy: true });
  await untilSaid(baton, { user: DANA }, /A person asked HubSpot to be forgotten, and Baton erased them/);
  await baton.settled();
  assert.deepEqual(await tablesSaying(baton, [EMMA, 'Emma Thompson']), []);
});
