/** Several alarms in one message of their manager's: posted once, redrawn as their leads go on. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { AlertDigest, AlertLine, Posted } from '../contracts/notifier.ts';
import {
  alertsOfDigest,
  beginAlertDigest,
  type DigestAlert,
  dropAlertDigest,
  keepAlertDigest,
  returnAlertDigest,
} from '../db/handoffs/alert-digests.ts';
import { absencesAfter } from '../db/people/people.ts';
import { isOpen } from '../domain/handoff.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { DigestRef, SlaMessage } from '../jobs/catalogue.ts';
import { enqueue, enqueueMany } from '../jobs/queue.ts';
import { postAlertDigest, redrawCards } from '../jobs/requests.ts';
import { RateLimited, Rejected } from '../lib/errors.ts';
import { placesOfManagers, postToFirst } from './post-alert.ts';

type Row = DigestAlert<SlaMessage>;

/** Posts it, or redraws what stands. One Slack call, one more for each change that came between. */
export async function sendAlertDigest(deps: Deps, { workspaceId, digestId }: DigestRef): Promise<void> {
  const begun = await beginAlertDigest(deps.db, workspaceId, digestId, deps.clock.now());
  if (begun.kind === 'posted') return redraw(deps, { workspaceId, digestId });
  if (begun.kind === 'under_way') {
    const delay = begun.until.getTime() - deps.clock.now().getTime();
    return enqueue(deps.db, postAlertDigest(workspaceId, digestId, delay));
  }
  const rows = await read(deps, { workspaceId, digestId });
  const live = rows.filter(row => !row.endedAt && !isOver(row));
  const [first] = live;
  if (!first) return dropAlertDigest(deps.db, workspaceId, digestId, deps.clock.now());
  try {
    const posted = await post(deps, { workspaceId, digestId }, rows, first, begun.lookFirst);
    await keepAlertDigest(deps.db, workspaceId, digestId, posted);
  } catch (error) {
    const unsure = begun.lookFirst || !(error instanceof RateLimited);
    await returnAlertDigest(deps.db, workspaceId, digestId, { unsure, now: deps.clock.now() });
    throw error;
  }
  // What became of a lead before it was known where its alarm stands shows now.
  const overtaken = rows.filter(row => !row.endedAt && isOver(row));
  await enqueueMany(
    deps.db,
    overtaken.map(({ handoffId: id, priority }) => redrawCards({ workspaceId, id, priority })),
  );
}

async function post(
  deps: Deps,
  { workspaceId, digestId }: DigestRef,
  rows: readonly Row[],
  handoff: Row,
  lookFirst: boolean,
): Promise<Posted> {
  const now = deps.clock.now();
  const [{ notifier }, { playbook: people }, absences] = await Promise.all([
    deps.vendors(workspaceId),
    deps.playbook(workspaceId),
    absencesAfter(deps.db, workspaceId, now),
  ]);
  const places = await placesOfManagers(deps, { handoff, people, absences, now });
  const digest = digestOf({ workspaceId, digestId }, rows, { playbook: people, now });
  return postToFirst(deps, workspaceId, places, place => notifier.postAlertDigest(place, digest, lookFirst));
}

/** A message of several as it stands now; undefined for one that nobody knows. Two round trips. */
export async function openAlertDigest(deps: Deps, of: DigestRef): Promise<AlertDigest | undefined> {
  const [rows, { playbook }] = await Promise.all([read(deps, of), deps.playbook(of.workspaceId)]);
  return rows.length > 0 ? digestOf(of, rows, { playbook, now: deps.clock.now() }) : undefined;
}

/** Whoever draws last has seen the last change: it is read again afterwards. */
async function redraw(deps: Deps, of: DigestRef): Promise<void> {
  const [{ notifier }, { playbook }] = await Promise.all([deps.vendors(of.workspaceId), deps.playbook(of.workspaceId)]);
  let rows = await read(deps, of);
  for (let drawn = ''; drawn !== versionOf(rows); rows = await read(deps, of)) {
    const [stands] = rows;
    if (!stands?.channel || !stands.ts) return;
    drawn = versionOf(rows);
    try {
      await notifier.updateAlertDigest(
        { channel: stands.channel, ts: stands.ts },
        digestOf(of, rows, { playbook, now: deps.clock.now() }),
      );
    } catch (error) {
      // The message is gone, or the channel: there is nothing to press either.
      if (!(error instanceof Rejected)) throw error;
      deps.log.warn({ err: error, ...of }, 'alarms could not be redrawn');
      return;
    }
  }
}

const read = (deps: Deps, { workspaceId, digestId }: DigestRef) =>
  alertsOfDigest<SlaMessage>(deps.db, workspaceId, digestId);

const versionOf = (rows: readonly Row[]) => JSON.stringify(rows.map(({ key, endedAt }) => [key, endedAt]));

/** The lead was reached, closed or given on since. */
function isOver({ state, contactedAt, assignedAt, message }: Row): boolean {
  return !isOpen(state) || contactedAt !== null || assignedAt?.toISOString() !== message.of;
}

function digestOf(
  { workspaceId, digestId }: DigestRef,
  rows: readonly Row[],
  { playbook, now }: { playbook: Playbook; now: Date },
): AlertDigest {
  const since = Math.min(...rows.map(row => row.waitingSince.getTime()));
  return {
    workspaceId,
    digestId,
    since: new Date(since).toISOString(),
    lines: rows.map(row => lineOf(row, playbook, now)),
  };
}

function lineOf(row: Row, playbook: Playbook, now: Date): AlertLine {
  const { handoffId, priority, name, company, score, repEmail, team, dueAt, ending, endedAt } = row;
  const holder = repEmail ? nameOf(playbook, repEmail) : team ? teamName(playbook, team) : undefined;
  return {
    handoffId,
    priority,
    name,
    ...(company && { company }),
    score,
    ...(holder && { holder }),
    ...(dueAt && { due: { at: dueAt.toISOString(), breached: dueAt <= now } }),
    ...(endedAt && { ended: ending ?? { text: 'Nothing is left to do.' } }),
  };
}
