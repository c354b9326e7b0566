/** What the CRM tells by itself becomes evidence, or a note in the story. */
import type { Crm, CrmActivity, CrmMeaning, CrmNews } from '../../contracts/crm.ts';
import type { Db } from '../../db/connection.ts';
import { connectionOf, saveCursor } from '../../db/connections.ts';
import { handoffOfRecords, type NewsOutcome, settleNews, storeNews, unreadNews } from '../../db/crm-events.ts';
import { lockHandoff } from '../../db/handoffs.ts';
import { isRestoring, knownOwners } from '../../db/owner-changes.ts';
import { enqueue } from '../../jobs/queue.ts';
import { pollCrmEvents, readEventAgain, readEvents } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { isAsWritten, isKnownAlready, noteDeal, noteLead } from './apply-change.ts';
import { type Evidence, recordEvidence } from './evidence.ts';
import { withGiver } from './owner-history.ts';
import { noteGone } from './record-gone.ts';

/**
 * Reads one piece of news. Messages come late, twice and out of order, and leave fields out: so they only say where to
 * look, and the CRM is asked how the record stands. At most one call, one more when its owner is another than Baton knew,
 * and none for records that are nobody's.
 */
export async function readCrmNews(
  deps: Deps,
  { workspaceId, newsId }: { workspaceId: string; newsId: number },
): Promise<void> {
  const news = await unreadNews(deps.db, workspaceId, newsId);
  const { crm } = await deps.vendors(workspaceId);
  if (!news || !crm?.meaning || !crm.look) return;
  const settle = (trx: Db, outcome: NewsOutcome) => settleNews(trx, workspaceId, newsId, outcome, deps.clock.now());
  const { record } = news;
  const heard = crm.meaning(news);
  if (!record || heard.kind === 'other') return settle(deps.db, 'gone');
  if (heard.kind === 'gone') return noteGone({ deps, crm, workspaceId, record }, settle);
  const why = await notWorthAsking(deps, workspaceId, record, heard);
  if (why) return settle(deps.db, why);
  // Baton is at it: whose it is then shows afterwards.
  if (await isRestoring(deps.db, workspaceId, record.id)) return enqueue(deps.db, readEventAgain(workspaceId, newsId));
  const askedAt = deps.clock.now();
  const current = await crm.look(record);
  if (!current) return noteGone({ deps, crm, workspaceId, record }, settle);
  const meaning = await withGiver(deps, workspaceId, crm, record, crm.meaning(current));
  await deps.db.transaction(async trx => {
    const about = meaning.kind === 'activity' ? meaning.about : [record.id];
    const id = await handoffOfRecords(trx, workspaceId, about);
    const handoff = id && (await lockHandoff<Facts>(trx, workspaceId, id));
    if (!handoff) return settle(trx, 'unknown');
    await settle(
      trx,
      await apply(
        { deps, trx, crmName: crm.name, handoff, recordId: record.id, object: record.object, askedAt },
        meaning,
      ),
    );
  });
}

async function notWorthAsking(
  deps: Deps,
  workspaceId: string,
  record: { object: string; id: string },
  heard: Exclude<CrmMeaning, { kind: 'other' | 'gone' }>,
): Promise<NewsOutcome | undefined> {
  const { db } = deps;
  if (heard.kind !== 'activity') {
    const handoffId = await handoffOfRecords(db, workspaceId, [record.id]);
    if (!handoffId) return 'unknown';
    return (await isKnownAlready(deps, workspaceId, handoffId, record, heard)) ? 'nothing_new' : undefined;
  }
  if (heard.own) return 'own';
  if (heard.done === false) return 'not_done';
  return heard.aboutAll && !(await handoffOfRecords(db, workspaceId, heard.about)) ? 'unknown' : undefined;
}

function apply(told: Evidence, meaning: CrmMeaning): Promise<NewsOutcome> {
  if (meaning.kind === 'lead') return noteLead(told, meaning);
  if (meaning.kind === 'deal') return noteDeal(told, meaning);
  return meaning.kind === 'activity' ? weigh(told, meaning) : Promise.resolve('gone');
}

async function weigh(told: Evidence, activity: CrmActivity): Promise<NewsOutcome> {
  if (activity.own) return 'own';
  return activity.done ? recordEvidence(told, activity) : 'not_done';
}

/**
 * Reads one page of changes, news and cursor in one transaction, and asks for the next while there is more. Of a paused
 * connection too: nobody asks for it but whoever finds out whether it works.
 */
export async function pollCrm(deps: Deps, { workspaceId }: { workspaceId: string }): Promise<void> {
  const { crm } = await deps.vendors(workspaceId);
  const connection = crm && (await connectionOf(deps.db, workspaceId, { vendor: crm.name, role: 'crm' }));
  if (!crm?.poll || !connection) return;
  const page = await crm.poll(connection.cursor, connection.connectedAt);
  const news = await worthReading(deps.db, workspaceId, crm, page.news);
  await deps.db.transaction(async trx => {
    await storeNews(trx, workspaceId, { news, at: deps.clock.now() }, readEvents);
    if (page.cursor) await saveCursor(trx, workspaceId, connection, page.cursor);
    if (page.more) await enqueue(trx, pollCrmEvents(workspaceId));
  });
}

/** What Baton itself has just written comes back with every poll: without a change it is not even kept. */
async function worthReading(db: Db, workspaceId: string, crm: Crm, news: CrmNews[]): Promise<CrmNews[]> {
  const ids = news.flatMap(({ record }) => (record ? [record.id] : []));
  const owners = await knownOwners(db, workspaceId, ids);
  return news.filter(one => {
    const heard = crm.meaning?.(one);
    return heard?.kind !== 'lead' || !isAsWritten(heard) || owners.get(one.record?.id ?? '') !== heard.ownerId;
  });
}
