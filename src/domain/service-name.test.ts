import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrmVocabulary } from './playbook-vendors.ts';
import { connectionName, introduceVendors, serviceName } from './service-name.ts';

test('a CRM that must be named says so; as the source the vendor is its label alone', () => {
  const crm = { mustBeNamed: true } as CrmVocabulary;
  introduceVendors([{ name: 'tested_named', label: 'Named', roles: { source: {}, crm: {} }, playbook: { crm } }]);
  const names = ['source', 'crm'].map(role => connectionName({ vendor: 'tested_named', role }));
  assert.deepEqual(names, ['Named', 'Named (CRM)']);
});

test('a vendor goes by its label; a connection says its role where the vendor has several', () => {
  introduceVendors([
    { name: 'tested_twice', label: 'Tested & Twice', roles: { source: {}, crm: {} } },
    { name: 'tested_once', label: 'Tested Once', roles: { crm: {} } },
  ]);
  assert.deepEqual(['tested_twice', 'Tested_Once', 'slack', 'nobody'].map(serviceName), [
    'Tested & Twice',
    'Tested Once',
    'Slack',
    'Nobody',
  ]);
  const names = [
    { vendor: 'tested_twice', role: 'source' },
    { vendor: 'tested_twice', role: 'crm' },
    { vendor: 'tested_once', role: 'crm' },
    { vendor: 'slack', role: 'chat' },
  ].map(connectionName);
  assert.deepEqual(names, ['Tested & Twice (source)', 'Tested & Twice (CRM)', 'Tested Once', 'Slack']);
});
