/** Baton comes into a Slack workspace, leaves it, and comes again. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Installer } from '../../src/contracts/slack-login.ts';
import { addCalls, apiUsageOf } from '../../src/db/connections/api-usage.ts';
import { attemptBy, openAttempt } from '../../src/db/connections/connect-attempts.ts';
import { connectionOf } from '../../src/db/connections/connections.ts';
import { connectedTo } from '../../src/db/connections/credentials.ts';
import { listPlaybooks } from '../../src/db/workspaces/playbooks.ts';
import { hookKeyOf, workspaceByHookKey } from '../../src/db/workspaces/workspaces.ts';
import { parkedJobs, parkJob } from '../../src/jobs/parked.ts';
import { HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { createLogger } from '../../src/lib/log.ts';
import { keepLogin, type LoginDeps } from '../../src/workspaces/connect-keep.ts';
import { connectWithKeys } from '../../src/workspaces/connect-keys.ts';
import { bots } from '../../src/workspaces/tenants/bots.ts';
import { type Installation, install } from '../../src/workspaces/tenants/installation.ts';
import { tenancyNews } from '../../src/workspaces/tenants/tenants.ts';
import { testWorkspaces } from '../handoff/test-workspaces.ts';
import { EXAMPLE } from '../helpers/playbook.ts';

const KEYS = parseKeyring('11'.repeat(32));
const log = createLogger({ level: 'silent' });
const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const CHAT = { vendor: 'slack', role: 'chat' } as const;

async function installed(team: string) {
  const { db, deps, now } = await (await workspaces).workspace();
  const given: Installation = {
    place: { id: team, name: 'Bison Sales', isOrganization: false },
    tokens: { accessToken: 'xoxb-1' },
    appId: 'A1',
    botId: 'B1',
    botUserId: 'U1',
    scopes: ['chat:write'],
    installer: { slackId: 'U2', email: 'dana@bison.example.com', name: 'Dana', timeZone: 'America/New_York' },
    playbook: EXAMPLE,
    at: now(),
  };
  const [workspace = assert.fail()] = await install(db, KEYS, given);
  const botOf = () => bots({ db, keyring: KEYS, clock: { now }, log }).of({ teamId: team, ofOrganization: false });
  const leaves = (happenedAt = now()) =>
    tenancyNews({ deps, keyring: KEYS, login: undefined, own: undefined, changed() {} }).removed({
      ...{ teamId: team, enterpriseId: undefined, ofOrganization: false, happenedAt },
    });
  return { db, deps, given, workspace, botOf, leaves };
}

test('all of it is there at once: the bot, its first rules, an address for hooks that can be shown again', async () => {
  const { db, workspace, botOf } = await installed('T0NEW');
  const { id: workspaceId } = workspace;
  const bot = { workspaceId, teamId: 'T0NEW', botToken: 'xoxb-1', botId: 'B1', botUserId: 'U1' };
  assert.deepEqual(await botOf(), bot);
  assert.equal((await connectionOf(db, workspaceId, CHAT))?.status, 'active');
  const hookKey = await hookKeyOf(db, KEYS, workspaceId);
  assert.equal((await workspaceByHookKey(db, hookKey ?? ''))?.id, workspaceId);
  const { rows } = await listPlaybooks(db, workspaceId, { limit: 9, offset: 0 });
  assert.deepEqual(
    rows.map(({ version, author }) => [version, author]),
    [[1, 'dana@bison.example.com']],
  );
});

test('what goes wrong half way leaves nothing', async () => {
  const { db, given } = await installed('T0HALF');
  const place = { id: 'T0NOTHING', name: 'Nothing', isOrganization: false };
  const wrong = { ...given, place, playbook: 'x'.repeat(2 ** 20), installer: null as unknown as Installer };
  await assert.rejects(install(db, KEYS, wrong));
  assert.equal(await db('workspaces').where({ slack_team_id: 'T0NOTHING' }).first('id'), undefined);
});

test('it leaves: its keys are gone at once, nothing of it is used; another is as it was', async () => {
  const [gone, stays] = [await installed('T0GONE'), await installed('T0STAYS')];
  const { db, given } = gone;
  const source = {
    vendor: 'hubspot',
    roles: ['source'] as const,
    keys: { TOKEN: 'secret' },
    by: given.installer.email,
    at: given.at,
  };
  for (const { workspace } of [gone, stays]) await connectWithKeys(db, KEYS, workspace.id, source);
  const changed: string[] = [];
  gone.deps.connectionChanged = id => void changed.push(id);
  for (const _twice of [1, 2]) await gone.leaves();
  assert.deepEqual((await connectedTo(db, KEYS, gone.workspace.id)).keys.byVendor, {});
  const sealed = await db('credentials').where({ workspace_id: gone.workspace.id }).pluck('sealed');
  assert.deepEqual(sealed, ['']);
  assert.deepEqual(await db('slack_installations').where({ slack_id: 'T0GONE' }).pluck('sealed'), ['']);
  assert.equal(await gone.botOf(), undefined);
  assert.ok(changed.includes(gone.workspace.id));
  for (const key of [CHAT, { vendor: 'hubspot', role: 'source' } as const]) {
    assert.equal((await connectionOf(db, gone.workspace.id, key))?.status, 'paused');
    assert.equal((await connectionOf(db, stays.workspace.id, key))?.status, 'active');
  }
  assert.equal((await stays.botOf())?.botToken, 'xoxb-1');
  assert.deepEqual(Object.keys((await connectedTo(db, KEYS, stays.workspace.id)).keys.byVendor), ['hubspot']);
});

test('it comes again: its hook key, rules and leads are as they were, and what waited for Slack goes on', async () => {
  const { db, given, workspace, botOf, leaves } = await installed('T0AGAIN');
  const hookKey = (await hookKeyOf(db, KEYS, workspace.id)) ?? '';
  await leaves();
  assert.equal(await workspaceByHookKey(db, hookKey), undefined, 'nothing is taken in meanwhile');
  await parkJob(db, {
    workspaceId: workspace.id,
    job: 'notify.admins',
    payload: { workspaceId: workspace.id },
    reason: 'Slack: account_inactive',
    verdict: 'waiting_for_connection',
    ...CHAT,
    reference: 'r',
    at: given.at,
  });
  const [again] = await install(db, KEYS, {
    ...given,
    tokens: { accessToken: 'xoxb-2' },
    playbook: `${EXAMPLE}# another\n`,
    at: later(given.at, HOUR),
  });
  assert.equal(again?.id, workspace.id);
  assert.equal((await workspaceByHookKey(db, hookKey))?.id, workspace.id);
  // News of the first installation, which Slack brings once more after the second.
  await leaves(later(given.at, MINUTE));
  assert.equal((await botOf())?.botToken, 'xoxb-2');
  assert.equal(await hookKeyOf(db, KEYS, workspace.id), hookKey);
  assert.equal((await listPlaybooks(db, workspace.id, { limit: 9, offset: 0 })).total, 1);
  assert.equal((await connectionOf(db, workspace.id, CHAT))?.status, 'active');
  assert.deepEqual(await parkedJobs(db, workspace.id), []);
});

test('logged in to another organization: what was called in the one before is nothing to it', async () => {
  const { db, deps, given, workspace } = await installed('T0OTHER');
  const { id: workspaceId } = workspace;
  const key = { workspaceId, vendor: 'crm', holder: '' };
  const loginDeps = {
    deps,
    keyring: KEYS,
    logins: { crm: { revokes: 'token', revoke: async () => undefined } },
    rolesOf: () => ['crm'],
  } as unknown as LoginDeps;
  const asked = {
    askedBy: given.installer.email,
    ticketHash: 'other',
    at: given.at,
    expiresAt: given.at,
    forgetBefore: given.at,
  };
  await openAttempt(db, key, asked);
  const attempt = (await attemptBy(db, 'ticket_hash', 'other')) ?? assert.fail();
  const loggedIn = (tenant: string) => ({ tokens: {}, tenant, account: 'u', name: '', email: '', userName: '' });
  const calls = async () => (await apiUsageOf(db, workspaceId, given.at)).map(({ service, calls }) => [service, calls]);
  await keepLogin(loginDeps, attempt, loggedIn('one'));
  const counted = { calls: 900, meter: { used: 950, limit: 1_000 }, share: 0.5 };
  await addCalls(db, workspaceId, 'crm', counted, given.at);
  await keepLogin(loginDeps, attempt, loggedIn('one'));
  assert.deepEqual(await calls(), [['crm', 900]], 'the same organization');
  await keepLogin(loginDeps, attempt, loggedIn('two'));
  assert.deepEqual(await calls(), []);
});
