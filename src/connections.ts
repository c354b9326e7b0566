/**
 * Workspace → its vendors, made from the workspace's own connections: keys, sessions, caches, breaker and share of calls
 * belong to one workspace and are never shared. Those used last are kept; the least recently used go.
 */
import { LRUCache } from 'lru-cache';
import { ConfigurationError, type Env } from './config/env.ts';
import { rulesOfSource } from './config/playbook/source-rules.ts';
import type { Playbook } from './config/playbook.ts';
import { sharedCalls } from './connections/shared-calls.ts';
import { admittedSource } from './contracts/admitted-source.ts';
import { asRole } from './contracts/as-role.ts';
import type { Crm } from './contracts/crm.ts';
import { type Gate, gated } from './contracts/crm-gate.ts';
import type { KeeperOf, LoginPage } from './contracts/login.ts';
import type { ConnectionKey, Role } from './contracts/role.ts';
import type { Db } from './db/connection.ts';
import { connectionsOf } from './db/connections/connections.ts';
import { credentialKeeper } from './db/connections/credential-keeper.ts';
import { keysOf, type WorkspaceKeys } from './db/connections/credentials.ts';
import { effectsOf } from './db/connections/effects.ts';
import { manualById } from './db/handoffs/manual-leads.ts';
import { workspaceById } from './db/workspaces/workspaces.ts';
import { type Allowance, allowance } from './domain/api-quota.ts';
import type { Vendors, VersionedPlaybook } from './handoff/core/deps.ts';
import { breaker } from './lib/breaker.ts';
import { type Clock, SECOND } from './lib/clock.ts';
import type { Keyring } from './lib/crypto.ts';
import type { Logger } from './lib/log.ts';
import { rotatingClient, type SlackNotifier, slackClient, slackNotifier } from './slack/notifier.ts';
import type { Given, Settings, Vendor } from './vendors/vendor.ts';

export interface ConnectionsOptions {
  db: Db;
  clock: Clock;
  log: Logger;
  env: Env;
  table: readonly Vendor[];
  /** Absent: nothing sealed can be read, so only the environment's own workspace has connections. */
  keyring?: Keyring | undefined;
  playbookOf(workspaceId: string): Promise<VersionedPlaybook>;
  /** The one workspace that the environment's keys belong to; absent: there is none. */
  own?: string | undefined;
  /** What Slack accepts for a workspace now. */
  botTokenOf(workspaceId: string): Promise<string>;
}

export interface Connections {
  /** Everything the workspace is connected to. Three queries at once every few seconds, else none. */
  of(workspaceId: string): Promise<Vendors>;
  /** How many calls the vendor has answered to this process in this role: equal before and after, it was asked nothing. */
  answers(workspaceId: string, key: ConnectionKey): number;
  /** What this process counted at each account that says how often it may be called, without asking anybody. */
  allowances(): Iterable<[workspaceId: string, vendor: string, allowance: Allowance]>;
  /** A connection was made, changed or given up here: the next who asks sees it. Other processes see it within seconds. */
  changed(workspaceId: string): void;
}

/** Workspaces whose vendors are kept ready in one process. One that comes again costs a log-in at its CRM. */
const MOST_KEPT = 500;
/** Workspaces of which one process knows how their vendors fare: some hundred bytes each. */
const MOST_KNOWN = 20_000;
/** How long a change made by another process may go unnoticed here. */
const KNOWN_FOR = 5 * SECOND;

interface InUse {
  known?: { until: number; connections: Promise<Known> };
  /** `of`: what they were made from, playbook version and connections. */
  kept?: { of: string; vendors: Vendors };
}

/** A workspace's connections as the database has them. */
interface Known {
  roles: ReadonlySet<string>;
  keys: WorkspaceKeys;
  slackTeamId: string | null;
}

/** How an account fares and how often it was called, by vendor: the same whatever the playbook says. */
type Gates = Map<string, { revision: string; gate: Gate }>;

/** Calls that were answered, by connection. */
type Answers = Map<string, number>;

