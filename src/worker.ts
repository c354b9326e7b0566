/** Two tables: job name → handler, cron line → tick. */
import { schedule } from 'node-cron';
import { connectionsInUse, noticeLongAway } from './db/connections/connections.ts';
import { forgetOldEffects } from './db/connections/effects.ts';
import { workspacesWithInactive } from './db/people/people.ts';
import { forgetOldActs } from './db/people/undoable-acts.ts';
import { forgetOldKeys } from './db/workspaces/idempotency.ts';
import { forgetSeenBefore } from './db/workspaces/notices.ts';
import { allWorkspaces } from './db/workspaces/workspaces.ts';
import { feedbackParked } from './feedback/feedback-words.ts';
import { writeStageFeedback } from './feedback/stage.ts';
import { writeTouchFeedback } from './feedback/touch.ts';
import { recordTouch, touchParked } from './handoff/actions/log-touch.ts';
import { notifyOfPersonalLogin } from './handoff/actions/personal-login.ts';
import { emailParked, emailPostponed, sendFromOutbox } from './handoff/actions/send-email.ts';
import { wake } from './handoff/actions/snooze.ts';
import { cleanUpTest } from './handoff/actions/test-cleanup.ts';
import { deliverCards } from './handoff/cards/deliver-cards.ts';
import { mailNoticeParked, mailNoticePostponed, sendMailNotice } from './handoff/cards/mail-notice.ts';
import { postQueuedCards, queuedCardsParked } from './handoff/cards/post-queued.ts';
import { postThreadEntries } from './handoff/cards/post-thread-entries.ts';
import { redrawPostedCards } from './handoff/cards/redraw-cards.ts';
import { sendNotices } from './handoff/cards/send-notices.ts';
import type { Deps } from './handoff/core/deps.ts';
import { recheckInactive, syncDirectory } from './handoff/core/directory.ts';
import { endErasedSequence, tellSequenceLeft } from './handoff/core/erased-sequence.ts';
import { UNDO_WITHIN } from './handoff/core/undoable.ts';
import { pollCrm, readCrmEvent } from './handoff/crm-events/read-event.ts';
import { confirmForm } from './handoff/intake/confirm-form.ts';
import { enrichLate } from './handoff/intake/enrich-later.ts';
import { notifyOfManualLead, signalParked } from './handoff/intake/notify-manual.ts';
import { poll } from './handoff/intake/poll.ts';
import { processSignal } from './handoff/intake/process-signal.ts';
import { watchScheduler } from './handoff/meetings/watch-scheduler.ts';
import { restoreInCrm, restoreRefused } from './handoff/ownership/keep-or-restore.ts';
import { redrawAsks } from './handoff/ownership/questions.ts';
import { eraseAsked, eraseFromSlack } from './handoff/privacy/erase.ts';
import { forgetOld } from './handoff/privacy/retain.ts';
import { addUpCalls } from './handoff/record/api-usage.ts';
import { moveRecordsOneByOne } from './handoff/record/move-crm.ts';
import { notifyDealOwner } from './handoff/record/notify-deal-owner.ts';
import { record, recordParked, recordPostponed } from './handoff/record/record.ts';
import { promiseParked, recordPromise } from './handoff/record/sla-fields.ts';
import { answerLead, answerParked } from './handoff/reply/answer-lead.ts';
import { enrolAsked } from './handoff/sequences/enrol.ts';
import { endEnrolment, followSequences, lookAtEnrolment } from './handoff/sequences/follow.ts';
import { endingParked, enrolmentParked } from './handoff/sequences/parked.ts';
import { forgetReplayedJobs, probeAway, probePaused, replayStranded } from './jobs/parked.ts';
import { enqueueMany } from './jobs/queue.ts';
import {
  lookForReturns,
  matchPeople,
  notifyAdmins,
  pollCrmEvents,
  pollSource,
  spreadOver,
  watchBookings,
} from './jobs/requests.ts';
import type { JobTable } from './jobs/runner.ts';
import { forgetReplaced, freeJobsOfTheDead } from './jobs/worker-lock.ts';
import { after, DAY, HOUR, MINUTE } from './lib/clock.ts';
import { toError } from './lib/errors.ts';
import { beginNightlyBooks, forgetOldBooks } from './reports/books/begin.ts';
import { compareBooks } from './reports/books/compare.ts';
import { replayGap } from './reports/books/replay.ts';
import { postReport } from './reports/post.ts';
import { postMarketingReport } from './reports/post-marketing.ts';
import { judgeSilence, lookForSilence } from './reports/silence.ts';
import { askStanding, forgetOldQuestions, postStanding } from './reports/standing.ts';
import { beginReports, spreadReport } from './reports/weekly.ts';
import { sendAlertDigest } from './sla/alert-digest.ts';
import { audit } from './sla/audit.ts';
import { reassignLapsedLead } from './sla/lapse.ts';
import { recheckRefused } from './sla/reassign-gone.ts';
import { redrawAlerts } from './sla/redraw-alerts.ts';
import { sendOwnerAlert } from './sla/send-owner-alert.ts';
import { sendSlaMessage } from './sla/send-sla-message.ts';
import { recheckWorkspace, sweep } from './sla/sweep.ts';
import { registerForWorkspace } from './workspaces/app-webhooks.ts';
import { inspectCrm } from './workspaces/crm-setup/inspect.ts';
import { setUpCrm, setupParked } from './workspaces/crm-setup/set-up.ts';
import { forgetSessions } from './workspaces/page-access.ts';
import { eraseLeavers } from './workspaces/tenants/tenants.ts';

