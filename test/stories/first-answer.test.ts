/** The first answer: a lead that asked in a form is written to within seconds, in the rep's name, once, or the rep reads why not. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SALESLOFT_KEY } from '../../sandbox/salesloft/service.ts';
import { WITHHELD_WORDS } from '../../src/domain/first-answer.ts';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED, toPerson, tryAs } from '../helpers/actions.ts';
import { rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { LEE, sendForm } from '../helpers/forms.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { sequencesFollowed, takeOverAnswer } from '../helpers/jobs.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { blocksOf, buttonsOf, repliesTo, wordsOf } from '../helpers/messages.ts';
import { DANA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { addRecord, changeOrg } from '../helpers/salesforce.ts';
import { act, click, clickOn, closeModal, modalShows, openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { mailsSent, mendCalls, slowDown } from '../helpers/vendors.ts';

/** The example, which answers leads, with some more of it changed. */
const answering = (...changes: Parameters<typeof exampleWith>) =>
  exampleWith([/^ {2}enabled: false\n {2}to: forms/m, '  enabled: true\n  to: forms'], ...changes);

async function open(t: TestContext, options: Parameters<typeof system>[1] = {}): Promise<System> {
  const baton = await system(t, { playbook: answering(), ...options });
  await baton.settled();
  await companyIsKnown(baton);
  return baton;
}

const mailTrouble = (baton: System, fault: object) => baton.post('/_sandbox/mail/fault', fault);
const headerOf = (mail: Awaited<ReturnType<typeof mailsSent>>[number] | undefined, name: string) =>
  mail?.headers.find(({ key }) => key === name)?.value;
const cardOf = (baton: System, rep = MARCUS) => baton.card({ user: rep }, 'Lee Thompson');

test('whoever asked in a form is answered at once in the rep’s name, and once; the card says so', async t => {
  const baton = await open(t);
  await sendForm(baton, { ...LEE, _form: 'Demo request' });
  const { id, contactedAt } = await baton.handoff(LEE.email);
  const [mail, ...more] = await mailsSent(baton);
  assert.deepEqual([mail?.to, mail?.replyTo, mail?.from, more], [[LEE.email], MARCUS, 'hello@example.com', []]);
  assert.match(
    String(mail?.text),
    /Hi Lee, thanks for filling in Demo request[\s\S]*Marcus Chen[\s\S]*1 Main Street, Springfield\nNo more mails/,
  );
  assert.equal(headerOf(mail, 'auto-submitted'), 'auto-generated');
  assert.equal(headerOf(mail, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  await untilRecorded(baton, id, 'answer_sent');
  assert.match(blocksOf(await cardOf(baton)), /First answer sent/);
  assert.equal(contactedAt, null, 'what leaves by itself is no touch');
  baton.clock.move(MINUTE);
  await sendForm(baton, { ...LEE, message: 'Hello?' });
  await baton.settled();
  assert.equal((await mailsSent(baton)).length, 1);
});

test('who merely scored is not written to, unless the playbook says so', async t => {
  const baton = await open(t);
  await leadCrosses(baton, { email: LEE.email });
  const { id } = await baton.handoff(LEE.email);
  assert.deepEqual([await mailsSent(baton), await recorded(baton, id, 'answer_withheld')], [[], []]);
  baton.clock.move(10 * MINUTE);
  const robot = await sendForm(baton, { ...LEE, t: '1.forged' });
  assert.equal(robot.status, 200);
  await baton.settled();
  assert.deepEqual(await mailsSent(baton), []);
  baton.clock.move(MINUTE);
  await sendForm(baton, { ...LEE, _form: 'Demo request' });
  await untilRecorded(baton, id, 'answer_sent');
  const [mail, ...more] = await mailsSent(baton);
  assert.deepEqual([mail?.to, more], [[LEE.email], []], 'now they asked');
  assert.match(String(mail?.text), /Demo request/);
  await baton.settled();
  assert.match(wordsOf(await cardOf(baton)), /Timeline: This quarter/);
});

test('a reason against it: no mail, and the reason stands on the timeline, the card and under Details', async t => {
  const baton = await open(t, { playbook: answering(['competitors: []', 'competitors: [acmecorp.com]']) });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'answer_withheld'), ['No first answer to Lee Thompson: a competitor.']);
  assert.deepEqual(await mailsSent(baton), []);
  assert.match(blocksOf(await cardOf(baton)), /No first answer: a competitor/);
  await openModal(baton, MARCUS, clickOn(await cardOf(baton), 'more', `details:${id}`));
  await modalShows(baton, MARCUS, /No first answer: a competitor/);
});

