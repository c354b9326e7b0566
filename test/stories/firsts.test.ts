/** What is true of a lead once and for good: when its record was first there, and where it first came from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/lib/clock.ts';
import { tally } from '../../src/reports/question.ts';
import { actionsAs, toPerson } from '../helpers/actions.ts';
import { companyIsKnown, handedOff, leadCrosses } from '../helpers/leads.ts';
import { DANA, EMMA, PRIYA } from '../helpers/people.ts';
import { untilOwned } from '../helpers/salesforce.ts';
import { system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';

test('a later write of the record does not move the time at which it was first there', async t => {
  const baton = await system(t);
  const { id, recordId, recordedAt } = await handedOff(baton);
  assert.ok(recordedAt);
  baton.clock.move(HOUR);
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  await untilOwned(baton, 'Lead', recordId, PRIYA);
  const given = await baton.handoff(EMMA);
  assert.equal((await recorded(baton, id, 'record_written')).length, 2);
  assert.deepEqual(given.recordedAt, recordedAt);
});

test('leads are counted by where they first came from, whatever brought them the last time', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  const latest = { hs_latest_source: 'PAID_SEARCH' };
  for (const [email, first] of [
    ['a@acmecorp.com', 'ORGANIC_SEARCH'],
    ['b@acmecorp.com', 'ORGANIC_SEARCH'],
    ['c@acmecorp.com', 'REFERRALS'],
  ] as const) {
    await leadCrosses(baton, { email, hs_analytics_source: first, ...latest });
    await baton.handoff(email);
  }
  const { deps, workspaceId } = baton.app;
  const asked = { workspaceId, zone: 'UTC', now: baton.clock.now() };
  const [rows = []] = await tally(deps.db, asked, ['leads'], [['original_source']]);
  assert.deepEqual(rows.map(({ key, numbers }) => [...key, numbers.leads]).sort(), [
    ['ORGANIC_SEARCH', 2],
    ['REFERRALS', 1],
  ]);
});
