/** People decide whose a lead is; the record in Salesforce follows them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsAs, toPerson } from '../helpers/actions.ts';
import { handedOff } from '../helpers/leads.ts';
import { DANA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { changeRecord, onlyRecord, untilOwned, userId } from '../helpers/salesforce.ts';
import { system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { slowDown } from '../helpers/vendors.ts';

test('a lead given on: the new rep has the card, the record changes hands, what people wrote in it stays', async t => {
  const baton = await system(t);
  const { id, recordId, repEmail } = await handedOff(baton);
  assert.equal(repEmail, MARCUS);
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  await changeRecord(baton, 'Lead', recordId, { Title: 'COO', Status: 'Working - Contacted' });
  const dana = actionsAs(baton, DANA, id);

  const given = await dana.reassign({ ...toPerson(PRIYA), note: 'Priya knows <!channel> her' });
  assert.deepEqual({ ...given, undo: '' }, { kind: 'done', to: 'Priya Nair', from: 'Marcus Chen', undo: '' });
  await untilOwned(baton, 'Lead', recordId, PRIYA);
  const lead = await onlyRecord(baton, 'Lead');
  assert.deepEqual([lead.Title, lead.Status], ['COO', 'Working - Contacted'], 'the record is updated, not made anew');
  const task = (await baton.records('Task')).find(one => one.WhoId === recordId);
  assert.equal(task?.OwnerId, await userId(baton, PRIYA), 'the follow-up goes with it');
  await baton.card({ user: PRIYA }, 'Emma Thompson');

  // By the rules, past everybody who had it, to the fallback.
  // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
  const next = await actionsAs(baton, PRIYA, id).reject({ reason: 'not_our_market', then: 'next' });
  assert.deepEqual({ ...next, undo: '' }, { kind: 'done', next: 'Dana Ruiz', undo: '' });
  await untilOwned(baton, 'Lead', recordId, DANA);
});

test('given on and back while the first is still being written: the record is whose the lead is', async t => {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  const dana = actionsAs(baton, DANA, id);
  const before = (await baton.calls('salesforce')).length;
  await slowDown(baton, 'salesforce', 700);
  await dana.reassign(toPerson(PRIYA));
  await until('it is being written', async () => (await baton.calls('salesforce')).length > before);
  await dana.reassign(toPerson(MARCUS));
  await until('both are written', async () => {
    await baton.settled();
    return (await recorded(baton, id, 'record_written')).length >= 3;
  });
  await slowDown(baton, 'salesforce', 0);
  await untilOwned(baton, 'Lead', recordId, MARCUS);
});

test('a record that was somebody’s before: routing leaves it to them, a person’s decision does not', async t => {
  const baton = await system(t);
  const { id, recordId, repEmail } = await handedOff(baton, 'duplicate');
  assert.equal(repEmail, PRIYA);
  await untilOwned(baton, 'Lead', recordId, PRIYA);
  await actionsAs(baton, PRIYA, id).reassign(toPerson(MARCUS));
  await untilOwned(baton, 'Lead', recordId, MARCUS);
  await baton.card({ user: MARCUS }, 'Li Wei');
  await actionsAs(baton, DANA, id).reassign(toPerson(TOM));
  await untilOwned(baton, 'Lead', recordId, TOM);
});
