/** Whose a hook key is: asked with every delivery, so it is remembered for some seconds. */
import { LRUCache } from 'lru-cache';
import type { Db } from '../db/connection.ts';
import { type Workspace, workspaceByHookKey } from '../db/workspaces/workspaces.ts';
import { hookKeyHash } from '../domain/form/form-key.ts';
import { type Clock, SECOND } from '../lib/clock.ts';

export interface KnownHookKeys {
  /** Undefined: nobody's, which is not remembered, so that a new key opens at once. One round trip each five seconds. */
  of(key: string): Promise<Workspace | undefined>;
  /** A key was replaced or ended here, or a workspace left: the next who asks sees it. */
  changed(): void;
}

/** How long a key that another process ended, or whose workspace left there, may still open here. */
const KNOWN_FOR = 5 * SECOND;
/** Some hundred bytes each. */
const MOST_KEPT = 20_000;

export function knownHookKeys(db: Db, clock: Clock): KnownHookKeys {
  /** By hash: an address may be as long as a header. */
  const known = new LRUCache<string, { workspace: Promise<Workspace | undefined>; until: number }>({ max: MOST_KEPT });

  return {
    of(key) {
      const now = clock.now();
      const hash = hookKeyHash(key);
      const kept = known.get(hash);
      if (kept && kept.until > now.getTime()) return kept.workspace;
      const workspace = workspaceByHookKey(db, key, now);
      const found = { workspace, until: now.getTime() + KNOWN_FOR };
      const forget = () => {
        if (known.peek(hash) === found) known.delete(hash);
      };
      known.set(hash, found);
      workspace.then(one => one ?? forget(), forget);
      return workspace;
    },
    changed: () => known.clear(),
  };
}
