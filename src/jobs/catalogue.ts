import type { SlaMessageKind } from '../domain/ladder.ts';

/** Somebody of the playbook, by address or as Slack knows them. */
export type PersonRef = { email: string; slackId?: undefined } | { email?: undefined; slackId: string };

export interface HandoffRef {
  workspaceId: string;
  handoffId: string;
}

/** Several alarms in one message. */
export interface DigestRef {
  workspaceId: string;
  digestId: string;
}

/** What a rep is told by mail. */
export interface MailNoticeRef {
  workspaceId: string;
  noticeId: string;
}

/** A lead that a rep added to a sequence. */
export interface EnrolmentRef {
  workspaceId: string;
  enrolmentId: string;
}

/** One whose lead was erased: nothing here knows it any more but by the tool's own ids. */
export interface ErasedEnrolmentRef extends EnrolmentRef {
  tool: string;
  externalId: string;
  /** Where people see it there. */
  url?: string;
}

export interface TouchRef {
  workspaceId: string;
  touchId: string;
}

export interface OwnerChangeRef extends HandoffRef {
  changeId: number;
}

/** `misses`: how often the source had no such contact so far. */
export interface SignalRef {
  workspaceId: string;
  inboxId: number;
  misses?: number;
}

/** `of`: when they were given the lead. */
export interface StintRef extends HandoffRef {
  of: string;
}

/** `at`: when the step was due, or the word was said; `entryId`: the word itself. */
export interface SlaMessage extends StintRef {
  what: SlaMessageKind;
  at: string;
  entryId?: number;
}

/** Somebody whom Slack or the CRM refused; `handoffId`: the lead over which, which goes on when they are gone. */
export interface RefusedPerson {
  workspaceId: string;
  who: PersonRef;
  handoffId?: string;
}

/** One comparison of the sources, Baton, the CRM and Slack. */
export interface BooksRef {
  workspaceId: string;
  booksId: string;
}

/** An erasure that somebody asked for. */
export interface ErasureRef {
  workspaceId: string;
  erasureId: string;
}

/**
 * Every job there is and what it carries. A payload holds ids, never facts: facts are read when the job runs, so a
 * late job acts on what is true then.
 */