test('the mail server’s answer is lost: it is never sent again, and the rep is asked', async t => {
  const baton = await open(t);
  await mailTrouble(baton, { at: 'message', drop: true });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  assert.match(
    await untilRecorded(baton, id, 'answer_unknown'),
    /Baton won’t send it again\. Did Lee Thompson get it\?/,
  );
  await baton.settled();
  const card = await cardOf(baton);
  assert.match(blocksOf(card), /It won’t be sent again\. Did they get it\?/);
  assert.deepEqual([(await mailsSent(baton)).length, buttonsOf(card).includes('first_answer')], [1, false]);
});

test('where consent is asked for, one that the platform keeps is as good as a checked box', async t => {
  const baton = await open(t);
  const german = { ...LEE, country: 'Germany' };
  await sendForm(baton, { ...german, email: 'kim@acmecorp.com' });
  const { id } = await baton.handoff('kim@acmecorp.com');
  assert.match(await untilRecorded(baton, id, 'answer_withheld'), /no consent/);
  const hs_legal_basis = 'Legitimate interest – prospect/lead;Freely given consent from contact';
  await baton.post('/_sandbox/hubspot/contacts', { email: LEE.email, hs_legal_basis });
  await sendForm(baton, german);
  await baton.handoff(LEE.email);
  assert.deepEqual(
    (await mailsSent(baton)).map(({ to }) => to),
    [[LEE.email]],
  );
});

test('a process is taken for dead in the middle of sending: whoever takes over sends nothing', async t => {
  const baton = await open(t);
  await slowDown(baton, 'mail', 700);
  await sendForm(baton, LEE);
  await until('it is on its way', async () => (await baton.calls('mail')).some(({ method }) => method === 'RCPT'));
  const [lead] = await baton.handoffs();
  assert.ok(lead);
  await takeOverAnswer(baton, lead.id);
  assert.deepEqual((await recorded(baton, lead.id, 'answer_unknown')).length, 1);
  await baton.settled();
  assert.deepEqual([(await mailsSent(baton)).length, await recorded(baton, lead.id, 'answer_sent')], [1, []]);
});

test('the mail server asks to wait, and the lead goes to somebody else meanwhile: cancelled, and offered to them', async t => {
  const baton = await open(t);
  await mailTrouble(baton, { at: 'recipient', code: 451, message: '4.7.1 try later', times: 9 });
  await sendForm(baton, LEE);
  await until('it was asked to wait', async () => (await baton.calls('mail')).some(({ method }) => method === 'RCPT'));
  const { id } = await until('it is assigned', async () => (await baton.handoffs())[0]);
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  assert.match(await untilRecorded(baton, id, 'answer_withheld'), /the lead went to somebody else first/);
  assert.deepEqual(await mailsSent(baton), []);
  await mendCalls(baton);
  await actionsAs(baton, PRIYA, id).sendFirstAnswer();
  await untilRecorded(baton, id, 'answer_sent');
  const [mail, ...more] = await mailsSent(baton);
  assert.deepEqual([mail?.replyTo, more], [PRIYA, []]);
});

test('first answers are turned off while one waits for the mail server: it does not leave, and nobody is offered it', async t => {
  const baton = await open(t);
  await mailTrouble(baton, { at: 'recipient', code: 451, message: '4.7.1 try later', times: 9 });
  await sendForm(baton, LEE);
  await until('it was asked to wait', async () => (await baton.calls('mail')).some(({ method }) => method === 'RCPT'));
  const { id } = await until('it is assigned', async () => (await baton.handoffs())[0]);
  await rulesSavedElsewhere(baton, exampleWith(), DANA);
  // Until then this process still goes by the rules before.
  baton.clock.move(MINUTE);
  await takeOverAnswer(baton, id);
  assert.match(await untilRecorded(baton, id, 'answer_withheld'), /first answers were turned off/);
  assert.deepEqual(await mailsSent(baton), []);
});