export function jobTable(deps: Deps): JobTable {
  return {
    'signal.process': {
      run: payload => processSignal(deps, payload),
      parked: (trx, payload, reason) => signalParked(trx, payload, reason, deps.clock.now()),
    },
    'webhooks.register': { run: payload => registerForWorkspace(deps, payload) },
    'scheduler.watch': { run: payload => watchScheduler(deps, payload) },
    'source.silence': { run: payload => judgeSilence(deps, payload), perishable: true },
    'source.poll': { run: payload => poll(deps, payload), perishable: true },
    'handoff.record': {
      run: (payload, { run }) => record(deps, payload, run),
      parked: (trx, payload, reason, reference) => recordParked(deps, trx, payload, reason, reference),
      postponed: (trx, payload, error) => recordPostponed(deps, trx, payload, error),
    },
    'handoff.record_sla': {
      run: payload => recordPromise(deps, payload),
      parked: (trx, payload, reason, reference) => promiseParked(deps, trx, payload, reason, reference),
    },
    'notify.deal_owner': { run: (payload, { attempt }) => notifyDealOwner(deps, payload, attempt) },
    'handoff.notify': { run: (payload, { attempt }) => deliverCards(deps, payload, attempt) },
    'handoff.thread': { run: payload => postThreadEntries(deps, payload) },
    'post.queued': {
      run: payload => postQueuedCards(deps, payload),
      parked: (trx, payload) => queuedCardsParked(deps, trx, payload),
    },
    'card.refresh': {
      run: async payload => {
        await redrawPostedCards(deps, payload);
        await redrawAlerts(deps, payload);
      },
    },
    'handoff.wake': { run: (payload, { attempt }) => wake(deps, payload, attempt) },
    'form.confirm': { run: payload => confirmForm(deps, payload) },
    'handoff.enrich': { run: (payload, { postponed }) => enrichLate(deps, payload, postponed) },
    'notify.manual_lead': { run: (payload, { attempt }) => notifyOfManualLead(deps, payload, attempt) },
    'sequence.enrol': {
      run: payload => enrolAsked(deps, payload),
      parked: (trx, payload, reason, reference) => enrolmentParked(deps, trx, payload, reason, reference),
    },
    'sequence.look': { run: payload => lookAtEnrolment(deps, payload) },
    'sequence.stop': {
      run: payload => endEnrolment(deps, payload),
      parked: (trx, payload, reason, reference) => endingParked(deps, trx, payload, reason, reference),
    },
    'sequence.stop_erased': {
      run: payload => endErasedSequence(deps, payload),
      parked: (trx, payload, reason) =>
        tellSequenceLeft(deps, trx, payload, `${reason}. Baton ends it when that is mended`),
    },
    'test.cleanup': { run: payload => cleanUpTest(deps, payload) },
    'touch.record': {
      run: payload => recordTouch(deps, payload),
      parked: (trx, payload, reason, reference) => touchParked(deps, trx, payload, reason, reference),
    },
    'feedback.touch': {
      run: payload => writeTouchFeedback(deps, payload),
      parked: (trx, payload, reason, reference) => feedbackParked(deps, trx, payload, reason, reference),
    },
    'feedback.stage': {
      run: payload => writeStageFeedback(deps, payload),
      parked: (trx, payload, reason, reference) => feedbackParked(deps, trx, payload, reason, reference),
    },
    'handoff.answer': {
      run: payload => answerLead(deps, payload),
      parked: (trx, payload) => answerParked(deps, trx, payload),
    },
    'email.send': {
      run: payload => sendFromOutbox(deps, payload),
      parked: (trx, payload, reason, reference) => emailParked(deps, trx, payload, reason, reference),
      postponed: (trx, payload, error) => emailPostponed(deps, trx, payload, error),
    },
    'notify.mail': {
      run: payload => sendMailNotice(deps, payload),
      parked: (trx, payload, reason) => mailNoticeParked(deps, trx, payload, reason),
      postponed: (trx, payload, error) => mailNoticePostponed(deps, trx, payload, error),
    },
    'notify.ladder': { run: (payload, { attempt }) => sendSlaMessage(deps, payload, attempt) },
    'notify.alert_digest': { run: payload => sendAlertDigest(deps, payload) },
    'ladder.reassign': { run: payload => reassignLapsedLead(deps, payload) },
    'ladder.recheck': { run: ({ workspaceId }) => recheckWorkspace(deps, workspaceId) },
    'report.weekly': { run: payload => spreadReport(deps, payload) },
    'report.post': { run: payload => postReport(deps, payload) },
    'report.viewer': { run: payload => postMarketingReport(deps, payload) },
    'question.post': { run: (payload, { attempt }) => postStanding(deps, payload, attempt) },
    'books.compare': { run: (payload, context) => compareBooks(deps, payload, context) },
    'books.replay': { run: payload => replayGap(deps, payload) },
    'crm.event': { run: payload => readCrmEvent(deps, payload) },
    'crm.poll': { run: payload => pollCrm(deps, payload), perishable: true },
    'notify.owner_change': { run: (payload, { attempt }) => sendOwnerAlert(deps, payload, attempt) },
    'owner.redraw': { run: payload => redrawAsks(deps, payload) },
    'owner.restore': {
      run: payload => restoreInCrm(deps, payload),
      parked: (trx, payload, reason) => restoreRefused(deps, trx, payload, reason),
    },
    'crm.setup': {
      run: (payload, { attempt }) => setUpCrm(deps, payload, attempt > 1),
      parked: (trx, payload, reason, reference) => setupParked(deps, trx, payload, reason, reference),
    },
    'crm.move': { run: payload => moveRecordsOneByOne(deps, payload) },
    'crm.inspect': { run: ({ workspaceId }, { attempt }) => inspectCrm(deps, workspaceId, attempt) },
    'notify.login': { run: (payload, { attempt }) => notifyOfPersonalLogin(deps, payload, attempt) },
    'directory.sync': {
      async run({ workspaceId }) {
        await deps.forgetLeavers?.(workspaceId);
        await syncDirectory(deps, workspaceId);
      },
    },
    'directory.person': { run: payload => recheckRefused(deps, payload) },
    'directory.inactive': { run: ({ workspaceId }) => recheckInactive(deps, workspaceId) },
    'privacy.erase': { run: payload => eraseAsked(deps, payload) },
    'privacy.slack': { run: payload => eraseFromSlack(deps, payload) },
    'notify.admins': { run: ({ workspaceId }, { attempt }) => sendNotices(deps, workspaceId, attempt) },
  };
}

