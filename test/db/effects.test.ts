/** What is made at vendors that take no key: once, whoever tries, and however a try ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../src/contracts/effects.ts';
import { effectsOf } from '../../src/db/connections/effects.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { clockFrom, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { connectedDatabase } from '../helpers/database.ts';

const at = new Date('2026-11-24T18:00:00Z');
const detail = { service: 'crm', code: 'X' };
const fails = (error: Error) => async (): Promise<never> => {
  throw error;
};

async function books(t: Parameters<typeof connectedDatabase>[0]) {
  const { db } = await connectedDatabase(t, 6);
  const { id: workspaceId } = await ensureWorkspace(db, { name: 'A', slackTeamId: 'T1', hookKey: 'k', at });
  const clock = clockFrom(at);
  const open = () => effectsOf(db, { workspaceId, vendor: 'crm', clock });
  /** Makes numbered things, and counts. */
  const counter = () => {
    let made = 0;
    const effect: Effect = {
      make: async () => {
        made += 1;
        return `made ${made}`;
      },
      find: async () => undefined,
    };
    return { ...effect, count: () => made };
  };
  return { clock, open, counter };
}

test('many at once, in two processes: one makes it, all answer the same', async t => {
  const { open, counter } = await books(t);
  const [one, other, effect] = [open(), open(), counter()];
  const slow = { ...effect, make: () => new Promise<string>(done => setTimeout(() => done(effect.make()), 50)) };
  const all = await Promise.all([one, other, one, other].map(store => store.once('k', slow)));
  assert.equal(effect.count(), 1);
  assert.deepEqual([...new Set(all.map(({ id }) => id))], ['made 1']);
  assert.equal(all.filter(({ created }) => created).length, 1);
  assert.equal(await other.made('k'), 'made 1');
});

test('no answer: not tried again at once; then it is looked for, and made only where it is not', async t => {
  const { open, counter, clock } = await books(t);
  const effect = counter();
  const lost = { ...effect, make: fails(new Unavailable('cut', detail)) };
  await assert.rejects(open().once('k', lost), Unavailable);
  await assert.rejects(open().once('k', effect), RateLimited);
  clock.move(6 * SECOND);
  assert.deepEqual(await open().once('k', { ...effect, find: async () => 'found' }), { id: 'found', created: false });
  await assert.rejects(open().once('other', lost), Unavailable);
  clock.move(6 * SECOND);
  await assert.rejects(open().once('other', { ...effect, find: fails(new Unavailable('away', detail)) }), Unavailable);
  assert.equal(effect.count(), 0, 'what could not be looked for is not made');
  assert.deepEqual(await open().once('other', effect), { id: 'made 1', created: true });
});

test('a refusal made nothing: the next try makes it without a look', async t => {
  const { open, counter } = await books(t);
  const effect = { ...counter(), find: fails(new Error('nobody looks')) };
  await assert.rejects(open().once('k', { ...effect, make: fails(new Rejected('no', detail)) }), Rejected);
  assert.deepEqual(await open().once('k', effect), { id: 'made 1', created: true });
});

test('a process that died is waited for no longer than a minute, and what it made is looked for', async t => {
  const { open, counter, clock } = await books(t);
  const effect = counter();
  await new Promise<void>(begun => {
    // It never comes back.
    const make = () => {
      begun();
      return new Promise<string>(() => undefined);
    };
    void open().once('k', { ...effect, make });
  });
  const second = open().once('k', { ...effect, find: async () => 'of the dead' });
  clock.move(2 * MINUTE);
  assert.deepEqual(await second, { id: 'of the dead', created: false });
});

test('what people may delete is remembered for a while; a name of any length is a key', async t => {
  const { open, counter, clock } = await books(t);
  const effect = { ...counter(), rememberedFor: 10 * MINUTE };
  const name = `person:${'x'.repeat(10_000)}`;
  assert.equal((await open().once(name, effect)).id, 'made 1');
  assert.equal((await open().once(name, effect)).id, 'made 1');
  clock.move(11 * MINUTE);
  assert.equal((await open().once(name, effect)).id, 'made 2', 'looked for, and gone');
});
