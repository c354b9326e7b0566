import type { Submission } from '../domain/form/submission.ts';
import type { Contact, SourceName } from '../domain/lead.ts';
import type { NurturePlace } from '../domain/nurture.ts';
import type { HookRequest, HookSetup, Verdict } from './hook.ts';
import type { Nurture } from './nurture.ts';

/** One message that a person's score or stage changed (or is, when polled), or that something happened to the contact. */
export interface Signal {
  contactId: string;
  /** ISO 8601: when it happened at the source, which may be long before it arrives. */
  occurredAt: string;
  via: 'webhook' | 'workflow' | 'poll' | 'manual' | 'form';
  /** Null: it was cleared. Absent: not told. */
  score?: number | null;
  /** What the score was before this change, where the source says so. */
  scoreBefore?: number;
  lifecycleStage?: string;
  email?: string;
  company?: string;
  /** Absent: a score or stage changed. */
  event?: ContactEvent;
  /** The form that was sent: such signals come `via` one, and their contact is what forms told. */
  submission?: Submission;
  /** Equal keys are the same event delivered again; unique within a workspace and source. */
  dedupeKey: string;
}

/**
 * What happened to a contact itself. `created` and `active` (it did something) say nothing of its score: it has to be
 * read. `merged`: the contacts `from` are this one from now on. `deleted`: it is gone from the source; `privacy`: because
 * the person asked to be forgotten.
 */
export type ContactEvent =
  | { kind: 'created' | 'active' }
  | { kind: 'merged'; from: string[] }
  | { kind: 'deleted'; privacy: boolean };

/** What a contact says of itself in one line. */
export type Glance = Pick<Signal, 'score' | 'lifecycleStage' | 'email' | 'company'>;

/** Where a poll stopped; opaque to everyone but the source that made it. */
export type PollCursor = Record<string, unknown>;

export interface PollPage {
  signals: Signal[];
  /** Persist in the same transaction as the signals. */
  cursor: PollCursor;
  /** True: ask again at once, there is more. */
  more: boolean;
}

/** A contact that went to the threshold or over it, as its source tells when it is asked about a time that is past. */
export interface SourceCrossing {
  contactId: string;
  /** ISO 8601; absent: the source keeps no history of scores. It is there now, and changed in that time. */
  at?: string;
  score: number;
}

/** Which crossings are asked for: from then until before then. */
export interface CrossingsAsked {
  from: Date;
  to: Date;
  threshold: number;
  /** Contacts that Baton handed off in that time: looked at by their ids too, as their score may have fallen since. */
  known: readonly string[];
}

export interface CrossingsPage {
  crossings: SourceCrossing[];
  cursor: PollCursor;
  more: boolean;
  /** So many calls it took. */
  calls: number;
}

/** What a page sends along to show that a person filled in its form. */
export interface HumanProof {
  /** Undefined: nothing was sent. */
  token: string | undefined;
  /** Of the submission: asked again, the same token counts. */
  id: string;
  /** The visitor's network address. */
  address: string;
}

/** What somebody did about a contact, to be shown where marketing works. */
export interface SourceTouch {
  /** Baton's own id: by it a touch that was written already is recognised. */
  touchId: string;
  contactId: string;
  kind: 'call' | 'email' | 'meeting' | 'task';
  /** ISO 8601: when it happened. */
  at: string;
  title: string;
  notes: string;
  direction?: 'inbound' | 'outbound';
  durationMs?: number;
  /** How a call went, by Baton's own names: connected, left_voicemail … */
  outcome?: string;
  /** It may have been written before, and the answer lost: look for it first. */
  lookFirst: boolean;
}

/** What a playbook takes for granted of a source. */
export interface SourceWishes {
  /** Stages that `mql.require_lifecycle` asks for; empty: none. */
  stages: readonly string[];
  /** Values of `lead_source` in rules. */
  leadSources: readonly string[];
  /** The playbook scores contacts without a score. */
  ownScore: boolean;
  /** Stages are written, by the feedback. */
  writesStage: boolean;
  logsTouches: boolean;
  /** A property that takes the reason of a lost or rejected lead. */
  reasonProperty?: string;
  suppressionList?: string;
  /** Where leads go that sales does not have. */
  nurture?: NurturePlace;
  /** Properties that rules about this source alone ask for, by its own names, and where they do. */
  properties: readonly { name: string; where: string }[];
  now: Date;
}

