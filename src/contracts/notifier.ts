import type { Answered } from '../domain/answer.ts';
import type { CardFact } from '../domain/card-facts.ts';
import type { Judgement, Priority, RoutingDecision } from '../domain/decision.ts';
import type { FirstAnswer } from '../domain/first-answer.ts';
import type { HandoffState } from '../domain/handoff.ts';
import type { SlaMessageKind, StepKind } from '../domain/ladder.ts';
import type { Activity, CompanyFacts } from '../domain/lead.ts';
import type { MarketingReport, Report } from '../domain/report.ts';
import type { SequenceStand } from '../domain/sequence.ts';
import type { TimeSplit } from '../domain/time-split.ts';
import type { TimelineEntry } from '../domain/timeline.ts';

/** Everything a card may show. Strings that came from the lead are raw here: escaping is the renderer's duty. */
export interface Card {
  workspaceId: string;
  handoffId: string;
  state: HandoffState;
  lead: {
    name: string;
    email: string;
    title?: string;
    /** As an enricher words it. */
    seniority?: string;
    linkedin?: string;
    phone?: string;
    /** As the source has it, else of the company: by name or code. */
    country?: string;
    company?: string;
  };
  source: string;
  leadSource?: string;
  score: number | null;
  fit: number;
  priority: Priority;
  flags: string[];
  judgement: Judgement;
  company: CompanyFacts;
  /** Newest first; the renderer shows as many as fit. */
  activities: Activity[];
  /** What the person who handed the lead off by hand had asked; empty for every other lead. */
  answers: { question: string; answer: string }[];
  rep?: { name: string; email: string; slackId?: string; timeZone?: string };
  /** Set when the card goes to a claim pool. */
  pool?: { team: string };
  decision: RoutingDecision;
  /** "contact within 1 hour": milliseconds of the playbook's respond_within; absent when the priority has no promise. */
  respondWithinMs?: number;
  /** The promise runs only in its team's working hours. */
  inWorkingTime?: boolean;
  crm: {
    state: 'pending' | 'written' | 'parked' | 'skipped';
    name: string;
    url?: string;
    note?: string;
    /** People deleted the record. */
    gone?: boolean;
    /** What the record hangs on: an open deal and its owner, the new one, a known company. Raw. */
    account?: string;
  };
  claimed?: { name: string; at: string };
  /** The first touch: a person did reach out. `how` is words: "call: connected", "e-mail"; `note` what they wrote of it. */
  contacted?: { name: string; at: string; how: string; note?: string; late?: boolean };
  /** Where the time went, from when the card was there. */
  split?: TimeSplit;
  /** By when a first touch is promised; `breached` when that time passed without one. */
  due?: { at: string; breached: boolean };
  /** Who had it before the present rep. */
  previously?: { name: string };
  snoozedUntil?: string;
  /** Why it is nobody's work any more: "rejected", with who and the reason in words. */
  closed?: { name: string; at: string; reason?: string };
  /** The mail that leaves to the lead by itself. A note in it is raw. */
  firstAnswer?: FirstAnswer;
  /** A sequence that the rep may add the lead to, or has. */
  sequence?: SequenceStand;
  /** Asked not to be mailed. */
  optedOut: boolean;
  /** The card's reader had the lead and has it no more: nothing is left for them to press. */
  handedOn?: boolean;
  /** Somebody changed the owner of the record. */
  owner?: OwnerNews;
  /** What stands in small print, a line after the other; absent: the usual. */
  facts?: readonly (readonly CardFact[])[];
  /** Whoever reads this card has the lead. */
  own?: true;
  /** … and never had one before: the buttons are explained. */
  first?: true;
  /** Nobody acts, and it is given to somebody else then (ISO 8601). */
  reassignedAt?: string;
  /** A meeting that is still to come, by whom, and after how many calls. */
  meeting?: { at: string; name: string; calls: number };
  /** Where a meeting with whoever has it is booked. */
  bookingUrl?: string;
  /** Who gave it to the present rep, and when. */
  moved?: { name: string; at: string };
  /** What whoever reads this card has just done, and may take back: id of the act. */
  undo?: string;
  /** Whose it was is known no more: nothing is shown but when that was (ISO 8601), and nothing can be pressed. */
  erasedAt?: string;
  /** Made by `/mql test`. */
  isTest: boolean;
  crossedAt: string;
}

