/** A rep reaches out: by phone, told in Slack; by mail, sent from Slack. Both end in the CRM, once. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { touchesOf } from '../../src/db/touches.ts';
import { type Actions, actionsOf } from '../../src/handoff/commands.ts';
import { probeAway, probePaused, replayParked } from '../../src/jobs/parked.ts';
import { hurry } from '../helpers/database-changes.ts';
import { handedOff, leadCrosses } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const IMPATIENT = { enrichment: 20_000, match: 300, record: 200 };
const CONNECTED = { outcome: 'connected', direction: 'outbound', minutes: 4 } as const;

interface Mail {
  envelope: { from: string; to: string[] };
  messageId: string;
  from: string;
  fromName: string;
  replyTo: string;
  subject: string;
  text: string;
}

/** Marcus, about this lead. */
async function marcus(baton: System, handoffId: string) {
  const { workspaceId } = baton.app;
  return { workspaceId, slackUserId: await slackIdOf(baton, 'marcus@example.com'), handoffId };
}

const people = (baton: System): Actions => actionsOf(baton.app.deps);
const userId = async (baton: System, email: string) =>
  (await baton.records('User')).find(user => user.Email === email)?.Id;
const mails = async (baton: System) => (await baton.get<{ messages: Mail[] }>('/_sandbox/mail/messages')).messages;
const tasksOf = async (baton: System, subtype: string) =>
  (await baton.records('Task')).filter(task => task.TaskSubtype === subtype);

/** Waits until the story tells of it; answers its sentence. */
function told(baton: System, handoffId: string, kind: string): Promise<string> {
  return until(`the story tells ${kind}`, async () => {
    await hurry(baton);
    return (await baton.story(handoffId)).find(entry => entry.kind === kind)?.text;
  });
}

test('a call is logged as Marcus’s in Salesforce, with the next step; then a mail, in his name', async t => {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  const on = await marcus(baton, id);
  const nextStep = { what: 'Send the proposal', on: '2026-11-26' };
  const outcome = await people(baton).logCall({ ...on, ...CONNECTED, notes: 'Asked for prices', nextStep });
  assert.deepEqual(outcome, { kind: 'done' });
  await told(baton, id, 'touch_logged');
  const owner = await userId(baton, 'marcus@example.com');
  const [call, ...more] = await tasksOf(baton, 'Call');
  assert.deepEqual(more, []);
  assert.deepEqual(
    [call?.WhoId, call?.OwnerId, call?.Status, call?.CallDisposition, call?.CallType, call?.CallDurationInSeconds],
    [recordId, owner, 'Completed', 'Connected', 'Outbound', 240],
  );
  assert.match(String(call?.Description), /^Asked for prices\n/);
  const next = (await baton.records('Task')).find(task => task.Subject === nextStep.what);
  assert.deepEqual(
    [next?.WhoId, next?.OwnerId, next?.Status, next?.ActivityDate],
    [recordId, owner, 'Not Started', nextStep.on],
  );

  const drafted = await people(baton).draftEmail(on);
  assert.ok(drafted.kind === 'done', JSON.stringify(drafted));
  const { draft } = drafted;
  assert.deepEqual(
    [draft.canSend, draft.to, draft.replyTo],
    [true, 'emma.thompson@acmecorp.com', 'marcus@example.com'],
  );
  const body = `${draft.body}\n\nPS: <!channel> & "quotes"`;
  const subject = 'Acme Corp and us\r\nBcc: victim@example.com';
  assert.deepEqual(await people(baton).sendEmail({ ...on, subject, body }), { kind: 'done', to: draft.to });
  await told(baton, id, 'email_sent');
  const [mail, ...others] = await mails(baton);
  assert.deepEqual(others, []);
  assert.deepEqual(mail?.envelope, { from: 'hello@example.com', to: ['emma.thompson@acmecorp.com'] });
  assert.deepEqual(
    [mail?.fromName, mail?.from, mail?.replyTo, mail?.subject, mail?.text.trim()],
    ['Marcus Chen', 'hello@example.com', 'marcus@example.com', 'Acme Corp and us Bcc: victim@example.com', body],
  );
  const logged = await until('the mail in Salesforce', async () => (await tasksOf(baton, 'Email'))[0]);
  assert.deepEqual([logged.WhoId, logged.OwnerId, logged.Status], [recordId, owner, 'Completed']);
  assert.match(String(logged.Description), /PS: <!channel> & "quotes"/);
  await baton.settled();
  const touches = await touchesOf(baton.app.deps.db, on.workspaceId, id);
  assert.deepEqual(
    touches.map(touch => [touch.kind, touch.crmState, touch.crmId]),
    [
      ['call', 'written', call?.Id],
      ['email', 'written', logged.Id],
    ],
  );
  assert.equal(touches[1]?.detail.messageId, mail?.messageId);
  const handoff = await baton.handoff('emma.thompson@acmecorp.com');
  assert.deepEqual(
    [handoff.state, handoff.claimedBy, handoff.contactedAt],
    ['contacted', 'marcus@example.com', touches[0]?.at],
    'the clock stopped at the first touch',
  );
});

