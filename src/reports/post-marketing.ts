/** Marketing's week: what was sent to sales, by campaign and source, and what became of each lead; a DM to every viewer. */
import type { Playbook } from '../config/playbook.ts';
import { absencesAfter } from '../db/people/people.ts';
import {
  type ReportPostRef,
  reportById,
  reportPost,
  reportPostBegun,
  reportPostDone,
  reportPosted,
} from '../db/reports/report-posts.ts';
import { placeFromKey } from '../handoff/cards/places.ts';
import { takeSlotOrRetry } from '../handoff/cards/post-thread-entries.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { onlookerOf } from '../handoff/core/rights.ts';
import { marketingCharts } from './charts.ts';
import { compiled } from './compile.ts';
import { leadsCsv } from './csv.ts';
import { daysOf, marketingReportOf } from './marketing.ts';
import { pictureOf } from './picture.ts';
import { leadRows } from './question.ts';
import { askedBy } from './questions.ts';
import { workUntilTouch } from './work.ts';

/** Every step is written down, as for reports. Every lead of the week, with its outcome, is in a file under it. */
export async function postMarketingReport(deps: Deps, ref: ReportPostRef): Promise<void> {
  const { db, clock } = deps;
  const { workspaceId, reportId } = ref;
  const [stored, post, { playbook }] = await Promise.all([
    reportById(db, workspaceId, reportId),
    reportPost(db, ref),
    deps.playbook(workspaceId),
  ]);
  const place = placeFromKey(ref.place);
  if (!stored || !post || post.done || place.kind !== 'dm') return;
  const actor = await onlookerOf(deps, { workspaceId, slackUserId: place.slackId });
  // No viewer any more since the report was begun.
  if (!actor) return reportPostDone(db, ref, clock.now());
  const by = { ...askedBy(deps, workspaceId, actor, playbook), zone: stored.zone };
  const report = await marketingReportOf(deps, stored, by);
  const { notifier } = await deps.vendors(workspaceId);
  let { posted } = post;
  if (!posted) {
    await takeSlotOrRetry(deps, workspaceId, ref.place);
    await reportPostBegun(db, ref, clock.now());
    const mark = { key: `viewers:${reportId}`, since: stored.createdAt };
    posted = await notifier.report(place, report, mark, post.begun);
    await reportPosted(db, ref, posted);
  }
  const { first, last, named } = daysOf(stored);
  const charts = posted.pictured ? marketingCharts(report) : [];
  if (charts.length > 0) {
    const picture = { name: `baton-marketing-${first}_${last}.png`, title: 'Chart', bytes: await pictureOf(charts) };
    await notifier.attach(posted, { ...picture, alt: charts.map(({ title }) => title).join('; ') }, post.begun);
  }
  const leads = await leadRows(db, compiled({ measure: 'leads', show: 'list', period: named }, by).asked);
  const work = await workUntilTouch(leads, playbook, await absencesAfter(db, workspaceId, stored.from));
  const file = { name: `baton-leads-${first}_${last}.csv`, title: `Leads ${first} to ${last}` };
  await notifier.attach(posted, { ...file, bytes: leadsCsv(leads, work, playbook, stored.zone) }, post.begun);
  await reportPostDone(db, ref, clock.now());
}

/** Viewers who are told of the week as viewers: those who answer for others have the whole report already. */
export function marketingReaders(playbook: Playbook, managers: ReadonlySet<string>): string[] {
  return playbook.viewers.filter(email => !managers.has(email));
}
