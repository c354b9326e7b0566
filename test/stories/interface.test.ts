import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { cast } from '../../sandbox/leads.ts';
import { lockHandoff } from '../../src/db/handoffs.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { startWeb } from '../helpers/worker.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const CHANNEL = { channel: '#mql-mid-market' };
const EMMA = 'emma.thompson@acmecorp.com';
const MARCUS = 'marcus@example.com';
const PRIYA = 'priya@example.com';

async function emmaCrosses(baton: System): Promise<void> {
  const emma = cast(baton.clock.now()).find(one => one.key === 'emma');
  assert.ok(emma);
  await emma.seed(baton.post);
  await baton.settled();
  await emma.cross(baton.post);
}

/** What this person alone was told, in the order of it. */
async function told(baton: System, user: string): Promise<string> {
  return (await baton.messages({ user }))
    .filter(message => message.ephemeral)
    .map(message => message.text)
    .join('\n');
}

test('two people claim in the same instant over two processes: one has it, the other hears who', async t => {
  const baton = await system(t, { playbook: example.replace('assign: weighted\n', 'assign: claim\n') });
  await emmaCrosses(baton);
  const card = await baton.card(CHANNEL, 'Emma Thompson');
  const { id, workspaceId } = await baton.handoff(EMMA);
  const second = await startWeb(t, baton);
  const { db } = baton.app.deps;
  // Both presses wait for the lead's row: neither process can be first by being quicker to read.
  await db.transaction(async trx => {
    await lockHandoff(trx, workspaceId, id);
    await baton.press(MARCUS, card, 'claim');
    baton.sandbox.setAppUrl(second);
    await baton.press(PRIYA, card, 'claim');
    await until('both processes wait for the lead', async () => {
      const { rows } = await trx.raw(
        `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0].waiting === 2;
    });
  });
  await baton.card(CHANNEL, 'Claimed by');
  const [claimed] = await baton.handoffs();
  const [winner, loser] = claimed?.claimedBy === MARCUS ? ['Marcus Chen', PRIYA] : ['Priya Nair', MARCUS];
  const heard = await until(`${loser} hears who was first`, async () => (await told(baton, loser)) || undefined);
  assert.match(heard, new RegExp(`\\*${winner}\\* claimed this just now`));
  const claims = kinds(await baton.story(id)).filter(kind => kind === 'claimed');
  assert.equal(claims.length, 1);
});
