/**
 * Leads, and by what each is known: contacts of sources, addresses, person records of the CRM. Each of these names one
 * lead of a workspace, so that a changed address, a second source or a merge makes no second lead.
 */
import { randomUUID } from 'node:crypto';
import { addressKey, indexKey } from '../../lib/text.ts';
import type { Db } from '../connection.ts';
import type { Mode } from '../workspaces/mode.ts';

export interface Lead {
  id: string;
  email: string;
  name: string;
  lastCrossedAt: Date | null;
  /** Names of leads that turned out to be this one just now. */
  joined: readonly string[];
  /** The workspace only watches: asked under the lead's lock, as late as can be. */
  isWatched: boolean;
}

/** One thing by which a lead is known. */
export interface Identity {
  kind: 'contact' | 'address' | 'record';
  value: string;
}

export const contactIdentity = (source: string, contactId: string): Identity => ({
  kind: 'contact',
  value: indexKey(`${source}:${contactId}`),
});
export const addressIdentity = (address: string): Identity => ({
  kind: 'address',
  value: indexKey(addressKey(address)),
});
/** A person's record in the CRM, by its id there. */
export const recordIdentity = (recordId: string): Identity => ({ kind: 'record', value: indexKey(recordId) });

/**
 * The lead known by any of these, made when there is none, locked until the transaction ends: two signals of one person
 * queue up here, whatever each of them knows the person by. Where they name several leads, those are one from now on:
 * the oldest, with all that was the others'. Three round trips, five more for each join.
 * @param label how people see it: its address, else the source's id
 */
export async function lockLead(
  trx: Db,
  workspaceId: string,
  label: string,
  name: string,
  at: Date,
  identities: readonly Identity[] = [addressIdentity(label)],
): Promise<Lead> {
  const email = indexKey(label);
  const fresh = randomUUID();
  const known = await claimIdentities(trx, workspaceId, { fresh, email, name, at, identities });
  const [oldest, ...others] = await lockLeads(trx, workspaceId, known);
  if (!oldest) throw new Error(`a lead of ${identities.length} identities is gone`);
  for (const { id } of others) await joinLeads(trx, workspaceId, { from: id, into: oldest.id, isNew: id === fresh });
  await trx('leads').where({ workspace_id: workspaceId, id: oldest.id }).update({ name, email });
  const crossings = [oldest, ...others].flatMap(one => one.last_crossed_at ?? []).map(Number);
  return {
    id: oldest.id,
    email,
    name,
    lastCrossedAt: crossings.length > 0 ? new Date(Math.max(...crossings)) : null,
    joined: others.filter(one => one.id !== fresh).map(one => one.name),
    isWatched: oldest.mode === 'watch',
  };
}

interface NewLead {
  /** The id of the lead that is made unless one is known. */
  fresh: string;
  email: string;
  name: string;
  at: Date;
  identities: readonly Identity[];
}

/**
 * Writes down the identities that are new, as of a lead that is known by one of the others, else of a new one; and holds
 * them all, in one order: whoever comes with the same waits. Answers the leads they name.
 */
async function claimIdentities(trx: Db, workspaceId: string, { identities, ...lead }: NewLead): Promise<string[]> {
  const { rows } = await trx.raw(
    `with given as (
       select distinct kind, value from jsonb_to_recordset(:identities) as given(kind text, value text)
     ), known as (
       select lead_id from lead_identities join given using (kind, value) where workspace_id = :workspace
       order by known_since, lead_id limit 1
     ), held as (
       insert into lead_identities (workspace_id, kind, value, lead_id, known_since)
       select :workspace::uuid, kind, value, coalesce((select lead_id from known), :fresh::uuid), :at::timestamptz
       from given order by kind, value
       on conflict (workspace_id, kind, value) do update set lead_id = lead_identities.lead_id
       returning lead_id
     ), made as (
       insert into leads (id, workspace_id, email, name, created_at)
       select :fresh, :workspace, :email, :name, :at where exists (select 1 from held where lead_id = :fresh)
     )
     select distinct lead_id from held`,
    { ...lead, workspace: workspaceId, identities: JSON.stringify(identities) },
  );
  return rows.map((row: { lead_id: string }) => row.lead_id);
}

interface LeadRow {
  id: string;
  name: string;
  last_crossed_at: Date | null;
  joined_into: string | null;
  mode: Mode;
}

/** Oldest first. A lead that was joined to another while this waited for it is that other. */
async function lockLeads(trx: Db, workspaceId: string, ids: readonly string[]): Promise<LeadRow[]> {
  const rows: LeadRow[] = await trx('leads')
    .where({ workspace_id: workspaceId })
    .whereIn('id', [...ids])
    .orderBy(['created_at', 'id'])
    .forUpdate()
    .select('id', 'name', 'last_crossed_at', 'joined_into')
    .select(trx('workspaces').where({ id: workspaceId }).select('mode').as('mode'));
  const elsewhere = rows.flatMap(row => row.joined_into ?? []);
  if (elsewhere.length === 0) return rows;
  const here = rows.flatMap(row => (row.joined_into === null ? [row.id] : []));
  return lockLeads(trx, workspaceId, [...new Set([...here, ...elsewhere])]);
}

/** All that was one lead's is the other's. The one stays as a pointer, for work under way that still names it. */
async function joinLeads(
  trx: Db,
  workspaceId: string,
  { from, into, isNew }: { from: string; into: string; isNew: boolean },
): Promise<void> {
  // Of a lead made a moment ago there is nothing else.
  const tables = isNew ? ['lead_identities'] : ['lead_identities', 'source_contacts', 'handoffs', 'timeline'];
  for (const table of tables) {
    await trx(table).where({ workspace_id: workspaceId, lead_id: from }).update({ lead_id: into });
  }
  if (isNew) {
    await trx('leads').where({ workspace_id: workspaceId, id: from }).delete();
    return;
  }
  await trx.raw(
    `update leads set
       joined_into = case when id = :from then :into::uuid else joined_into end,
       last_crossed_at = (select max(last_crossed_at) from leads where workspace_id = :workspace and id in (:from, :into))
     where workspace_id = :workspace and id in (:from, :into)`,
    { workspace: workspaceId, from, into },
  );
}

/** The lead is known by these, too, unless another is. Nothing happens until it is awaited. */
export function addIdentities(
  db: Db,
  workspaceId: string,
  { leadId, identities, at }: { leadId: string; identities: readonly Identity[]; at: Date },
) {
  return db('lead_identities')
    .insert(
      identities.map(({ kind, value }) => ({
        workspace_id: workspaceId,
        kind,
        value,
        lead_id: leadId,
        known_since: at,
      })),
    )
    .onConflict(['workspace_id', 'kind', 'value'])
    .ignore();
}