const idOf = ({ vendor, role }: ConnectionKey) => `${vendor}:${role}`;

export function connections(options: ConnectionsOptions): Connections {
  const inUse = new LRUCache<string, InUse>({ max: MOST_KEPT });
  const fares = new LRUCache<string, Gates>({ max: MOST_KNOWN });
  const answers = new LRUCache<string, Answers>({ max: MOST_KNOWN });

  function known(id: string, workspace: InUse): Promise<Known> {
    const now = options.clock.now().getTime();
    if (workspace.known && workspace.known.until > now) return workspace.known.connections;
    const reading = readConnections(options, id);
    workspace.known = { until: now + KNOWN_FOR, connections: reading };
    // What could not be read is asked for again by the next.
    reading.catch(() => {
      if (workspace.known?.connections === reading) delete workspace.known;
    });
    return reading;
  }

  async function of(workspaceId: string): Promise<Vendors> {
    const workspace = entryOf<InUse>(inUse, workspaceId, () => ({}));
    const reading = known(workspaceId, workspace);
    const [{ version, playbook }, found] = await Promise.all([options.playbookOf(workspaceId), reading]);
    // Something changed meanwhile: what was there before must not be used again.
    if (workspace.known?.connections !== reading) return of(workspaceId);
    const made = JSON.stringify([version, [...found.roles], found.keys.revisions]);
    if (workspace.kept?.of !== made) {
      const gates = entryOf(fares, workspaceId, () => new Map());
      const answered = (key: ConnectionKey) =>
        count(
          entryOf<Answers>(answers, workspaceId, () => new Map()),
          key,
        );
      workspace.kept = {
        of: made,
        vendors: makeVendors(options, workspaceId, { playbook, gates, answered, ...found }),
      };
    }
    return workspace.kept.vendors;
  }

  return {
    of,
    answers: (workspaceId, key) => answers.get(workspaceId)?.get(idOf(key)) ?? 0,
    *allowances() {
      for (const [id, gates] of fares.entries()) {
        for (const [vendor, { gate }] of gates) yield [id, vendor, gate.allowance];
      }
    },
    changed(workspaceId) {
      const workspace = inUse.peek(workspaceId);
      if (workspace) delete workspace.known;
    },
  };
}

function entryOf<T extends object>(cache: LRUCache<string, T>, id: string, fresh: () => T): T {
  const known = cache.get(id);
  if (known) return known;
  const made = fresh();
  cache.set(id, made);
  return made;
}

function count(answers: Answers, key: ConnectionKey): void {
  answers.set(idOf(key), (answers.get(idOf(key)) ?? 0) + 1);
}

async function readConnections({ db, keyring, own }: ConnectionsOptions, workspaceId: string): Promise<Known> {
  const [rows, keys, workspace] = await Promise.all([
    connectionsOf(db, workspaceId),
    keysOf(db, keyring, workspaceId),
    // One company's own bot is of its workspace alone, and need not be told.
    workspaceId === own ? undefined : workspaceById(db, workspaceId),
  ]);
  return { roles: new Set(rows.map(idOf)), keys, slackTeamId: workspace?.slackTeamId ?? null };
}

/** What a vendor is set to for a workspace: its own are its keys, and the environment's where that is its own. */
function settingsFor({ env, own }: ConnectionsOptions, workspaceId: string, vendor: Vendor, keys: WorkspaceKeys) {
  const given: Settings = env.vendors[vendor.name] ?? {};
  const theirs: Settings = { ...(workspaceId === own && given), ...keys.byVendor[vendor.name] };
  const shared = Object.entries(given).filter(([name]) => vendor.variables[name]?.shared === true);
  return { settings: { ...Object.fromEntries(shared), ...theirs }, own: theirs };
}

interface Making extends Known {
  playbook: Playbook;
  gates: Gates;
  /** The vendor answered a call in this role. */
  answered(key: ConnectionKey): void;
}

