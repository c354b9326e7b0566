/** What Baton itself has of the leads that are compared: handoffs with how they stand, and what became of a contact's signals. */
import type { CrmPersonKind } from '../../contracts/crm-records.ts';
import type { Priority } from '../../domain/decision.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import type { Db } from '../connection.ts';

/** A handoff as the books see it. */
export interface BookedHandoff {
  id: string;
  source: string;
  contactId: string;
  leadId: string;
  state: HandoffState;
  priority: Priority;
  crossedAt: Date;
  openedAt: Date;
  score: number | null;
  isErased: boolean;
  record: {
    state: 'pending' | 'written' | 'parked' | 'skipped';
    kind: CrmPersonKind | null;
    id: string | null;
    crm: string | null;
    note: string | null;
    /** As Baton knows its owner; null: nobody told. */
    ownerId: string | null;
    /** A later handoff of the same lead has the record, too: its score is that one's. */
    isShared: boolean;
  };
  deliveredAt: Date | null;
  /** Its newest message in Slack. */
  card: { channel: string; ts: string } | null;
  /** A card waits for its place's turn. */
  isQueued: boolean;
  isMailed: boolean;
  /** Slack refused it somewhere. */
  wasRefused: boolean;
  /** Jobs of it that were put aside, each with its reason. */
  parked: { job: string; verdict: string; reason: string }[];
  /** Touches that the source was not told, and that are none of its own. */
  untold: number;
}

const HANDOFFS = `
  select h.id, h.source, h.contact_id, h.lead_id, h.state, h.priority, h.crossed_at, h.opened_at, h.score, h.erased_at,
         h.record_state, h.record_kind, h.record_id, h.record_crm, h.record_note, h.delivered_at,
         (select owner_id from record_owners o where o.handoff_id = h.id and o.record_id = h.record_id) as owner_id,
         exists (select from handoffs later where later.lead_id = h.lead_id and later.record_id = h.record_id and later.opened_at > h.opened_at) as shared,
         (select json_build_object('channel', channel, 'ts', ts) from cards c
          where c.handoff_id = h.id and ts is not null order by posted_at desc limit 1) as card,
         exists (select from cards c where c.handoff_id = h.id and c.waiting_since is not null) as queued,
         exists (select from mail_notices m where m.handoff_id = h.id and m.kind = 'card') as mailed,
         exists (select from timeline t where t.handoff_id = h.id and t.kind = 'card_failed') as refused,
         coalesce((select json_agg(json_build_object('job', job, 'verdict', verdict, 'reason', reason)) from parked_jobs p
                   where p.workspace_id = h.workspace_id and p.replayed_at is null and p.payload->>'handoffId' = h.id::text), '[]') as parked,
         (select count(*)::int from touches t where t.handoff_id = h.id and t.origin <> h.source and t.created_at < :settled::timestamptz
            and not exists (select from feedback f where f.handoff_id = h.id and f.what = 'touch:' || t.id and f.written_at is not null)) as untold
  from handoffs h
  where h.workspace_id = :workspaceId and not h.is_test`;

/**
 * Handoffs whose crossing lies between, and those of `ids` besides. `settled`: what is younger is still on its way. One round
 * trip.
 */
export async function bookedHandoffs(
  db: Db,
  workspaceId: string,
  { from, to, ids, settled }: { from: Date; to: Date; ids: readonly string[]; settled: Date },
): Promise<BookedHandoff[]> {
  const { rows } = await db.raw(
    `${HANDOFFS} and (h.opened_at >= :from and h.crossed_at >= :from and h.crossed_at < :to or h.id = any(:ids::uuid[])) order by h.crossed_at, h.id`,
    { workspaceId, from, to, ids: [...ids], settled },
  );
  return rows.map(toBooked);
}

