import { randomUUID } from 'node:crypto';
import type { Db } from '../../src/db/connection.ts';
import { insertHandoff, UNTOUCHED } from '../../src/db/handoffs/handoffs.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import type { Judgement } from '../../src/domain/decision.ts';

export interface Many {
  workspaceId: string;
  playbookVersion: number;
  count: number;
  /** The first was assigned then; each further one so many milliseconds later. */
  assignedAt: Date;
  apartMs: number;
  /** From being assigned until the ladder is to be looked at. */
  rungAfterMs: number;
  dueAfterMs: number;
  repEmail: string;
  team: string | null;
}

/** HIGH leads that somebody has and nobody touched, made by the database itself: a million takes a minute. */
export async function manyHandoffs(db: Db, many: Many): Promise<void> {
  const { workspaceId, assignedAt: at, count } = many;
  await db.transaction(async trx => {
    const id = randomUUID();
    const lead = await lockLead(trx, workspaceId, `${id}@example.com`, 'Emma Thompson', at);
    const judgement = { fit: { score: 100, priority: 'HIGH', parts: [] }, company: {}, flags: [] } as unknown;
    await insertHandoff(trx, {
      ...UNTOUCHED,
      id,
      workspaceId,
      leadId: lead.id,
      source: 'hubspot',
      contactId: id,
      state: 'assigned',
      playbookVersion: many.playbookVersion,
      crossedAt: at,
      seenAt: at,
      openedAt: at,
      assignedAt: at,
      claimedAt: null,
      score: 63,
      priority: 'HIGH',
      team: many.team,
      repEmail: many.repEmail,
      claimedBy: null,
      facts: {},
      judgement: judgement as Judgement,
      decision: null,
      recordState: 'skipped',
      recordKind: null,
      recordId: null,
      recordNote: null,
      recordedAt: null,
      deliveredAt: at,
      dueAt: new Date(at.getTime() + many.dueAfterMs),
      nextStepAt: new Date(at.getTime() + many.rungAfterMs),
    });
    // Every further one is a copy, a little later.
    const { rows } = await trx.raw(
      `select string_agg(quote_ident(column_name), ', ') as names,
              string_agg(case when column_name = 'id' then 'gen_random_uuid()'
                              when column_name in ('assigned_at', 'due_at', 'next_step_at')
                              then column_name || ' + n * interval ''1 millisecond'' * APART'
                              else quote_ident(column_name) end, ', ') as made
       from information_schema.columns where table_schema = 'public' and table_name = 'handoffs'`,
    );
    await trx.raw(
      `insert into handoffs (${rows[0].names})
       select ${rows[0].made.replaceAll('APART', ':apart::integer')} from handoffs, generate_series(1, :more) as n where id = :id`,
      { id, more: count - 1, apart: many.apartMs },
    );
  });
}
