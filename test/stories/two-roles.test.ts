import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connection } from '../../src/db/connections/connections.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { matchPeople, pollSource } from '../../src/jobs/requests.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { connectionIn, isSalesforcePaused } from '../helpers/database-questions.ts';
import { pollCrm, tryPausedVendors } from '../helpers/jobs.ts';
import { DANA } from '../helpers/people.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { twin } from '../helpers/twin.ts';

/** How the vendor's two connections stand. */
async function roles(baton: System): Promise<{ source: Connection; crm: Connection }> {
  const [source, crm] = await Promise.all((['source', 'crm'] as const).map(role => connectionIn(baton, 'twin', role)));
  assert.ok(source && crm);
  return { source, crm };
}

const statesOf = async (baton: System) => {
  const { source, crm } = await roles(baton);
  return { source: source.status, crm: crm.status, pages: source.cursor?.page, news: crm.cursor?.at };
};

/** Baton asks the vendor what is new, as its source and as its CRM. */
async function pollBoth(baton: System): Promise<void> {
  await enqueue(baton.app.deps.db, pollSource(baton.app.workspaceId, 'twin'));
  await pollCrm(baton);
}

test('of a vendor that is source and CRM over one key only what is refused pauses; the other goes on, by a cursor of its own', async t => {
  const both = twin();
  const baton = await system(t, { vendors: [both.vendor, ...VENDORS], env: { TWIN_KEY: 'key' } });
  await pollBoth(baton);
  assert.deepEqual(await statesOf(baton), { source: 'active', crm: 'active', pages: 1, news: 1 });

  both.answers.set('source', 'refused');
  await pollBoth(baton);
  await pollBoth(baton);
  assert.deepEqual(await statesOf(baton), { source: 'paused', crm: 'active', pages: 1, news: 3 });
  assert.equal(await isSalesforcePaused(baton), false);
  await slackIdOf(baton, DANA);
  await baton.card({ user: DANA }, 'Twin (source) no longer accepts Baton’s log-in (no right to this)');

  await tryPausedVendors(baton);
  await baton.settled();
  assert.equal((await statesOf(baton)).source, 'paused', 'it was asked, and still refuses');
  both.answers.clear();
  await tryPausedVendors(baton);
  await baton.settled();
  assert.deepEqual(await statesOf(baton), { source: 'active', crm: 'active', pages: 3, news: 3 });
  await pollBoth(baton);
  assert.deepEqual(await statesOf(baton), { source: 'active', crm: 'active', pages: 4, news: 4 });
});

test('while it does not answer as one of them, it is asked as the other', async t => {
  const both = twin();
  const baton = await system(t, { vendors: [both.vendor, ...VENDORS], env: { TWIN_KEY: 'key' } });
  await slackIdOf(baton, DANA);
  await baton.settled();
  both.answers.set('crm', 'in an hour');
  await enqueue(baton.app.deps.db, matchPeople(baton.app.workspaceId));
  await baton.settled();
  assert.deepEqual(await statesOf(baton), { source: 'active', crm: 'away', pages: undefined, news: undefined });
  await pollBoth(baton);
  assert.deepEqual(await statesOf(baton), { source: 'active', crm: 'away', pages: 1, news: undefined });
});
