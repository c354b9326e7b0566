/** What was stored while records went by one vendor's objects is read by kind, and goes back as it was. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { down, up as upKinds } from '../../migrations/20261130110000_crm_kinds.ts';
import { down as formerNames, up as standardNames } from '../../migrations/20261130120000_standard_names.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { rereadEvents, unreadEvent } from '../../src/db/handoffs/crm-events.ts';
import { handoffById } from '../../src/db/handoffs/handoffs.ts';
import { lastOwnerChange, recordOwner } from '../../src/db/handoffs/owner-changes.ts';
import type { Facts } from '../../src/handoff/core/facts.ts';
import { readEvents } from '../../src/jobs/requests.ts';
import { testDatabase } from '../helpers/database.ts';

const AT = new Date('2026-11-24T18:00:00Z');
const created = '2026-01-01T00:00:00.000Z';
const user = { id: '005000000000001AAA', email: 'priya@example.com', name: 'Priya Nair', active: true, kind: 'user' };
const queue = { id: '00G000000000001EAA', name: 'Inbound "kind": "queue"', active: true, kind: 'queue' };
const deal = {
  id: '006000000000001AAA',
  name: 'Acme "accountId": 2026',
  stage: 'Proposal',
  accountId: '001000000000001AAA',
  owner: user,
  createdAt: created,
};
const LEAD = '00Q000000000001EAA';

/** Facts as they were kept; what a lead typed looks like them and stays as it is. */
const FACTS = {
  contact: {
    source: 'hubspot',
    id: '1',
    properties: { accountId: '7', note: '"kind": "queue"' },
    scoreHistory: [],
    activities: [],
  },
  company: { origin: {} },
  match: {
    lead: { kind: 'one', record: { id: LEAD, open: true, owner: queue, createdAt: created } },
    contact: {
      kind: 'many',
      record: { id: '003000000000001AAA', accountId: '001000000000001AAA', owner: user, createdAt: created },
      others: ['003000000000002AAA'],
    },
    account: { kind: 'one', record: { id: '001000000000001AAA', name: 'Acme', owner: queue, createdAt: created } },
    opportunity: { kind: 'one', record: deal },
  },
  around: {
    account: { id: '001000000000001AAA', name: 'Acme' },
    opportunity: { id: '006000000000002AAA', name: 'Acme: Emma' },
    openDeal: deal,
    linkedLeads: [LEAD],
  },
  missing: [],
};

async function opened(t: TestContext): Promise<Db> {
  const database = await testDatabase();
  const db = connect(database.url, 2);
  t.after(async () => {
    await db.destroy();
    await database.drop();
  });
  await formerNames(db);
  await down(db);
  return db;
}

async function up(db: Db): Promise<void> {
  await upKinds(db);
  await standardNames(db);
}

interface Kept {
  workspaceId: string;
  /** A handoff with a record, and one without. */
  written: string;
  bare: string;
}

async function keepOld(db: Db): Promise<Kept> {
  const [workspaceId, leadId, written, bare] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await db('workspaces').insert({ id: workspaceId, name: 'Acme', hook_key_hash: 'k', created_at: AT });
  const of = { workspace_id: workspaceId };
  await db('leads').insert({ ...of, id: leadId, email: 'emma@acmecorp.com', name: 'Emma', created_at: AT });
  const handoff = {
    ...of,
    lead_id: leadId,
    source: 'hubspot',
    contact_id: '1',
    state: 'assigned',
    playbook_version: 1,
    crossed_at: AT,
    seen_at: AT,
    opened_at: AT,
    priority: 'HIGH',
    judgement: {},
  };
  const { match: _match, around: _around, ...plain } = FACTS;
  await db('handoffs').insert([
    { ...handoff, id: written, facts: FACTS, record_state: 'written', record_object: 'Lead', record_id: LEAD },
    { ...handoff, id: bare, facts: plain, record_state: 'pending' },
  ]);
  const record = { ...of, handoff_id: written, record_id: LEAD, object: 'Lead', given_at: AT };
  await db('record_owners').insert([
    { ...record, written_at: AT },
    { ...record, record_id: deal.id, object: 'Opportunity', written_at: AT },
  ]);
  const change = { theirs: 'u', theirs_name: 'U', by_name: 'R', by_kind: 'automation', changed_at: AT, seen_at: AT };
  await db('owner_changes').insert({ ...record, ...change, state: 'asked' });
  const news = [
    { record: { object: 'Lead', id: LEAD }, fields: { Status: 'Working' } },
    { record: { object: 'Task', id: '00T000000000001AAA' }, fields: { WhoId: '00Q000000000001', WhatId: '' } },
    { record: { object: 'Event', id: '00U000000000001AAA' }, fields: { WhoId: LEAD, WhatId: deal.id } },
    { record: { object: 'Task', id: '00T000000000002AAA' }, fields: {} },
    { fields: {} },
  ];
  await db('crm_news').insert(
    news.map((one, at) => ({ ...of, key: `k${at}`, news: { key: `k${at}`, ...one }, received_at: AT })),
  );
  return { workspaceId, written, bare };
}

