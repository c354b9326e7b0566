import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { seeded } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { kill, startWorker } from '../helpers/worker.ts';

/**
 * Where the worker is killed. `before`: the call is held and never reaches the vendor; `after`: the vendor did its work
 * and the answer never arrives. Between them they stand on both sides of every step that leaves the process; the
 * transactions in between either are committed, and the next call is reached, or are not, and the step runs again.
 */
const BOUNDARIES = [
  { name: 'while the contact is read', fault: { service: 'hubspot', path: '/contacts' } },
  { name: 'while the company is looked up', fault: { service: 'clearbit', path: '/v2/companies' } },
  { name: 'after the company was looked up', fault: { service: 'clearbit', path: '/v2/companies', after: 'after' } },
  { name: 'before the CRM is asked', fault: { service: 'salesforce', path: '/composite' } },
  { name: 'before the CRM record is written', fault: { service: 'salesforce', path: '/composite', skip: 1 } },
  {
    name: 'after the CRM record was written',
    fault: { service: 'salesforce', path: '/composite', skip: 1, after: 'after' },
  },
  { name: 'before the card is posted', fault: { service: 'slack', path: '/api/chat.postMessage' } },
  { name: 'after the card was posted', fault: { service: 'slack', path: '/api/chat.postMessage', after: 'after' } },
];

for (const boundary of BOUNDARIES) {
  test(`killed ${boundary.name}: one record, one card, one whole story`, async t => {
    const baton = await system(t, { role: 'web' });
    const first = await startWorker(t, baton);
    const emma = await seeded(baton);
    await baton.post('/_sandbox/fault', { ...boundary.fault, timeout: true, times: 1 });
    await emma.cross(baton.post);
    await until(`the worker hangs ${boundary.name}`, async () =>
      (await baton.calls(boundary.fault.service)).some(call => call.status === 'held'),
    );
    await kill(first);
    await startWorker(t, baton);
    await assertOnce(baton);
  });
}

test('killed after the record was told of and before its job ended: one record, one card, one whole story', async t => {
  const baton = await system(t, { role: 'web' });
  const first = await startWorker(t, baton);
  const emma = await seeded(baton);
  // What the job does last is to look through the CRM's news.
  const { db } = baton.app.deps;
  const held = await db.transaction();
  await held.raw('lock table crm_news in exclusive mode');
  await emma.cross(baton.post);
  await until('the worker hangs after the record was told of', async () => {
    const { rows } = await db.raw(
      `select 1 from timeline where kind = 'record_written'
       and exists (select 1 from pg_locks where relation = 'crm_news'::regclass and not granted)`,
    );
    return rows.length > 0;
  });
  await kill(first);
  await held.rollback();
  await startWorker(t, baton);
  await assertOnce(baton);
  const writes = (await baton.calls('salesforce')).filter(({ body }) => JSON.stringify(body).includes('"PATCH"'));
  assert.equal(writes.length, 1, 'what is told of is not written again');
});

