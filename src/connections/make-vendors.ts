/** A workspace's vendors, made of its playbook and what it is connected to. */
import type { Env } from '../config/env.ts';
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Playbook } from '../config/playbook.ts';
import { admittedSource } from '../contracts/admitted-source.ts';
import { asRole, type Observed } from '../contracts/as-role.ts';
import type { Crm } from '../contracts/crm.ts';
import { type Gate, gated } from '../contracts/crm-gate.ts';
import type { KeeperOf } from '../contracts/login.ts';
import type { Metrics } from '../contracts/metrics.ts';
import type { ConnectionKey, Role } from '../contracts/role.ts';
import type { Source } from '../contracts/source.ts';
import type { Db } from '../db/connection.ts';
import { credentialKeeper } from '../db/connections/credential-keeper.ts';
import type { WorkspaceKeys } from '../db/connections/credentials.ts';
import { effectsOf } from '../db/connections/effects.ts';
import { submissionsOf } from '../db/handoffs/inbox.ts';
import { manualById } from '../db/handoffs/manual-leads.ts';
import { openContacts } from '../db/handoffs/source-contacts.ts';
import { allowance } from '../domain/api-quota.ts';
import type { Vendors, VersionedPlaybook } from '../handoff/core/deps.ts';
import { breaker } from '../lib/breaker.ts';
import { type Clock, MINUTE } from '../lib/clock.ts';
import type { Keyring } from '../lib/crypto.ts';
import { lazily } from '../lib/lazily.ts';
import type { Logger } from '../lib/log.ts';
import { rotatingClient, type SlackNotifier, slackClient, slackNotifier } from '../slack/notifier.ts';
import type { Given, SequencerGiven, Settings, Vendor } from '../vendors/vendor.ts';
import { callBudget, sharedCalls } from './shared-calls.ts';

export interface ConnectionsOptions {
  db: Db;
  clock: Clock;
  log: Logger;
  metrics?: Metrics | undefined;
  env: Env;
  table: readonly Vendor[];
  /** Absent: nothing sealed can be read, so only the environment's own workspace has connections. */
  keyring?: Keyring | undefined;
  playbookOf(workspaceId: string, version?: number): Promise<VersionedPlaybook>;
  /** This version was just seen to be the newest: who asks for the newest need not look it up. */
  foundNewest?(workspaceId: string, version: number): void;
  /** The one workspace that the environment's keys belong to; absent: there is none. */
  own?: string | undefined;
  /** What Slack accepts for a workspace now. */
  botTokenOf(workspaceId: string): Promise<string>;
}

/** A workspace's connections as the database has them. */
export interface Known {
  roles: ReadonlySet<string>;
  keys: WorkspaceKeys;
  slackTeamId: string | null;
}

/** How an account fares and how often it was called, by vendor: the same whatever the playbook says. */
export type Gates = Map<string, { revision: string; gate: Gate }>;

/** Slack's client alone is 30 kB, and most workspaces are told nothing for hours. */
const KEPT_UNUSED = MINUTE;

/** What a connection is known by within its workspace. */
export const idOf = ({ vendor, role }: ConnectionKey) => `${vendor}:${role}`;

/** What of a vendor's settings every workspace has: the installation's app, and where the vendor is. */
export function sharedSettings(vendor: Vendor, { vendors }: Env): Settings {
  const given = Object.entries(vendors[vendor.name] ?? {});
  return Object.fromEntries(given.filter(([name]) => vendor.variables[name]?.shared === true));
}

/** What a vendor is set to for a workspace: its own are its keys, and the environment's where that is its own. */
function settingsFor({ env, own }: ConnectionsOptions, workspaceId: string, vendor: Vendor, keys: WorkspaceKeys) {
  const given: Settings = env.vendors[vendor.name] ?? {};
  const theirs: Settings = { ...(workspaceId === own && given), ...keys.byVendor[vendor.name] };
  return { settings: { ...sharedSettings(vendor, env), ...theirs }, own: theirs };
}

