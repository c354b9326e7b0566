/** What a workspace's vendors are made from, and that nothing of them is another workspace's. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSandbox } from '../sandbox/server.ts';
import { readEnv } from '../src/config/env.ts';
import type { Playbook } from '../src/config/playbook.ts';
import { type Connections, connections } from '../src/connections.ts';
import type { Role } from '../src/contracts/role.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { pauseConnection, rememberConnection } from '../src/db/connections/connections.ts';
import { saveCredential, saveKeys, wipeCredential } from '../src/db/connections/credentials.ts';
import { ensureWorkspace } from '../src/db/workspaces/workspaces.ts';
import type { Deps } from '../src/handoff/core/deps.ts';
import { addUpCalls } from '../src/handoff/record/api-usage.ts';
import { MINUTE, SECOND } from '../src/lib/clock.ts';
import { parseKeyring } from '../src/lib/crypto.ts';
import {
  CredentialsRejected,
  type Failure,
  Paced,
  RateLimited,
  Unavailable,
  UnfitPlaybook,
} from '../src/lib/errors.ts';
import { createLogger } from '../src/lib/log.ts';
import { HUBSPOT } from '../src/vendors/hubspot/manifest.ts';
import { VENDORS } from '../src/vendors/table.ts';
import type { Given, Settings, Vendor } from '../src/vendors/vendor.ts';
import { testDatabase } from './helpers/database.ts';
import { EXAMPLE, playbookIn } from './helpers/playbook.ts';
import { twin } from './helpers/twin.ts';

const KEYS = parseKeyring('11'.repeat(32));
const NEEDED = { HOOK_KEY: 'a-hook-key-of-tests', SLACK_BOT_TOKEN: 'xoxb-own', SLACK_SIGNING_SECRET: 'secret' };
const PLAYBOOK = playbookIn(EXAMPLE);
const log = createLogger({ level: 'silent' });

let database: { url: string; drop(): Promise<void> };
let db: Db;
let teams = 0;

before(async () => {
  database = await testDatabase();
  db = connect(database.url, 4);
});
after(async () => {
  await db.destroy();
  await database.drop();
});

/** A clock that stands still until it is put forward. */
function stillClock() {
  let at = new Date('2026-11-24T18:00:00Z').getTime();
  return {
    now: () => new Date(at),
    move(milliseconds: number) {
      at += milliseconds;
    },
  };
}

async function workspace(): Promise<string> {
  const team = `T${++teams}`;
  const at = new Date('2026-11-24T18:00:00Z');
  return (await ensureWorkspace(db, { name: team, slackTeamId: team, hookKey: team, at })).id;
}

interface ConnectedTo {
  clock: ReturnType<typeof stillClock>;
  connected: Connections;
  /** The version of everybody's playbook. */
  version: number;
  playbook: Playbook;
  /** Versions that differ from it, or cannot be had. */
  before: Record<number, Playbook | Error>;
  /** The same database, as another process sees it. */
  another(): Connections;
}

/** What makes vendors of a table; `own` is the environment's workspace. */
function connectedTo(
  table: readonly Vendor[],
  { env = {}, own = '', clock = stillClock() }: { env?: Settings; own?: string; clock?: ConnectedTo['clock'] } = {},
): ConnectedTo {
  const made = () =>
    connections({
      db,
      clock,
      log,
      env: readEnv({ ...NEEDED, ...env }, table),
      table,
      keyring: KEYS,
      playbookOf: async (_workspaceId, version) => {
        const before = version === undefined ? undefined : it.before[version];
        if (before instanceof Error) throw before;
        return { version: version ?? it.version, playbook: before ?? it.playbook };
      },
      own,
      botTokenOf: async () => 'xoxb-1',
    });
  const it: ConnectedTo = { clock, connected: made(), version: 1, playbook: PLAYBOOK, before: {}, another: made };
  return it;
}

/** Somebody typed this key of the twin for a workspace. */
async function typeKey(
  workspaceId: string,
  key: string,
  { now }: ConnectedTo['clock'],
  roles: Role[] = ['source', 'crm'],
) {
  const given = { keys: { TWIN_KEY: key }, connectedBy: 'dana@example.com', at: now() };
  await saveKeys(db, KEYS, { workspaceId, vendor: 'twin' }, given);
  for (const role of roles) await rememberConnection(db, workspaceId, { vendor: 'twin', role }, now());
}

const failure = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => assert.fail('it went well'),
    error => error as Failure,
  );