test('killed while it reminds, logs and mails: each is seen once, everywhere', async t => {
  const baton = await system(t, { role: 'web' });
  const { db } = baton.app.deps;
  let worker = await startWorker(t, baton);
  const another = async () => {
    await kill(worker);
    worker = await startWorker(t, baton);
  };
  const emma = await seeded(baton);
  await emma.cross(baton.post);
  const { id, contactId } = await baton.handoff(emma.email);
  const held = async (service: string) => (await baton.calls(service)).filter(call => call.status === 'held').length;
  /** Vendors that do their work and answer nobody. */
  const silence = async (...faults: { service: string; path: string }[]) => {
    for (const fault of faults)
      await baton.post('/_sandbox/fault', { ...fault, after: 'after', timeout: true, times: 1 });
  };
  const told = (kind: string, times: number) =>
    until(`${kind} is told`, async () => {
      const found = kinds(await baton.story(id)).filter(one => one === kind).length;
      assert.ok(found <= times, `${kind} is told ${found} times`);
      return found === times;
    });

  await kill(worker);
  baton.clock.move(61 * MINUTE);
  await silence({ service: 'slack', path: '/api/chat.postMessage' });
  worker = await startWorker(t, baton);
  await until('the reminder is posted, and nobody knows', async () => (await held('slack')) === 1);
  await another();
  await baton.settled();
  const reminders = async () =>
    (await baton.messages({ user: 'marcus@example.com' })).filter(one => /is waiting/.test(JSON.stringify(one.blocks)));
  assert.equal((await reminders()).length, 1, 'one reminder');

  const on = {
    workspaceId: baton.app.workspaceId,
    slackUserId: await slackIdOf(baton, 'marcus@example.com'),
    handoffId: id,
  };
  const call = { outcome: 'connected', direction: 'outbound', minutes: 4 } as const;
  await silence({ service: 'salesforce', path: '/composite' }, { service: 'hubspot', path: '/objects/2026-03/calls' });
  assert.deepEqual(await actionsOf(baton.app.deps).logCall({ ...on, ...call }), { kind: 'done' });
  await until(
    'both have the call, and nobody knows',
    async () => (await held('salesforce')) + (await held('hubspot')) === 2,
  );
  await another();
  await told('touch_logged', 1);
  await told('fed_back', 1);

  // The mail has left; what is to be written down of it waits for a lock.
  const lock = await db.transaction();
  await lock.raw('lock table touches in exclusive mode');
  assert.equal((await actionsOf(baton.app.deps).sendEmail({ ...on, subject: 'Prices', body: 'Here.' })).kind, 'done');
  const mails = async () =>
    (await baton.get<{ messages: { messageId: string }[] }>('/_sandbox/mail/messages')).messages;
  await until('the mail has left', async () => (await mails()).length === 1);
  await kill(worker);
  await lock.rollback();
  worker = await startWorker(t, baton);
  await told('email_sent', 1);
  await told('touch_logged', 2);
  await told('fed_back', 2);
  await baton.settled();
  assert.equal(new Set((await mails()).map(one => one.messageId)).size, 1, 'a mailbox shows one');
  const tasks = (await baton.records('Task')).map(task => task.Subject).sort();
  assert.deepEqual(tasks, ['Call: Connected', 'Contact Emma Thompson (Acme Corp): HIGH MQL', 'Email: Prices']);
  const shown = await baton.get<{ engagements: Record<string, string>[] }>(`/_sandbox/hubspot/contacts/${contactId}`);
  assert.deepEqual(
    shown.engagements.map(one => one.hs_call_title ?? one.hs_email_subject),
    ['Call: Connected', 'Prices'],
  );
  assert.equal((await reminders()).length, 1);
  const story = kinds(await baton.story(id));
  for (const kind of ['reminded', 'touched', 'email_sent'] as const) {
    assert.equal(story.filter(one => one === kind).length, 1, `"${kind}" is told once in ${story.join(', ')}`);
  }
});

async function assertOnce(baton: System): Promise<void> {
  const card = await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  assert.ok(card);
  const handoff = await baton.handoff('emma.thompson@acmecorp.com');
  assert.equal(handoff.recordState, 'written');
  const cards = (await baton.messages({ user: 'marcus@example.com' })).filter(one =>
    JSON.stringify(one).includes('Emma Thompson'),
  );
  assert.equal(cards.length, 1, 'one card');
  assert.equal((await baton.records('Lead')).length, 1, 'one record');
  assert.equal((await baton.records('Task')).length, 1, 'one follow-up');
  assert.equal((await baton.handoffs()).length, 1, 'one handoff');
  const told = kinds(await baton.story(handoff.id));
  for (const kind of ['crossed', 'judged', 'routed', 'assigned', 'record_written', 'card_posted'] as const) {
    assert.equal(told.filter(one => one === kind).length, 1, `the story says "${kind}" once, not ${told.join(', ')}`);
  }
}
