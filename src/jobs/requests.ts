/**
 * Every job is asked for here: its name, its key and its priority stand once. A key names a piece of work, not an
 * occasion: asked for again while it waits, it is done once. What a lead needs goes at the lead's priority; what a person
 * has just pressed a button for goes at `high`, whatever the lead.
 */
import { createHash } from 'node:crypto';
import type { JobsForRows } from '../db/connection.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { waitingSignals } from '../db/handoffs/inbox.ts';
import { takesFeedback } from '../domain/manual.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../lib/clock.ts';
import type { ErasedEnrolmentRef, PersonRef, SlaMessage } from './catalogue.ts';
import { forEachRow, MOST_COUNTED, type NewJob } from './queue.ts';

type HandoffIds = Pick<Handoff, 'workspaceId' | 'id'>;
type Lead = HandoffIds & Pick<Handoff, 'priority'>;
type Keyed = NewJob & { key: string };

const idsOf = ({ workspaceId, id: handoffId }: HandoffIds) => ({ workspaceId, handoffId });
const until = (at: Date, now: Date) => Math.max(0, at.getTime() - now.getTime());
const priorityOf = ({ priority }: Lead) => (priority === 'HIGH' ? 'high' : 'normal');

/**
 * What comes by the clock to every workspace comes to each at a moment of its own within `period` (milliseconds), the
 * same every time: neither the queue nor a vendor has all of them at once. Jobs of one workspace come within two seconds of
 * one another, so that what has to be known of it is asked for once.
 */
export function spreadOver(period: number, job: Keyed): NewJob {
  const moment = partOf(job.payload.workspaceId) * period + partOf(job.key) * APART;
  return { ...job, delayMs: Math.floor(moment % period) };
}

/** Shorter than what is known of a workspace is kept. */
const APART = 2 * SECOND;

/** The same number from 0 to 1 for the same text, evenly. */
const partOf = (text: string) => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;

// Leads come in.

/**
 * One for each new row of the inbox. A workspace's burst goes behind the signals of others, step by step as it grows; what
 * follows from a signal that was read is no part of it, so that no lead is left half way.
 */
export const processSignals: JobsForRows = (db, rows) =>
  forEachRow(db, rows, {
    ...{ name: 'signal.process', id: 'inboxId' },
    waiting: waitingSignals(db, 'fair.workspace_id', MOST_COUNTED),
  });

/** The contact of a signal was not there: it is looked for again. */
export function readSignalAgain(of: { workspaceId: string; inboxId: number; misses: number }, delayMs: number): NewJob {
  return { name: 'signal.process', payload: of, key: `reread:${of.workspaceId}:${of.inboxId}`, delayMs };
}

/** One poll of a source waits at most. */
export function pollSource(workspaceId: string, source: string): Keyed {
  const key = `poll:${workspaceId}:${source}`;
  return { name: 'source.poll', payload: { workspaceId, source }, key, priority: 'background' };
}

/** One look at a source that is silent waits at most. */
export function lookAtSilence(workspaceId: string, source: string): Keyed {
  const key = `silence:${workspaceId}:${source}`;
  return { name: 'source.silence', payload: { workspaceId, source }, key, priority: 'background' };
}

/** One for each workspace and vendor waits at most. */
export function registerWebhooks(workspaceId: string, vendor: string): Keyed {
  const key = `webhooks:${workspaceId}:${vendor}`;
  return { name: 'webhooks.register', payload: { workspaceId, vendor }, key, priority: 'background' };
}

/** One look at a scheduler's webhook waits at most. */
export function watchBookings(workspaceId: string, vendor: string): Keyed {
  return {
    name: 'scheduler.watch',
    payload: { workspaceId, vendor },
    key: `watch:${workspaceId}:${vendor}`,
    priority: 'background',
  };
}

/** An enricher that was late is asked again. */
export function enrichLater(of: HandoffIds): NewJob {
  const later = { delayMs: 30 * SECOND, priority: 'background' } as const;
  return { name: 'handoff.enrich', payload: idsOf(of), key: `enrich:${of.id}`, ...later };
}

