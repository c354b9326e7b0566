/** A workspace's playbook, by version; the newest is looked up again every few seconds so that edits spread. */
import { parsePlaybook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import { newestPlaybook, type PlaybookVersion, playbookVersion } from '../db/playbooks.ts';
import type { VersionedPlaybook } from '../handoff/deps.ts';
import { type Clock, SECOND } from '../lib/clock.ts';

/** How long an edit made by another process may go unnoticed here. */
const NEWEST_KEPT = 5 * SECOND;

/** Answers playbooks; a version never changes, so it is read and parsed once. */
export function playbooks(db: Db, clock: Clock) {
  const versions = new Map<string, VersionedPlaybook>();
  const newest = new Map<string, { version: number; until: number }>();

  function keep(workspaceId: string, stored: PlaybookVersion): VersionedPlaybook {
    const parsed = parsePlaybook(stored.yaml);
    if (!parsed.ok) {
      const first = parsed.problems[0];
      throw new Error(`playbook version ${stored.version} no longer fits: ${first?.path} ${first?.message}`);
    }
    const versioned = { version: stored.version, playbook: parsed.playbook };
    versions.set(`${workspaceId}:${stored.version}`, versioned);
    return versioned;
  }

  return async (workspaceId: string, version?: number): Promise<VersionedPlaybook> => {
    const recent = newest.get(workspaceId);
    const wanted = version ?? (recent && recent.until > clock.now().getTime() ? recent.version : undefined);
    const known = wanted === undefined ? undefined : versions.get(`${workspaceId}:${wanted}`);
    if (known) return known;
    const stored = await (wanted === undefined
      ? newestPlaybook(db, workspaceId)
      : playbookVersion(db, workspaceId, wanted));
    if (!stored)
      throw new Error(`workspace ${workspaceId} has no playbook${wanted === undefined ? '' : ` version ${wanted}`}`);
    if (wanted === undefined)
      newest.set(workspaceId, { version: stored.version, until: clock.now().getTime() + NEWEST_KEPT });
    return versions.get(`${workspaceId}:${stored.version}`) ?? keep(workspaceId, stored);
  };
}
