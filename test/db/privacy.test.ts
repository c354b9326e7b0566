/** Erasing goes over tables that nobody told it of, and leaves alone what is somebody else's. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Db } from '../../src/db/connection.ts';
import { addressIdentity, contactIdentity, lockLead } from '../../src/db/handoffs/leads.ts';
import { erasePerson } from '../../src/db/privacy/erase.ts';
import { askErasure } from '../../src/db/privacy/erasures.ts';
import { knownPerson } from '../../src/db/privacy/person.ts';
import { liftTombstones, placeTombstones, tombstoneOf } from '../../src/db/privacy/tombstones.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { connectedDatabase } from '../helpers/database.ts';

const at = new Date('2026-11-24T18:00:00Z');
const LEE = 'lee@acmecorp.com';
const OTHER = 'lee@globex-inc.com';

const workspace = async (db: Db, slackTeamId: string) =>
  (await ensureWorkspace(db, { name: slackTeamId, slackTeamId, hookKey: randomUUID(), at })).id;
const leadOf = (db: Db, of: string, address: string) =>
  db.transaction(trx => lockLead(trx, of, address, 'Lee Thompson', at));

test('a table of a later release is erased from, by lead, by address and by name; a person of the same name stays', async t => {
  const { db } = await connectedDatabase(t, 2);
  const [own, stranger] = [await workspace(db, 'T1'), await workspace(db, 'T2')];
  const lee = await leadOf(db, own, LEE);
  const other = await leadOf(db, own, OTHER);
  const abroad = await leadOf(db, stranger, LEE);
  await db.raw(`create table letters (workspace_id uuid not null, lead_id uuid, words text, said jsonb, list text[])`);
  const words = { words: 'To Lee Thompson', said: JSON.stringify({ to: [LEE.toUpperCase()] }), list: [LEE] };
  await db('letters').insert(
    [lee, other].map(({ id }) => ({
      ...words,
      workspace_id: own,
      lead_id: id,
      ...(id === other.id && { said: '{}', list: [] }),
    })),
  );
  await db('letters').insert({ ...words, workspace_id: stranger, lead_id: abroad.id });
  await db.transaction(async trx => erasePerson(trx, own, await knownPerson(trx, own, { address: LEE }), at));
  const rows = await db('letters').orderBy('workspace_id').select('lead_id', 'words', 'said', 'list');
  const of = (id: string) => rows.filter(row => row.lead_id === id).map(({ lead_id: _, ...row }) => row);
  assert.deepEqual(of(lee.id), [{ words: 'To erased', said: { to: ['erased'] }, list: ['erased'] }]);
  assert.deepEqual(of(other.id), [{ words: 'To Lee Thompson', said: {}, list: [] }]);
  assert.deepEqual(of(abroad.id), [{ words: 'To Lee Thompson', said: { to: [LEE.toUpperCase()] }, list: [LEE] }]);
  const names = await db('leads').orderBy('email').select('email', 'name', 'workspace_id');
  assert.deepEqual(
    names.filter(one => one.workspace_id === own),
    [
      { email: `erased:${lee.id}`, name: 'Erased person', workspace_id: own },
      { email: OTHER, name: 'Lee Thompson', workspace_id: own },
    ],
  );
});

test('a tombstone shows no address, is of one workspace, and is lifted whole', async t => {
  const { db } = await connectedDatabase(t, 2);
  const [own, stranger] = [await workspace(db, 'T1'), await workspace(db, 'T2')];
  await leadOf(db, own, LEE);
  const person = await knownPerson(db, own, { address: LEE });
  const known = { ...person, contacts: [{ source: 'hubspot', contactId: '251' }] };
  const erasureId = await askErasure(db, own, {
    why: 'operator',
    askedBy: 'operator',
    subject: { address: LEE },
    askedAt: at,
  });
  await placeTombstones(db, own, known, { erasureId, erasedAt: at });
  for (const identity of [addressIdentity(LEE.toUpperCase()), contactIdentity('hubspot', '251')]) {
    assert.deepEqual(await tombstoneOf(db, own, [identity]), { erasureId, erasedAt: at });
    assert.equal(await tombstoneOf(db, stranger, [identity]), undefined);
  }
  const { rows } = await db.raw(`select encode(hash, 'escape') as hash from tombstones`);
  assert.deepEqual(
    rows.filter((row: { hash: string }) => row.hash.includes('lee')),
    [],
  );
  await liftTombstones(db, own, erasureId);
  assert.equal(await tombstoneOf(db, own, [contactIdentity('hubspot', '251')]), undefined);
});
