/** By what erased people would be known again, as keyed hashes: nobody is brought back by a late delivery or a poll. */
import type { Db } from '../connection.ts';
import type { Identity } from '../handoffs/leads.ts';
import type { KnownPerson } from './person.ts';

export interface Tombstone {
  erasureId: string;
  erasedAt: Date;
}

/** The hash of an identity, as part of a statement that knows the workspace as `w` and the identity as `kind`, `value`. */
const HASH = `sha256(w.tombstone_key || convert_to(kind || ':' || value, 'UTF8'))`;

/** Remembers by what this person was known. One round trip. */
export async function placeTombstones(
  trx: Db,
  workspaceId: string,
  person: KnownPerson,
  { erasureId, erasedAt }: Tombstone,
): Promise<void> {
  const identities = [
    ...person.addresses.map(value => ({ kind: 'address', value })),
    ...person.contacts
      .filter(one => one.source !== 'manual')
      .map(one => ({ kind: 'contact', value: `${one.source}:${one.contactId}` })),
    ...person.records.map(value => ({ kind: 'record', value })),
  ];
  await trx.raw(
    `insert into tombstones (workspace_id, hash, erasure_id, erased_at)
     select w.id, ${HASH}, :erasureId, :erasedAt
     from workspaces w, (select distinct kind, value from jsonb_to_recordset(:identities) as given(kind text, value text)) as given
     where w.id = :workspaceId
     on conflict (workspace_id, hash) do update set erasure_id = excluded.erasure_id, erased_at = excluded.erased_at`,
    { workspaceId, erasureId, erasedAt, identities: JSON.stringify(identities) },
  );
}

/** The newest erasure of whoever is known by any of these. One round trip. */
export async function tombstoneOf(
  db: Db,
  workspaceId: string,
  identities: readonly Identity[],
): Promise<Tombstone | undefined> {
  const { rows } = await db.raw(
    `select t.erasure_id as "erasureId", t.erased_at as "erasedAt"
     from workspaces w, jsonb_to_recordset(:identities) as given(kind text, value text), tombstones t
     where w.id = :workspaceId and t.workspace_id = w.id and t.hash = ${HASH} order by t.erased_at desc limit 1`,
    { workspaceId, identities: JSON.stringify(identities) },
  );
  return rows[0];
}

/** Whoever was erased then came again by themselves: they are a person like any other from now on. */
export async function liftTombstones(trx: Db, workspaceId: string, erasureId: string): Promise<void> {
  await trx('tombstones').where({ workspace_id: workspaceId, erasure_id: erasureId }).delete();
}
