import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actions, actionsOf } from '../../src/handoff/commands.ts';
import { handedOff } from '../helpers/leads.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

async function as(baton: System, email: string) {
  const { workspaceId } = baton.app;
  const row = await until(`${email} is known`, async () => baton.app.deps.db('people').where({ email }).first());
  return { workspaceId, slackUserId: String(row.slack_id) };
}

/** Waits until the lead's record is owned by this person. */
async function owned(baton: System, leadId: string | null, email: string): Promise<Record<string, unknown>> {
  const [user] = (await baton.records('User')).filter(one => one.Email === email);
  assert.ok(user);
  return until(`${email} owns the record`, async () =>
    (await baton.records('Lead')).find(lead => lead.Id === leadId && lead.OwnerId === user.Id),
  );
}

const to = (email: string) => ({ kind: 'person' as const, email });

function people(baton: System): Actions {
  return actionsOf(baton.app.deps);
}

test('a lead given on: the new rep has the card, the record changes hands, what people wrote in it stays', async t => {
  const baton = await system(t);
  const handoff = await handedOff(baton, 'emma');
  const id = handoff.recordId;
  assert.equal(handoff.repEmail, 'marcus@example.com');
  await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  await baton.post(`/_sandbox/salesforce/Lead/${id}`, { Title: 'COO', Status: 'Working - Contacted' });

  const on = { ...(await as(baton, 'dana@example.com')), handoffId: handoff.id };
  const note = 'Priya knows <!channel> her';
  const outcome = await people(baton).reassign({ ...on, to: to('priya@example.com'), note });
  assert.deepEqual(outcome, { kind: 'done', to: 'Priya Nair', from: 'Marcus Chen' });

  const lead = await owned(baton, id, 'priya@example.com');
  assert.deepEqual([lead.Title, lead.Status], ['COO', 'Working - Contacted'], 'the record is updated, not made anew');
  assert.equal((await baton.records('Lead')).length, 1);
  const [task] = (await baton.records('Task')).filter(one => one.WhoId === id);
  assert.equal(task?.OwnerId, lead.OwnerId, 'the follow-up goes with it');
  await baton.card({ user: 'priya@example.com' }, 'Emma Thompson');

  const next = await people(baton).reject({
    ...on,
    reason: 'not_our_market',
    // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
    then: 'next',
  });
  assert.deepEqual(next, { kind: 'done', next: 'Marcus Chen' });
  await owned(baton, id, 'marcus@example.com');
});

test('given on and back while the first is still being written: the record is whose the lead is', async t => {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton, 'emma');
  const on = { ...(await as(baton, 'dana@example.com')), handoffId: id };
  const before = (await baton.calls('salesforce')).length;
  await baton.post('/_sandbox/latency', { service: 'salesforce', ms: 700 });
  assert.equal((await people(baton).reassign({ ...on, to: to('priya@example.com') })).kind, 'done');
  await until('it is being written', async () => (await baton.calls('salesforce')).length > before);
  assert.equal((await people(baton).reassign({ ...on, to: to('marcus@example.com') })).kind, 'done');
  await until('both are written', async () => {
    await baton.settled();
    return kinds(await baton.story(id)).filter(kind => kind === 'record_written').length >= 3;
  });
  await baton.post('/_sandbox/latency', { service: 'salesforce', ms: 0 });
  await owned(baton, recordId, 'marcus@example.com');
});

test('a record that was somebody’s before: routing leaves it to them, a person’s decision does not', async t => {
  const baton = await system(t);
  const handoff = await handedOff(baton, 'duplicate');
  assert.equal(handoff.repEmail, 'priya@example.com');
  await owned(baton, handoff.recordId, 'priya@example.com');
  const on = { ...(await as(baton, 'marcus@example.com')), handoffId: handoff.id };
  assert.deepEqual(await people(baton).claim(on), { kind: 'claimed' });
  await owned(baton, handoff.recordId, 'marcus@example.com');
  await baton.card({ user: 'marcus@example.com' }, 'Li Wei');
  const dana = { ...(await as(baton, 'dana@example.com')), handoffId: handoff.id };
  assert.equal((await people(baton).reassign({ ...dana, to: to('tom@example.com') })).kind, 'done');
  await owned(baton, handoff.recordId, 'tom@example.com');
});
