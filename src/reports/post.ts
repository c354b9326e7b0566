/** A report in one place: the message, a picture where Slack draws no charts, and the leads as a file for who asked. */

import type { Attachment } from '../contracts/notifier.ts';
import { absencesAfter } from '../db/people/people.ts';
import {
  type ReportPostRef,
  reportById,
  reportPost,
  reportPostBegun,
  reportPostDone,
  reportPosted,
  type StoredReport,
} from '../db/reports/report-posts.ts';
import { reportLeads } from '../db/reports/reports.ts';
import { placeFromKey } from '../handoff/cards/places.ts';
import { takeSlotOrRetry } from '../handoff/cards/post-thread-entries.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { chartsOf } from './charts.ts';
import { leadsCsv } from './csv.ts';
import { reportOf } from './numbers.ts';
import { pictureOf } from './picture.ts';
import { workUntilTouch } from './work.ts';

/** Every step is written down: a retry goes on where an earlier try ended, and looks in Slack before it posts. */
export async function postReport(deps: Deps, ref: ReportPostRef): Promise<void> {
  const { db, clock } = deps;
  const { workspaceId, reportId } = ref;
  const [stored, post] = await Promise.all([reportById(db, workspaceId, reportId), reportPost(db, ref)]);
  if (!stored || !post || post.done) return;
  const report = await reportOf(deps, workspaceId, stored);
  const { notifier } = await deps.vendors(workspaceId);
  let { posted } = post;
  if (!posted) {
    await takeSlotOrRetry(deps, workspaceId, ref.place);
    const mark = { key: reportId, since: stored.createdAt };
    await reportPostBegun(db, ref, clock.now());
    posted = await notifier.report(placeFromKey(ref.place), report, mark, post.begun);
    await reportPosted(db, ref, posted);
  }
  const charts = posted.pictured ? chartsOf(report) : [];
  if (charts.length > 0) {
    const picture = { name: `baton-${days(stored)}.png`, title: 'Charts', bytes: await pictureOf(charts) };
    await notifier.attach(posted, { ...picture, alt: charts.map(({ title }) => title).join('; ') }, post.begun);
  }
  if (stored.askedBy) await notifier.attach(posted, await leadsFile(deps, workspaceId, stored), post.begun);
  await reportPostDone(db, ref, clock.now());
}

async function leadsFile(deps: Deps, workspaceId: string, stored: StoredReport): Promise<Attachment> {
  const [leads, absences, { playbook }] = await Promise.all([
    reportLeads(deps.db, workspaceId, stored, deps.clock.now()),
    absencesAfter(deps.db, workspaceId, stored.from),
    deps.playbook(workspaceId),
  ]);
  const bytes = leadsCsv(leads, await workUntilTouch(leads, playbook, absences), playbook, stored.zone);
  return { name: `baton-${days(stored)}.csv`, title: `Leads ${days(stored).replaceAll('_', ' to ')}`, bytes };
}

/** "2026-11-16_2026-11-22". */
function days({ from, to, zone }: StoredReport): string {
  const day = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return `${day(from.getTime())}_${day(to.getTime() - 1)}`;
}
