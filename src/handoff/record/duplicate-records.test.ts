import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SALESFORCE } from '../../../test/helpers/crm.ts';
import type { CrmContact, CrmLead, CrmMatch, Lookup } from '../../contracts/crm-records.ts';
import { duplicateRecords } from './duplicate-records.ts';

const owner = { id: 'u', active: true, kind: 'user' as const };
const lead: CrmLead = { id: 'l', open: true, owner, createdAt: '2026-01-01T00:00:00Z' };
const contact: CrmContact = { id: 'c', owner, createdAt: '2026-01-01T00:00:00Z' };
const none = { kind: 'none' } as const;
const one = <T>(record: T): Lookup<T> => ({ kind: 'one', record });
const many = <T>(record: T, ...others: string[]): Lookup<T> => ({ kind: 'many', record, others });

test('a person who is kept more than once is told of, whoever is kept once is not', () => {
  const table: [match: Pick<CrmMatch, 'lead' | 'contact'>, words: RegExp | undefined][] = [
    [{ lead: none, contact: none }, undefined],
    [{ lead: one(lead), contact: none }, undefined],
    [{ lead: none, contact: one(contact) }, undefined],
    [{ lead: one({ ...lead, open: false }), contact: one(contact) }, undefined],
    [{ lead: many(lead, 'a'), contact: none }, /^Salesforce has 1 other open lead with this address: the newest lead/],
    [{ lead: many(lead, 'a', 'b'), contact: one(contact) }, /^Salesforce has 2 other open leads and a contact with/],
    [{ lead: one(lead), contact: one(contact) }, /as an open lead and as a contact/],
    [{ lead: none, contact: many(contact, 'a') }, /^Salesforce has 1 other contact with this address: the newest was/],
  ];
  for (const [match, words] of table) {
    const told = duplicateRecords({ ...match, company: none }, SALESFORCE);
    assert.equal(told.length, words ? 1 : 0, JSON.stringify(match));
    if (words) assert.match(told[0] ?? '', words);
  }
});