/** The platform whose form a page told of is asked about it: it may note the form seconds later. */
export function confirmForm(of: HandoffIds, misses = 0): NewJob {
  const delayMs = CONFIRMED_AFTER[misses] ?? 0;
  const payload = { ...idsOf(of), misses };
  return { name: 'form.confirm', payload, key: `confirm:${of.id}`, delayMs, priority: 'background' };
}

/** After so many times the platform has not noted it. */
export const CONFIRMED_AFTER = [2 * MINUTE, 10 * MINUTE, HOUR] as const;

/** Whoever handed a lead off by hand hears what became of it. */
export function notifyManual(workspaceId: string, manualId: string): NewJob {
  return {
    name: 'notify.manual_lead',
    payload: { workspaceId, manualId },
    key: `manual:${manualId}`,
    priority: 'high',
  };
}

/** A test lead goes away again; asked for anew, the time asked for last counts. */
export function removeTestLead(of: HandoffIds, delayMs: number): NewJob {
  return { name: 'test.cleanup', payload: idsOf(of), key: `cleanup:${of.id}`, delayMs };
}

/** The same at once: somebody waits for it. */
export function removeTestLeadNow(of: HandoffIds): NewJob {
  return { ...removeTestLead(of, 0), priority: 'high' };
}

// Sequences.

/** Somebody pressed it just now. */
export function enrolInSequence(workspaceId: string, enrolmentId: string): NewJob {
  const payload = { workspaceId, enrolmentId };
  return { name: 'sequence.enrol', payload, key: `enrol:${enrolmentId}`, priority: 'high' };
}

export function lookAtSequence(workspaceId: string, enrolmentId: string): NewJob {
  const payload = { workspaceId, enrolmentId };
  return { name: 'sequence.look', payload, key: `sequence.look:${enrolmentId}`, priority: 'background' };
}

/** Until it has ended a lead is mailed who should not be. */
export function stopSequence(workspaceId: string, enrolmentId: string): NewJob {
  const payload = { workspaceId, enrolmentId };
  return { name: 'sequence.stop', payload, key: `sequence.stop:${enrolmentId}`, priority: 'high' };
}

/** The same of somebody who was erased. */
export function stopErasedSequence(of: ErasedEnrolmentRef): NewJob {
  return {
    name: 'sequence.stop_erased',
    payload: of,
    key: `sequence.stop_erased:${of.enrolmentId}`,
    priority: 'high',
  };
}

// The record in the CRM.

export function writeRecord(lead: Lead): NewJob {
  return { name: 'handoff.record', payload: idsOf(lead), key: `record:${lead.id}`, priority: priorityOf(lead) };
}

/** Open leads move to the CRM there is now. */
export function moveRecords(workspaceId: string): NewJob {
  return { name: 'crm.move', payload: { workspaceId }, key: `move:${workspaceId}`, priority: 'background' };
}

/** Looks whether the record still says what is true of the SLA; leads and their touches go first. */
export function updateSlaFields(of: HandoffIds): NewJob {
  return { name: 'handoff.record_sla', payload: idsOf(of), key: `promise:${of.id}`, priority: 'background' };
}

export function notifyDealOwner(of: HandoffIds): NewJob {
  return { name: 'notify.deal_owner', payload: idsOf(of), key: `deal:${of.id}` };
}

export function writeTouch(workspaceId: string, touchId: string): NewJob {
  return { name: 'touch.record', payload: { workspaceId, touchId }, key: `touch:${touchId}` };
}

// Cards.

/** @param delayMs how long the card waits for its record */
export function deliverCard(lead: Lead, delayMs = 0): NewJob {
  return {
    name: 'handoff.notify',
    payload: idsOf(lead),
    key: `notify:${lead.id}`,
    priority: priorityOf(lead),
    delayMs,
  };
}

/** Every card of the lead shows what became true by itself. */
export function redrawCards(lead: Lead, delayMs = 0): NewJob {
  return { name: 'card.refresh', payload: idsOf(lead), key: `refresh:${lead.id}`, priority: priorityOf(lead), delayMs };
}

