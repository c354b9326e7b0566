/**
 * Workspace → its vendors, made from the workspace's own connections: keys, sessions, caches, breaker and share of calls
 * belong to one workspace and are never shared. Those used last are kept; the least recently used go.
 */
import { LRUCache } from 'lru-cache';
import type { Env } from './config/env.ts';
import type { Playbook } from './config/playbook.ts';
import { asRole } from './contracts/as-role.ts';
import type { Crm } from './contracts/crm.ts';
import { type Gate, gated } from './contracts/crm-gate.ts';
import type { KeeperOf, LoginPage } from './contracts/login.ts';
import type { ConnectionKey, Role } from './contracts/role.ts';
import type { Db } from './db/connection.ts';
import { connectionsOf } from './db/connections.ts';
import { credentialKeeper, keysOf, type WorkspaceKeys } from './db/credentials.ts';
import { manualById } from './db/manual-leads.ts';
import { allowance } from './domain/api-quota.ts';
import type { Vendors, VersionedPlaybook } from './handoff/core/deps.ts';
import { breaker } from './lib/breaker.ts';
import { type Clock, SECOND } from './lib/clock.ts';
import type { Keyring } from './lib/crypto.ts';
import type { Logger } from './lib/log.ts';
import { type SlackNotifier, slackClient, slackNotifier } from './slack/notifier.ts';
import type { Given, Settings, Vendor } from './vendors/vendor.ts';
import { BOT_KEYS } from './workspaces/bots.ts';

export interface ConnectionsOptions {
  db: Db;
  clock: Clock;
  log: Logger;
  env: Env;
  table: readonly Vendor[];
  /** Absent: nothing sealed can be read, so only the environment's own workspace has connections. */
  keyring?: Keyring | undefined;
  playbookOf(workspaceId: string): Promise<VersionedPlaybook>;
  /** The one workspace that the environment's keys belong to. */
  own: string;
}

export interface Connections {
  /** Everything the workspace is connected to. Two round trips every few seconds, else none. */
  of(workspaceId: string): Promise<Vendors>;
  /** What this process works with just now, without asking anybody. */
  inUse(): Iterable<[workspaceId: string, vendors: Vendors]>;
  /** A connection was made, changed or given up here: the next who asks sees it. Other processes see it within seconds. */
  changed(workspaceId: string): void;
}

/** Workspaces whose vendors are kept ready in one process. One that comes again costs a log-in at its CRM. */
const MOST_KEPT = 500;
/** How long a change made by another process may go unnoticed here. */
const KNOWN_FOR = 5 * SECOND;

interface Kept {
  /** What it was made from: playbook version and connections. */
  of: string;
  vendors: Vendors;
}

/** What belongs to a workspace whatever its playbook says: how its vendors fare, and how much they were called. */
interface Workspace {
  gates: Map<string, Gate>;
  known?: { until: number; connections: Promise<Known> };
  kept?: Kept;
}

/** A workspace's connections as the database has them. */
interface Known {
  roles: ReadonlySet<string>;
  keys: WorkspaceKeys;
}

const idOf = ({ vendor, role }: ConnectionKey) => `${vendor}:${role}`;

