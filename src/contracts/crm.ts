/** What the story of a handoff needs of a CRM. A vendor is a function from options to this object. */
import type { CrmSetup } from './crm-setup.ts';

/**
 * What the playbook says of the CRM: its `crm` section, checked and with defaults. Object, field and type names in it
 * are the CRM's own.
 */
export interface CrmRules {
  mode: 'lead' | 'account_based';
  opportunity: {
    stage: string;
    /** Milliseconds from the handoff to the expected close. */
    close_in: number;
    /** Liquid. */
    name: string;
    contact_role: string;
  };
  /** Object → field → Liquid: written on every record of that object. */
  custom: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same for records that are made, where nothing else fills the field. */
  defaults: Readonly<Record<string, Readonly<Record<string, string>>>>;
  record_types: Readonly<Record<string, string>>;
  currency?: string | undefined;
  campaign?: { name: string; status: string } | undefined;
  /** Baton's part, 0 to 1, of the calls that are left for the day. */
  api_share: number;
  /** Baton's field → the CRM's; null: do not write. */
  fields: Readonly<Record<string, string | null | undefined>>;
}

/** A look-up answers none / one / many; an error is never "none". */
export type Lookup<T> = { kind: 'none' } | { kind: 'one'; record: T } | { kind: 'many'; record: T; others: string[] };

export interface CrmOwner {
  id: string;
  email?: string;
  name?: string;
  active: boolean;
  /** A queue or group owns records but is nobody's inbox. */
  kind: 'user' | 'queue';
}

export interface CrmLead {
  id: string;
  /** Not converted and not closed by its status. */
  open: boolean;
  owner: CrmOwner;
  createdAt: string;
  name?: string;
}

export interface CrmContact {
  id: string;
  accountId?: string;
  owner: CrmOwner;
  createdAt: string;
  name?: string;
}

export interface CrmAccount {
  id: string;
  name: string;
  owner: CrmOwner;
  createdAt: string;
  /** What says that the person belongs to it; absent in matches stored before this was kept. */
  by?: 'contact' | 'domain' | 'name';
}

/** An open deal on the account. */
export interface CrmOpportunity {
  id: string;
  name: string;
  stage: string;
  accountId: string;
  owner: CrmOwner;
  createdAt: string;
}

/** What the CRM already has of this person; `account` comes from the contact first, else from the domain, else from the name. */
export interface CrmMatch {
  /** Open ones first: `many` means several open leads, and `record` is the newest of them. */
  lead: Lookup<CrmLead>;
  contact: Lookup<CrmContact>;
  account: Lookup<CrmAccount>;
  /** Open ones on the account; absent: not asked for. */
  opportunity?: Lookup<CrmOpportunity>;
}

export interface CrmUser {
  id: string;
  email: string;
  name: string;
  active: boolean;
}

/** The follow-up task that goes with a record. */
export interface FollowUp {
  subject: string;
  description: string;
  /** YYYY-MM-DD in the rep's zone. */
  dueOn: string;
  priority: 'High' | 'Normal' | 'Low';
  /** Who is to do it, when that is not the record's own new owner (an existing record keeps its owner). */
  ownerId?: string;
}

/** By the playbook's names under crm.fields (lead_score, …): absent = nothing known, null = empty where there was one. */
export type CrmFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Everything that is to be written for one handoff, in Baton's names. Text may be longer than the CRM allows. */
export interface CrmWrite {
  /** Key of the effect: a retry with the same id never makes a second record. */
  handoffId: string;
  /** A HIGH lead: it goes ahead of what can wait when calls are scarce. */
  urgent?: boolean;
  /** `account_based`: account, contact and opportunity, all or none of them, instead of a lead. */
  mode: 'lead' | 'account_based';
  /** Known already, for `account_based`: the account it belongs to, and the deal that is open there. */
  account?: { id: string; name?: string };
  opportunity?: CrmOpportunity;
  /** The company's own domain, where one is known: never a generic mail domain. */
  domain?: string;
  /** There was an earlier write: what it made is kept and given to the present owner, and nothing more is made. */
  made?: { opportunityId?: string };
  /** An earlier try was cut short: what it made, if anything, is looked for first. */
  again?: boolean;
  /** A test: what is made for it is shared with nobody. */
  isTest?: boolean;
  /** An existing record to update instead of making one; `homeless`: a contact that belongs to no account yet. */
  existing?: { object: 'Lead' | 'Contact'; id: string; homeless?: boolean };
  /** An open lead of the same person besides the contact: it is linked to the account. */
  openLead?: { id: string };
  ownerId?: string;
  /** Owner of what is made around an existing record, which keeps its own. */
  newOwnerId?: string;
  person: {
    email: string;
    firstName?: string;
    lastName?: string;
    title?: string;
    phone?: string;
    company?: string;
    website?: string;
    city?: string;
    state?: string;
    country?: string;
  };
  leadSource?: string;
  status?: string;
  description: string;
  fields: CrmFields;
  /** Values of the playbook's own mapping, filled in: by object and API name. */
  custom?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same for records that are made and would have nothing there. */
  defaults?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Name of the new deal. */
  opportunityName?: string;
  /** The rest of it; `closeOn` is YYYY-MM-DD in the rep's zone. */
  deal?: { stage: string; closeOn: string; contactRole: string };
  /** A queue that owns a new lead while nobody has it, by its developer name. */
  queue?: string;
  /** The campaign it came from, by name; the person becomes its member. */
  campaign?: { name: string; status: string };
  /** What of the playbook's mapping could not be filled in, one sentence each: told with the warnings. */
  unfilled?: readonly string[];
  followUp?: FollowUp;
}

