/** Leads that came by a form, for whoever writes texts for them. */
import type { Db } from '../connection.ts';
import { type Handoff, handoffById } from './handoffs.ts';

/** So many of the newest are looked through. */
const NEWEST = 50;

/**
 * The newest handoffs, those whose lead filled in a form first; no test leads and none of erased people. One round trip,
 * and one for each that is answered.
 */
export async function newestFormLeads<F>(db: Db, workspaceId: string, most: number): Promise<Handoff<F>[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select id from (
       select id, opened_at, facts->'contact'->'activities' @> '[{"type":"form"}]' as has_form from handoffs
       where workspace_id = :workspaceId and not is_test and erased_at is null
       order by opened_at desc limit :newest
     ) newest
     order by has_form is not true, opened_at desc limit :most`,
    { workspaceId, newest: NEWEST, most },
  );
  const found = await Promise.all(rows.map(({ id }) => handoffById<F>(db, workspaceId, id)));
  return found.filter(one => one !== undefined);
}