function makeVendors(options: ConnectionsOptions, workspaceId: string, making: Making): Vendors {
  const { clock, table, db } = options;
  const named = <T extends object>(vendor: string, role: Role, made: T) =>
    asRole(role, made, () => making.answered({ vendor, role }));
  const notifier = named('slack', 'chat', notifierFor(options, workspaceId, making.slackTeamId));
  const vendors: Vendors = { sources: {}, enrichers: {}, notifier };
  for (const vendor of table) {
    const given: Given = {
      ...settingsFor(options, workspaceId, vendor, making.keys),
      isLoggedIn: making.keys.loggedIn.has(vendor.name),
      clock,
    };
    const has = (role: Role) => vendor.builtIn || making.roles.has(idOf({ vendor: vendor.name, role }));
    const { source, crm, enricher, mailer } = vendor.roles;
    const made = {
      source: has('source')
        ? source?.make({
            ...given,
            ...sourceRules(vendor, making.playbook),
            ...sharedCalls(options, {
              workspaceId,
              vendor,
              settings: given.settings,
              gate: gateOf(making, vendor.name, clock),
            }),
            manualLead,
          })
        : undefined,
      enricher: has('enricher') ? enricher?.make(given) : undefined,
      mailer: has('mailer') ? mailer?.make(given) : undefined,
    };
    if (made.source) vendors.sources[vendor.name] = admittedSource(named(vendor.name, 'source', made.source), clock);
    if (made.enricher) vendors.enrichers[vendor.name] = named(vendor.name, 'enricher', made.enricher);
    if (made.mailer) vendors.mailer = named(vendor.name, 'mailer', made.mailer);
    if (crm && has('crm') && !vendors.crm && isChosenCrm(making.playbook, vendor.name)) {
      const made = makeCrm(options, workspaceId, { vendor, given, making });
      if (made) vendors.crm = made;
    }
  }
  return vendors;

  async function manualLead(id: string) {
    return (await manualById(db, workspaceId, id)) ?? null;
  }
}

/** May this be the CRM that is used? Where the playbook names none, the first that is connected is. */
export const isChosenCrm = ({ crm: { system } }: Playbook, vendor: string): boolean =>
  system === undefined || system === vendor;

/** What a source is told of the playbook. */
function sourceRules({ name }: Vendor, playbook: Playbook) {
  const { feedback: _feedback, ...rules } = rulesOfSource(playbook, name);
  return { ...rules, ownScore: playbook.scoring !== undefined };
}

interface MakingOne {
  vendor: Vendor;
  given: Given;
  making: Making;
}

function makeCrm(
  options: ConnectionsOptions,
  workspaceId: string,
  { vendor, given, making }: MakingOne,
): Crm | undefined {
  const gate = gateOf(making, vendor.name, options.clock);
  const keeperOf = keeperFor(options, workspaceId, vendor.name);
  const crm = vendor.roles.crm?.make({
    ...given,
    rules: making.playbook.crm,
    ...(keeperOf && { keeperOf }),
    effects: effectsOf(options.db, { workspaceId, vendor: vendor.name, clock: options.clock }),
    onUsage: (meter, cost) => gate.allowance.counted(meter, cost),
  });
  if (!crm) return undefined;
  // What the gate answers by itself is no answer of the vendor's, but its refusals are about this role as well.
  const asked = asRole('crm', crm, () => making.answered({ vendor: vendor.name, role: 'crm' }));
  return asRole('crm', gated(asked, gate));
}

/** Whoever logs in anew may be at another account: what is known of the one before is nothing to it. */
function gateOf({ gates, keys }: Making, vendor: string, clock: Clock): Gate {
  const revision = keys.revisions[vendor] ?? '';
  const known = gates.get(vendor);
  if (known?.revision === revision) return known.gate;
  const gate = { breaker: breaker(clock), allowance: allowance(vendor, clock) };
  gates.set(vendor, { revision, gate });
  return gate;
}

/** Where a vendor's tokens of a workspace lie; undefined without a key to seal them with. */
export function keeperFor(
  { db, keyring, clock }: Pick<ConnectionsOptions, 'db' | 'keyring' | 'clock'>,
  workspaceId: string,
  vendor: string,
): KeeperOf | undefined {
  return keyring && (holder => credentialKeeper(db, keyring, { workspaceId, vendor, holder }, clock));
}

