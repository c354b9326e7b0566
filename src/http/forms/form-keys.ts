/** Whose pages hold a form key. */
import { LRUCache } from 'lru-cache';
import { workspaceByFormKey } from '../../db/workspaces/workspaces.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { SECOND } from '../../lib/clock.ts';

export interface FormKey {
  workspaceId: string;
  /** What times that are given to pages are signed with; secret. */
  signingKey: string;
}

export interface FormKeys {
  /** Undefined: nobody's. One round trip each half minute. */
  of(key: string): Promise<FormKey | undefined>;
  /** Was it a form key when it was looked up last? Without asking. */
  isKnown(key: string): boolean;
}

/** What a key may be made of: whatever else stands in an address is nobody's, and nothing that PostgreSQL is asked for. */
const KEY = /^[\w.~-]{1,200}$/;
/** A change of a key is heard of within this. */
const KEPT = 30 * SECOND;

export function formKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>): FormKeys {
  const known = new LRUCache<string, { until: number; found: FormKey | undefined }>({ max: 10_000 });
  return {
    async of(key) {
      if (!KEY.test(key)) return undefined;
      const now = clock.now().getTime();
      const kept = known.get(key);
      if (kept && kept.until > now) return kept.found;
      const workspace = await workspaceByFormKey(db, key);
      const found = workspace && { workspaceId: workspace.id, signingKey: workspace.signingKey };
      known.set(key, { until: now + KEPT, found });
      return found;
    },
    isKnown: key => known.get(key)?.found !== undefined,
  };
}