/** Every tick is safe on many machines at once: it only looks at rows and adds jobs that have keys. */
export function ticks(deps: Deps): [cron: string, tick: () => Promise<unknown>][] {
  return [
    ['*/2 * * * * *', () => sweep(deps)],
    ['*/3 * * * *', () => audit(deps)],
    ['*/3 * * * * *', () => freeJobsOfTheDead(deps.db)],
    ['*/10 * * * * *', () => followSequences(deps)],
    ['0 * * * * *', () => probePaused(deps.db, deps.clock.now())],
    ['*/5 * * * * *', () => probeAway(deps.db, deps.clock.now())],
    ['40 * * * * *', () => replayStranded(deps.db, deps.clock.now())],
    ['20 * * * * *', () => tellLongAway(deps)],
    ['*/10 * * * * *', () => addUpAllCalls(deps)],
    ['*/5 * * * *', () => pollEverything(deps)],
    ['11 * * * *', () => watchSchedulers(deps)],
    ['30 * * * * *', () => beginReports(deps)],
    ['35 * * * * *', () => askStanding(deps)],
    ['*/15 * * * *', () => beginNightlyBooks(deps)],
    ['2-59/15 * * * *', () => lookForSilence(deps)],
    ['31 3 * * *', () => forgetOldBooks(deps)],
    ['28 3 * * *', () => forgetOldQuestions(deps)],
    ['17 4 * * *', () => syncEveryDirectory(deps)],
    ['27 * * * *', () => lookForThoseBack(deps)],
    ['37 4 * * *', () => forgetReplaced(deps.db)],
    ['39 4 * * *', () => forgetReplayedJobs(deps.db, after(deps.clock.now(), -REPLAYED_KEPT))],
    ['25 * * * *', async () => deps.forgetUnanswered?.()],
    ['23 * * * *', () => forgetSeenBefore(deps.db, after(deps.clock.now(), -HOUR))],
    ['24 * * * *', () => forgetOldKeys(deps.db, after(deps.clock.now(), -DAY))],
    ['33 * * * *', () => eraseLeavers(deps)],
    ['36 * * * *', () => forgetSessions(deps)],
    ['44 3 * * *', () => forgetOld(deps)],
    ['16 * * * *', () => forgetOldActs(deps.db, after(deps.clock.now(), -UNDO_WITHIN))],
    ['26 3 * * *', () => forgetOldEffects(deps.db, after(deps.clock.now(), -EFFECTS_KEPT))],
  ];
}

