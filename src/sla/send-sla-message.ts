/** What the ladder says to people: to whoever has the lead, to whoever answers for them. Facts are those of now. */
import { personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Alert } from '../contracts/notifier.ts';
import { dropWaiting, queueAlerts } from '../db/handoffs/alerts.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { entryById, timelineOf } from '../db/handoffs/timeline.ts';
import { absencesAfter } from '../db/people/people.ts';
import { isOpen } from '../domain/handoff.ts';
import { nextSlaStep } from '../domain/ladder.ts';
import type { TimelineEntry, TimelineKind } from '../domain/timeline.ts';
import { type Drawing, drawingOf } from '../handoff/cards/drawing.ts';
import { isToldByMail, mailOnce } from '../handoff/cards/mail-notice.ts';
import { currentLadder } from '../handoff/core/current-ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { nextRep } from '../handoff/route/next-rep.ts';
import type { SlaMessage } from '../jobs/catalogue.ts';
import { elapsedOf } from './elapsed.ts';
import { joinDigest } from './gather-alerts.ts';
import { isForManager } from './managers.ts';
import { isAway, placesOfManagers, placesOfRep } from './post-alert.ts';
import { postAlone } from './post-alone.ts';
import { waitingAlert } from './waiting-alert.ts';

/**
 * Says one thing to one place, unless it has been overtaken; what is one of many for a manager goes into one message with
 * them. One Slack call, a few more after an unknown outcome.
 */
export async function sendSlaMessage(deps: Deps, news: SlaMessage, attempt: number): Promise<void> {
  const drawing = await drawingOf(deps, news);
  const now = deps.clock.now();
  const queued = waitingAlert(news);
  if (!drawing || isOvertaken(drawing.handoff, news, now)) {
    return dropWaiting(deps.db, news.workspaceId, queued.key, now);
  }
  // The sweep did so already, for what it asked for itself.
  await queueAlerts(deps.db, [queued], now);
  const { handoff } = drawing;
  const absences = await absencesAfter(deps.db, handoff.workspaceId, handoff.assignedAt ?? now);
  const { people } = await currentLadder(deps, handoff, absences);
  const of = { handoff, people, absences, now };
  const forManager = isForManager(news.what);
  const isRepThere = handoff.repEmail !== null && !isAway(of, handoff.repEmail);
  if (!forManager && isRepThere && (await isToldByMail(deps, drawing))) {
    await mailOnce(deps, handoff, { kind: news.what, key: queued.key });
    return dropWaiting(deps.db, news.workspaceId, queued.key, now);
  }
  const places = await (forManager ? placesOfManagers(deps, of) : placesOfRep(deps, of));
  if (forManager && (await joinDigest(deps, of, queued.key, places))) return;
  await postAlone(deps, handoff, places, await alertOf(deps, drawing, news), attempt > 1);
}

/** What an alarm says, by how the lead stands now. Four or five round trips. */
export async function alertOf(deps: Deps, drawing: Drawing, news: SlaMessage): Promise<Alert> {
  const { handoff } = drawing;
  const now = deps.clock.now();
  const absences = await absencesAfter(deps.db, handoff.workspaceId, handoff.assignedAt ?? now);
  const { people, rules, calendar } = await currentLadder(deps, handoff, absences);
  const step = nextSlaStep(rules, handoff, calendar);
  return {
    kind: news.what,
    key: waitingAlert(news).key,
    since: news.at,
    card: drawing.card,
    elapsed: elapsedOf(handoff, rules, calendar, now),
    did: await entriesOfStint(deps, drawing),
    ...(handoff.assignedAt && { holderSince: handoff.assignedAt.toISOString() }),
    ...(isForManager(news.what) && (await forManagers(deps, handoff, people, now))),
    ...(step?.kind === 'step' && { next: { do: step.do, at: step.at.toISOString() } }),
    ...(news.entryId !== undefined && (await managersWords(deps, people, news.workspaceId, news.entryId))),
  };
}

/** What only whoever answers for the rep reads: to whom it could go at once, and how long the rep has been given. */
async function forManagers(
  deps: Deps,
  handoff: Handoff,
  people: Playbook,
  now: Date,
): Promise<Pick<Alert, 'nextRep' | 'until'>> {
  const next = await nextRep(deps.db, handoff, people, now);
  const { ladderFrom } = handoff;
  return { ...(next && { nextRep: next }), ...(ladderFrom && ladderFrom > now && { until: ladderFrom.toISOString() }) };
}

/** The lead was given on, touched or closed since; or put off, which spares its rep alone. */
function isOvertaken(handoff: Handoff, { what, of, at }: SlaMessage, now: Date): boolean {
  const { state, assignedAt, contactedAt, lastTouchAt, snoozedUntil } = handoff;
  if (!isOpen(state) || assignedAt?.toISOString() !== of) return true;
  if (what === 'asked') return false;
  const isAsleep = snoozedUntil !== null && snoozedUntil > now && !isForManager(what);
  if (what === 'cold') return isAsleep || (lastTouchAt ?? contactedAt ?? now) > new Date(at);
  if (what === 'idle' && state !== 'claimed') return true;
  return contactedAt !== null || isAsleep;
}

/** What whoever has it did, and was told. */
const SHOWN_KINDS: readonly TimelineKind[] = [
  'card_posted',
  'claimed',
  'snoozed',
  'woken',
  'reminded',
  'asked_idle',
  'more_time',
  'asked',
  'email_refused',
  'email_unknown',
  'mail_bounced',
  'touched',
  'meeting_cancelled',
];

async function entriesOfStint(deps: Deps, { handoff }: Drawing): Promise<TimelineEntry[]> {
  const since = handoff.assignedAt?.toISOString() ?? '';
  const timeline = await timelineOf(deps.db, handoff.workspaceId, handoff.id);
  return timeline.filter(({ kind, at }) => at >= since && SHOWN_KINDS.includes(kind));
}

/** What a manager said, as the timeline has it. */
async function managersWords(
  deps: Deps,
  people: Playbook,
  workspaceId: string,
  entryId: number,
): Promise<Pick<Alert, 'by' | 'note' | 'until'>> {
  const entry = await entryById(deps.db, workspaceId, entryId);
  const by = personOf(people, entry?.actor)?.name;
  const { note, until } = entry?.detail ?? {};
  return {
    ...(by !== undefined && { by }),
    ...(typeof note === 'string' && { note }),
    ...(typeof until === 'string' && { until }),
  };
}