test('Salesforce is down: the call waits for the record, and is logged once, when it is back', async t => {
  const baton = await system(t, { patience: IMPATIENT });
  await baton.post('/_sandbox/fault', { service: 'salesforce', status: 503, times: 10_000 });
  const { id } = await handedOff(baton);
  const on = await marcus(baton, id);
  assert.deepEqual(await people(baton).logCall({ ...on, ...CONNECTED }), { kind: 'done' });
  assert.equal((await baton.app.deps.db('handoffs').where({ id }).first()).state, 'contacted', 'at once, in Slack');
  // The first answer that works is lost: the retry must find what it made.
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  const lost = { service: 'salesforce', path: '/composite', reset: true, after: 'after', times: 3 };
  await baton.post('/_sandbox/fault', lost);
  await until('it is logged once Salesforce answers again', async () => {
    baton.clock.move(20_000);
    await probeAway(baton.app.deps.db, baton.clock.now());
    await hurry(baton);
    return (await baton.story(id)).some(entry => entry.kind === 'touch_logged');
  });
  await baton.settled();
  assert.equal((await tasksOf(baton, 'Call')).length, 1);
  assert.equal((await baton.records('Lead')).length, 1);
});

test('what Salesforce refuses is kept, said, and logged when it is replayed', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  const on = await marcus(baton, id);
  // It blames no field that could be left out.
  const error = { errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Calls need a code' };
  const refuse = { object: 'Task', on: 'create', times: 0, errors: [error] };
  await baton.post('/_sandbox/salesforce/_org', { trouble: { refuse } });
  assert.deepEqual(await people(baton).logCall({ ...on, ...CONNECTED }), { kind: 'done' });
  assert.match(await told(baton, id, 'touch_parked'), /could not be logged in the CRM: .*Calls need a code/);
  await baton.post('/_sandbox/salesforce/_org', { trouble: { refuse: null } });
  await replayParked(baton.app.deps.db, on.workspaceId, baton.clock.now());
  await told(baton, id, 'touch_logged');
  assert.equal((await tasksOf(baton, 'Call')).length, 1);
});

test('mail servers that refuse, stumble or want another login: the rep hears it, nobody gets two', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  const on = await marcus(baton, id);
  const send = (subject: string) => people(baton).sendEmail({ ...on, subject, body: 'Hello' });
  const fault = (given: object) => baton.post('/_sandbox/mail/fault', given);
  const subjects = async () => (await mails(baton)).map(mail => mail.subject);

  await fault({ at: 'recipient', code: 550, message: '5.1.1 no such user' });
  assert.equal((await send('Refused')).kind, 'done');
  assert.match(await told(baton, id, 'email_refused'), /“Refused” was not sent: .*5\.1\.1 no such user/);
  assert.deepEqual(await subjects(), []);
  const { state } = await baton.handoff('emma.thompson@acmecorp.com');
  assert.equal(state, 'assigned', 'a mail that was not sent is no touch');

  await fault({ at: 'recipient', code: 451, message: '4.7.1 greylisted' });
  await send('Greylisted');
  await until('it is sent', async () => {
    await hurry(baton);
    return (await subjects()).includes('Greylisted');
  });
  const waits = (await baton.story(id)).filter(entry => entry.kind === 'email_waiting').map(entry => entry.text);
  assert.ok(
    waits.some(text => /“Greylisted” waits: .*4\.7\.1 greylisted/.test(text)),
    waits.join('\n'),
  );

  await fault({ at: 'login', code: 535, message: '5.7.8 password expired' });
  await send('Later');
  await until('the admin hears of the login', async () =>
    (await baton.messages({ user: 'dana@example.com' })).find(message => /smtp/i.test(message.text)),
  );
  await probePaused(baton.app.deps.db, baton.clock.now());
  await until('it is sent', async () => (await subjects()).includes('Later'));

  await fault({ at: 'message', drop: true });
  await send('Lost answer');
  const sent = await until('the second copy', async () => {
    await hurry(baton);
    const copies = (await mails(baton)).filter(mail => mail.subject === 'Lost answer');
    return copies.length === 2 && copies;
  });
  assert.equal(sent[0]?.messageId, sent[1]?.messageId, 'a mailbox shows them as one');
  await baton.settled();
  assert.deepEqual((await subjects()).sort(), ['Greylisted', 'Later', 'Lost answer', 'Lost answer']);
  assert.equal(kinds(await baton.story(id)).filter(kind => kind === 'email_sent').length, 3);
});

test('the playbook’s own templates are offered; who opted out is never written to', async t => {
  const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
  const templates = `
templates:
  webinar: { name: After the webinar, subject: "Hi {{ lead.first_name }}", body: "{{ rep.scheduling_url }}" }
  plain: { name: Plain, subject: "{{ company.industry }}", body: "{{ lead.title | default: \\"you\\" }}" }
`;
  const baton = await system(t, { playbook: example.replace(/^templates:\n(?: .*\n|\n)*/m, '') + templates });
  const { id } = await handedOff(baton);
  const on = await marcus(baton, id);
  const drafted = await people(baton).draftEmail({ ...on, template: 'plain' });
  assert.ok(drafted.kind === 'done');
  assert.deepEqual(
    [drafted.draft.templates.map(one => one.id), drafted.draft.subject, drafted.draft.body],
    [['webinar', 'plain'], 'Technology', 'VP Operations'],
  );
  await leadCrosses(baton, {
    email: 'quiet@acmecorp.com',
    firstname: 'Quinn',
    lastname: 'Quiet',
    jobtitle: 'VP Sales',
    hs_email_optout: 'true',
  });
  const quiet = await baton.handoff('quiet@acmecorp.com');
  const outcome = await people(baton).sendEmail({
    ...(await marcus(baton, quiet.id)),
    subject: 'Hello',
    body: 'Hello',
  });
  assert.deepEqual(outcome, { kind: 'unfit', field: 'to', why: 'Quinn Quiet asked not to be mailed.' });
  assert.deepEqual(await mails(baton), []);
});