export interface CrmWritten {
  object: 'Lead' | 'Contact';
  id: string;
  created: boolean;
  taskId?: string;
  /** What was made or found around it: the account, the deal. */
  also?: { object: 'Account' | 'Opportunity'; id: string; name?: string; created: boolean }[];
  /** The deal that was open at the account, so that no second was made: its owner has a note there. */
  openDeal?: CrmOpportunity;
  /** Open leads that hang on the account now. */
  linkedLeads?: string[];
  /** What the org would not take and we left out or replaced, one sentence each: shown on the timeline. */
  warnings: string[];
}

/** What a person did about a lead, as a completed activity on its record. Text may be longer than the CRM allows. */
export interface CrmTouch {
  /** Key of the effect: the same touch is never logged twice. */
  touchId: string;
  record: { object: 'Lead' | 'Contact'; id: string };
  /** The deal it is about; leads have none. */
  opportunityId?: string;
  /** E-mail of whoever did it: logged as that CRM user where they connected their own, else as Baton's. */
  actAs?: string;
  kind: 'call' | 'email';
  subject: string;
  description: string;
  /** ISO 8601. */
  at: string;
  /** YYYY-MM-DD of `at` in the rep's zone. */
  on: string;
  /** The rep's CRM user. */
  ownerId?: string;
  /** Disposition in words, as the CRM's reports count them. */
  call?: { outcome: string; direction: 'outbound' | 'inbound'; seconds?: number };
  /** What comes next, as an open task of the same rep. */
  nextStep?: { subject: string; dueOn: string };
  /** Values of the playbook for activities the CRM would not take without them, by API name. */
  defaults?: Readonly<Record<string, string>>;
}

export interface CrmLogged {
  id: string;
  /** The person's record, when that is another by now: merged or converted since. */
  record?: CrmTouch['record'];
  /**
   * How writing as `actAs` went: `lapsed`: their log-in is not accepted any more, `denied`: their user may not write it;
   * both times it was written as Baton's user. Absent: they have no log-in of their own.
   */
  own?: { kind: 'used' } | { kind: 'lapsed' | 'denied'; why: string };
  warnings: string[];
}

/** One thing the CRM told of by itself: a record as it stood when the message left, which may be late or repeated. */
export interface CrmEvent {
  /** Equal keys are the same message delivered again. */
  key: string;
  /** Absent: the record was gone before it could be told of. */
  record?: { object: string; id: string };
  /** By the CRM's own names. What is absent is unknown, not empty. */
  fields: Record<string, string>;
}

/** A delivery of the CRM: from which account there, and what it tells. */
export interface CrmMessage {
  tenant: string;
  events: CrmEvent[];
}

/** Something people did about records of the CRM. */
export interface CrmActivity {
  kind: 'activity';
  /** A mass mail went to many: it is no answer to one of them. */
  as: 'call' | 'email' | 'mass_email' | 'meeting' | 'task';
  /** The records it is about. */
  about: string[];
  /** False: it may be about more than what was told. */
  aboutAll: boolean;
  /** Absent: not told. */
  done?: boolean;
  /** Baton wrote it: it proves nothing. */
  own: boolean;
  subject: string;
  seconds?: number;
  direction?: 'outbound' | 'inbound';
  /** ISO 8601: when it was done, or agreed upon. */
  at?: string;
  ownerId?: string;
}

