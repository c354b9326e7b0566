/** What the CRM tells by itself becomes evidence, or a note in the timeline. */
import type { Playbook } from '../../config/playbook.ts';
import type { Crm } from '../../contracts/crm.ts';
import type { CrmActivity, CrmEvent, ParsedEvent } from '../../contracts/crm-events.ts';
import type { CrmRecord } from '../../contracts/crm-records.ts';
import type { Db } from '../../db/connection.ts';
import { connectionOf, saveCursor } from '../../db/connections/connections.ts';
import {
  type EventOutcome,
  handoffOfRecords,
  settleEvent,
  storeEvents,
  unreadEvent,
} from '../../db/handoffs/crm-events.ts';
import { hasOpenRecords } from '../../db/handoffs/handoff-list.ts';
import { lockHandoff } from '../../db/handoffs/handoffs.ts';
import { isRestoring, knownOwners } from '../../db/handoffs/owner-changes.ts';
import { enqueue } from '../../jobs/queue.ts';
import { erasePersonAsked, pollCrmEvents, readEventAgain, readEvents } from '../../jobs/requests.ts';
import type { HandoffEvent } from '../core/crm-event.ts';
import { crmNamed } from '../core/crm-of-record.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { askedByVendor } from '../privacy/erase.ts';
import { isElsewhere } from '../record/move-crm.ts';
import { answeredInCrm } from '../sequences/follow.ts';
import { isAsWritten, isKnownAlready, recordDealChange, recordPersonChange } from './apply-change.ts';
import { isFromLead, recordEvidence, withdrawMeeting } from './evidence.ts';
import { followRecord } from './follow-record.ts';
import { withGiver } from './owner-history.ts';

/**
 * Reads one event. Messages come late, twice and out of order, and leave fields out: so they only say where to
 * look, and the CRM is asked how the record stands. At most one call, one more when its owner is another than Baton knew,
 * and none for records that are nobody's.
 */
export async function readCrmEvent(
  deps: Deps,
  { workspaceId, newsId }: { workspaceId: string; newsId: number },
): Promise<void> {
  const [unread, vendors] = await Promise.all([unreadEvent(deps.db, workspaceId, newsId), deps.vendors(workspaceId)]);
  const used = unread && crmNamed(vendors, unread.crm);
  const crm = used?.crm;
  if (!unread || !crm?.parse || !crm.look) return;
  const { event } = unread;
  const settle = (trx: Db, outcome: EventOutcome) => settleEvent(trx, workspaceId, newsId, outcome, deps.clock.now());
  const { record } = event;
  const heard = crm.parse(event);
  if (!record || heard.kind === 'other') return settle(deps.db, 'no_record');
  if (heard.kind === 'removed' && heard.privacy) {
    return deps.db.transaction(async trx => settle(trx, await eraseRecords(deps, trx, workspaceId, crm.name, record)));
  }
  if (heard.kind === 'removed') return followRecord({ deps, crm, workspaceId, record, heard: event }, settle);
  const why = await notWorthAsking(deps, crm, workspaceId, record, heard);
  if (why) return settle(deps.db, why);
  // Baton is at it: whose it is then shows afterwards.
  if (await isRestoring(deps.db, workspaceId, record.id)) return enqueue(deps.db, readEventAgain(workspaceId, newsId));
  const askedAt = deps.clock.now();
  const current = await crm.look(record);
  if (!current) return followRecord({ deps, crm, workspaceId, record, heard: event }, settle);
  const former = used?.formerRules && (await formerOf(crm, used.formerRules));
  const told = withChanger(crm.parse(current), heard);
  const parsed = former ? told : await withGiver(deps, workspaceId, crm, record, told);
  await deps.db.transaction(async trx => {
    const about = parsed.kind === 'activity' ? parsed.about : [record.id];
    const id = await handoffOfRecords(trx, workspaceId, about);
    const handoff = id && (await lockHandoff<Facts>(trx, workspaceId, id));
    // Two CRMs may know different records by one id.
    if (!handoff || isElsewhere(handoff, crm)) return settle(trx, 'unknown');
    await settle(
      trx,
      await apply(
        {
          deps,
          trx,
          crmName: crm.name,
          traits: crm.traits,
          handoff,
          recordId: record.id,
          recordKind: record.kind,
          askedAt,
          ...(former && { former }),
        },
        parsed,
      ),
    );
  });
}

/** People of a CRM that was left are known by their addresses alone. As many calls as `users` makes. */
async function formerOf(crm: Crm, playbook: Playbook): Promise<NonNullable<HandoffEvent['former']>> {
  const users = await crm.users(playbook.people.map(({ email }) => email));
  return { playbook, emails: new Map(users.map(({ id, email }) => [id, email])) };
}