/** The same for whoever has just pressed something, or is being asked something, and looks at the card. */
export function redrawCardsNow(lead: Lead): NewJob {
  return { ...redrawCards(lead), priority: 'high' };
}

/** The cards no longer offer to take back what was done; asked for again, the later time counts. */
export function redrawWhenUndoEnds(lead: Lead, delayMs: number): NewJob {
  return { ...redrawCards(lead, delayMs), key: `undo ends:${lead.id}` };
}

/** An entry of the timeline shows in the threads of the lead's cards. */
export function postToThreads(of: HandoffIds, entryId: number): NewJob {
  return { name: 'handoff.thread', payload: { ...idsOf(of), entryId }, key: `thread:${entryId}` };
}

/** Posts the next card of a place's queue. */
export function postQueued(workspaceId: string, place: string, at: Date, now: Date): NewJob {
  const key = `drain:${workspaceId}:${place}`;
  const delayMs = until(at, now);
  return { name: 'post.queued', payload: { workspaceId, place }, key, delayMs, priority: 'high' };
}

/** The same beside the queue's own job, which others move: whoever began and never ended is followed up. */
export function followUpQueued(workspaceId: string, place: string, at: Date, now: Date): NewJob {
  return { ...postQueued(workspaceId, place, at, now), key: `drain again:${workspaceId}:${place}` };
}

// What people do, and hear.

/** The queue counts by the database's clock, ours may differ: the handler looks again. */
export function endSnooze(of: HandoffIds, at: Date, now: Date): NewJob {
  return { name: 'handoff.wake', payload: idsOf(of), key: `wake:${of.id}`, delayMs: until(at, now) };
}

export function sendQueuedEmail(workspaceId: string, emailId: string): NewJob {
  return { name: 'email.send', payload: { workspaceId, emailId }, key: `email:${emailId}`, priority: 'high' };
}

/** A rep is told of a lead by mail. */
export function sendMailNotice(lead: Lead, noticeId: string): NewJob {
  const payload = { workspaceId: lead.workspaceId, noticeId };
  return { name: 'notify.mail', payload, key: `mail:${noticeId}`, priority: priorityOf(lead) };
}

/** The first answer to the lead: people wait for it, and are told within a minute. */
export function answerLead(of: HandoffIds): NewJob {
  return { name: 'handoff.answer', payload: idsOf(of), key: `answer:${of.id}`, priority: 'high' };
}

/** They can log in to a service themselves, or must again. */
export function notifyLogin(workspaceId: string, vendor: string, email: string): NewJob {
  return {
    name: 'notify.login',
    payload: { workspaceId, vendor, email },
    key: `own:${workspaceId}:${vendor}:${email}`,
  };
}

/** A person is erased, as somebody asked: whoever waits for it sees it happen. */
export function erasePersonAsked(workspaceId: string, erasureId: string): NewJob {
  const payload = { workspaceId, erasureId };
  return { name: 'privacy.erase', payload, key: `erase:${erasureId}`, priority: 'high' };
}

/** What stands in Slack about an erased lead names nobody. */
export function eraseInSlack(of: HandoffIds): NewJob {
  return { name: 'privacy.slack', payload: idsOf(of), key: `erase in slack:${of.id}` };
}

/** The admins hear what stands in `notices` and was not told yet. */
export function notifyAdmins(workspaceId: string): NewJob {
  return { name: 'notify.admins', payload: { workspaceId }, key: `tell:${workspaceId}` };
}

// The ladder.

type Step = Pick<SlaMessage, 'what' | 'of' | 'at'>;

/** A step reaches whoever it concerns; once a stint where nobody is left to have the lead. */
export function notifyOfStep(lead: Lead, step: Step): NewJob {
  const key = `ladder:${lead.id}:${step.what}:${step.what === 'stuck' ? step.of : step.at}`;
  return { name: 'notify.ladder', payload: { ...idsOf(lead), ...step }, key, priority: priorityOf(lead) };
}

