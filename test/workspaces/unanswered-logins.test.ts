/** Log-ins that nobody confirmed are taken back whatever becomes of one of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../src/db/connection.ts';
import { attemptBy, awaitConfirmation, leave, openAttempt } from '../../src/db/connections/connect-attempts.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import type { Deps } from '../../src/handoff/core/deps.ts';
import { after, HOUR } from '../../src/lib/clock.ts';
import { type Keyring, parseKeyring, seal } from '../../src/lib/crypto.ts';
import { createLogger } from '../../src/lib/log.ts';
import type { LoginDeps } from '../../src/workspaces/connect-keep.ts';
import { forgetUnanswered } from '../../src/workspaces/login-journey.ts';
import { testDatabase } from '../helpers/database.ts';

const AT = new Date('2026-11-24T18:00:00Z');
const KEYS = parseKeyring('11'.repeat(32));

test('one that was sealed with a key which is gone keeps those of other workspaces from nothing', async t => {
  const database = await testDatabase();
  const db = connect(database.url, 2);
  t.after(async () => {
    await db.destroy();
    await database.drop();
  });

  async function unconfirmed(name: string, keyring: Keyring): Promise<string> {
    const { id: workspaceId } = await ensureWorkspace(db, { name, slackTeamId: name, hookKey: name, at: AT });
    const asked = { askedBy: name, ticketHash: name, at: AT, expiresAt: after(AT, HOUR), forgetBefore: AT };
    await openAttempt(db, { workspaceId, vendor: 'crm', holder: '' }, asked);
    const attempt = (await attemptBy(db, 'ticket_hash', name)) ?? assert.fail();
    await leave(db, attempt, { at: AT, browserHash: name, stateHash: name, sealedVerifier: '' });
    const context = { workspaceId, purpose: `connect:tokens:crm::${attempt.id}` };
    const sealedTokens = seal(keyring, JSON.stringify({ tokens: { of: name } }), context);
    await awaitConfirmation(db, attempt, { confirmHash: name, sealedTokens });
    return name;
  }

  const names = [await unconfirmed('lost', parseKeyring('33'.repeat(32))), await unconfirmed('well', KEYS)];
  const revoked: object[] = [];
  const workspace = {
    deps: { db, clock: { now: () => after(AT, HOUR) }, log: createLogger({ level: 'silent' }) } as Partial<Deps>,
    keyring: KEYS,
    logins: { crm: { revokes: 'token', revoke: async (tokens: object) => void revoked.push(tokens) } },
  } as unknown as LoginDeps;
  await forgetUnanswered(workspace);
  assert.deepEqual(revoked, [{ of: 'well' }]);
  for (const name of names) assert.equal((await attemptBy(db, 'confirm_hash', name))?.sealedTokens, null, name);
});