/** Whose a record is, and who made it so. */
export interface CrmOwnership {
  ownerId?: string;
  ownerName?: string;
  /**
   * Who or what changed the record last. `self`: Baton; `automation`: nobody, as far as the CRM says. `certain`: it was the
   * owner that they changed, not only something.
   */
  changedBy?: { id: string; name?: string; kind: 'self' | 'automation' | 'user'; certain?: boolean };
  /** ISO 8601. */
  changedAt?: string;
}

/** What an event says, in Baton's words. */
export type ParsedEvent =
  | CrmActivity
  /** A lead or contact; `became`: what it was converted to; `now`: where the person is kept since. */
  | ({ kind: 'lead'; status?: string; became?: string[]; now?: CrmTouch['record'] } & CrmOwnership)
  /** A person's record was merged into another, or deleted. */
  | { kind: 'gone' }
  /** `result`: it is over. */
  | ({ kind: 'deal'; stage?: string; result?: 'won' | 'lost' } & CrmOwnership)
  | { kind: 'other' };

/** Where a poll stopped; opaque to everyone but the CRM that made it. */
export type CrmCursor = Record<string, unknown>;

/** Throws only the Failures of lib/errors.ts. */
export interface Crm {
  readonly name: string;
  /**
   * Lead, Contact and Account (with owners) by e-mail and domain: one call; look-ups under way together share one.
   * `domain`: only a company's own; `company`: its name, as second evidence; `deals`: open ones of the account, too.
   */
  match(query: {
    email: string;
    domain?: string;
    company?: string;
    deals?: boolean;
    urgent?: boolean;
  }): Promise<CrmMatch>;
  /** Idempotent upsert keyed by the handoff, with the follow-up: at most two calls. */
  write(write: CrmWrite): Promise<CrmWritten>;
  /** Logs a touch, and the next step when there is one. One call; idempotent by `touchId`. */
  logTouch(touch: CrmTouch): Promise<CrmLogged>;
  /** Takes away the record and tasks that `write` made for a test handoff; nothing else, and gone already is as good. */
  removeTest(handoffId: string): Promise<void>;
  /** CRM users by e-mail, inactive ones included; the missing are absent. One call for up to 100 addresses. */
  users(emails: readonly string[]): Promise<CrmUser[]>;
  /** Messages the CRM sends by itself; absent: it sends none. */
  hook?: {
    /** @throws BadInput for what is no message of this CRM */
    read(body: Buffer): CrmMessage;
    /** What the CRM wants to hear once everything is stored. */
    accepted: { contentType: string; body: string };
    /** The account that is connected: a message of another is refused. */
    tenant(): Promise<string>;
  };
  /** Pure. */
  parse?(event: CrmEvent): ParsedEvent;
  /** The record as it is now: messages come late and out of order. Undefined when it is gone. One call. */
  look?(record: { object: string; id: string }): Promise<CrmEvent | undefined>;
  /** Where a person is kept whose record may have been merged, converted or deleted; undefined: nowhere any more. */
  follow?(record: CrmTouch['record']): Promise<CrmTouch['record'] | undefined>;
  /**
   * A page of activities, and of records that Baton wrote, changed or gone since the cursor, ascending, with what may
   * have come late; `since` is where a first poll starts. Two calls, and none while others need what is left of the day's.
   */
  poll?(
    cursor: CrmCursor | null,
    since: Date,
  ): Promise<{ events: CrmEvent[]; cursor: CrmCursor | null; more: boolean }>;
  /** Who gave the record to its present owner, and when; undefined: the CRM keeps no history of that. One call. */
  ownerGiven?(
    record: { object: string; id: string },
    ownerId: string,
  ): Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'> | undefined>;
  /** Where a person opens the record in a browser. */
  recordUrl(object: string, id: string): Promise<string>;
  /** Gives a record to a user, and answers whose it is then: a rule may have changed it at once. One call. */
  setOwner?(record: { object: string; id: string }, ownerId: string): Promise<{ ownerId: string }>;
  /**
   * Brings some fields of a record up to date that is there, and nothing else of it; those of one moment share a call.
   * `record`: where the person is kept now, when that is another. Undefined: the record was deleted.
   */
  setFields?(
    record: CrmTouch['record'],
    fields: CrmFields,
  ): Promise<{ record?: CrmTouch['record']; warnings: string[] } | undefined>;
  /** The account's side of Baton: fields, permissions, messages. Absent: there is none to set up. */
  setup?: CrmSetup;
}