test('a platform is silent about opt-outs: withheld, and sent when the rep presses the button, once', async t => {
  const baton = await open(t, { patience: { enrichment: 20_000, match: 5_000, form: 300, record: 200 } });
  await slowDown(baton, 'marketo', 5_000);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  const card = await until('it is offered', async () => {
    const shown = await cardOf(baton);
    return buttonsOf(shown).includes('first_answer') ? shown : undefined;
  });
  assert.match(blocksOf(card), /not everybody could be asked in time/);
  assert.deepEqual(await mailsSent(baton), []);
  await baton.press(MARCUS, card, 'first_answer');
  await untilRecorded(baton, id, 'answer_sent');
  assert.match(JSON.stringify(await tryAs(baton, MARCUS, id).sendFirstAnswer()), /no first answer to send any more/);
  await baton.settled();
  assert.equal((await mailsSent(baton)).length, 1);
});

test('an address that does not exist: the rep hears it, and no later lead is answered there', async t => {
  const baton = await open(t);
  await mailTrouble(baton, { at: 'recipient', code: 550, message: '5.1.1 no such user' });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  assert.match(await untilRecorded(baton, id, 'answer_refused'), /lee@acmecorp\.com does not exist/);
  await baton.settled();
  assert.match(blocksOf(await cardOf(baton)), /First answer refused: .*no such user/);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  baton.clock.move(400 * DAY);
  await sendForm(baton, LEE);
  const again = await until('they are a lead again', async () => (await baton.handoffs()).find(one => one.id !== id));
  assert.match(await untilRecorded(baton, again.id, 'answer_withheld'), /mail to this address came back/);
  assert.deepEqual(await mailsSent(baton), []);
});

test('a mail comes back after it was taken: the rep hears it in the thread, once, and no later lead is answered there', async t => {
  const baton = await open(t);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await untilRecorded(baton, id, 'answer_sent');
  await cardOf(baton);
  baton.clock.move(MINUTE);
  const comesBack = (more: object = {}) => baton.post('/_sandbox/mail/bounce', { to: LEE.email, ...more });
  assert.match(String((await comesBack({ action: 'delayed' })).body), /"taken":false/);
  assert.deepEqual([(await comesBack()).status, (await comesBack({ as: 'multipart' })).status], [200, 200]);
  assert.match(
    await untilRecorded(baton, id, 'mail_bounced'),
    /came back, lee@acmecorp\.com does not exist: .*not exist/,
  );
  await baton.settled();
  const card = await cardOf(baton);
  assert.match(blocksOf(card), /First answer came back/);
  assert.match(repliesTo(card).join(), /came back/);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  baton.clock.move(400 * DAY);
  await sendForm(baton, LEE);
  const again = await until('they are a lead again', async () => (await baton.handoffs()).find(one => one.id !== id));
  assert.match(await untilRecorded(baton, again.id, 'answer_withheld'), /mail to this address came back/);
});

test('a full mailbox and a rep’s mail that came back: told, and the address may be written to again', async t => {
  const baton = await open(t);
  await leadCrosses(baton, { email: LEE.email });
  const { id } = await baton.handoff(LEE.email);
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hi' });
  await untilRecorded(baton, id, 'email_sent');
  await baton.post('/_sandbox/mail/bounce', { to: LEE.email, status: '5.2.2', why: 'The mailbox is full.' });
  assert.match(await untilRecorded(baton, id, 'mail_bounced'), /The mail .*“Hello” came back, it was not delivered/);
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Again' });
  await untilRecorded(baton, id, 'email_sent', 2);
});