/** A workspace's Slack, as cards need it. */
function notifierFor(options: ConnectionsOptions, workspaceId: string, teamId: string | null): SlackNotifier {
  const { clock, log, botTokenOf } = options;
  const bot = { token: () => botTokenOf(workspaceId), teamId: teamId ?? undefined };
  return slackNotifier({ client: rotatingClient(bot, clientOptionsOf(options)), clock, log });
}

/** The environment's own bot, before there is a workspace. */
export function notifierOf(options: Pick<ConnectionsOptions, 'env' | 'clock' | 'log'>, token: string) {
  const { clock, log } = options;
  return slackNotifier({ client: slackClient(token, clientOptionsOf(options)), clock, log });
}

const clientOptionsOf = ({ env, log }: Pick<ConnectionsOptions, 'env' | 'log'>) => ({
  log,
  ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }),
});

/** Vendors that the environment has keys for, in the roles it can make of them. */
export function connectedByEnv(table: readonly Vendor[], env: Env, clock: Clock, playbook: Playbook): ConnectionKey[] {
  const found = table
    .filter(vendor => !vendor.builtIn)
    .flatMap(vendor => {
      const made = madeByEnv(vendor, env, clock, playbook);
      return (['source', 'crm', 'mailer', 'enricher'] as const)
        .filter(role => made[role] !== undefined)
        .map(role => ({ vendor: vendor.name, role }));
    });
  // Keys of several CRMs may be set: only the one that is used is a connection.
  const crm = playbook.crm.system ?? found.find(({ role }) => role === 'crm')?.vendor;
  return found.filter(({ vendor, role }) => role !== 'crm' || vendor === crm);
}

/** One vendor with the environment's keys alone: for commands, and to see what it can be. */
export function madeByEnv(vendor: Vendor, env: Env, clock: Clock, playbook: Playbook, keeperOf?: KeeperOf) {
  const given = givenByEnv(vendor, env, clock);
  const { source, crm, enricher, mailer } = vendor.roles;
  return {
    source: source?.make({ ...given, ...sourceRules(vendor, playbook), manualLead: async () => null }),
    crm: crm?.make({ ...given, rules: playbook.crm, ...(keeperOf && { keeperOf }) }) as Crm | undefined,
    enricher: enricher?.make(given),
    mailer: mailer?.make(given),
  };
}

/** As its own workspace has it, before anybody logged in. */
function givenByEnv(vendor: Vendor, env: Env, clock: Clock): Given {
  const settings = env.vendors[vendor.name] ?? {};
  return { settings, own: settings, isLoggedIn: false, clock };
}

/** Log-in pages of the vendors that people connect by logging in: where tokens can be kept and browsers sent back. */
export function loginPages(table: readonly Vendor[], env: Env, clock: Clock): Record<string, LoginPage> {
  if (!env.ENCRYPTION_KEY || !env.PUBLIC_URL) return {};
  const pages = table.flatMap(vendor => {
    const page = vendor.login?.(givenByEnv(vendor, env, clock));
    return page ? [[vendor.name, page] as const] : [];
  });
  // Looked up by what stands in addresses: `constructor` must find nothing.
  return Object.assign(Object.create(null), Object.fromEntries(pages));
}

/** Where Baton is reached from outside. */
export const publicUrlOf = (env: Env): string => (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, '');

/**
 * Where a vendor's messages for the environment's own workspace are taken in.
 * @throws ConfigurationError when it has none
 */
export function hookAddressOf(env: Env, vendor: string): string {
  if (env.HOOK_KEY !== undefined) return `${publicUrlOf(env)}/hooks/${env.HOOK_KEY}/${vendor}`;
  throw new ConfigurationError(
    'HOOK_KEY is not set: this is about one company, and here workspaces install Baton. Each sees its addresses on its Home tab.',
  );
}