const raw = async (db: Db) => ({
  handoffs: await db('handoffs').orderBy('id'),
  owners: await db('record_owners').orderBy('record_id'),
  changes: await db('owner_changes').orderBy('id'),
  events: await db('crm_news').orderBy('id'),
});

test('old rows are read by kind', async t => {
  const db = await opened(t);
  const { workspaceId, written, bare } = await keepOld(db);
  await up(db);

  const handoff = await handoffById<Facts>(db, workspaceId, written);
  assert.deepEqual([handoff?.recordKind, handoff?.recordId], ['lead', LEAD]);
  const { match, around: _around, ...rest } = FACTS;
  const { accountId, ...openDeal } = { ...deal, companyId: deal.accountId };
  const group = { ...queue, kind: 'group', called: 'queue' };
  const { accountId: _of, ...contact } = { ...match.contact.record, companyId: accountId };
  assert.deepEqual(handoff?.facts, {
    ...rest,
    match: {
      lead: { ...match.lead, record: { ...match.lead.record, owner: group } },
      contact: { ...match.contact, record: contact },
      company: { ...match.account, record: { ...match.account.record, owner: group } },
      deal: { kind: 'one', record: openDeal },
    },
    accountBased: {
      company: FACTS.around.account,
      deal: FACTS.around.opportunity,
      openDeal,
      linkedLeads: [LEAD],
    },
  });
  const other = await handoffById<Facts>(db, workspaceId, bare);
  assert.deepEqual([other?.recordKind, other?.facts], [null, rest]);

  assert.equal((await recordOwner(db, workspaceId, written, LEAD))?.recordKind, 'lead');
  assert.equal((await recordOwner(db, workspaceId, written, deal.id))?.recordKind, 'deal');
  assert.equal((await lastOwnerChange(db, workspaceId, written, LEAD))?.recordKind, 'lead');

  const ids = (await db('crm_events').orderBy('id').select('id')).map(row => row.id as number);
  const events = await Promise.all(ids.map(async id => (await unreadEvent(db, workspaceId, id))?.event));
  assert.deepEqual(
    events.map(event => [event?.record, event?.about]),
    [
      [{ kind: 'lead', id: LEAD }, undefined],
      [{ kind: 'activity', id: '00T000000000001AAA' }, [LEAD]],
      [{ kind: 'activity', id: '00U000000000001AAA' }, [LEAD, deal.id]],
      [{ kind: 'activity', id: '00T000000000002AAA' }, undefined],
      [undefined, undefined],
    ],
  );
});

test('events about a record are read again once it is known whose it is', async t => {
  const db = await opened(t);
  const { workspaceId } = await keepOld(db);
  await up(db);
  await db('crm_events').update({ outcome: 'unknown', done_at: AT });
  await rereadEvents(db, workspaceId, [LEAD], readEvents);
  const unread = await db('crm_events').where({ done_at: null }).orderBy('id').select('key');
  assert.deepEqual(
    unread.map(row => row.key),
    ['k0', 'k1', 'k2'],
  );
});

test('there and back, rows are what they were', async t => {
  const db = await opened(t);
  await keepOld(db);
  const before = await raw(db);
  await upKinds(db);
  await down(db);
  assert.deepEqual(await raw(db), before);
});
