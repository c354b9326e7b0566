/** Who took over whose leads, and what people wrote who turned one down: by the scope of every question. */
import type { Db } from '../db/connection.ts';
import { type Asked, bindingsOf, fromSql } from './question.ts';

const MOST = 20;

/** Turns that went on to somebody else, most frequent first. One statement. */
export async function takeoversOf(db: Db, asked: Asked): Promise<{ from: string; to: string; count: number }[]> {
  const next = `cross join lateral (select n.rep_email from stints n where n.handoff_id = s.handoff_id and n.id > s.id
    order by n.id limit 1) as next`;
  const { rows } = await db.raw(
    `select s.rep_email as "from", next.rep_email as "to", count(*)::int as count
     from ${fromSql(asked, 'turns', next)} and s.ended_at is not null and s.rep_email <> next.rep_email
     group by 1, 2 order by 3 desc, 1, 2 limit ${MOST}`,
    bindingsOf(asked),
  );
  return rows;
}

export interface RejectNote {
  id: string;
  name: string;
  company: string | null;
  reason: string;
  note: string;
  by: string | null;
  at: Date;
}

/** The newest words of those who turned a lead down. One statement. */
export async function rejectNotes(db: Db, asked: Asked, most: number): Promise<RejectNote[]> {
  const { rows } = await db.raw(
    `select h.id, coalesce(nullif(leads.name, ''), leads.email) as name, judgement->'company'->>'name' as company,
            h.closed_reason as reason, h.closed_note as note, h.closed_by as by, h.closed_at as at
     from ${fromSql(asked, 'leads', 'join leads on leads.id = h.lead_id')} and h.state = 'rejected'
       and h.closed_note is not null and h.closed_at is not null
     order by h.closed_at desc, h.id limit ${most}`,
    bindingsOf(asked),
  );
  return rows;
}