test('whoever ends mails while they are in a sequence is taken out of it, and added to none any more', async t => {
  const playbook = answering([
    /^reply:/m,
    'follow_up: { sequences: { tool: salesloft, HIGH: Inbound, MEDIUM: Inbound, LOW: Inbound } }\nreply:',
  ]);
  const baton = await open(t, { playbook, env: { SALESLOFT_API_KEY: SALESLOFT_KEY } });
  await baton.post('/_sandbox/salesloft/users', { email: MARCUS });
  await baton.post('/_sandbox/salesloft/sequences', { name: 'Inbound' });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await actionsAs(baton, MARCUS, id).claim();
  await actionsAs(baton, MARCUS, id).addToSequence();
  await untilRecorded(baton, id, 'sequence_begun');
  const [mail] = await mailsSent(baton);
  const [, link = ''] = /^<(http[^>]+)>/.exec(String(headerOf(mail, 'list-unsubscribe'))) ?? [];
  await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  await untilRecorded(baton, id, 'unsubscribed');
  await sequencesFollowed(baton);
  assert.match(await untilRecorded(baton, id, 'sequence_ended'), /asked not to be mailed, so the sequence .* ended\.$/);
  assert.deepEqual(await baton.get('/_sandbox/salesloft/sequences'), []);
  assert.match(JSON.stringify(await tryAs(baton, MARCUS, id).addToSequence()), /asked not to be mailed/);
});

test('one click ends mails: a look at the page does not, and then neither Baton nor the rep writes', async t => {
  const baton = await open(t);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  const [mail] = await mailsSent(baton);
  const [, link = '', byMail] =
    /^<(http[^>]+)>, <(mailto:[^>]+)>$/.exec(String(headerOf(mail, 'list-unsubscribe'))) ?? [];
  assert.ok(mail?.text?.includes(link) && byMail);
  assert.match(await (await fetch(link)).text(), /No more mails\?/);
  assert.deepEqual(await recorded(baton, id, 'unsubscribed'), []);
  await mailTrouble(baton, { at: 'recipient', code: 451, message: '4.7.1 try later' });
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'It waits' });
  await untilRecorded(baton, id, 'email_waiting');
  const post = () => fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  assert.deepEqual([(await post()).status, (await post()).status, (await fetch(`${link}x`)).status], [200, 200, 404]);
  assert.match(await untilRecorded(baton, id, 'unsubscribed'), /asked not to be mailed/);
  await baton.settled();
  assert.match(wordsOf(await cardOf(baton)), /unsubscribed/);
  baton.clock.move(5 * MINUTE);
  assert.match(
    await untilRecorded(baton, id, 'email_refused'),
    /asked not to be mailed any more. Reach them another way/,
  );
  assert.equal((await mailsSent(baton)).length, 1, 'what waited does not leave either');
  const refused = await tryAs(baton, MARCUS, id).sendEmail({ subject: 'Hi', body: 'Hi' });
  assert.match(JSON.stringify(refused), /asked not to be mailed/);
});

test('a mail program that knows no click mails instead, to the address in the header: that ends mails, too', async t => {
  const baton = await open(t);
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  const [mail] = await mailsSent(baton);
  const [, to, subject = ''] =
    /<mailto:([^?]+)\?subject=([^>]+)>/.exec(String(headerOf(mail, 'list-unsubscribe'))) ?? [];
  assert.equal(to, mail?.envelope.from);
  const raw = `From: ${LEE.email}\r\nTo: ${to}\r\nSubject: ${decodeURIComponent(subject)}\r\n\r\n`;
  assert.equal((await baton.post('/_sandbox/mail/arrived', { raw })).status, 200);
  assert.match(await untilRecorded(baton, id, 'unsubscribed'), /asked not to be mailed/);
  const post = (key: string, body: string) => fetch(`${baton.app.url}/hooks/${key}/mail`, { method: 'POST', body });
  const key = String(baton.env.HOOK_KEY);
  assert.deepEqual([(await post('wrong-key', raw)).status, (await post(key, 'hello')).status], [401, 400]);
});

test('a test lead is answered to whoever made it, when the playbook asks for that', async t => {
  const baton = await open(t, { playbook: answering(['test_leads: false', 'test_leads: true']) });
  await actionsAs(baton, DANA).testLead({ priority: 'HIGH' });
  const mail = await until('it is there', async () => (await mailsSent(baton))[0]);
  assert.deepEqual(mail.to, [DANA]);
  assert.match(String(mail.subject), /^Test: /);
});

