/** The weekly report: begun once a week however many processes look, then posted to each place by a job of its own. */

import type { Playbook } from '../config/playbook.ts';
import type { Place } from '../contracts/notifier.ts';
import {
  addReportPosts,
  beginWeekly,
  dueForReport,
  noteReportDue,
  noteReportDueBy,
} from '../db/reports/report-posts.ts';
import { modeOf } from '../db/workspaces/mode.ts';
import { placeKey } from '../handoff/cards/places.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { slackIdOf } from '../handoff/core/directory.ts';
import { actorIn } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { deliverMarketingReport, deliverReport, spreadWeekly } from '../jobs/requests.ts';
import { after, DAY, HOUR } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { lastDue } from './periods.ts';
import { marketingReaders } from './post-marketing.ts';

/** When everything was down at its hour, a report comes late; one of another day is no news any more. */
const LATEST = DAY;

/** Workspaces of one question. */
const BATCH = 500;
/** Before any id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Begins every weekly report that is due and was not begun. Safe in many processes at once: a row is the lock. A
 * workspace whose playbook cannot be read is looked at again in an hour, and keeps nobody else waiting.
 */
export async function beginReports(deps: Deps): Promise<void> {
  const { db, clock, log } = deps;
  let last = FIRST;
  for (;;) {
    const due = await dueForReport(db, clock.now(), { last, limit: BATCH });
    for (const workspaceId of due) {
      try {
        await beginReport(deps, workspaceId);
      } catch (thrown) {
        log.error({ err: toError(thrown), workspaceId }, 'the weekly report could not be begun');
        await noteReportDue(db, workspaceId, after(clock.now(), HOUR));
      }
    }
    if (due.length < BATCH) return;
    last = due.at(-1) ?? last;
  }
}

async function beginReport(deps: Deps, workspaceId: string): Promise<void> {
  const { version, playbook } = await deps.playbook(workspaceId);
  const { weekly } = playbook.reports;
  if (!weekly) return noteReportDueBy(deps.db, workspaceId, version, 'infinity');
  const now = deps.clock.now();
  const last = lastDue(weekly, now);
  await deps.db.transaction(async trx => {
    await noteReportDueBy(trx, workspaceId, version, last.next);
    if (now.getTime() - last.due.getTime() > LATEST) return;
    // Nothing was handed off, and nobody but the admins is to hear of Baton yet.
    if ((await modeOf(trx, workspaceId)).mode === 'watch') return;
    const reportId = await beginWeekly(trx, workspaceId, last, now);
    if (reportId) await enqueue(trx, spreadWeekly(workspaceId, reportId));
  });
}

/** A job for each place: the channel, the DMs of everybody who manages somebody, and those of the viewers. */
export async function spreadReport(
  deps: Deps,
  { workspaceId, reportId }: { workspaceId: string; reportId: string },
): Promise<void> {
  const { playbook } = await deps.playbook(workspaceId);
  const { weekly } = playbook.reports;
  const places: Place[] = weekly ? [{ kind: 'channel', channel: weekly.channel }] : [];
  const managers = new Set<string>();
  for (const { email } of playbook.people) {
    const actor = actorIn(playbook, email, '');
    if (!actor || actor.manages.length + actor.reports.length === 0) continue;
    managers.add(email);
    const slackId = await slackIdOf(deps, workspaceId, email);
    if (slackId) places.push({ kind: 'dm', slackId });
  }
  const readers = weekly ? await viewerPlaces(deps, workspaceId, playbook, managers) : [];
  await deps.db.transaction(async trx => {
    const added = await addReportPosts(trx, workspaceId, reportId, places.map(placeKey));
    const told = await addReportPosts(trx, workspaceId, reportId, readers);
    await enqueue(
      trx,
      ...added.map(place => deliverReport(workspaceId, reportId, place)),
      ...told.map(place => deliverMarketingReport(workspaceId, reportId, place)),
    );
  });
}

/** Viewers have a week of their own: by campaign and source, with what became of each lead. */
async function viewerPlaces(
  deps: Deps,
  workspaceId: string,
  playbook: Playbook,
  managers: ReadonlySet<string>,
): Promise<string[]> {
  const places: string[] = [];
  for (const email of marketingReaders(playbook, managers)) {
    const slackId = await slackIdOf(deps, workspaceId, email);
    if (slackId) places.push(placeKey({ kind: 'dm', slackId }));
  }
  return places;
}
