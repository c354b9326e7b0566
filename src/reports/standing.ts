/** Questions that are asked again by themselves: begun by whichever process looks, with the rights their maker has then. */
import { personOf } from '../config/playbook/people.ts';
import {
  dueStanding,
  endStanding,
  forgetQuestions,
  keepQuestion,
  standingAgain,
  standingById,
} from '../db/reports/questions.ts';
import { placeKey } from '../handoff/cards/places.ts';
import { takeSlotOrRetry } from '../handoff/cards/post-thread-entries.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { onlookerOf } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { askAgain } from '../jobs/requests.ts';
import { after } from '../lib/clock.ts';
import { measured } from '../questions/question-object.ts';
import { withinRights } from '../questions/question-rights.ts';
import { answerTo } from './answer.ts';
import { namesFor } from './answer-names.ts';
import { askedBy, QUESTIONS_KEPT } from './questions.ts';
import { nextTime } from './standing-times.ts';

const BATCH = 100;

/** A job for every question that is due, and when it is due next. Safe in many processes at once: a row is the lock. */
export async function askStanding(deps: Deps): Promise<void> {
  for (;;) {
    const begun = await deps.db.transaction(async trx => {
      const due = await dueStanding(trx, deps.clock.now(), BATCH);
      for (const { id, workspaceId, slackUserId, object, nextAt } of due) {
        const [actor, { playbook }] = await Promise.all([
          onlookerOf(deps, { workspaceId, slackUserId }),
          deps.playbook(workspaceId),
        ]);
        const zone = personOf(playbook, actor?.email)?.time_zone ?? actor?.zone ?? 'UTC';
        const read = measured.safeParse(object);
        const every = (read.success && read.data.every) || 'day';
        await standingAgain(trx, id, nextTime(every, playbook.reports.weekly?.at, { now: deps.clock.now(), zone }));
        await enqueue(trx, askAgain(workspaceId, id, nextAt));
      }
      return due.length;
    });
    if (begun < BATCH) return;
  }
}

/** Answers one in its maker's DM. Whoever is no longer shown leads, or may no longer ask it, is sent nothing more. */
export async function postStanding(
  deps: Deps,
  { workspaceId, standingId, at }: { workspaceId: string; standingId: string; at: string },
  attempt: number,
): Promise<void> {
  const { db, clock } = deps;
  const standing = await standingById(db, workspaceId, standingId);
  if (!standing) return;
  const { slackUserId } = standing;
  const who = { workspaceId, slackUserId };
  const [actor, { playbook }] = await Promise.all([onlookerOf(deps, who), deps.playbook(workspaceId)]);
  const read = measured.safeParse(standing.object);
  const by = actor && askedBy(deps, workspaceId, actor, playbook);
  const question = by && read.success ? withinRights(read.data, by.asker, playbook) : undefined;
  if (!by || !question || !('measure' in question)) {
    await endStanding(db, who, standingId);
    return;
  }
  const place = { kind: 'dm' as const, slackId: slackUserId };
  const [answered, id] = await Promise.all([
    answerTo(deps, question, by),
    keepQuestion(db, { ...who, place: `standing:${standingId}` }, question, by.now),
  ]);
  const { notifier } = await deps.vendors(workspaceId);
  await takeSlotOrRetry(deps, workspaceId, placeKey(place));
  const again = { questionId: id, standingId, isList: question.show === 'list' };
  const names = namesFor(playbook);
  const mark = { key: `standing:${standingId}:${at}`, since: after(clock.now(), -QUESTIONS_KEPT) };
  await notifier.answers(place, { title: null, answers: [answered], names, again }, mark, attempt > 1);
}

/** Questions are kept for thirty days. */
export function forgetOldQuestions(deps: Deps): Promise<void> {
  return forgetQuestions(deps.db, after(deps.clock.now(), -QUESTIONS_KEPT));
}