/** What a job that was asked for says of a lead's SLA; undefined: it is another job. */
export const slaMessageOf = ({ name, payload }: NewJob): SlaMessage | undefined =>
  name === 'notify.ladder' ? (payload as SlaMessage) : undefined;

/** Many alarms reach their manager in one message; what stands is redrawn. */
export function postAlertDigest(workspaceId: string, digestId: string, delayMs = 0): NewJob {
  const key = `alert digest:${digestId}`;
  return { name: 'notify.alert_digest', payload: { workspaceId, digestId }, key, delayMs, priority: 'high' };
}

/** A manager's word reaches the rep. */
export function notifyOfWord(of: HandoffIds, word: Step & { entryId: number }): NewJob {
  return { name: 'notify.ladder', payload: { ...idsOf(of), ...word }, key: `ladder:${word.entryId}`, priority: 'high' };
}

/** @param stint when whoever let it lapse was given the lead */
export function reassignLapsed(lead: Lead, stint: string): NewJob {
  const key = `ladder:${lead.id}:reassign`;
  return { name: 'ladder.reassign', payload: { ...idsOf(lead), of: stint }, key, priority: priorityOf(lead) };
}

/** The playbook changed: where and when people work may have, too. Other processes know the version within seconds. */
export function recheckLadders(workspaceId: string): NewJob {
  return { name: 'ladder.recheck', payload: { workspaceId }, key: `look:${workspaceId}`, delayMs: 6 * SECOND };
}

// What the CRM says by itself.

/** One for each row of `crm_events`. */
export const readEvents: JobsForRows = (db, rows) => forEachRow(db, rows, { name: 'crm.event', id: 'newsId' });

export function readEventAgain(workspaceId: string, newsId: number): NewJob {
  return { name: 'crm.event', payload: { workspaceId, newsId }, delayMs: 30 * SECOND };
}

/** One poll waits at most. */
export function pollCrmEvents(workspaceId: string, vendor?: string): Keyed {
  const key = ['crm-poll', workspaceId, ...(vendor ? [vendor] : [])].join(':');
  return { name: 'crm.poll', payload: { workspaceId, ...(vendor && { vendor }) }, key, priority: 'background' };
}

export function notifyOfOwnerChange(of: HandoffIds, changeId: number): NewJob {
  return { name: 'notify.owner_change', payload: { ...idsOf(of), changeId }, priority: 'high' };
}

/** Questions about the owner of a handoff's record are brought up to date wherever they were asked. */
export function redrawQuestions(of: HandoffIds): NewJob {
  return { name: 'owner.redraw', payload: idsOf(of), key: `owner-redraw:${of.id}`, priority: 'high' };
}

export function giveRecordBack(of: HandoffIds, changeId: number): NewJob {
  return { name: 'owner.restore', payload: { ...idsOf(of), changeId }, key: `owner:${changeId}`, priority: 'high' };
}

// What goes back to the source, where anything does.

type Source = HandoffIds & Pick<Handoff, 'source' | 'isTest'>;

/** Brings stage, reason, owner and list at the source up to date. */
export function queueFeedback(handoff: Source): NewJob[] {
  if (!takesFeedback(handoff)) return [];
  const key = `feedback:${handoff.id}`;
  return [{ name: 'feedback.stage', payload: idsOf(handoff), key, priority: 'background' }];
}

/** Shows a touch at the source, unless that is where it was told. */
export function queueTouchFeedback(handoff: Source, { id: touchId, origin }: { id: string; origin: string }): NewJob[] {
  if (!takesFeedback(handoff) || origin === handoff.source) return [];
  const payload = { workspaceId: handoff.workspaceId, touchId };
  return [{ name: 'feedback.touch', payload, key: `feedback:${touchId}`, priority: 'background' }];
}

/** When a platform that did not know whoever sent a form is asked for them again, counted from the look before. */
export const PLATFORM_ASKED_AFTER = [15 * MINUTE, 2 * HOUR, DAY] as const;

