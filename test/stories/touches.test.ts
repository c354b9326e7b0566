/** A rep reaches out: by phone, told in Slack; by mail, sent from Slack. Both end in the CRM, once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SECOND } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, tryAs } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { touches } from '../helpers/database-questions.ts';
import { replayAll, tryAwayVendors, tryPausedVendors } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff, leadCrosses } from '../helpers/leads.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { changeOrg, onlyRecord, tasksOf, userId } from '../helpers/salesforce.ts';
import { IMPATIENT, type System, type SystemOptions, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mailsSent, mendCalls } from '../helpers/vendors.ts';

/** Emma is Marcus's, and `marcus` what he does about her. */
async function withEmma(t: TestContext, options: SystemOptions = {}) {
  const baton = await system(t, options);
  const { id, recordId } = await handedOff(baton);
  return { baton, id, recordId, marcus: actionsAs(baton, MARCUS, id) };
}

/** The one task there that stands for a call or a mail. */
async function onlyTask(baton: System, subtype: string) {
  const [task, ...more] = await tasksOf(baton, subtype);
  assert.ok(task && more.length === 0, `${subtype}: ${more.length + (task ? 1 : 0)} tasks`);
  return task;
}

test('a call is logged as Marcus’s in Salesforce, with the next step', async t => {
  const { baton, id, recordId, marcus } = await withEmma(t);
  const nextStep = { what: 'Send the proposal', on: '2026-11-26' };
  await marcus.logCall({ ...CONNECTED, notes: 'Asked for prices', nextStep });
  await untilRecorded(baton, id, 'touch_logged');
  const owner = await userId(baton, MARCUS);
  const call = await onlyTask(baton, 'Call');
  assert.deepEqual(
    [call.WhoId, call.OwnerId, call.Status, call.CallDisposition, call.CallType, call.CallDurationInSeconds],
    [recordId, owner, 'Completed', 'Connected', 'Outbound', 240],
  );
  assert.match(String(call.Description), /^Asked for prices\n/);
  const next = (await baton.records('Task')).find(task => task.Subject === nextStep.what);
  assert.deepEqual(
    [next?.WhoId, next?.OwnerId, next?.Status, next?.ActivityDate],
    [recordId, owner, 'Not Started', nextStep.on],
  );
});

test('a mail goes out in Marcus’s name, once, and stands in Salesforce as his', async t => {
  const { baton, id, recordId, marcus } = await withEmma(t);
  const { draft } = await marcus.draftEmail();
  assert.deepEqual([draft.canSend, draft.to, draft.replyTo], [true, EMMA, MARCUS]);
  const body = `${draft.body}\n\nPS: <!channel> & "quotes"`;
  const sent = await marcus.sendEmail({ subject: 'Acme Corp and us\r\nBcc: victim@example.com', body });
  assert.equal(sent.to, draft.to);
  await untilRecorded(baton, id, 'email_sent');
  const [mail, ...others] = await mailsSent(baton);
  assert.ok(mail && others.length === 0);
  assert.deepEqual(mail.envelope, { from: String(baton.env.MAIL_RETURN_ADDRESS), to: [EMMA] });
  assert.deepEqual(
    [mail.fromName, mail.from, mail.replyTo, mail.subject, mail.text.trim()],
    ['Marcus Chen', 'hello@example.com', MARCUS, 'Acme Corp and us Bcc: victim@example.com', body],
  );
  await untilRecorded(baton, id, 'touch_logged');
  const logged = await onlyTask(baton, 'Email');
  assert.deepEqual([logged.WhoId, logged.OwnerId, logged.Status], [recordId, await userId(baton, MARCUS), 'Completed']);
  assert.match(String(logged.Description), /PS: <!channel> & "quotes"/);
  const [touch] = await touches(baton, id);
  assert.equal(touch?.detail.messageId, mail.messageId);
});

test('the clock stops at the first touch, whatever follows; each is known by its task', async t => {
  const { baton, id, marcus } = await withEmma(t);
  await marcus.logCall(CONNECTED);
  await marcus.sendEmail({ subject: 'Our prices', body: 'Here.' });
  await untilRecorded(baton, id, 'touch_logged', 2);
  await baton.settled();
  const [call, mail] = [await onlyTask(baton, 'Call'), await onlyTask(baton, 'Email')];
  const all = await touches(baton, id);
  assert.deepEqual(
    all.map(touch => [touch.kind, touch.crmState, touch.crmId]),
    [
      ['call', 'written', call.Id],
      ['email', 'written', mail.Id],
    ],
  );
  const { state, claimedBy, contactedAt } = await baton.handoff(EMMA);
  assert.deepEqual([state, claimedBy, contactedAt], ['contacted', MARCUS, all[0]?.at]);
});

