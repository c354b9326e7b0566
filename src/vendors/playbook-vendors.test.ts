import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrmVocabulary } from '../domain/playbook-vendors.ts';
import { playbookVendorsOf } from './playbook-vendors.ts';

const vocabulary: CrmVocabulary = {
  objects: ['person'],
  typedObjects: [],
  ignoresCase: false,
  reserved: {},
  reservedOn: {},
  ownPrefix: 'baton_',
  ownFields: { objects: ['person'], except: {} },
};

test('a vendor is named in playbooks by each of its roles there; one without any is not', () => {
  const vendors = playbookVendorsOf([
    { name: 'both', label: 'Both', playbook: { crm: vocabulary, source: { scoreProperty: 'points' } } },
    { name: 'mail', label: 'Mail' },
    { name: 'plain', label: 'Plain', playbook: { source: {} } },
    { name: 'second', label: 'Second', playbook: { enricher: true } },
    { name: 'first', label: 'First', playbook: { enricher: true, sequencer: true } },
  ]);
  assert.deepEqual(vendors, {
    sources: { both: { label: 'Both', scoreProperty: 'points' }, plain: { label: 'Plain' } },
    enrichers: ['second', 'first'],
    sequencers: { first: 'First' },
    crms: { both: { label: 'Both', vocabulary } },
  });
  assert.deepEqual(Object.keys(vendors.sources), ['both', 'plain'], 'in the order of the table');
});
