import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../lib/errors.ts';
import { toFailure } from './errors.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const classed = (error: string) => toFailure(new WebAPIPlatformError({ ok: false, error }), NOW);

/** Everything a working day brings, and who must act on it. */
const errors: [
  string,
  typeof Rejected | typeof CredentialsRejected | typeof RateLimited | typeof Unavailable,
  RegExp,
][] = [
  ['is_archived', Rejected, /archived/],
  ['channel_not_found', Rejected, /no such channel/],
  ['not_in_channel', Rejected, /invite it/],
  ['user_not_in_channel', Rejected, /not in the channel/],
  ['user_disabled', Rejected, /deactivated/],
  ['user_not_found', Rejected, /no such active person/],
  ['invalid_blocks', Rejected, /fault of Baton/],
  ['msg_too_long', Rejected, /fault of Baton/],
  ['msg_blocks_too_long', Rejected, /fault of Baton/],
  ['expired_trigger_id', Rejected, /press again/],
  ['trigger_expired', Rejected, /press again/],
  ['trigger_exchanged', Rejected, /press again/],
  ['token_revoked', CredentialsRejected, /install Baton again/],
  ['account_inactive', CredentialsRejected, /install Baton again/],
  ['missing_scope', CredentialsRejected, /permission/],
  ['ratelimited', RateLimited, /slow down/],
  ['hash_conflict', Unavailable, /hash_conflict/],
  ['service_unavailable', Unavailable, /service_unavailable/],
  ['something_nobody_documented', Unavailable, /something_nobody_documented/],
];
for (const [code, kind, words] of errors) {
  test(`${code} is ${kind.name}`, () => {
    const failure = classed(code);
    assert.ok(failure instanceof kind, failure.name);
    assert.match(failure.message, words);
  });
}

test('how long Slack asks to wait is kept', () => {
  const failure = toFailure(new WebAPIRateLimitedError(7), NOW);
  assert.ok(failure instanceof RateLimited);
  assert.equal(failure.retryAt.toISOString(), '2026-11-24T18:00:07.000Z');
});
