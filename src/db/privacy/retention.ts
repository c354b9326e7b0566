/** What is old enough to be forgotten. */
import type { Db } from '../connection.ts';
import { tablesOfLeads } from './lead-tables.ts';

/**
 * Leads whose handoffs were all over before then and that are not anonymised yet, the oldest first. One round trip, by
 * an index of what is still to be forgotten.
 */
export async function leadsOverBefore(db: Db, workspaceId: string, before: Date, most: number): Promise<string[]> {
  const { rows } = await db.raw(
    `select lead_id as id from handoffs h
     where workspace_id = :workspaceId and erased_at is null and coalesce(closed_at, opened_at) < :before
       and state in ('won', 'lost', 'rejected', 'nurture')
       and not exists (select from handoffs later where later.lead_id = h.lead_id and (
         later.state not in ('won', 'lost', 'rejected', 'nurture') or coalesce(later.closed_at, later.opened_at) >= :before))
     group by lead_id order by min(coalesce(closed_at, opened_at)) limit :most`,
    { workspaceId, before, most },
  );
  return rows.map((row: { id: string }) => row.id);
}

/** Letters of any table lose their text, those that wait to be sent excepted. Answers how many did. */
export async function forgetLetters(db: Db, workspaceId: string, before: Date): Promise<number> {
  let forgotten = 0;
  for (const { name, columns } of await tablesOfLeads(db)) {
    if (!['handoff_id', 'body', 'created_at', 'state'].every(column => columns.includes(column))) continue;
    forgotten += await db(name)
      .where({ workspace_id: workspaceId })
      .where('created_at', '<', before)
      .whereNot('body', '')
      .whereNotIn('state', ['waiting', 'begun'])
      .update({ body: '' });
  }
  return forgotten;
}
