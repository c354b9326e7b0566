/** A visit to one part of the shared page: whose, with what rights, and what the address asks for. */
import { LRUCache } from 'lru-cache';
import type { Deps } from '../handoff/core/deps.ts';
import type { Queries } from '../handoff/queries/queries.ts';
import { type Clock, SECOND } from '../lib/clock.ts';
import type { Markup } from '../lib/markup.ts';
import type { AskedBy } from '../reports/compile.ts';
import type { Questions } from '../reports/questions.ts';
import type { Visitor } from '../workspaces/page-access.ts';
import type { PlaceName } from './frame.ts';

export interface Visiting {
  deps: Deps;
  queries: Queries;
  questions: Questions;
  visitor: Visitor;
  by: AskedBy;
  query: URLSearchParams;
  /** Numbers of a minute ago are as good, and say when they were counted. Lists of leads are never kept. */
  kept<T>(name: string, question: object, count: () => Promise<T>): Promise<T>;
}

/** A part as it is shown. */
export interface Shown {
  title: string;
  main: Markup;
  place?: PlaceName;
  filters?: Markup;
  /** The query of the period and filters, for the other parts. */
  query?: string;
  status?: number;
}

/** A file instead of a page. */
export interface File {
  name: string;
  bytes: Uint8Array;
}

const FRESH = 60 * SECOND;
const MOST = 2_000;

/** Counts once a minute for the same person, rights and question; who counts at the same moment counts together. */
export function keeper(clock: Clock): (by: AskedBy) => Visiting['kept'] {
  const known = new LRUCache<string, { at: number; found: Promise<unknown> }>({ max: MOST });
  return ({ workspaceId, asker, zone }) =>
    <T>(name: string, question: object, count: () => Promise<T>) => {
      const key = JSON.stringify([workspaceId, asker, zone, name, question]);
      const now = clock.now().getTime();
      const before = known.get(key);
      if (before && now - before.at < FRESH) return before.found as Promise<T>;
      const found = count();
      known.set(key, { at: now, found });
      // What failed is asked again.
      found.catch(() => known.delete(key));
      return found;
    };
}
