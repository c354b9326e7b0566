import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDeal } from './match.ts';

test('ids leave in their long form, however the org writes them', () => {
  const row = {
    Id: '006000000000001',
    Name: 'Acme 2026',
    StageName: 'Proposal',
    AccountId: '001000000000001',
    CreatedDate: '2026-11-24T18:00:00.000+0000',
    OwnerId: '005000000000001',
    Owner: { Name: 'Tom', Email: 'Tom@Example.com', IsActive: true },
  };
  const { id, companyId, owner } = toDeal(row);
  assert.deepEqual([id, companyId, owner.id], ['006000000000001AAA', '001000000000001AAA', '005000000000001AAA']);
  const queue = toDeal({ ...row, OwnerId: '00G000000000001', Owner: { Name: 'Inbound' } }).owner;
  assert.deepEqual(queue, { id: '00G000000000001EAA', name: 'Inbound', active: true, kind: 'group', called: 'queue' });
});