test('two workspaces on one playbook have vendors, keys, breakers and shares of their own', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const [a, b] = [await workspace(), await workspace()];
  await typeKey(a, 'key of a', clock);
  await typeKey(b, 'key of b', clock);
  const [ofA, ofB] = [await connected.of(a), await connected.of(b)];
  assert.notEqual(ofA, ofB);
  assert.notEqual(ofA.crm, ofB.crm);
  assert.notEqual(ofA.notifier, ofB.notifier);
  assert.equal(await connected.of(a), ofA, 'made once');

  await ofA.crm?.users([]);
  await ofB.sources.twin?.contact('1');
  assert.deepEqual(both.calls, [
    { role: 'crm', key: 'key of a', app: undefined },
    { role: 'source', key: 'key of b', app: undefined },
  ]);

  both.answers.set('crm', 'away');
  for (let outage = 0; outage < 3; outage += 1)
    assert.ok((await failure(ofA.crm?.users([]) as never)) instanceof Unavailable);
  both.answers.clear();
  assert.equal((await failure(ofA.crm?.users([]) as never)).message, 'nobody answers', 'spared for a while');
  assert.deepEqual(await ofB.crm?.users([]), []);

  clock.move(MINUTE);
  both.meter.used = both.meter.limit;
  await ofA.crm?.users([]);
  both.meter.used = 0;
  assert.ok((await failure(ofA.crm?.users([]) as never)) instanceof RateLimited);
  assert.deepEqual(await ofB.crm?.users([]), []);
});

test('another version of the playbook makes vendors anew; how they fare stays known', async () => {
  const both = twin();
  const under = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key', under.clock);
  const first = await under.connected.of(a);
  both.meter.used = both.meter.limit;
  await first.crm?.users([]);
  under.version = 2;
  const second = await under.connected.of(a);
  assert.notEqual(second.crm, first.crm);
  assert.ok((await failure(second.crm?.users([]) as never)) instanceof RateLimited, 'its calls are spent all the same');
});

test('a connection that is made, changed or given up makes vendors anew, with nothing of the account before', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const a = await workspace();
  assert.equal((await connected.of(a)).crm, undefined);

  await typeKey(a, 'key 1', clock, ['crm']);
  connected.changed(a);
  const first = await connected.of(a);
  assert.deepEqual(Object.keys(first.sources), [], 'it is connected in one role alone');
  both.meter.used = both.meter.limit;
  await first.crm?.users([]);

  // In the very same moment.
  await typeKey(a, 'key 2', clock);
  connected.changed(a);
  const second = await connected.of(a);
  assert.deepEqual(Object.keys(second.sources), ['twin']);
  both.meter.used = 0;
  await second.crm?.users([]);
  assert.deepEqual(
    both.calls.map(({ key }) => key),
    ['key 1', 'key 2'],
  );

  await wipeCredential(
    db,
    KEYS,
    { workspaceId: a, vendor: 'twin', holder: '' },
    { reason: 'given up', at: clock.now() },
  );
  connected.changed(a);
  assert.deepEqual([(await connected.of(a)).crm, (await connected.of(a)).sources], [undefined, {}]);
});

test('what another process changed is seen within five seconds', async () => {
  const both = twin();
  const { connected, clock, another } = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key 1', clock);
  const [here, there] = [await connected.of(a), await another().of(a)];
  assert.notEqual(here, there);
  clock.move(SECOND);
  await typeKey(a, 'key 2', clock);
  assert.equal(await connected.of(a), here, 'nobody asks the database at every call');
  clock.move(4 * SECOND);
  assert.notEqual(await connected.of(a), here);
  await (await connected.of(a)).crm?.users([]);
  assert.deepEqual(
    both.calls.map(({ key }) => key),
    ['key 2'],
  );
});

test('a renewed token is no change; a log-in in the place of another is', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor], { env: { TWIN_KEY: 'not theirs' } });
  const a = await workspace();
  const key = { workspaceId: a, vendor: 'twin', holder: '' };
  const login = { tokens: { accessToken: '1' }, account: 'u', tenant: 'o', connectedBy: 'dana@example.com' };
  await saveCredential(db, KEYS, key, { ...login, at: clock.now() });
  const first = await connected.of(a);
  await db('credentials').where({ workspace_id: a }).update({ updated_at: new Date(), sealed: 'renewed' });
  connected.changed(a);
  assert.equal(await connected.of(a), first);
  clock.move(1);
  await saveCredential(db, KEYS, key, { ...login, at: clock.now() });
  connected.changed(a);
  assert.notEqual(await connected.of(a), first);
});

