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
import type { Measured } from '../questions/question-object.ts';
import { answerTo } from './answer.ts';
import { namesFor } from './answer-names.ts';
import { compiled } from './compile.ts';
import { leadsCsv } from './csv.ts';
import { leadRows } from './question.ts';
import { askedBy } from './questions.ts';
import { workUntilTouch } from './work.ts';

/** In the order of the message; of the week before the digest. */
const TOLD: readonly Measured[] = [
  { measure: 'leads', show: 'number' },
  { measure: 'contacted_rate', show: 'number' },
  { measure: 'time_to_contact', show: 'number', stat: 'median' },
  { measure: 'funnel', show: 'table', by: ['campaign'] },
  { measure: 'funnel', show: 'table', by: ['lead_source'] },
  { measure: 'leads', show: 'table', by: ['outcome'] },
  { measure: 'leads', show: 'table', where: { status: ['rejected'] }, by: ['reason'] },
  { measure: 'leads', show: 'list', where: { status: ['not_contacted'] } },
];

/** Every step is written down, as for reports. Every lead of the week, with its outcome, is in a file under it. */
export async function postViewerDigest(deps: Deps, ref: ReportPostRef): Promise<void> {
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
  const day = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(stored.zone).toPlainDate();
  const [first, last] = [day(stored.from.getTime()), day(stored.to.getTime() - 1)];
  const period = `${first}/${last}`;
  const { notifier } = await deps.vendors(workspaceId);
  let { posted } = post;
  if (!posted) {
    await takeSlotOrRetry(deps, workspaceId, ref.place);
    const answers = await Promise.all(TOLD.map(question => answerTo(deps, { ...question, period }, by)));
    await reportPostBegun(db, ref, clock.now());
    const mark = { key: `viewers:${reportId}`, since: stored.createdAt };
    const title = `Your leads, ${first} to ${last}`;
    const where = await notifier.answers(place, { title, answers, names: namesFor(playbook) }, mark, post.begun);
    posted = { ...where, pictured: false };
    await reportPosted(db, ref, posted);
  }
  const leads = await leadRows(db, compiled({ measure: 'leads', show: 'list', period }, by).asked);
  const work = await workUntilTouch(leads, playbook, await absencesAfter(db, workspaceId, stored.from));
  const file = { name: `baton-leads-${first}_${last}.csv`, title: `Leads ${first} to ${last}` };
  await notifier.attach(posted, { ...file, bytes: leadsCsv(leads, work, playbook, stored.zone) }, post.begun);
  await reportPostDone(db, ref, clock.now());
}

/** Viewers who are told of the week as viewers: those who answer for others have the whole report already. */
export function digestReaders(playbook: Playbook, managers: ReadonlySet<string>): string[] {
  return playbook.viewers.filter(email => !managers.has(email));
}