/** One thing found when a playbook was held against a source. `fix` says what to do. */
export interface SourceFinding {
  level: 'fine' | 'warning' | 'problem';
  what: string;
  fix?: string;
}

/** What an account has to choose from; `name` is what a playbook says. */
export interface SourceFields {
  /** Properties of contacts that hold a number. */
  scores: readonly { name: string; label: string }[];
  stages: readonly { name: string; label: string }[];
}

/**
 * A marketing automation platform for one workspace. Made by a function from options to this object; holds no state
 * that may not be lost. Calls throw only the Failures of lib/errors.ts.
 */
export interface Source {
  readonly name: SourceName;
  /** Its connector writes scores to people of a CRM, which can tell of them in this source's place: at its own address. */
  readonly syncsScores?: true;
  /** Was this really sent by the source? Pure; constant time. */
  verify(request: HookRequest, now: Date): Verdict;
  /**
   * Signals in a verified body; events that are not ours, or another role's of this vendor, give an empty list. One that
   * cannot be read is named to `refuse`: its neighbours are read all the same.
   * @throws BadInput when the body cannot be read
   */
  read(request: HookRequest, receivedAt: Date, refuse?: (why: string) => void): Signal[];
  /** Is a verified delivery of the account that is connected? Absent: deliveries name none, or `verify` knows it. */
  isOfAccount?(request: HookRequest): Promise<boolean>;
  /** What the sender wants to hear once a delivery is stored; absent: how many events it had, as JSON. */
  readonly accepted?: { contentType: string; body: string };
  /** The contact with all properties, score history and activities (all pages); null when the source has no such id. */
  contact(id: string): Promise<Contact | null>;
  /**
   * Score and stage alone, of many contacts in one call: most new contacts are below any threshold and need not be read
   * whole. Null as for `contact`. Absent: the contact is read.
   */
  glance?(id: string): Promise<Glance | null>;
  /** The same by address; null when the source has nobody there. Absent: the source cannot be asked by address. */
  contactByEmail?(email: string): Promise<Contact | null>;
  /** Does the account have what the playbook takes for granted? A few calls. Absent: nothing there can be asked. */
  inspect?(wishes: SourceWishes): Promise<SourceFinding[]>;
  /** What may hold the score, and the stages there are. One call or two. Absent: it cannot be asked. */
  fields?(): Promise<SourceFields>;
  /** One page of contacts changed since the cursor, ascending; `since` is where a first poll starts. */
  poll?(cursor: PollCursor | null, since: Date): Promise<PollPage>;
  /**
   * One page of the crossings of a time that is past; of a contact that crossed more than once, the last. A few calls.
   * Absent: it cannot be asked.
   */
  crossingsBetween?(asked: CrossingsAsked, cursor: PollCursor | null): Promise<CrossingsPage>;
  /**
   * Did a person send it? Asked of what a page sends with a key that everybody can read. `unknown`: whoever knows could
   * not be asked. One call. Absent: nobody is asked.
   */
  checkHuman?(proof: HumanProof): Promise<'yes' | 'no' | 'unknown'>;
  /**
   * What to set there so that it delivers to `address`; absent: it needs nothing set. `pageKey` may stand in pages that
   * everybody reads, in the place of the key in the address. One call at most.
   */
  hookSetup?(address: string, pageKey: string): Promise<HookSetup>;
  /** Shows a touch on the contact. One call, a few more when it may be there already. */
  logTouch?(touch: SourceTouch): Promise<{ id: string }>;
  /**
   * Moves the contact to a stage; answers the one it has then. Platforms keep a contact from going back: it stays
   * where it is unless `clearFirst`.
   */
  setStage?(contactId: string, stage: string, options: { clearFirst: boolean }): Promise<{ stage: string | undefined }>;
  setProperties?(contactId: string, properties: Record<string, string>): Promise<void>;
  /** Gives the contact to the platform's user of this address; false when there is none. */
  setOwner?(contactId: string, email: string): Promise<boolean>;
  /** Absent: it keeps in touch with nobody by itself. */
  readonly nurture?: Nurture;
  /** Puts the contact onto a list that keeps it from marketing's mails. */
  suppress?(contactId: string, list: string): Promise<void>;
}
