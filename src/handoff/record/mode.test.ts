import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrmMatch, type CrmOwner, NO_OWNER } from '../../contracts/crm-records.ts';
import { existingIn } from './mode.ts';

const at = { createdAt: '2026-01-01T00:00:00Z' };
const none = { kind: 'none' } as const;
const priya: CrmOwner = { id: 'u1', active: true, kind: 'user' };
const gone: CrmOwner = { id: 'u2', active: false, kind: 'user' };

const contact = (owner: CrmOwner): CrmMatch => ({
  lead: none,
  contact: { kind: 'one', record: { id: 'c', companyId: 'f', owner, ...at } },
  company: none,
});
const lead = (owner: CrmOwner): CrmMatch => ({
  lead: { kind: 'one', record: { id: 'l', open: true, owner, ...at } },
  contact: none,
  company: none,
});

test('whose a record is stays so: of a contact always, of a lead while they are active; what is nobody’s is given', () => {
  const kept = (match: CrmMatch, mode: 'lead' | 'account_based' = 'lead') => existingIn(mode, match)?.keepOwner;
  for (const mode of ['lead', 'account_based'] as const) {
    assert.deepEqual(
      [kept(contact(priya), mode), kept(contact(gone), mode), kept(contact(NO_OWNER), mode)],
      [true, true, false],
    );
  }
  assert.deepEqual([kept(lead(priya)), kept(lead(gone)), kept(lead(NO_OWNER))], [true, false, false]);
});
