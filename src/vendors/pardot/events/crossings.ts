/**
 * Who is over the threshold and was changed in a time that is past. No history of scores is kept there, so that nobody says when
 * they crossed; and scores that change by themselves do not count as a change, so that some are missing until the night's round.
 */
import { z } from 'zod';
import type { CrossingsAsked, CrossingsPage, PollCursor } from '../../../contracts/source.ts';
import type { Pardot } from '../api/client.ts';
import { type Fields, neededField } from '../people/fields.ts';
import { rowFrom } from './signals.ts';

export interface CrossingsOptions {
  api: Pardot;
  fields: () => Promise<Fields>;
  scoreProperty: string;
}

const cursorShape = z.object({ from: z.string(), token: z.string().optional() });

const A_PAGE = '200';

/** One call a page. */
export async function crossingsPage(
  { api, fields, scoreProperty }: CrossingsOptions,
  asked: CrossingsAsked,
  cursor: PollCursor | null,
): Promise<CrossingsPage> {
  const at = cursorShape.safeParse(cursor).data ?? { from: asked.from.toISOString() };
  const score = neededField(await fields(), scoreProperty).name;
  const query = {
    fields: [...new Set(['id', 'updatedAt', 'isDeleted', score])].join(','),
    updatedAtAfterOrEqualTo: at.from,
    ...{ orderBy: 'updatedAt', limit: A_PAGE },
  };
  const read = await api.list({ path: '/objects/prospects', query, importance: 'background' }, at.token);
  const rows = read.values.flatMap(one => rowFrom(one, { score, stage: undefined }) ?? []);
  const crossings = rows.flatMap(row =>
    (row.score ?? -Infinity) >= asked.threshold && row.updatedAt < asked.to.toISOString() && !row.isDeleted
      ? [{ contactId: row.id, score: row.score ?? 0 }]
      : [],
  );
  const newest = rows.at(-1)?.updatedAt ?? at.from;
  const isOver = newest >= asked.to.toISOString();
  const next = read.token === undefined ? { from: newest } : { from: at.from, token: read.token };
  // The rest of a sequence that was cut off begins with its last second.
  const more = !isOver && (read.token !== undefined || (read.isCut === true && newest > at.from));
  return { crossings, cursor: next, more, calls: 1 };
}