/** No platform knew the person yet. Undefined: it was asked often enough. */
export function queueTouchFeedbackAgain(
  of: { workspaceId: string; touchId: string },
  misses: number,
): NewJob | undefined {
  const delayMs = PLATFORM_ASKED_AFTER[misses];
  if (delayMs === undefined) return undefined;
  const payload = { ...of, misses: misses + 1 };
  return { name: 'feedback.touch', payload, key: `feedback:${of.touchId}:${misses}`, priority: 'background', delayMs };
}

// Reports, set-up, people.

/** The weekly report is spread to its places. */
export function spreadWeekly(workspaceId: string, reportId: string): NewJob {
  return {
    name: 'report.weekly',
    payload: { workspaceId, reportId },
    key: `report:${reportId}`,
    priority: 'background',
  };
}

export function deliverReport(workspaceId: string, reportId: string, place: string): NewJob {
  const key = `report:${reportId}:${place}`;
  return { name: 'report.post', payload: { workspaceId, reportId, place }, key, priority: 'background' };
}

/** A viewer's week, in their DM. */
export function deliverMarketingReport(workspaceId: string, reportId: string, place: string): NewJob {
  const key = `report:${reportId}:${place}`;
  return { name: 'report.viewer', payload: { workspaceId, reportId, place }, key, priority: 'background' };
}

/** @param waited somebody asked for it and waits */
export function compareBooks(workspaceId: string, booksId: string, waited = false): Keyed {
  const priority = waited ? 'normal' : 'background';
  return { name: 'books.compare', payload: { workspaceId, booksId }, key: `books:${booksId}`, priority };
}

export function replayBookGap(workspaceId: string, gapId: number): NewJob {
  return { name: 'books.replay', payload: { workspaceId, gapId }, key: `gap:${gapId}`, priority: 'normal' };
}

/** A signal of the inbox is read once more. */
export function readSignalNow(workspaceId: string, inboxId: number): NewJob {
  return { name: 'signal.process', payload: { workspaceId, inboxId }, key: `reread:${workspaceId}:${inboxId}` };
}

/** Answers a standing question that was due then; once each time. */
export function askAgain(workspaceId: string, standingId: string, due: Date): NewJob {
  const at = due.toISOString();
  const key = `question:${standingId}:${at}`;
  return { name: 'question.post', payload: { workspaceId, standingId, at }, key, priority: 'background' };
}

/** `deliverReport` for a person who asked for it and waits. */
export function deliverReportNow(workspaceId: string, reportId: string, place: string): NewJob {
  return { ...deliverReport(workspaceId, reportId, place), priority: 'normal' };
}

/** Compares the CRM with the playbook; a person waits for the answer. */
export function compareCrm(workspaceId: string): NewJob {
  return { name: 'crm.inspect', payload: { workspaceId }, key: `crm.inspect:${workspaceId}` };
}

/** Makes in the CRM what Baton needs there. */
export function deploySetup(workspaceId: string, setupId: string): NewJob {
  return { name: 'crm.setup', payload: { workspaceId, setupId }, key: `crm.setup:${setupId}` };
}

/** Its end is shown, once it is written down: beside the job that is ending. */
export function showSetupEnd(workspaceId: string, setupId: string): NewJob {
  return { ...deploySetup(workspaceId, setupId), key: `crm.setup.told:${setupId}` };
}

/** Matches the playbook's people with Slack and CRM users. */
export function matchPeople(workspaceId: string): Keyed {
  return { name: 'directory.sync', payload: { workspaceId }, key: `directory:${workspaceId}`, priority: 'background' };
}

/** Somebody was refused by Slack or the CRM: are they still there, and who has the lead it was about? */
export function recheckPerson(workspaceId: string, who: PersonRef, handoffId?: string): NewJob {
  const key = ['directory', workspaceId, who.email ?? who.slackId, ...(handoffId ? [handoffId] : [])].join(':');
  return {
    name: 'directory.person',
    payload: { workspaceId, who, ...(handoffId && { handoffId }) },
    key,
    priority: 'high',
  };
}

/** Is anybody back who was out? */
export function lookForReturns(workspaceId: string): Keyed {
  const key = `directory:inactive:${workspaceId}`;
  return { name: 'directory.inactive', payload: { workspaceId }, key, priority: 'background' };
}