test('a look at connections that began before a change does not bring the vendors before it back', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key 1', clock);
  const early = connected.of(a);
  await typeKey(a, 'key 2', clock);
  connected.changed(a);
  const [, late] = await Promise.all([early, connected.of(a)]);
  await late.crm?.users([]);
  assert.equal(both.calls.at(-1)?.key, 'key 2');
  assert.equal(await connected.of(a), late);
});

test('the least recently used go beyond a bound; how they fare, and their calls, are not forgotten with them', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key', clock);
  const first = await connected.of(a);
  both.meter.used = both.meter.limit - 1;
  await first.crm?.users([]);
  for (let other = 0; other < 600; other += 1)
    await connected.of(`00000000-0000-4000-8000-${String(other).padStart(12, '0')}`);
  const [[id, vendor, allowance] = [], ...more] = [...connected.allowances()];
  assert.deepEqual([id, vendor, more.length], [a, 'twin', 0]);
  assert.equal(allowance?.take().calls, 1);
  const again = await connected.of(a);
  assert.notEqual(again, first);
  assert.ok((await failure(again.crm?.users([]) as never)) instanceof RateLimited);
});

test('the calls of one workspace are not added to another’s', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const [a, b] = [await workspace(), await workspace()];
  await typeKey(a, 'key of a', clock);
  await typeKey(b, 'key of b', clock);
  for (const id of [a, a, b]) await (await connected.of(id)).crm?.users([]);
  const deps = { db, clock, log, playbook: async () => ({ version: 1, playbook: PLAYBOOK }) } as unknown as Deps;
  for (const [id, vendor, allowance] of connected.allowances()) await addUpCalls(deps, id, vendor, allowance);
  const rows = await db('api_usage').whereIn('workspace_id', [a, b]).select('workspace_id', 'calls');
  assert.deepEqual(
    new Map(rows.map(row => [row.workspace_id, row.calls])),
    new Map([
      [a, 2],
      [b, 1],
    ]),
  );
});

test('the environment’s keys reach its own workspace alone; others have what is shared, and their own', async () => {
  const own = await workspace();
  const other = await workspace();
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor], {
    env: { TWIN_KEY: 'the environment’s', TWIN_APP: 'app' },
    own,
  });
  for (const role of ['source', 'crm'] as const) {
    for (const id of [own, other]) await rememberConnection(db, id, { vendor: 'twin', role }, clock.now());
  }
  assert.deepEqual([(await connected.of(other)).crm, (await connected.of(other)).sources], [undefined, {}]);
  await typeKey(other, 'theirs', clock);
  connected.changed(other);
  await (await connected.of(other)).crm?.users([]);
  await (await connected.of(own)).crm?.users([]);
  assert.deepEqual(both.calls, [
    { role: 'crm', key: 'theirs', app: 'app' },
    { role: 'crm', key: 'the environment’s', app: 'app' },
  ]);
});

/** The same vendor, which tells what each of its roles is made from. */
function watched(vendor: Vendor, told: (given: Given) => void): Vendor {
  const roles = Object.entries(vendor.roles).map(([role, { make }]) => [
    role,
    {
      make(given: Given) {
        told(given);
        return (make as (given: Given) => unknown)(given);
      },
    },
  ]);
  return { ...vendor, roles: Object.fromEntries(roles) };
}

test('two processes together never call an account more often than it allows, in whatever role', async t => {
  const own = await workspace();
  const limit = 30;
  const clock = stillClock();
  const sandbox = await startSandbox({ clock });
  t.after(() => sandbox.close());
  const { HUBSPOT_API_URL, HUBSPOT_ACCESS_TOKEN } = sandbox.env();
  const env = { HUBSPOT_API_URL, HUBSPOT_ACCESS_TOKEN, HUBSPOT_CALLS_PER_10_SECONDS: String(limit) };
  const both = connectedTo([HUBSPOT], { env, own, clock });
  const { connected, another } = both;
  both.playbook = { ...PLAYBOOK, crm: { ...PLAYBOOK.crm, system: 'hubspot' } };
  for (const role of ['source', 'crm'] as const) {
    await rememberConnection(db, own, { vendor: 'hubspot', role }, clock.now());
  }
  const processes = await Promise.all([connected, another()].map(one => one.of(own)));
  /** As many as want to, of those that wait for nothing; when there were how many calls. */
  const made: number[] = [];
  for (let second = 0; second < 30; second += 1) {
    const before = sandbox.calls('hubspot').length;
    const asked = processes.flatMap(({ sources: { hubspot }, crm }) => [
      ...Array.from({ length: 3 }, () => hubspot?.poll?.(null, clock.now())),
      ...Array.from({ length: 3 }, () => crm?.poll?.(null, clock.now())),
    ]);
    for (const one of await Promise.allSettled(asked)) {
      if (one.status === 'rejected') assert.ok(one.reason instanceof Paced, String(one.reason));
    }
    made.push(sandbox.calls('hubspot').length - before);
    clock.move(SECOND);
  }
  const windows = made.map((_, at) => made.slice(at, at + 10).reduce((sum, one) => sum + one, 0));
  assert.ok(Math.max(...windows) <= limit, `${made.join(' ')}: more than ${limit} in ten seconds`);
  assert.ok(Math.min(...windows.slice(0, 20)) > limit / 2, `${made.join(' ')}: and not much less`);
});