test('an admin writes a text for some leads: sees it filled in, gets a test of it, and the next such lead gets it', async t => {
  const baton = await open(t, { playbook: answering(['competitors: []', 'competitors: [rival.example]']) });
  await openSetup(baton, DANA, 'templates');
  await homeShows(baton, DANA, /First answers to leads/);
  await openModal(baton, DANA, click('edit_answer'));
  const text = { language: 'de', subject: 'Hallo {{lead.first_name}}', body: 'Ihr Termin: {{booking_link}}' };
  await act(baton, DANA, { click: { action_id: 'preview_mail', values: text } });
  await modalShows(baton, DANA, /Jo Example\*, Example Ltd, an example.*Hallo Jo.*Dana Ruiz/);
  await closeModal(baton, DANA);
  await sendForm(baton, { ...LEE, email: 'lee@rival.example', language: 'de-AT' });
  await baton.handoff('lee@rival.example');
  await press(baton, DANA, 'preview_mail');
  await modalShows(
    baton,
    DANA,
    /Lee Thompson.*newest leads.*would not send it to this lead now: a competitor.*Hallo Lee/,
  );
  await closeModal(baton, DANA);
  await press(baton, DANA, 'send_test_mail');
  await modalShows(baton, DANA, /Sent to dana@example.com, and to nobody else/);
  await closeModal(baton, DANA);
  const [test, ...others] = await mailsSent(baton);
  assert.deepEqual([test?.to, test?.subject, others], [[DANA], 'Test: Hallo Lee', []]);
  assert.match(String(test?.text), /their own link stands here/);
  await submit(baton, DANA);
  await modalShows(baton, DANA, /First answer for leads who chose de added: Hallo/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2/);
  await sendForm(baton, { ...LEE, language: 'de' });
  await baton.handoff(LEE.email);
  const mail = (await mailsSent(baton)).find(({ to }) => to[0] === LEE.email);
  assert.deepEqual([mail?.subject, /^Ihr Termin: http/.test(String(mail?.text))], ['Hallo Lee', true]);
});

test('a test that the mail server refuses or swallows: whoever asked for it hears so, and no lead is told of', async t => {
  const baton = await open(t);
  await openSetup(baton, DANA, 'playbook');
  await openModal(baton, DANA, click('edit_first_answer'));
  await mailTrouble(baton, { at: 'recipient', code: 550, message: '5.7.1 not from here' });
  await press(baton, DANA, 'send_test_mail');
  await modalShows(baton, DANA, /It was not sent: .*not from here/);
  await closeModal(baton, DANA);
  await mailTrouble(baton, { at: 'message', drop: true });
  await act(baton, DANA, { click: { action_id: 'send_test_mail', values: { subject: 'Another' } } });
  await modalShows(baton, DANA, /answer was lost/);
  assert.deepEqual(await baton.handoffs(), []);
});