/** Starts the ticks; the answer stops them. */
export function startTicks(deps: Deps): () => Promise<void> {
  const tasks = ticks(deps).map(([cron, tick]) =>
    schedule(cron, () => tick().catch(thrown => deps.log.error({ err: toError(thrown), cron }, 'a tick failed')), {
      noOverlap: true,
      logger: scheduleLog(deps.log),
    }),
  );
  return async () => {
    for (const task of tasks) await task.destroy();
  };
}

/** A tick that is still at work when its time comes again is no news, and never a line outside the log. */
function scheduleLog(log: Deps['log']) {
  const say = (message: string | Error) => log.debug({ schedule: String(message) }, 'schedule');
  return {
    info: say,
    debug: say,
    warn: say,
    error: (message: string | Error) => log.warn({ schedule: String(message) }, 'schedule'),
  };
}

async function tellLongAway({ db, clock }: Deps): Promise<void> {
  await db.transaction(async trx => enqueueMany(trx, (await noticeLongAway(trx, clock.now())).map(notifyAdmins)));
}

async function addUpAllCalls(deps: Deps): Promise<void> {
  for (const [workspaceId, vendor, allowance] of deps.allowances()) {
    try {
      await addUpCalls(deps, workspaceId, vendor, allowance);
    } catch (thrown) {
      deps.log.error({ err: toError(thrown), workspaceId, vendor }, 'the calls to a vendor were not added up');
    }
  }
}

/** Nobody writes a handoff of that age again. */
const EFFECTS_KEPT = 365 * DAY;
const POLLED_EVERY = 5 * MINUTE;
const REPLAYED_KEPT = 90 * DAY;

async function pollEverything({ db }: Deps): Promise<void> {
  const [crms, sources] = await Promise.all([connectionsInUse(db, 'crm'), connectionsInUse(db, 'source')]);
  const polls = [
    ...crms.map(({ workspaceId, vendor }) => pollCrmEvents(workspaceId, vendor)),
    ...sources.map(({ workspaceId, vendor }) => pollSource(workspaceId, vendor)),
  ];
  await enqueueMany(
    db,
    polls.map(poll => spreadOver(POLLED_EVERY, poll)),
  );
}

async function watchSchedulers({ db }: Deps): Promise<void> {
  const schedulers = await connectionsInUse(db, 'scheduler');
  await enqueueMany(
    db,
    schedulers.map(({ workspaceId, vendor }) => spreadOver(HOUR / 2, watchBookings(workspaceId, vendor))),
  );
}

async function syncEveryDirectory({ db }: Deps): Promise<void> {
  const workspaces = await allWorkspaces(db);
  await enqueueMany(
    db,
    workspaces.map(({ id }) => spreadOver(HOUR, matchPeople(id))),
  );
}

async function lookForThoseBack({ db }: Deps): Promise<void> {
  const ids = await workspacesWithInactive(db);
  await enqueueMany(
    db,
    ids.map(id => spreadOver(HOUR / 2, lookForReturns(id))),
  );
}
