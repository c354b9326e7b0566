import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadInput, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../lib/errors.ts';
import { failureReason } from './failure-words.ts';

const SERVICE = { service: 'salesforce' };

test('what a vendor wrote for people is repeated, without its code', () => {
  const refused = (message: string) => failureReason(new Rejected(message, SERVICE));
  assert.equal(refused('Salesforce: Say which region.'), 'Salesforce: Say which region');
  assert.equal(
    refused('FIELD_CUSTOM_VALIDATION_EXCEPTION: Say which region (North/South)'),
    'Say which region (North/South)',
  );
  assert.equal(failureReason(new BadInput('Type a date.')), 'Type a date.');
});

test('what machines say to one another is not', () => {
  const raw = [
    'HubSpot answered 503 to GET /crm/objects/2026-03/contacts: {"status":"error"}',
    'connect ECONNREFUSED 127.0.0.1:4100',
    'execution of BeforeInsert caused by: System.NullPointerException: Class.Leads: line 5, column 1',
    'could not write /var/lib/data/files/lead.json',
    'insert into "leads" ("id") values ($1) - duplicate key value violates unique constraint "leads_pkey"',
    'Slack: fatal_error',
    '<html><body>502 Bad Gateway</body></html>',
    'bad answer [object Object]',
    '',
  ];
  for (const text of raw) {
    assert.equal(failureReason(new Rejected(text, SERVICE)), 'Salesforce refused it', text);
    assert.equal(failureReason(new Unavailable(text, SERVICE)), 'Salesforce is not answering', text);
    assert.equal(failureReason(new CredentialsRejected(text, SERVICE)), 'Salesforce no longer accepts Baton’s access');
    const retryAt = new Date(0);
    assert.equal(failureReason(new RateLimited(text, { ...SERVICE, retryAt })), 'Salesforce asks Baton to slow down');
    assert.equal(failureReason(new Error(text)), 'something in Baton failed', text);
  }
  assert.equal(failureReason(new TypeError('Cannot read properties of undefined')), 'something in Baton failed');
});