interface Making extends Known {
  playbook: Playbook;
  /** By vendor: the last rules that were for a CRM which was left. */
  former: Readonly<Record<string, Playbook>>;
  gates: Gates;
  /** The vendor answered a call in this role. */
  answered(key: ConnectionKey): void;
}

/** Everything the workspace is connected to, ready for use. Asks nobody. */
export function makeVendors(options: ConnectionsOptions, workspaceId: string, making: Making): Vendors {
  const { clock, table } = options;
  const named = <T extends object>(vendor: string, role: Role, made: T) =>
    asRole(role, made, () => making.answered({ vendor, role }), observedOf(options, vendor));
  const notifier = lazily(
    () => named('slack', 'chat', notifierFor(options, workspaceId, making.slackTeamId)),
    KEPT_UNUSED,
  );
  const vendors: Vendors = {
    formerCrms: {},
    sources: {},
    enrichers: {},
    schedulers: {},
    sequencers: {},
    mailboxes: [],
    notifier,
  };
  for (const vendor of table) {
    const given: Given = {
      ...settingsFor(options, workspaceId, vendor, making.keys),
      isLoggedIn: making.keys.loggedIn.has(vendor.name),
      clock,
    };
    const keeperOf = keeperFor(options, workspaceId, vendor.name);
    const has = (role: Role) => vendor.builtIn || making.roles.has(idOf({ vendor: vendor.name, role }));
    const { crm, enricher, mailer, scheduler, sequencer, mailbox } = vendor.roles;
    const made = {
      enricher: has('enricher') ? enricher?.make(given) : undefined,
      mailer: has('mailer') ? mailer?.make(given) : undefined,
      scheduler: has('scheduler') ? scheduler?.make(given) : undefined,
      sequencer: has('sequencer')
        ? sequencer?.make({ ...given, ...sequencerGiven(options, workspaceId, vendor, given.settings) })
        : undefined,
    };
    const asked = has('source') ? sourceFor(options, workspaceId, { vendor, given, making }) : undefined;
    if (asked) vendors.sources[vendor.name] = asked;
    if (made.enricher) vendors.enrichers[vendor.name] = named(vendor.name, 'enricher', made.enricher);
    const mailboxes = keeperOf && mailbox?.make({ ...given, keeperOf });
    if (mailboxes) vendors.mailboxes = [...vendors.mailboxes, mailboxes];
    if (made.scheduler) vendors.schedulers[vendor.name] = named(vendor.name, 'scheduler', made.scheduler);
    if (made.sequencer) vendors.sequencers[vendor.name] = named(vendor.name, 'sequencer', made.sequencer);
    if (made.mailer) vendors.mailer = named(vendor.name, 'mailer', made.mailer);
    if (crm && has('crm') && !vendors.crm && isChosenCrm(making.playbook, vendor)) {
      const made = makeCrm(options, workspaceId, { vendor, given, making, rules: making.playbook.crm });
      if (made) vendors.crm = made;
    }
    const before = making.former[vendor.name];
    if (crm && before && vendors.crm?.name !== vendor.name) {
      const left = makeCrm(options, workspaceId, { vendor, given, making, rules: before.crm });
      if (left) vendors.formerCrms[vendor.name] = { crm: left, playbook: before };
    }
  }
  return vendors;
}

