/** A workspace's playbook, by version; the newest is looked up again every few seconds so that edits spread. */
import { LRUCache } from 'lru-cache';
import { type PlaybookVendors, parsePlaybook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import { newestVersion, type PlaybookVersion, playbookVersion } from '../db/workspaces/playbooks.ts';
import type { VersionedPlaybook } from '../handoff/core/deps.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import { UnfitPlaybook } from '../lib/errors.ts';

/** How long an edit made by another process may go unnoticed here. */
const NEWEST_KEPT = 5 * SECOND;
/** Versions kept as they were read: some 20 kB each, and tens of milliseconds to read again. The least recently used go. */
const MOST_VERSIONS = 20_000;
/** Workspaces of which the newest version is known: next to nothing each. */
const MOST_NEWEST = 20_000;

/** Reads playbooks; `saved` says that a version was just made, or seen to be, the newest. */
export interface Playbooks {
  (workspaceId: string, version?: number): Promise<VersionedPlaybook>;
  saved(workspaceId: string, version: number): void;
}

/**
 * Answers playbooks; a version never changes, so it is read and parsed once, and again when it was long unused. One that
 * no longer fits is not parsed again either.
 * @param vendors those that playbooks may name
 * @param most versions that are kept
 */
export function playbooks(db: Db, clock: Clock, vendors: PlaybookVendors, most = MOST_VERSIONS): Playbooks {
  const versions = new LRUCache<string, VersionedPlaybook>({ max: most });
  const unfit = new LRUCache<string, Error>({ max: most });
  const newest = new LRUCache<string, { version: number; until: number }>({ max: MOST_NEWEST });

  function keep(workspaceId: string, stored: PlaybookVersion): VersionedPlaybook {
    const id = `${workspaceId}:${stored.version}`;
    const known = unfit.get(id);
    if (known) throw known;
    const parsed = parsePlaybook(stored.yaml, vendors, { isStored: true });
    if (!parsed.ok) {
      const first = parsed.problems[0];
      const why = new UnfitPlaybook(
        `playbook version ${stored.version} no longer fits: ${first?.path} ${first?.message}`,
      );
      unfit.set(id, why);
      throw why;
    }
    const versioned = { version: stored.version, playbook: parsed.playbook };
    versions.set(id, versioned);
    return versioned;
  }

  /** Versions only grow: a look-up that began before a save must not bring the one before it back. */
  function remember(workspaceId: string, found: number): number {
    const version = Math.max(found, newest.get(workspaceId)?.version ?? 0);
    newest.set(workspaceId, { version, until: clock.now().getTime() + NEWEST_KEPT });
    return version;
  }

  async function read(workspaceId: string, wanted: number | undefined): Promise<VersionedPlaybook> {
    const known = wanted === undefined ? undefined : versions.get(`${workspaceId}:${wanted}`);
    if (known) return known;
    if (wanted === undefined) {
      const found = await newestVersion(db, workspaceId);
      if (found === undefined) throw new Error(`workspace ${workspaceId} has no playbook`);
      return read(workspaceId, remember(workspaceId, found));
    }
    const stored = await playbookVersion(db, workspaceId, wanted);
    if (!stored) throw new Error(`workspace ${workspaceId} has no playbook version ${wanted}`);
    return keep(workspaceId, stored);
  }

  const playbookOf = async (workspaceId: string, version?: number): Promise<VersionedPlaybook> => {
    const recent = newest.get(workspaceId);
    const fresh = recent && recent.until > clock.now().getTime() ? recent.version : undefined;
    return read(workspaceId, version ?? fresh);
  };
  return Object.assign(playbookOf, {
    saved: (workspaceId: string, version: number) => void remember(workspaceId, version),
  });
}