export interface Jobs {
  /** Read one signal of the inbox: crossing or not; if it is one, gather facts, judge, route and open the handoff. */
  'signal.process': SignalRef;
  /** A source is silent: is that usual, and does it know of something that never came? */
  'source.silence': { workspaceId: string; source: string };
  /** Ask a polled source for what changed since its cursor. */
  'source.poll': { workspaceId: string; source: string };
  /** Have a vendor's app tell of what this workspace's playbook reads. */
  'webhooks.register': { workspaceId: string; vendor: string };
  /** Have a scheduler deliver its bookings. */
  'scheduler.watch': { workspaceId: string; vendor: string };
  /** Write the handoff to the CRM. */
  'handoff.record': HandoffRef;
  /** Bring what the CRM record says of the promise up to date. */
  'handoff.record_sla': HandoffRef;
  /** Tell the owner of an opportunity that is open at the lead's account. */
  'notify.deal_owner': HandoffRef;
  /** Put the card in front of the rep or the pool. */
  'handoff.notify': HandoffRef;
  /** Redraw every posted card of the handoff. */
  'card.refresh': HandoffRef;
  /** Ask the platform whether it noted the form that a page told of. `misses`: how often it had not, so far. */
  'form.confirm': HandoffRef & { misses: number };
  /** Ask the enrichers again for what was missing when the lead was judged. */
  'handoff.enrich': HandoffRef;
  /** Put a timeline entry into the thread of every card of the handoff. */
  'handoff.thread': HandoffRef & { entryId: number };
  /** A snooze is over: the rep hears of the lead again. */
  'handoff.wake': HandoffRef;
  /** Post what waits for one DM or channel, HIGH first, at the pace Slack allows. */
  'post.queued': { workspaceId: string; place: string };
  /** Write a touch to the CRM. */
  'touch.record': TouchRef;
  /** Show a touch on the source's contact. `misses`: how often no platform knew the person, of those who came by a form. */
  'feedback.touch': TouchRef & { misses?: number };
  /** Bring stage, reason, owner and list at the source up to date. */
  'feedback.stage': HandoffRef;
  /** Answer a lead in the name of whoever has it, or say why not. */
  'handoff.answer': HandoffRef;
  /** Send a mail that a rep wrote to a lead. */
  'email.send': { workspaceId: string; emailId: string };
  /** Add a lead to a sequence, as their rep asked. */
  'sequence.enrol': EnrolmentRef;
  /** See how a sequence stands that runs. */
  'sequence.look': EnrolmentRef;
  /** End a sequence that runs. */
  'sequence.stop': EnrolmentRef;
  /** End a sequence of somebody who was erased. */
  'sequence.stop_erased': ErasedEnrolmentRef;
  /** Take a test lead out of the CRM, Slack and the books again. */
  'test.cleanup': HandoffRef;
  /** Tell whoever handed a lead off by hand what became of it. */
  'notify.manual_lead': { workspaceId: string; manualId: string };
  /** A step of the SLA, or a manager's word, reaches whoever it concerns. */
  'notify.ladder': SlaMessage;
  /** A rep is told of a lead by mail. */
  'notify.mail': MailNoticeRef;
  /** Many alarms reach their manager in one message, or it shows what became of them. */
  'notify.alert_digest': DigestRef;
  /** Nobody reached out in time: the lead goes to the next in line. */
  'ladder.reassign': StintRef;
  /** The playbook changed: every open lead's ladder is looked at anew. */
  'ladder.recheck': { workspaceId: string };
  /** The weekly report goes to its channel and to the managers. */
  'report.weekly': { workspaceId: string; reportId: string };
  /** Post a report to one place. */
  'report.post': { workspaceId: string; reportId: string; place: string };
  /** A viewer's week goes to their DM. */
  'report.viewer': { workspaceId: string; reportId: string; place: string };
  /** A question that is asked again by itself is answered in its maker's DM. `at`: when it was due. */
  'question.post': { workspaceId: string; standingId: string; at: string };
  /** Compare the sources, Baton, the CRM and Slack over a time. */
  'books.compare': BooksRef;
  /** Do once more what would mend a gap that a comparison found. */
  'books.replay': { workspaceId: string; gapId: number };
  /** Read one thing the CRM told of by itself. */
  'crm.event': { workspaceId: string; newsId: number };
  /** Ask the CRM (`vendor`: one of them, as a company may have left one) for activities changed since its cursor. */
  'crm.poll': { workspaceId: string; vendor?: string };
  /** A manager hears that somebody changed the owner of a record. */
  'notify.owner_change': OwnerChangeRef;
  /** What was asked about the owner of a handoff's record is answered, or about something else now. */
  'owner.redraw': HandoffRef;
  /** Give a record back to whom Baton had given it, as somebody asked for. */
  'owner.restore': OwnerChangeRef;
  /** Write open leads anew in the CRM there is now, one after the other. */
  'crm.move': { workspaceId: string };
  /** Compare the CRM with the playbook, and tell the admin who asked. */
  'crm.inspect': { workspaceId: string };
  /** Make in the CRM what Baton needs there, or tell how that ended. */
  'crm.setup': { workspaceId: string; setupId: string };
  /** Tell a person that they can log in at a vendor themselves, or that they must again. */
  'notify.login': { workspaceId: string; vendor: string; email: string };
  /** Match the playbook's people with Slack and CRM users. */
  'directory.sync': { workspaceId: string };
  'directory.person': RefusedPerson;
  'directory.inactive': { workspaceId: string };
  /** Erase a person, as somebody asked. */
  'privacy.erase': ErasureRef;
  /** What stands in Slack about an erased lead names nobody. */
  'privacy.slack': HandoffRef;
  /** Tell the admins what is written in `notices` and was not told yet. */
  'notify.admins': { workspaceId: string };
}

export type JobName = keyof Jobs;

/**
 * What jobs were called in the release before: while its processes are being replaced they add and put aside jobs under
 * these names, and new processes do them all the same. Each goes with the release after.
 */
export const FORMER_NAMES: ReadonlyMap<string, JobName> = new Map([
  ['deal.tell', 'notify.deal_owner'],
  ['own.tell', 'notify.login'],
  ['admin.tell', 'notify.admins'],
  ['manual.tell', 'notify.manual_lead'],
  ['owner.tell', 'notify.owner_change'],
  ['ladder.tell', 'notify.ladder'],
  ['place.drain', 'post.queued'],
  ['crm.news', 'crm.event'],
  ['handoff.promise', 'handoff.record_sla'],
  ['ladder.look', 'ladder.recheck'],
]);