/** Values of every variable there is, as its schema wants them. */
const FILLED: Record<string, string> = {
  HUBSPOT_APP_ID: '1234567',
  HUBSPOT_WEBHOOKS_PATH: '/webhooks/2026-03',
  SALESFORCE_FLOW: 'client_credentials',
  SALESFORCE_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----',
  HUBSPOT_API_VERSION: '2026-03',
  HUBSPOT_CALLS_PER_10_SECONDS: '100',
  PIPEDRIVE_CALLS_PER_2_SECONDS: '20',
  PIPEDRIVE_DAILY_TOKENS: '60000',
  ZOHO_DAILY_CREDITS: '60000',
  ZOHO_CONCURRENT_CALLS: '10',
  ZOHO_NOTIFICATION_HOURS: '20',
  SMTP_URL: 'smtp://env:env@127.0.0.1',
  MARKETO_DAILY_CALLS: '50000',
  PARDOT_BUSINESS_UNIT_ID: '0UvB00000004CAaKAM',
  PARDOT_FLOW: 'web_server',
};
const filledIn = (name: string) =>
  FILLED[name] ?? (name.endsWith('_URL') ? 'http://127.0.0.1:9' : `environment-${name}`);

/** A mailbox is a person's: no workspace is connected to one. */
const isConnected = ({ roles }: Vendor) => Object.keys(roles).some(role => role !== 'mailbox');

for (const vendor of VENDORS.filter(one => isConnected(one) && Object.keys(one.variables).length > 0)) {
  test(`${vendor.label}: nothing of the environment’s that is not shared reaches another workspace`, async () => {
    const [own, other] = [await workspace(), await workspace()];
    const told: Given[] = [];
    const env = Object.fromEntries(Object.keys(vendor.variables).map(name => [name, filledIn(name)]));
    const table = [watched(vendor, given => told.push(given))];
    const { connected, clock } = connectedTo(table, {
      env: { ...env, PUBLIC_URL: 'http://127.0.0.1:9', ENCRYPTION_KEY: '11'.repeat(32) },
      own,
    });
    for (const role of Object.keys(vendor.roles) as Role[]) {
      await rememberConnection(db, other, { vendor: vendor.name, role }, clock.now());
    }
    const { crm, sources } = await connected.of(other);
    // What every workspace has is made when it is used.
    if (vendor.builtIn) assert.equal(sources[vendor.name]?.name, vendor.name);
    assert.ok(told.length > 0);
    for (const { settings, own: theirs } of told) {
      for (const name of Object.keys(settings)) assert.ok(vendor.variables[name]?.shared, `${name} is not shared`);
      assert.deepEqual(theirs, {}, 'and nothing of it is their own');
    }
    // Whatever could be made of it is nobody's log-in: the app of all workspaces does not act by itself.
    if (crm) assert.ok((await failure(crm.users(['dana@example.com']))) instanceof CredentialsRejected);
  });
}

test('a CRM that was left is found in the versions before; one that cannot be read is passed by, a database that is away is not', async () => {
  const [one, other] = [twin(), twin()];
  const named = (vendor: Vendor, name: string): Vendor => ({ ...vendor, name });
  const on = (system: string): Playbook => ({ ...PLAYBOOK, crm: { ...PLAYBOOK.crm, system } });
  const own = await workspace();
  const under = connectedTo([named(one.vendor, 'one'), named(other.vendor, 'other')], {
    env: { TWIN_KEY: 'key' },
    own,
  });
  Object.assign(under, { version: 3, playbook: on('other') });
  for (const vendor of ['one', 'other']) {
    await rememberConnection(db, own, { vendor, role: 'crm' }, under.clock.now());
  }
  under.before = { 2: new Error('the database is away'), 1: on('one') };
  assert.match((await failure(under.connected.of(own))).message, /database is away/);
  under.before = { 2: new UnfitPlaybook('no longer fits'), 1: on('one') };
  assert.deepEqual(Object.keys((await under.connected.of(own)).formerCrms), ['one']);
});

