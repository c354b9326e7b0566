/** What the ladder says to people: to whoever has the lead, to whoever answers for them. Facts are those of now. */
import { personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Alert } from '../contracts/notifier.ts';
import { entryById, timelineOf } from '../db/handoffs/timeline.ts';
import { absencesAfter } from '../db/people/people.ts';
import { isOpen } from '../domain/handoff.ts';
import type { SlaMessageKind } from '../domain/ladder.ts';
import { nextSlaStep } from '../domain/ladder.ts';
import type { TimelineEntry, TimelineKind } from '../domain/timeline.ts';
import { type Drawing, drawingOf } from '../handoff/cards/drawing.ts';
import { currentLadder } from '../handoff/core/current-ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { SlaMessage } from '../jobs/catalogue.ts';
import { elapsedOf } from './elapsed.ts';
import { placesOfManagers, placesOfRep, postAlert } from './post-alert.ts';

/** To the manager; everything else is for whoever has the lead. */
const TO_MANAGER: readonly SlaMessageKind[] = ['escalate', 'stuck'];

/** Says one thing to one place, unless it has been overtaken. One Slack call, a few more after an unknown outcome. */
export async function sendSlaMessage(deps: Deps, news: SlaMessage, attempt: number): Promise<void> {
  const drawing = await drawingOf(deps, news);
  if (!drawing || isOvertaken(drawing, news, deps.clock.now())) return;
  const { handoff } = drawing;
  const absences = await absencesAfter(deps.db, handoff.workspaceId, handoff.assignedAt ?? deps.clock.now());
  const { people, rules, calendar } = await currentLadder(deps, handoff, absences);
  const now = deps.clock.now();
  const step = nextSlaStep(rules, handoff, calendar);
  const alert: Alert = {
    kind: news.what,
    key: `${news.handoffId}:${news.what}:${news.at}`,
    since: news.at,
    card: drawing.card,
    elapsed: elapsedOf(handoff, rules, calendar, now),
    did: await entriesOfStint(deps, drawing),
    ...(step?.kind === 'step' && { next: { do: step.do, at: step.at.toISOString() } }),
    ...(news.entryId !== undefined && (await managersWords(deps, people, news.workspaceId, news.entryId))),
  };
  const of = { handoff, people, absences, now };
  const places = await (TO_MANAGER.includes(news.what) ? placesOfManagers(deps, of) : placesOfRep(deps, of));
  await postAlert(deps, handoff, places, alert, attempt > 1);
}

/** The lead was given on, touched, closed or put off since. */
function isOvertaken({ handoff }: Drawing, { what, of, at }: SlaMessage, now: Date): boolean {
  const { state, assignedAt, contactedAt, lastTouchAt, snoozedUntil } = handoff;
  if (!isOpen(state) || assignedAt?.toISOString() !== of) return true;
  if (what === 'asked') return false;
  if (what === 'cold') return (lastTouchAt ?? contactedAt ?? now) > new Date(at);
  if (what === 'idle' && state !== 'claimed') return true;
  return contactedAt !== null || (snoozedUntil !== null && snoozedUntil > now);
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
  'touched',
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
