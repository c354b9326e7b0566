/** The first leads of a question, for lists in messages. */
import type { Db } from '../db/connection.ts';
import type { AnswerLead } from '../domain/answer.ts';
import { type Asked, bindingsOf, fromSql } from './question.ts';

/** A lead that somebody should look at. */
export interface LookedAt {
  name: string;
  company: string | null;
  rep: string | null;
  /** ISO 8601. */
  since: string;
}

/** The first few leads of a question and how many there are; those that have waited longest in front. */
export async function firstLeads(
  db: Db,
  asked: Asked,
  since: 'opened' | 'last_touch',
  most: number,
): Promise<{ total: number; first: LookedAt[] }> {
  const at = since === 'opened' ? 'h.opened_at' : 'coalesce(h.last_touch_at, h.contacted_at)';
  const { rows } = await db.raw(
    `select coalesce(nullif(leads.name, ''), leads.email) as name, h.rep_email as rep,
            judgement->'company'->>'name' as company, ${at} as since, count(*) over ()::int as total
     from ${fromSql(asked, 'leads', 'join leads on leads.id = h.lead_id')}
     order by ${at}, h.id limit ${most}`,
    bindingsOf(asked),
  );
  const first = rows.map(({ total: _all, since: then, ...lead }: LookedAt & { total: number; since: Date }) => ({
    ...lead,
    since: then.toISOString(),
  }));
  return { total: rows[0]?.total ?? 0, first };
}

/** Some leads of a question and how many there are: those that are due first, or the newest, in front. One statement. */
export async function listedLeads(
  db: Db,
  asked: Asked,
  order: 'due' | 'newest',
  most: number,
  skip = 0,
): Promise<{ total: number; leads: AnswerLead[] }> {
  const by = order === 'due' ? 'h.due_at asc nulls last, h.opened_at' : 'h.opened_at desc';
  const { rows } = await db.raw(
    `select h.id, coalesce(nullif(leads.name, ''), leads.email) as name, judgement->'company'->>'name' as company,
            h.rep_email as rep, h.team, h.state, h.priority, h.opened_at as "openedAt", h.due_at as "dueAt",
            h.contacted_at as "contactedAt", h.lead_source as "leadSource", h.campaign,
            count(*) over ()::int as total
     from ${fromSql(asked, 'leads', 'join leads on leads.id = h.lead_id')} order by ${by}, h.id limit ${most} offset ${skip}`,
    bindingsOf(asked),
  );
  const leads = rows.map(({ total: _all, ...lead }: AnswerLead & { total: number }) => lead);
  return { total: rows[0]?.total ?? 0, leads };
}

/** Is this one of the leads of the question? By a whole id alone. One statement. */
export async function isAmong(db: Db, asked: Asked, handoffId: string): Promise<boolean> {
  const { rows } = await db.raw(
    `select exists (select from ${fromSql(asked, 'leads')} and h.id = :handoffId) as found`,
    {
      ...bindingsOf(asked),
      handoffId,
    },
  );
  return rows[0].found;
}