test('Salesforce is down: the call waits for the record, and is logged once, when it is back', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await breakCalls(baton, { service: 'salesforce', status: 503, times: 10_000 });
  const { id } = await handedOff(baton);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  assert.equal((await baton.handoffs())[0]?.state, 'contacted', 'at once, in Slack');
  // The first answer that works is lost: the retry must find what it made.
  await mendCalls(baton);
  await breakCalls(baton, { service: 'salesforce', path: '/composite', reset: true, after: 'after', times: 3 });
  await until('it is logged once Salesforce answers again', async () => {
    baton.clock.move(20 * SECOND);
    await tryAwayVendors(baton);
    await hurry(baton);
    return (await recorded(baton, id, 'touch_logged')).length > 0;
  });
  await baton.settled();
  await onlyTask(baton, 'Call');
  await onlyRecord(baton, 'Lead');
});

test('what Salesforce refuses is kept, said, and logged when it is replayed', async t => {
  const { baton, id, marcus } = await withEmma(t);
  // It blames no field that could be left out.
  const error = { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Calls need a code' };
  const refuse = { object: 'Task', on: 'create', times: 0, errors: [error] };
  await changeOrg(baton, { trouble: { refuse } });
  await marcus.logCall(CONNECTED);
  const parked = await untilRecorded(baton, id, 'touch_parked');
  assert.match(parked, /could not be logged in the CRM: .*Calls need a code/);
  await changeOrg(baton, { trouble: { refuse: null } });
  await replayAll(baton);
  await untilRecorded(baton, id, 'touch_logged');
  await onlyTask(baton, 'Call');
});

const mailTrouble = (baton: System, fault: object) => baton.post('/_sandbox/mail/fault', fault);
const subjectsSent = async (baton: System) => (await mailsSent(baton)).map(mail => mail.subject).sort();

test('a mail server that refuses: the rep hears it, and a mail that was not sent is no touch', async t => {
  const { baton, id, marcus } = await withEmma(t);
  await mailTrouble(baton, { at: 'recipient', code: 550, message: '5.1.1 no such user' });
  await marcus.sendEmail({ subject: 'Refused', body: 'Hello' });
  const refused = await untilRecorded(baton, id, 'email_refused');
  assert.match(refused, /“Refused” was not sent: .*5\.1\.1 no such user/);
  assert.deepEqual(await subjectsSent(baton), []);
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('a mail server that stumbles or wants another log-in: the mail waits, and is sent', async t => {
  const { baton, id, marcus } = await withEmma(t);
  await mailTrouble(baton, { at: 'recipient', code: 451, message: '4.7.1 greylisted' });
  await marcus.sendEmail({ subject: 'Greylisted', body: 'Hello' });
  await untilRecorded(baton, id, 'email_sent', 1);
  const waits = (await recorded(baton, id, 'email_waiting')).join('\n');
  assert.match(waits, /“Greylisted” waits: .*4\.7\.1 greylisted/);

  await mailTrouble(baton, { at: 'login', code: 535, message: '5.7.8 password expired' });
  await marcus.sendEmail({ subject: 'Later', body: 'Hello' });
  await untilSaid(baton, { user: DANA }, /smtp/i);
  await tryPausedVendors(baton);
  await untilRecorded(baton, id, 'email_sent', 2);
  await baton.settled();
  assert.deepEqual(await subjectsSent(baton), ['Greylisted', 'Later']);
});

test('a mail whose answer is lost is sent again as the same mail: a mailbox shows one', async t => {
  const { baton, id, marcus } = await withEmma(t);
  await mailTrouble(baton, { at: 'message', drop: true });
  await marcus.sendEmail({ subject: 'Lost answer', body: 'Hello' });
  await untilRecorded(baton, id, 'email_sent', 1);
  await baton.settled();
  assert.deepEqual(await subjectsSent(baton), ['Lost answer', 'Lost answer']);
  const [first, second] = await mailsSent(baton);
  assert.equal(first?.messageId, second?.messageId);
});

test('the playbook’s own templates are offered', async t => {
  const templates = `templates:
  webinar: { name: After the webinar, subject: "Hi {{ lead.first_name }}", body: "{{ rep.scheduling_url }}" }
  plain: { name: Plain, subject: "{{ company.industry }}", body: "{{ lead.title | default: \\"you\\" }}" }
`;
  const { marcus } = await withEmma(t, { playbook: exampleWith([/$/, templates]) });
  const { draft } = await marcus.draftEmail({ template: 'plain' });
  assert.deepEqual(
    [draft.templates.map(one => one.id), draft.subject, draft.body],
    [['webinar', 'plain'], 'Technology', 'VP Operations'],
  );
});

test('who opted out is never written to', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  const quinn = { email: 'quiet@acmecorp.com', firstname: 'Quinn', lastname: 'Quiet', jobtitle: 'VP Sales' };
  await leadCrosses(baton, { ...quinn, hs_email_optout: 'true' });
  const { id } = await baton.handoff(quinn.email);
  const outcome = await tryAs(baton, MARCUS, id).sendEmail({ subject: 'Hello', body: 'Hello' });
  assert.deepEqual(outcome, { kind: 'unfit', field: 'to', why: 'Quinn Quiet asked not to be mailed.' });
  assert.deepEqual(await mailsSent(baton), []);
});