test('each reason that nobody may overrule: no mail, the reason on the timeline, and no button', async t => {
  const baton = await open(t, { playbook: answering(['<hello@example.com>', '<hello@ours.com>']) });
  await companyIsKnown(baton, { domain: 'ours.com', name: 'Ours' });
  await companyIsKnown(baton, { domain: 'nowhere-known.com', name: 'Nowhere', country: 'ZZ' });
  const account = await addRecord(baton, 'Account', { Name: 'Acme Corp', Website: 'https://acmecorp.com' });
  await addRecord(baton, 'Contact', { LastName: 'Buyer', Email: 'buyer@acmecorp.com', AccountId: account });
  await baton.post('/_sandbox/hubspot/contacts', { email: 'out@acmecorp.com', hs_email_optout: 'true' });
  const withheld = async (email: string, more: Record<string, string> = {}) => {
    await sendForm(baton, { ...LEE, email, ...more });
    const { id } = await baton.handoff(email);
    return /: (.*)\.$/.exec(await untilRecorded(baton, id, 'answer_withheld'))?.[1];
  };
  assert.deepEqual(
    {
      role: await withheld('info@acmecorp.com'),
      own: await withheld('lee@ours.com'),
      robot: await withheld('bot@acmecorp.com', { t: '1.forged' }),
      customer: await withheld('buyer@acmecorp.com'),
      optedOut: await withheld('out@acmecorp.com'),
      unknownCountry: await withheld('kim@nowhere-known.com', { company: '' }),
      canada: await withheld('kim@acmecorp.com', { country: 'Canada', consent: 'no' }),
    },
    {
      role: WITHHELD_WORDS.role_address,
      own: WITHHELD_WORDS.own_domain,
      robot: WITHHELD_WORDS.robot,
      customer: WITHHELD_WORDS.customer,
      optedOut: WITHHELD_WORDS.opted_out,
      unknownCountry: WITHHELD_WORDS.no_consent,
      canada: WITHHELD_WORDS.no_consent,
    },
  );
  await addRecord(baton, 'Opportunity', {
    Name: 'Big',
    AccountId: account,
    StageName: 'Prospecting',
    CloseDate: '2027-01-01',
  });
  assert.equal(await withheld('new@acmecorp.com'), WITHHELD_WORDS.open_deal);
  const tested = await actionsAs(baton, DANA).testLead({ priority: 'HIGH' });
  const made = await baton.handoff(tested.email);
  assert.match(await untilRecorded(baton, made.id, 'answer_withheld'), /this is a test lead/);
  assert.deepEqual(await mailsSent(baton), []);
  assert.ok(!buttonsOf(await cardOf(baton)).includes('first_answer'));
});

test('the CRM takes no records, and later does not answer at all: the mail leaves before any record, or waits for the rep', async t => {
  const baton = await open(t, { patience: { enrichment: 20_000, match: 5_000, form: 600, record: 200 } });
  await changeOrg(baton, { validationRule: { object: 'Lead', message: 'Not today' } });
  await sendForm(baton, LEE);
  const { id } = await baton.handoff(LEE.email);
  await untilRecorded(baton, id, 'answer_sent');
  assert.deepEqual(await baton.records('Lead'), []);
  await slowDown(baton, 'salesforce', 900);
  await sendForm(baton, { ...LEE, email: 'kim@acmecorp.com', name: 'Kim Park' });
  const kim = await baton.handoff('kim@acmecorp.com');
  assert.match(await untilRecorded(baton, kim.id, 'answer_withheld'), /not everybody could be asked in time/);
  await slowDown(baton, 'salesforce', 0);
  await actionsAs(baton, String(kim.repEmail), kim.id).sendFirstAnswer();
  await untilRecorded(baton, kim.id, 'answer_sent');
});

test('the rep calls while the mail server is away: the answer does not leave any more; nor is one sent again within the days set', async t => {
  const baton = await open(t, { playbook: answering(['not_again_within: 30d', 'not_again_within: 200d']) });
  await mailTrouble(baton, { at: 'recipient', code: 451, message: '4.7.1 try later', times: 9 });
  await sendForm(baton, LEE);
  await until('it was asked to wait', async () => (await baton.calls('mail')).some(({ method }) => method === 'RCPT'));
  const { id } = await until('it is assigned', async () => (await baton.handoffs())[0]);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  assert.match(await untilRecorded(baton, id, 'answer_withheld'), /the rep was faster/);
  await mendCalls(baton);
  assert.deepEqual(await mailsSent(baton), []);
  const again = async (days: number) => {
    const before = await baton.handoffs();
    for (const { id: open } of before.filter(one => one.state === 'contacted' || one.state === 'assigned'))
      await actionsAs(baton, DANA, open).reject(NO_NEED);
    baton.clock.move(days * DAY);
    await sendForm(baton, LEE);
    return until('a new one', async () =>
      (await baton.handoffs()).find(one => before.every(({ id }) => id !== one.id)),
    );
  };
  await untilRecorded(baton, (await again(100)).id, 'answer_sent');
  assert.match(await untilRecorded(baton, (await again(100)).id, 'answer_withheld'), /they got one not long ago/);
});
