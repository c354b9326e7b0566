import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ambiguous, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../lib/errors.ts';
import { type Verdict, verdictOn } from './verdict.ts';

const now = new Date('2026-11-24T18:00:00Z');
const service = 'salesforce';
const inAMinute = new Date(now.getTime() + 60_000);

for (const [name, error, postponed, lastTry, expected] of [
  [
    'an outage waits a second at first',
    new Unavailable('down', { service }),
    0,
    false,
    { kind: 'postpone', delayMs: 1_000, why: 'unavailable' },
  ],
  [
    'longer each time',
    new Unavailable('down', { service }),
    3,
    false,
    { kind: 'postpone', delayMs: 8_000, why: 'unavailable' },
  ],
  [
    'but never more than a minute',
    new Unavailable('down', { service }),
    500,
    true,
    { kind: 'postpone', delayMs: 60_000, why: 'unavailable' },
  ],
  [
    'a refusal in words nobody knows may pass',
    new Unavailable('?', { service, code: 'NEW_CODE', undocumented: true }),
    19,
    true,
    { kind: 'postpone', delayMs: 60_000, why: 'unavailable' },
  ],
  [
    'one that does not is parked for a person to read',
    new Unavailable('?', { service, code: 'NEW_CODE', undocumented: true }),
    20,
    false,
    { kind: 'park', why: 'refused' },
  ],
  [
    'a deadlock is nobody’s bug, however often it comes',
    Object.assign(new Error('deadlock detected'), { code: '40P01' }),
    0,
    true,
    { kind: 'retry' },
  ],
  [
    'when the whole service is away, a few tries are worth it',
    new Unavailable('HTTP 503', { service, outage: true }),
    2,
    false,
    { kind: 'postpone', delayMs: 4_000, why: 'unavailable' },
  ],
  [
    'and then one probe asks for all',
    new Unavailable('HTTP 503', { service, outage: true }),
    3,
    false,
    { kind: 'wait_for_service', service, delayMs: 8_000 },
  ],
  [
    'a limit of the whole service that is soon over is waited for',
    new RateLimited('slow', { service, outage: true, retryAt: inAMinute }),
    0,
    false,
    { kind: 'postpone', delayMs: 60_000, why: 'rate_limited' },
  ],
  [
    'one that lasts is left to a probe',
    new RateLimited('spent', { service, outage: true, retryAt: new Date(now.getTime() + 900_000) }),
    0,
    false,
    { kind: 'wait_for_service', service, delayMs: 900_000 },
  ],
  [
    'a rate limit waits as told',
    new RateLimited('slow', { service, retryAt: inAMinute }),
    9,
    true,
    { kind: 'postpone', delayMs: 60_000, why: 'rate_limited' },
  ],
  [
    'a limit that is over waits a moment',
    new RateLimited('slow', { service, retryAt: now }),
    0,
    false,
    { kind: 'postpone', delayMs: 50, why: 'rate_limited' },
  ],
  [
    'a dead key waits for its connection',
    new CredentialsRejected('no', { service }),
    0,
    false,
    { kind: 'wait_for_connection', service },
  ],
  ['a refusal is parked', new Rejected('no', { service }), 0, false, { kind: 'park', why: 'refused' }],
  [
    'an ambiguity is parked',
    new Ambiguous('which?', { service, candidates: ['a', 'b'] }),
    0,
    false,
    { kind: 'park', why: 'refused' },
  ],
  ['a bug is tried again', new TypeError('oops'), 0, false, { kind: 'retry' }],
  ['and parked at last', new TypeError('oops'), 0, true, { kind: 'park', why: 'bug' }],
] as [string, Error, number, boolean, Verdict][]) {
  test(`verdict: ${name}`, () => assert.deepEqual(verdictOn(error, postponed, lastTry, now), expected));
}