export function connections(options: ConnectionsOptions): Connections {
  const workspaces = new LRUCache<string, Workspace>({ max: MOST_KEPT });

  function workspaceOf(id: string): Workspace {
    const known = workspaces.get(id);
    if (known) return known;
    const workspace: Workspace = { gates: new Map() };
    workspaces.set(id, workspace);
    return workspace;
  }

  function known(id: string, workspace: Workspace): Promise<Known> {
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

  return {
    async of(workspaceId) {
      const workspace = workspaceOf(workspaceId);
      const [{ version, playbook }, found] = await Promise.all([
        options.playbookOf(workspaceId),
        known(workspaceId, workspace),
      ]);
      const of = JSON.stringify([version, [...found.roles], found.keys.revision]);
      if (workspace.kept?.of !== of) {
        workspace.kept = { of, vendors: makeVendors(options, workspaceId, { playbook, workspace, ...found }) };
      }
      return workspace.kept.vendors;
    },
    *inUse() {
      for (const [id, { kept }] of workspaces.entries()) if (kept) yield [id, kept.vendors];
    },
    changed(workspaceId) {
      const workspace = workspaces.peek(workspaceId);
      if (workspace) delete workspace.known;
    },
  };
}

async function readConnections({ db, keyring }: ConnectionsOptions, workspaceId: string): Promise<Known> {
  const [rows, keys] = await Promise.all([connectionsOf(db, workspaceId), keysOf(db, keyring, workspaceId)]);
  return { roles: new Set(rows.map(idOf)), keys };
}

/** What a vendor is set to for a workspace: the environment's word for its own, what is shared for all, its own keys. */
function settingsFor({ env, own }: ConnectionsOptions, workspaceId: string, vendor: Vendor, keys: WorkspaceKeys) {
  const given: Settings = env.vendors[vendor.name] ?? {};
  const isShared = (name: string) => vendor.variables[name]?.shared === true;
  const ours =
    workspaceId === own ? given : Object.fromEntries(Object.entries(given).filter(([name]) => isShared(name)));
  return { ...ours, ...keys.byVendor[vendor.name] };
}

interface Making extends Known {
  playbook: Playbook;
  workspace: Workspace;
}

function makeVendors(options: ConnectionsOptions, workspaceId: string, making: Making): Vendors {
  const { clock, table, db } = options;
  const vendors: Vendors = { sources: {}, enrichers: {}, notifier: notifierFor(options, workspaceId, making.keys) };
  for (const vendor of table) {
    const given: Given = {
      settings: settingsFor(options, workspaceId, vendor, making.keys),
      isLoggedIn: making.keys.loggedIn.has(vendor.name),
      clock,
    };
    const has = (role: Role) => vendor.builtIn || making.roles.has(idOf({ vendor: vendor.name, role }));
    const { source, crm, enricher, mailer } = vendor.roles;
    const made = {
      source: has('source')
        ? source?.make({ ...given, ...sourceRules(vendor, making.playbook), manualLead })
        : undefined,
      enricher: has('enricher') ? enricher?.make(given) : undefined,
      mailer: has('mailer') ? mailer?.make(given) : undefined,
    };
    if (made.source) vendors.sources[vendor.name] = asRole('source', made.source);
    if (made.enricher) vendors.enrichers[vendor.name] = asRole('enricher', made.enricher);
    if (made.mailer) vendors.mailer = asRole('mailer', made.mailer);
    if (crm && has('crm') && !vendors.crm)
      Object.assign(vendors, makeCrm(options, workspaceId, { vendor, given, making }));
  }
  return vendors;

  async function manualLead(id: string) {
    return (await manualById(db, workspaceId, id)) ?? null;
  }
}

/** What a source is told of the playbook. */
function sourceRules({ name }: Vendor, { mql }: Playbook) {
  return { scoreProperty: mql.score_property[name] ?? '', threshold: mql.threshold };
}

function makeCrm(
  options: ConnectionsOptions,
  workspaceId: string,
  { vendor, given, making }: { vendor: Vendor; given: Given; making: Making },
): Pick<Vendors, 'crm' | 'allowance'> {
  const { clock } = options;
  const gate = making.workspace.gates.get(vendor.name) ?? {
    breaker: breaker(clock),
    allowance: allowance(vendor.name, clock),
  };
  making.workspace.gates.set(vendor.name, gate);
  const keeperOf = keeperFor(options, workspaceId, vendor.name);
  const crm = vendor.roles.crm?.make({
    ...given,
    rules: making.playbook.crm,
    ...(keeperOf && { keeperOf }),
    onUsage: meter => gate.allowance.counted(meter),
  });
  return crm ? { crm: asRole('crm', gated(crm, gate)), allowance: gate.allowance } : {};
}

/** Where a vendor's tokens of a workspace lie; undefined without a key to seal them with. */
export function keeperFor(
  { db, keyring, clock }: Pick<ConnectionsOptions, 'db' | 'keyring' | 'clock'>,
  workspaceId: string,
  vendor: string,
): KeeperOf | undefined {
  return keyring && (holder => credentialKeeper(db, keyring, { workspaceId, vendor, holder }, clock));
}

function notifierFor(options: ConnectionsOptions, workspaceId: string, keys: WorkspaceKeys): SlackNotifier {
  const { env, own } = options;
  const token = keys.byVendor.slack?.[BOT_KEYS.token] ?? (workspaceId === own ? env.SLACK_BOT_TOKEN : undefined);
  return notifierOf(options, token ?? '');
}

/** A workspace's Slack, as cards need it. */
export function notifierOf({ env, clock, log }: Pick<ConnectionsOptions, 'env' | 'clock' | 'log'>, token: string) {
  const client = slackClient(token, { log, ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }) });
  return slackNotifier({ client, clock, log });
}

/** Vendors that the environment has keys for, in the roles it can make of them. */
export function connectedByEnv(table: readonly Vendor[], env: Env, clock: Clock, playbook: Playbook): ConnectionKey[] {
  return table
    .filter(vendor => !vendor.builtIn)
    .flatMap(vendor => {
      const made = madeByEnv(vendor, env, clock, playbook);
      return (['source', 'crm', 'mailer', 'enricher'] as const)
        .filter(role => made[role] !== undefined)
        .map(role => ({ vendor: vendor.name, role }));
    });
}

/** One vendor with the environment's keys alone: for commands, and to see what it can be. */
export function madeByEnv(vendor: Vendor, env: Env, clock: Clock, playbook: Playbook, keeperOf?: KeeperOf) {
  const given: Given = { settings: env.vendors[vendor.name] ?? {}, isLoggedIn: false, clock };
  const { source, crm, enricher, mailer } = vendor.roles;
  return {
    source: source?.make({ ...given, ...sourceRules(vendor, playbook), manualLead: async () => null }),
    crm: crm?.make({ ...given, rules: playbook.crm, ...(keeperOf && { keeperOf }) }) as Crm | undefined,
    enricher: enricher?.make(given),
    mailer: mailer?.make(given),
  };
}

/** Log-in pages of the vendors that people connect by logging in: where tokens can be kept and browsers sent back. */
export function loginPages(table: readonly Vendor[], env: Env, clock: Clock): Record<string, LoginPage> {
  if (!env.ENCRYPTION_KEY || !env.PUBLIC_URL) return {};
  const pages = table.flatMap(vendor => {
    const page = vendor.login?.({ settings: env.vendors[vendor.name] ?? {}, isLoggedIn: false, clock });
    return page ? [[vendor.name, page] as const] : [];
  });
  return Object.fromEntries(pages);
}

/** Where Baton is reached from outside. */
export const publicUrlOf = (env: Env): string => (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, '');

/** Where a vendor's messages for the environment's own workspace are taken in. */
export const hookAddressOf = (env: Env, vendor: string): string =>
  `${publicUrlOf(env)}/hooks/${env.HOOK_KEY}/${vendor}`;