/** The record belongs to somebody else than Baton gave it to. Names are raw: escaping is the renderer's duty. */
export interface OwnerNews {
  state: 'asked' | 'restoring' | 'refused' | 'left' | 'overruled';
  /** Whose it is in the CRM. */
  to: string;
  /** Who or what did it, and when: "Automated Process, 2 minutes after Baton gave it to Marcus Chen". */
  how: string;
  /** Why it could not be given back, or why the lead stays. */
  why?: string;
}

/** Where a card goes: a person's DM or a channel. */
export type Place = { kind: 'dm'; slackId: string } | { kind: 'channel'; channel: string };

/** A log-in that a message offers: the workspace's, or the reader's own; `again`: they had one. */
export interface Connecting {
  vendor: string;
  whose: 'workspace' | 'mine';
  again?: boolean;
}

/** What makes words to somebody recognisable: a second try finds them by `key` among what was posted since then. */
export interface Note {
  key: string;
  since: Date;
  /** What they offer to log in to. */
  connect?: Connecting;
  /** They welcome whoever installed Baton, and offer to begin its set-up. */
  beginSetup?: true;
}

export interface Posted {
  /** The vendor's channel id (a DM's own id for `dm`). */
  channel: string;
  ts: string;
}

/** One line of a digest: enough to recognise the lead and to claim it. Raw lead text, as on a card. */
export interface DigestLine {
  handoffId: string;
  priority: Priority;
  name: string;
  company?: string;
  score: number | null;
  state: HandoffState;
  /** Who has it, claimed or not. */
  owner?: string;
  claimed: boolean;
  open: boolean;
}

/** Several cards in one message, because more waited for one place than its readers can take. HIGH first. */
export interface Digest {
  workspaceId: string;
  /** Finds the message again after an unknown outcome, among those posted since then (ISO 8601). */
  digestId: string;
  since: string;
  lines: DigestLine[];
}

/** Words about one lead for one reader: a step of its SLA, or what a manager says to its rep. */
export interface Alert {
  kind: SlaMessageKind;
  /** Finds the message again after an unknown outcome, among those posted since then (ISO 8601). */
  key: string;
  since: string;
  card: Card;
  /** Milliseconds since the crossing: until a card was delivered, with others before, with whoever has it now. */
  elapsed: { system: number; before: number; rep: number; repWorking?: number };
  /** What happened since they have it. */
  did: TimelineEntry[];
  /** The step that follows, if nothing happens. */
  next?: { do: StepKind; at: string };
  /** Who would get it if it were given to the next in the rotation; absent when nobody is free. */
  nextRep?: { name: string };
  /** Whoever has it has had it since then (ISO 8601). */
  holderSince?: string;
  /** Who says it, in what words. Raw: escaping is the renderer's duty. */
  by?: string;
  note?: string;
  /** How long whoever has it has been given more time (ISO 8601). */
  until?: string;
  /** How it ended: nothing is left to press but to take it back. */
  ended?: AlertEnding | undefined;
}

/** How an alarm ended. Raw: escaping is the renderer's duty. */
export interface AlertEnding {
  /** All of it in a sentence, for lists. */
  text: string;
  at?: string;
  /** Somebody reached out: how ("called"), and so many milliseconds too late. */
  reached?: { who: string; did: string; lateMs?: number };
  /** Somebody else has it: who moved it ("You" to themselves), by when it is due (ISO 8601), what they may take back. */
  moved?: { to: string; by?: string; due?: string; undo?: string };
}

/** One alarm of several. Raw lead text, as on a card. */
export interface AlertLine {
  handoffId: string;
  priority: Priority;
  name: string;
  company?: string;
  score: number | null;
  /** Who has it: a person, or the team of a pool. */
  holder?: string;
  /** By when a first touch was promised; `breached` when that time has passed. */
  due?: { at: string; breached: boolean };
  ended?: AlertEnding;
}

