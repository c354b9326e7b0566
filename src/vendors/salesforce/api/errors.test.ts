import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ambiguous, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import { noAnswer, readErrors, toFailure } from './errors.ts';

const now = new Date('2026-11-24T18:00:00Z');
const clock = { now: () => now };
const one = (errorCode: string, message = 'no') => [{ errorCode, message }];

const table: [what: string, status: number, body: unknown, failure: abstract new (...given: never[]) => Error][] = [
  ['expired session', 401, one('INVALID_SESSION_ID'), CredentialsRejected],
  ['401 without a body', 401, undefined, CredentialsRejected],
  ['API switched off', 403, one('API_DISABLED_FOR_ORG'), CredentialsRejected],
  ['OAuth refusal', 400, { error: 'invalid_grant', error_description: 'expired' }, CredentialsRejected],
  ["the day's limit", 403, one('REQUEST_LIMIT_EXCEEDED'), RateLimited],
  ['429 of a proxy', 429, 'slow down', RateLimited],
  ['locked row', 400, one('UNABLE_TO_LOCK_ROW'), Unavailable],
  ['server away', 503, one('SERVER_UNAVAILABLE'), Unavailable],
  ['a code nobody knows', 400, one('BRAND_NEW_CODE'), Unavailable],
  ['404 page of a proxy', 404, '<html>', Unavailable],
  ['validation rule', 400, one('FIELD_CUSTOM_VALIDATION_EXCEPTION'), Rejected],
  ['no access', 403, one('INSUFFICIENT_ACCESS_OR_READONLY'), Rejected],
  ['an upgrade', 400, one('INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE'), Unavailable],
  ['read-only mode', 400, one('INSUFFICIENT_ACCESS_OR_READONLY', 'The org is in Read Only Mode'), Unavailable],
  ['a problem of the API', 403, one('API_CURRENTLY_DISABLED'), Unavailable],
  ['no room', 400, one('STORAGE_LIMIT_EXCEEDED'), RateLimited],
  ['a flow', 400, one('CANNOT_EXECUTE_FLOW_TRIGGER'), Rejected],
  ['a flow that met a lock', 400, one('CANNOT_EXECUTE_FLOW_TRIGGER', 'x: UNABLE_TO_LOCK_ROW: y'), Unavailable],
  ['a policy', 403, one('TXN_SECURITY_NO_ACCESS'), Rejected],
  ['what passes beside what stays', 400, [...one('STRING_TOO_LONG'), ...one('UNABLE_TO_LOCK_ROW')], Unavailable],
  ['two records', 300, ['/services/data/v64.0/sobjects/Lead/00QHs0000000001MAA'], Ambiguous],
];

test('every refusal is one Failure', () => {
  for (const [what, status, body, failure] of table) {
    const made = toFailure(status, readErrors(status, body), { clock });
    assert.equal(made.constructor, failure, what);
    assert.equal(made.service, 'salesforce');
  }
});

test('what may never pass is waited for a while only; outages as long as they last', () => {
  const cases: [status: number, body: unknown, patient: boolean][] = [
    [400, one('BRAND_NEW_CODE'), true],
    [500, one('UNKNOWN_EXCEPTION'), true],
    [400, one('QUERY_TIMEOUT'), true],
    [400, one('REQUEST_RUNNING_TOO_LONG'), true],
    [414, '<html>', true],
    [404, '<html>', true],
    [403, '<html>', false],
    [400, one('UNABLE_TO_LOCK_ROW'), false],
    [503, one('SERVER_UNAVAILABLE'), false],
    [502, '<html>', false],
  ];
  for (const [status, body, patient] of cases) {
    const failure = toFailure(status, readErrors(status, body), { clock });
    assert.ok(failure instanceof Unavailable);
    assert.equal(failure.undocumented, patient, `${status} ${JSON.stringify(body)}`);
  }
});

test('waits', () => {
  const waits: [message: string, headers: Record<string, string>, seconds: number][] = [
    ['TotalRequests Limit exceeded.', {}, 900],
    ['ConcurrentPerOrgLongTxn Limit exceeded.', {}, 30],
    ['TotalRequests Limit exceeded.', { 'retry-after': '7' }, 7],
    ['TotalRequests Limit exceeded.', { 'retry-after': 'Tue, 24 Nov 2026 18:01:00 GMT' }, 60],
    ['TotalRequests Limit exceeded.', { 'retry-after': 'soon' }, 900],
  ];
  for (const [message, headers, seconds] of waits) {
    const failure = toFailure(403, readErrors(403, one('REQUEST_LIMIT_EXCEEDED', message)), { clock, headers });
    assert.ok(failure instanceof RateLimited);
    assert.equal((failure.retryAt.getTime() - now.getTime()) / 1000, seconds, message + JSON.stringify(headers));
  }
});

test('duplicates are read under either spelling', () => {
  const result = {
    matchResults: [{ entityType: 'Lead', matchRecords: [{ record: { Id: '00Q1' } }, { record: null }] }],
  };
  for (const key of ['duplicateResut', 'duplicateResult']) {
    const [error] = readErrors(400, [{ errorCode: 'DUPLICATES_DETECTED', message: 'x', [key]: result }]);
    assert.deepEqual(error?.duplicates, [{ object: 'Lead', id: '00Q1' }]);
  }
  assert.deepEqual(readErrors(400, one('DUPLICATES_DETECTED'))[0]?.duplicates, []);
});

test('silence is Unavailable and names its cause', () => {
  assert.equal(noAnswer(new DOMException('x', 'TimeoutError')).code, 'TIMEOUT');
  assert.equal(noAnswer(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })).code, 'ECONNREFUSED');
  assert.ok(noAnswer('what') instanceof Unavailable);
});
