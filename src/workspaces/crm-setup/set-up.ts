/** Setting up the CRM when an admin asks for it: one message in their direct messages tells how far it is. */
import { randomUUID } from 'node:crypto';
import type { SetupStep } from '../../contracts/crm-setup.ts';
import type { Notifier, Posted } from '../../contracts/notifier.ts';
import type { Db } from '../../db/connection.ts';
import { beginSetup, finishSetup, type SetupRun, setupPosted, setupRun } from '../../db/connections/crm-setups.ts';
import { failureReason } from '../../domain/failure-words.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import type { Requester } from '../../handoff/core/rights.ts';
import { knownCrm } from '../../handoff/queries/crm.ts';
import { enqueue } from '../../jobs/queue.ts';
import { replayOnce } from '../../jobs/replay-once.ts';
import { deploySetup, showSetupEnd } from '../../jobs/requests.ts';
import { SECOND } from '../../lib/clock.ts';
import { capital } from '../../lib/english.ts';
import { CredentialsRejected, Failure, Rejected, toError } from '../../lib/errors.ts';
import { setupOutcome } from './crm-setup-words.ts';

type SetupRef = { workspaceId: string; setupId: string };

export type Asked = { kind: 'begun' } | { kind: 'under_way'; since: Date; by: string } | { kind: 'no_crm' };

/** Begins it, unless one is under way already. */
export async function askSetup(deps: Deps, { workspaceId, slackUserId }: Requester): Promise<Asked> {
  const { crm } = await deps.vendors(workspaceId);
  if (!crm?.setup || (await deps.hookAddress(workspaceId, crm.name)) === undefined) return { kind: 'no_crm' };
  return deps.db.transaction(async trx => {
    const given = { id: randomUUID(), askedBy: slackUserId, at: deps.clock.now() };
    const { run, isNew } = await beginSetup(trx, workspaceId, given);
    if (!isNew) return { kind: 'under_way', since: run.askedAt, by: run.askedBy };
    await enqueue(trx, deploySetup(workspaceId, run.id));
    return { kind: 'begun' };
  });
}

/** Slack takes about one change of a message a second. */
const BETWEEN_CHANGES = 2 * SECOND;

/** The job. Cut short, it goes on where it was: what is made already is found there. */
export async function setUpCrm(deps: Deps, ref: SetupRef, lookFirst: boolean): Promise<void> {
  const { workspaceId, setupId } = ref;
  const run = await setupRun(deps.db, workspaceId, setupId);
  if (!run) return;
  const { crm, notifier, sources } = await deps.vendors(workspaceId);
  const { label } = await knownCrm(deps, workspaceId);
  const message = await messageOf(deps, notifier, run, { workspaceId, label, lookFirst });
  if (run.outcome !== null) return notifier.rewrite(message, run.outcome);
  const messagesTo = crm && (await deps.hookAddress(workspaceId, crm.name));
  if (!crm?.setup || messagesTo === undefined) return end(deps, ref, 'No CRM is connected any more.');
  const news = rewriter(deps, notifier, message);
  try {
    const syncing = Object.values(sources).find(source => source?.syncsScores);
    const scoresTo = syncing && (await deps.hookAddress(workspaceId, syncing.name));
    const result = await crm.setup.deploy(messagesTo, step => news.say(stepText(step, label)), { scoresTo });
    await news.over();
    await end(deps, ref, setupOutcome(result, label));
  } catch (thrown) {
    await news.over();
    await failed(deps, ref, message, label, thrown);
  }
}

async function messageOf(
  deps: Deps,
  notifier: Notifier,
  { id, askedBy, askedAt, posted }: SetupRun,
  { workspaceId, label, lookFirst }: { workspaceId: string; label: string; lookFirst: boolean },
): Promise<Posted> {
  if (posted) return posted;
  const place = { kind: 'dm' as const, slackId: askedBy };
  const made = await notifier.notify(place, `Setting up ${label}: started.`, { key: id, since: askedAt }, lookFirst);
  await setupPosted(deps.db, workspaceId, id, made);
  return made;
}

const stepText = ({ text, done, of }: SetupStep, label: string): string =>
  `Setting up ${label}: ${text.charAt(0).toLowerCase()}${text.slice(1)}${of > 1 ? `, ${done} of ${of}` : ''} …`;

/** Changes the message as fast as Slack allows, with what is newest then; a change that fails costs nothing. */
function rewriter({ clock, log }: Deps, notifier: Notifier, message: Posted) {
  let underWay: Promise<void> | undefined;
  let said = '';
  let last = 0;
  return {
    say(text: string): void {
      const now = clock.now().getTime();
      if (underWay || text === said || now - last < BETWEEN_CHANGES) return;
      [said, last] = [text, now];
      underWay = notifier
        .rewrite(message, text)
        .catch(thrown => log.warn({ err: toError(thrown) }, 'the progress of a set-up could not be shown'))
        .finally(() => {
          underWay = undefined;
        });
    },
    over: async (): Promise<void> => underWay,
  };
}

/** The words come first: what could not be shown is shown at the next try. */
async function end(deps: Deps, { workspaceId, setupId }: SetupRef, outcome: string): Promise<void> {
  await deps.db.transaction(async trx => {
    await finishSetup(trx, workspaceId, setupId, outcome, deps.clock.now());
    // A field or a right that was missing may be there.
    await replayOnce(trx, workspaceId, deps.clock.now());
    await enqueue(trx, showSetupEnd(workspaceId, setupId));
  });
}

/** A refusal is an answer; whoever is away is asked again, and whoever asked knows that. */
async function failed(deps: Deps, ref: SetupRef, message: Posted, label: string, thrown: unknown): Promise<void> {
  const error = toError(thrown);
  if (!(error instanceof Failure)) throw error;
  if (error instanceof Rejected) {
    const reference = randomUUID().slice(0, 8);
    deps.log.warn({ err: error, workspaceId: ref.workspaceId, reference }, 'the CRM could not be set up');
    return end(deps, ref, refusedText(label, failureReason(error), reference));
  }
  // Given up until somebody logs in: `setupParked` says so, and the button works again.
  if (error instanceof CredentialsRejected) throw error;
  const { notifier } = await deps.vendors(ref.workspaceId);
  const waits = `Setting up ${label} has to wait. ${sentence(failureReason(error))} Baton tries again by itself; you need do nothing.`;
  await notifier
    .rewrite(message, waits)
    .catch(told => deps.log.warn({ err: toError(told) }, 'the wait of a set-up could not be shown'));
  throw error;
}

const sentence = (text: string): string => `${text.replace(/\.$/, '')}.`;

const refusedText = (label: string, why: string, reference: string): string =>
  `${capital(label)} was not set up. ${sentence(why)} Mend that and set up again: what is made already stays (reference ${reference}).`;

/** Given up: the button works again, and the message says so. */
export async function setupParked(
  deps: Deps,
  trx: Db,
  ref: SetupRef,
  reason: string,
  reference: string,
): Promise<void> {
  const run = await setupRun(trx, ref.workspaceId, ref.setupId);
  if (!run || run.outcome !== null) return;
  const { label } = await knownCrm(deps, ref.workspaceId);
  await finishSetup(trx, ref.workspaceId, ref.setupId, refusedText(label, reason, reference), deps.clock.now());
  await enqueue(trx, showSetupEnd(ref.workspaceId, ref.setupId));
}