/** A vendor as a source. What every workspace has, and most never use, is made when it is used. */
function sourceFor(
  options: ConnectionsOptions,
  workspaceId: string,
  { vendor, given, making }: Omit<MakingOne, 'rules'>,
): Source | undefined {
  const { db, clock } = options;
  const role = vendor.roles.source;
  const make = () => {
    const keeperOf = keeperFor(options, workspaceId, vendor.name);
    const made = role?.make({
      ...given,
      ...sourceRules(vendor, making.playbook),
      ...sharedCalls(options, {
        workspaceId,
        vendor,
        settings: given.settings,
        gate: gateOf(making, vendor.name, clock),
      }),
      ...(keeperOf && { keeperOf }),
      manualLead: async id => (await manualById(db, workspaceId, id)) ?? null,
      submissionsOf: id => submissionsOf(db, workspaceId, id),
      openContacts: after => openContacts(db, workspaceId, { source: vendor.name, after }),
    });
    const answered = () => making.answered({ vendor: vendor.name, role: 'source' });
    return made && admittedSource(asRole('source', made, answered, observedOf(options, vendor.name)), clock);
  };
  if (!vendor.builtIn || !role) return make();
  return lazily(() => {
    const made = make();
    if (!made) throw new Error(`${vendor.name} is built in, and cannot be made`);
    return made;
  }, KEPT_UNUSED);
}

/** May this be the CRM that is used? Where the playbook names none: the first that is connected, of those that need no name. */
export const isChosenCrm = ({ crm: { system } }: Playbook, { name, playbook }: Vendor): boolean =>
  system === undefined ? playbook?.crm?.mustBeNamed !== true : system === name;

/** CRMs that are connected beside the one that the playbook uses. */
export function leftCrms(table: readonly Vendor[], playbook: Playbook, roles: ReadonlySet<string>): Vendor[] {
  const crms = table.filter(vendor => vendor.roles.crm && roles.has(idOf({ vendor: vendor.name, role: 'crm' })));
  const used = crms.find(vendor => isChosenCrm(playbook, vendor));
  return crms.filter(vendor => vendor !== used);
}

/** What a source is told of the playbook. */
export function sourceRules({ name }: Vendor, playbook: Playbook) {
  const { feedback: _feedback, nurture: _nurture, ...rules } = rulesOfSource(playbook, name);
  return { ...rules, ownScore: playbook.scoring !== undefined, questions: playbook.capture.questions };
}

/** What a sequencer shares with the vendor's other roles. */
function sequencerGiven(
  options: ConnectionsOptions,
  workspaceId: string,
  vendor: Vendor,
  settings: Settings,
): Pick<SequencerGiven, 'keeperOf' | 'budget' | 'effects'> {
  const keeperOf = keeperFor(options, workspaceId, vendor.name);
  const budget = callBudget(options, { workspaceId, vendor, settings });
  return {
    ...(keeperOf && { keeperOf }),
    ...(budget && { budget }),
    effects: effectsOf(options.db, { workspaceId, vendor: vendor.name, clock: options.clock }),
  };
}

interface MakingOne {
  vendor: Vendor;
  given: Given;
  making: Making;
  rules: Playbook['crm'];
}

function makeCrm(
  options: ConnectionsOptions,
  workspaceId: string,
  { vendor, given, making, rules }: MakingOne,
): Crm | undefined {
  const gate = gateOf(making, vendor.name, options.clock);
  const keeperOf = keeperFor(options, workspaceId, vendor.name);
  // The gate keeps to the share of the day.
  const budget = callBudget(options, { workspaceId, vendor, settings: given.settings });
  const crm = vendor.roles.crm?.make({
    ...given,
    ...(budget && { budget }),
    rules,
    ...(keeperOf && { keeperOf }),
    effects: effectsOf(options.db, { workspaceId, vendor: vendor.name, clock: options.clock }),
    onUsage: (meter, cost) => gate.allowance.counted(meter, cost),
  });
  if (!crm) return undefined;
  // What the gate answers by itself is no answer of the vendor's, but its refusals are about this role as well.
  const answered = () => making.answered({ vendor: vendor.name, role: 'crm' });
  const asked = asRole('crm', crm, answered, observedOf(options, vendor.name));
  return asRole('crm', gated(asked, gate));
}

/** Calls to a vendor are counted by what is asked. */
function observedOf({ metrics }: ConnectionsOptions, vendor: string): Observed | undefined {
  return metrics && ((operation, outcome, seconds) => metrics.call(vendor, operation, outcome, seconds));
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
