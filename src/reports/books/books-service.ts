/** The books as people see them: the newest receipts, what is open, and what they may ask for. */
import { type KnownGap, openGaps } from '../../db/reports/book-gaps.ts';
import { type Books, newestBooks } from '../../db/reports/books.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { type Actor, isManager, onlookerOf, type Requester, seesAll } from '../../handoff/core/rights.ts';
import { askBooks, MOST_BACK } from './begin.ts';
import { replayBooks } from './replay.ts';

export interface BooksView {
  /** The newest that came to its end; undefined: there was none yet. */
  last: Books | undefined;
  underWay: Books | undefined;
  /** Name of the CRM that is connected. */
  crm: string | undefined;
  /** What is not equal everywhere, the newest first; a page of it. */
  gaps: KnownGap[];
  total: number;
}

export interface BooksService {
  /** What a page shows; two round trips. */
  view(workspaceId: string, part: { limit: number; offset: number }): Promise<BooksView>;
  /** The same for whoever answers for others, viewers and admins. */
  look(requester: Requester, part: { limit: number; offset: number }): Promise<BooksView | NotAllowed>;
  /** Compares the last `back` milliseconds, 90 days at most; admins, who are told in their direct messages. */
  ask(requester: Requester & { back: number }): Promise<{ kind: 'begun'; back: number } | NotAllowed>;
  /** Mends what nobody can explain; admins. */
  replay(requester: Requester): Promise<{ kind: 'done'; gaps: number } | NotAllowed>;
}

/** Whoever answers for others, viewers and admins. */
export const seesBooks = (actor: Actor): boolean => isManager(actor) || seesAll(actor);

type NotAllowed = { kind: 'not_allowed'; who: string };

const ADMIN: NotAllowed = { kind: 'not_allowed', who: 'an admin' };

export function booksService(deps: Deps): BooksService {
  const isAdmin = async (by: Requester) => (await onlookerOf(deps, by))?.admin === true;
  return {
    view: (workspaceId, part) => viewOf(deps, workspaceId, part),
    async look(by, part) {
      const actor = await onlookerOf(deps, by);
      if (!actor || !seesBooks(actor)) return { kind: 'not_allowed', who: 'a manager or an admin' };
      return viewOf(deps, by.workspaceId, part);
    },
    async ask(by) {
      if (!(await isAdmin(by))) return ADMIN;
      await askBooks(deps, by);
      return { kind: 'begun', back: Math.min(by.back, MOST_BACK) };
    },
    async replay(by) {
      if (!(await isAdmin(by))) return ADMIN;
      return { kind: 'done', gaps: await replayBooks(deps, by.workspaceId) };
    },
  };
}

async function viewOf(deps: Deps, workspaceId: string, part: { limit: number; offset: number }): Promise<BooksView> {
  const [newest, gaps, { crm }] = await Promise.all([
    newestBooks(deps.db, workspaceId),
    openGaps(deps.db, workspaceId, part),
    deps.vendors(workspaceId),
  ]);
  return { ...newest, crm: crm?.name, gaps: gaps.rows, total: gaps.total };
}