function toBooked(row: Record<string, unknown>): BookedHandoff {
  const own = <T>(column: string) => row[column] as T;
  return {
    id: own('id'),
    source: own('source'),
    contactId: own('contact_id'),
    leadId: own('lead_id'),
    state: own('state'),
    priority: own('priority'),
    crossedAt: own('crossed_at'),
    openedAt: own('opened_at'),
    score: own('score'),
    isErased: row.erased_at !== null,
    record: {
      state: own('record_state'),
      kind: own('record_kind'),
      id: own('record_id'),
      crm: own('record_crm'),
      note: own('record_note'),
      ownerId: own('owner_id'),
      isShared: own('shared'),
    },
    deliveredAt: own('delivered_at'),
    card: own('card'),
    isQueued: own('queued'),
    isMailed: own('mailed'),
    wasRefused: own('refused'),
    parked: own('parked'),
    untold: own('untold'),
  };
}

/** What Baton knows of a contact that its source says has crossed. */
export interface ContactEvidence {
  contactId: string;
  /** Handoffs of its lead, whatever their source, and its own tests. */
  handoffs: { id: string; crossedAt: Date; isTest: boolean }[];
  /** Its signals, the newest first. */
  signals: { id: number; status: 'new' | 'done' | 'parked'; outcome: string | null; occurredAt: Date }[];
  lastCrossedAt: Date | null;
  isGone: boolean;
  isErased: boolean;
  /** The score as Baton knew it last, and since when. */
  score: number | null;
  scoreAt: Date | null;
}

const MOST_SIGNALS = 50;
const CHUNK = 500;

/** By contact, everything that says why a crossing of it is no handoff. A round trip for 500. */
export async function evidenceOf(
  db: Db,
  workspaceId: string,
  source: string,
  contactIds: readonly string[],
): Promise<Map<string, ContactEvidence>> {
  const found = new Map<string, ContactEvidence>();
  for (let at = 0; at < contactIds.length; at += CHUNK) {
    const { rows } = await db.raw(EVIDENCE, {
      ...{ workspaceId, source, most: MOST_SIGNALS },
      ids: contactIds.slice(at, at + CHUNK),
    });
    for (const row of rows) found.set(row.id, toEvidence(row));
  }
  return found;
}

const EVIDENCE = `
  select asked.id, s.score, s.score_at, s.gone_at is not null as gone, l.last_crossed_at,
         exists (select from tombstones t where t.workspace_id = w.id
                   and t.hash = sha256(w.tombstone_key || convert_to('contact:' || :source || ':' || asked.id, 'UTF8'))) as erased,
         coalesce((select json_agg(json_build_object('id', h.id, 'crossedAt', h.crossed_at, 'isTest', h.is_test))
                   from handoffs h where h.lead_id = s.lead_id), '[]') as handoffs,
         coalesce((select json_agg(i) from (
                     select i.id, i.status, i.outcome, i.signal->>'occurredAt' as "occurredAt" from inbox i
                     where i.workspace_id = w.id and i.source = :source and i.signal->>'contactId' = asked.id
                     order by i.id desc limit :most) i), '[]') as signals
  from unnest(:ids::text[]) as asked(id)
  join workspaces w on w.id = :workspaceId
  left join source_contacts s on s.workspace_id = w.id and s.source = :source and s.contact_id = asked.id
  left join leads l on l.id = s.lead_id`;

interface EvidenceRow {
  id: string;
  handoffs: { id: string; crossedAt: string; isTest: boolean }[];
  signals: { id: number; status: 'new' | 'done' | 'parked'; outcome: string | null; occurredAt: string }[];
  last_crossed_at: Date | null;
  gone: boolean | null;
  erased: boolean;
  score: number | null;
  score_at: Date | null;
}

function toEvidence(row: EvidenceRow): ContactEvidence {
  return {
    contactId: row.id,
    handoffs: row.handoffs.map(one => ({ ...one, crossedAt: new Date(one.crossedAt) })),
    signals: row.signals.map(one => ({ ...one, occurredAt: new Date(one.occurredAt) })),
    lastCrossedAt: row.last_crossed_at,
    isGone: row.gone === true,
    isErased: row.erased,
    score: row.score,
    scoreAt: row.score_at,
  };
}