test('of two CRMs with keys the playbook’s is used; where it names none, the first of the table', async () => {
  const [one, other] = [twin(), twin()];
  const named = (vendor: Vendor, name: string): Vendor => ({ ...vendor, name });
  const own = await workspace();
  for (const [system, expected] of [
    [undefined, [1, 0]],
    ['other', [0, 1]],
    ['one', [1, 0]],
    ['nobody', [0, 0]],
  ] as const) {
    one.calls.length = other.calls.length = 0;
    const under = connectedTo([named(one.vendor, 'one'), named(other.vendor, 'other')], {
      env: { TWIN_KEY: 'key' },
      own,
    });
    under.playbook = { ...PLAYBOOK, crm: { ...PLAYBOOK.crm, system } };
    for (const vendor of ['one', 'other']) {
      await rememberConnection(db, own, { vendor, role: 'crm' }, under.clock.now());
    }
    await (await under.connected.of(own)).crm?.users([]);
    assert.deepEqual([one.calls.length, other.calls.length], expected, String(system));
  }
});

test('answers are counted by workspace and role; what nobody was asked for is none', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor], { env: { SLACK_API_URL: 'http://127.0.0.1:9/' } });
  const [a, b] = [await workspace(), await workspace()];
  for (const id of [a, b]) await typeKey(id, `key of ${id}`, clock);
  const { crm, sources } = await connected.of(a);
  const counts = () =>
    [a, b].map(id => (['source', 'crm'] as const).map(role => connected.answers(id, { vendor: 'twin', role })));
  crm?.recordIdsIn('abc');
  await crm?.recordUrl({ kind: 'lead', id: '1' });
  assert.deepEqual(counts(), [[0, 0], [0, 0]]); // biome-ignore format: a table
  await crm?.users([]);
  await sources.twin?.contact('1');
  await sources.twin?.contact('1');
  assert.deepEqual(counts(), [[2, 1], [0, 0]]); // biome-ignore format: a table
  both.answers.set('crm', 'refused');
  await failure(crm?.users([]) as never);
  both.answers.clear();
  both.meter.used = both.meter.limit;
  await crm?.users([]);
  const counted = counts();
  assert.deepEqual(await crm?.poll?.(null, clock.now()), { events: [], cursor: null, more: false });
  assert.deepEqual(counts(), counted, 'what Baton denies itself is no answer');
});

test('a failure says in which role the vendor was asked', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor], { env: { SLACK_API_URL: 'http://127.0.0.1:9/' } });
  const a = await workspace();
  await typeKey(a, 'key', clock);
  for (const role of ['source', 'crm'] as const) both.answers.set(role, 'refused');
  const { sources, crm, notifier } = await connected.of(a);
  const failures = await Promise.all([
    failure(sources.twin?.contact('1') as never),
    failure(crm?.users([]) as never),
    failure(notifier.findPerson('dana@example.com')),
  ]);
  assert.deepEqual(
    failures.map(({ service, role }) => [service, role]),
    [
      ['twin', 'source'],
      ['twin', 'crm'],
      ['slack', 'chat'],
    ],
  );
});

test('a paused connection is there all the same: what is tried out on it says whether it works again', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key', clock);
  await db.transaction(trx => pauseConnection(trx, a, { vendor: 'twin', role: 'source' }, 'refused', clock.now()));
  const { sources, crm } = await connected.of(a);
  assert.ok(sources.twin && crm);
});

test('connections that cannot be read are asked for again by whoever comes next', async () => {
  const both = twin();
  const { connected, clock } = connectedTo([both.vendor]);
  const a = await workspace();
  await typeKey(a, 'key', clock);
  const { sealed } = await db('credentials').where({ workspace_id: a }).first('sealed');
  await db('credentials').where({ workspace_id: a }).update({ sealed: 'nonsense' });
  await assert.rejects(connected.of(a));
  await db('credentials').where({ workspace_id: a }).update({ sealed });
  assert.ok((await connected.of(a)).crm);
});
