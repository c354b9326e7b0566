/** What is kept of a person, by what people call it: for whoever is about to erase them, and for a file they may have. */
import type { CrmPersonKind } from '../../contracts/crm-records.ts';
import type { Db } from '../connection.ts';
import { rowsAbout, tablesOfLeads } from './lead-tables.ts';
import type { KnownPerson } from './person.ts';

export interface PersonPlaces {
  /** Handoffs, timeline entries, …: how many of each. */
  counts: {
    leads: number;
    handoffs: number;
    timeline: number;
    touches: number;
    emails: number;
    inbox: number;
    cards: number;
  };
  /** Handoffs whose record stands in the CRM. */
  written: string[];
}

/** One round trip. */
export async function placesOf(db: Db, workspaceId: string, person: KnownPerson): Promise<PersonPlaces> {
  const { leadIds, handoffIds } = person;
  const { rows } = await db.raw(
    `select (select count(*)::int from timeline where workspace_id = :workspaceId
               and (lead_id = any(:leadIds::uuid[]) or handoff_id = any(:handoffIds::uuid[]))) as timeline,
            (select count(*)::int from cards where workspace_id = :workspaceId and handoff_id = any(:handoffIds::uuid[])
               and ts is not null) as cards,
            (select coalesce(array_agg(id::text), '{}') from handoffs where workspace_id = :workspaceId
               and id = any(:handoffIds::uuid[]) and record_id is not null) as written`,
    { workspaceId, leadIds, handoffIds },
  );
  const { timeline, cards, written } = rows[0];
  const { touchIds, emailIds, inboxIds } = person;
  return {
    counts: {
      leads: leadIds.length,
      handoffs: handoffIds.length,
      timeline,
      touches: touchIds.length,
      emails: emailIds.length,
      inbox: inboxIds.length,
      cards,
    },
    written,
  };
}

/** Their records in the CRM, each once. */
export async function recordsOf(
  db: Db,
  workspaceId: string,
  { handoffIds }: KnownPerson,
): Promise<{ kind: CrmPersonKind; id: string }[]> {
  return db('handoffs')
    .where({ workspace_id: workspaceId })
    .whereIn('id', handoffIds)
    .whereNotNull('record_id')
    .whereNotNull('record_kind')
    .distinct('record_kind as kind', 'record_id as id');
}

/** Every row that is about the person, by table, as it is kept. Reads through every table that may tell of leads. */
export async function everythingAbout(
  db: Db,
  workspaceId: string,
  person: KnownPerson,
): Promise<Record<string, Record<string, unknown>[]>> {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const table of await tablesOfLeads(db)) {
    const found = await rowsAbout(db, workspaceId, table, person);
    if (found.length > 0) all[table.name] = found.map(({ row: { workspace_id: _, ...row } }) => row);
  }
  return all;
}