/** The person of the record asked to be forgotten: a job erases them, where they are known. */
async function eraseRecords(
  deps: Deps,
  trx: Db,
  workspaceId: string,
  crm: string,
  record: CrmRecord,
): Promise<EventOutcome> {
  if (!(await handoffOfRecords(trx, workspaceId, [record.id]))) return 'unknown';
  const erasureId = await askedByVendor(trx, workspaceId, crm, { recordId: record.id }, deps.clock.now());
  await enqueue(trx, erasePersonAsked(workspaceId, erasureId));
  return 'changed';
}

/** The message may know who made it so, which a record as it stands need not. */
function withChanger(now: ParsedEvent, heard: ParsedEvent): ParsedEvent {
  if (!('ownerId' in now && 'changedBy' in heard) || now.kind === 'activity' || now.changedBy) return now;
  const { ownerId, changedBy, changedAt } = heard;
  return ownerId === now.ownerId ? { ...now, ...(changedBy && { changedBy }), ...(changedAt && { changedAt }) } : now;
}

async function notWorthAsking(
  deps: Deps,
  { traits }: Crm,
  workspaceId: string,
  record: CrmRecord,
  heard: Exclude<ParsedEvent, { kind: 'other' | 'removed' }>,
): Promise<EventOutcome | undefined> {
  const { db } = deps;
  if (heard.kind !== 'activity') {
    const handoffId = await handoffOfRecords(db, workspaceId, [record.id]);
    if (!handoffId) return 'unknown';
    return (await isKnownAlready(deps, workspaceId, handoffId, record, heard, traits)) ? 'nothing_new' : undefined;
  }
  if (heard.own) return 'own';
  // One that was called off may have counted, and what the lead wrote ends a sequence.
  if (heard.done === false && !heard.cancelled && !isFromLead(heard)) return 'not_done';
  return heard.aboutAll && !(await handoffOfRecords(db, workspaceId, heard.about)) ? 'unknown' : undefined;
}

function apply(event: HandoffEvent, parsed: ParsedEvent): Promise<EventOutcome> {
  if (parsed.kind === 'person') return recordPersonChange(event, parsed);
  if (parsed.kind === 'deal') return recordDealChange(event, parsed);
  return parsed.kind === 'activity' ? applyActivity(event, parsed) : Promise.resolve('no_record');
}

async function applyActivity(event: HandoffEvent, activity: CrmActivity): Promise<EventOutcome> {
  if (activity.own) return 'own';
  if (activity.cancelled) return withdrawMeeting(event);
  if (isFromLead(activity) && (await answeredInCrm(event.trx, event.handoff))) return 'changed';
  return activity.done ? recordEvidence(event, activity) : 'not_done';
}

/**
 * Reads one page of changes, events and cursor in one transaction, and asks for the next while there is more. Of a paused
 * connection too: nobody asks for it but whoever finds out whether it works.
 */
export async function pollCrm(
  deps: Deps,
  { workspaceId, vendor }: { workspaceId: string; vendor?: string },
): Promise<void> {
  const used = crmNamed(await deps.vendors(workspaceId), vendor);
  if (used?.formerRules && !(await hasOpenRecords(deps.db, workspaceId, used.crm.name))) return;
  const crm = used?.crm;
  const connection = crm && (await connectionOf(deps.db, workspaceId, { vendor: crm.name, role: 'crm' }));
  if (!crm?.poll || !connection) return;
  const page = await crm.poll(connection.cursor, connection.connectedAt);
  const events = await worthReading(deps.db, workspaceId, crm, page.events);
  if (events.length === 0 && !page.more) {
    if (page.cursor) await saveCursor(deps.db, workspaceId, connection, page.cursor);
    return;
  }
  await deps.db.transaction(async trx => {
    await storeEvents(trx, workspaceId, { crm: crm.name, events, at: deps.clock.now() }, readEvents);
    if (page.cursor) await saveCursor(trx, workspaceId, connection, page.cursor);
    if (page.more) await enqueue(trx, pollCrmEvents(workspaceId, vendor));
  });
}

/** What Baton itself has just written comes back with every poll: without a change it is not even kept. */
async function worthReading(db: Db, workspaceId: string, crm: Crm, events: CrmEvent[]): Promise<CrmEvent[]> {
  const ids = events.flatMap(({ record }) => (record ? [record.id] : []));
  const owners = await knownOwners(db, workspaceId, ids);
  return events.filter(one => {
    const heard = crm.parse?.(one);
    return (
      heard?.kind !== 'person' || !isAsWritten(heard, crm.traits) || owners.get(one.record?.id ?? '') !== heard.ownerId
    );
  });
}