/** Several alarms in one message, because more came at once than their manager can take. HIGH first. */
export interface AlertDigest {
  workspaceId: string;
  /** Finds the message again after an unknown outcome, among those posted since then (ISO 8601). */
  digestId: string;
  since: string;
  lines: AlertLine[];
}

/** The same for whoever answers for the lead. */
export interface OwnerAlert {
  kind: 'owner';
  key: string;
  since: string;
  card: Card & { owner: OwnerNews };
  /** How it ended, in words, and when: nothing is left to press. Raw: escaping is the renderer's duty. */
  ended?: { text: string; at?: string };
}

export interface Attachment {
  /** With its ending; no two files under one message have the same. */
  name: string;
  title: string;
  /** What the file shows, for those who cannot see it. */
  alt?: string;
  bytes: Uint8Array;
}

/** One answer or more in a message. */
export interface ToldAnswers {
  /** Null: the answer is its own title. */
  title: string | null;
  answers: readonly Answered[];
  /** Address of a person or key of a team → name. */
  names: Readonly<Record<string, string>>;
  /** Of a question that is asked again by itself: what its buttons are about. */
  again?: { questionId: string; standingId: string; isList: boolean };
}

/** Puts cards in front of people. Throws only the Failures of lib/errors.ts. */
export interface Notifier {
  /** Posts; finds an earlier post of the same handoff in that place first when `lookFirst` (a retry after an unknown outcome). */
  post(place: Place, card: Card, lookFirst: boolean): Promise<Posted>;
  /** Redraws a posted card in place. */
  update(posted: Posted, card: Card): Promise<void>;
  /** Several leads in one message, to be redrawn like a card. */
  postDigest(place: Place, digest: Digest, lookFirst: boolean): Promise<Posted>;
  updateDigest(posted: Posted, digest: Digest): Promise<void>;
  /** Words under a posted card, found again by `key` when `lookFirst`; answers where they stand. */
  reply(posted: Posted, text: string, key: string, lookFirst: boolean): Promise<Posted>;
  /**
   * The numbers of a period, found again by `key` among what was posted since then when `lookFirst`. `pictured`: no charts
   * could be drawn in the message, so a picture belongs under it.
   */
  report(
    place: Place,
    report: Report | MarketingReport,
    mark: { key: string; since: Date },
    lookFirst: boolean,
  ): Promise<Posted & { pictured: boolean }>;
  /** Answers to questions, found again by `key` among what was posted since then when `lookFirst`. */
  answers(place: Place, told: ToldAnswers, mark: { key: string; since: Date }, lookFirst: boolean): Promise<Posted>;
  /** A file under a message, found again by its name when `lookFirst`. */
  attach(posted: Posted, file: Attachment, lookFirst: boolean): Promise<void>;
  /** Is the message still there? One call, of which Slack takes hundreds a minute. */
  isThere(posted: Posted): Promise<boolean>;
  /** Takes a message of Baton's away: a test lead's card, what was said under an erased one. Gone already is as good. */
  remove(posted: Posted): Promise<void>;
  /** Posts it unless `lookFirst` finds it there. */
  alert(place: Place, alert: Alert | OwnerAlert, lookFirst: boolean): Promise<Posted>;
  /** A question, or an alarm, as it stands now. */
  updateAlert(posted: Posted, alert: Alert | OwnerAlert): Promise<void>;
  /** Several alarms in one message, and as they stand now. */
  postAlertDigest(place: Place, digest: AlertDigest, lookFirst: boolean): Promise<Posted>;
  updateAlertDigest(posted: Posted, digest: AlertDigest): Promise<void>;
  /** Plain words to a person or a channel; posts them unless `lookFirst` finds them there. */
  notify(place: Place, text: string, note: Note, lookFirst: boolean): Promise<Posted>;
  /** Those words as they are now. */
  rewrite(posted: Posted, text: string): Promise<void>;
  /** Where people open this Slack: `acme.slack.com`. One call. */
  slackHost(): Promise<string>;
  /** Slack users by e-mail; absent when Slack knows nobody (deactivated people come back with active false). */
  findPerson(email: string): Promise<{ slackId: string; active: boolean; name?: string; timeZone?: string } | null>;
}
