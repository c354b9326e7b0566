/**
 * Workspace → its vendors, made from the workspace's own connections: keys, sessions, caches, breaker and share of calls
 * belong to one workspace and are never shared. Those used last are kept; the least recently used go.
 */
import { LRUCache } from 'lru-cache';
import type { Playbook } from './config/playbook.ts';
import {
  type ConnectionsOptions,
  type Gates,
  idOf,
  isChosenCrm,
  type Known,
  leftCrms,
  makeVendors,
} from './connections/make-vendors.ts';
import type { ConnectionKey } from './contracts/role.ts';
import { connectedTo } from './db/connections/credentials.ts';
import type { Allowance } from './domain/api-quota.ts';
import type { Vendors, VersionedPlaybook } from './handoff/core/deps.ts';
import { SECOND } from './lib/clock.ts';
import { UnfitPlaybook } from './lib/errors.ts';

export interface Connections {
  /** Everything the workspace is connected to. One query every few seconds, and one for a playbook that was not read yet; else none. */
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

/** Calls that were answered, by connection. */
type Answers = Map<string, number>;

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
    const found = await reading;
    // Its version is known by that, as a rule.
    const { version, playbook } = await options.playbookOf(workspaceId);
    // Something changed meanwhile: what was there before must not be used again.
    if (workspace.known?.connections !== reading) return of(workspaceId);
    const made = JSON.stringify([version, [...found.roles], found.keys.revisions]);
    const former =
      workspace.kept?.of === made ? {} : await formerRules(options, workspaceId, { version, playbook }, found);
    if (workspace.kept?.of !== made) {
      const gates = entryOf(fares, workspaceId, () => new Map());
      const answered = (key: ConnectionKey) =>
        count(
          entryOf<Answers>(answers, workspaceId, () => new Map()),
          key,
        );
      workspace.kept = {
        of: made,
        vendors: makeVendors(options, workspaceId, { playbook, former, gates, answered, ...found }),
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

/** Rules of so many versions before are looked at: whoever left a CRM longer ago has no lead in it that is open. */
const MOST_VERSIONS = 50;

/** By vendor: the last rules that were for a CRM which is connected and used no more. One round trip a version that was not read before. */
async function formerRules(
  { table, playbookOf }: ConnectionsOptions,
  workspaceId: string,
  { version, playbook }: VersionedPlaybook,
  { roles }: Known,
): Promise<Record<string, Playbook>> {
  const left = leftCrms(table, playbook, roles);
  const found: Record<string, Playbook> = {};
  for (let at = version - 1; left.length > 0 && at > 0 && version - at <= MOST_VERSIONS; at -= 1) {
    const before = await playbookOf(workspaceId, at).catch(unlessUnfit);
    for (const vendor of before ? left : []) {
      if (before && found[vendor.name] === undefined && isChosenCrm(before.playbook, vendor)) {
        found[vendor.name] = before.playbook;
      }
    }
    if (left.every(({ name }) => found[name])) break;
  }
  return found;
}

/** A version that this Baton cannot read says nothing of what was in use; a database that is away is no such answer. */
function unlessUnfit(thrown: unknown): undefined {
  if (!(thrown instanceof UnfitPlaybook)) throw thrown;
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

async function readConnections(
  { db, keyring, own, foundNewest }: ConnectionsOptions,
  workspaceId: string,
): Promise<Known> {
  const { connections: connected, keys, slackTeamId, newestPlaybook } = await connectedTo(db, keyring, workspaceId);
  if (newestPlaybook !== null) foundNewest?.(workspaceId, newestPlaybook);
  // One company's own bot is of its workspace alone, and need not be told.
  return { roles: new Set(connected.map(idOf)), keys, slackTeamId: workspaceId === own ? null : slackTeamId };
}