/** The name that a job has now, by whatever name it was put down. */
export function currentName(name: string): JobName {
  return FORMER_NAMES.get(name) ?? (name as JobName);
}

/**
 * Lower runs first. HIGH leads overtake everything that is waiting. There is room between them: signals of a workspace that
 * has many waiting go behind those of others (`MOST_BEHIND`), and before whatever catches up.
 */
export const JOB_PRIORITY = { high: -10, normal: 0, catch_up_high: 20, catch_up: 30, background: 40 } as const;

/** Is it the job that writes a lead's record? By its name, as work that was put aside has it. */
export const isRecording = (job: string): boolean => job === ('handoff.record' satisfies JobName);

const POSTING: readonly string[] = ['handoff.notify', 'post.queued'] satisfies JobName[];

/** One that puts a lead's card into Slack? */
export const isPosting = (job: string): boolean => POSTING.includes(job);

/** What a job does, for people: "Writing a lead to the CRM". */
export function workWords(job: JobName): string {
  return WORK[job];
}

const WORK: Record<JobName, string> = {
  'signal.process': 'Reading a signal',
  'source.silence': 'Asking a silent source',
  'source.poll': 'Polling the source',
  'webhooks.register': 'Subscribing to changes of contacts',
  'scheduler.watch': 'Having bookings delivered',
  'handoff.record': 'Writing a lead to the CRM',
  'handoff.record_sla': 'Keeping the SLA up to date in the CRM',
  'notify.deal_owner': 'Telling the owner of an open opportunity',
  'handoff.notify': 'Posting a card',
  'card.refresh': 'Redrawing a card',
  'form.confirm': 'Having a form confirmed',
  'handoff.enrich': 'Looking up a company',
  'handoff.thread': 'Telling a card’s thread what happened',
  'handoff.wake': 'Waking a snoozed lead',
  'post.queued': 'Posting what waits for a channel',
  'touch.record': 'Logging a touch in the CRM',
  'feedback.touch': 'Logging a touch in the marketing platform',
  'feedback.stage': 'Bringing a lead up to date in the marketing platform',
  'handoff.answer': 'Answering a lead',
  'email.send': 'Sending a mail to a lead',
  'sequence.enrol': 'Adding a lead to a sequence',
  'sequence.look': 'Looking at a sequence',
  'sequence.stop': 'Ending a sequence',
  'sequence.stop_erased': 'Ending the sequence of an erased person',
  'test.cleanup': 'Removing a test lead',
  'notify.manual_lead': 'Telling somebody what became of the lead they handed off',
  'notify.ladder': 'Reminding somebody of a lead',
  'notify.mail': 'Telling somebody of a lead by mail',
  'notify.alert_digest': 'Telling a manager of many leads',
  'ladder.reassign': 'Reassigning an overdue lead',
  'ladder.recheck': 'Looking at every lead after a change of the playbook',
  'report.weekly': 'Sending the weekly report',
  'report.post': 'Posting a report',
  'report.viewer': 'Posting marketing’s weekly report',
  'question.post': 'Answering a question that is asked again by itself',
  'books.compare': 'Comparing the books',
  'books.replay': 'Mending a gap of the books',
  'notify.login': 'Telling somebody about their own log-in',
  'crm.event': 'Reading what the CRM told',
  'crm.poll': 'Polling the CRM',
  'notify.owner_change': 'Telling somebody whose a lead is in the CRM',
  'owner.redraw': 'Showing what was decided about the owner of a lead',
  'owner.restore': 'Giving a lead back to its owner in the CRM',
  'crm.move': 'Moving open leads to another CRM',
  'crm.inspect': 'Comparing the CRM with the playbook',
  'crm.setup': 'Setting up the CRM',
  'directory.sync': 'Matching people with Slack and the CRM',
  'directory.person': 'Looking whether somebody is still there',
  'directory.inactive': 'Looking whether somebody is back',
  'privacy.erase': 'Erasing a person',
  'privacy.slack': 'Erasing a person from Slack',
  'notify.admins': 'Telling the admins',
};
