/** What a handoff needs of a CRM. A vendor is a function from options to this object. */
import type { RecordEditor } from './crm-edit.ts';
import type { CrmCursor, CrmEvent, CrmHook, CrmOwnership, ParsedEvent } from './crm-events.ts';
import type { CrmDeal, CrmMatch, CrmPerson, CrmRecord, CrmStanding } from './crm-records.ts';
import type { CrmSetup } from './crm-setup.ts';
import type { CrmTraits, LeadStatuses } from './crm-traits.ts';

/**
 * What the playbook says of the CRM: its `crm` section, checked and with defaults. Object, field and type names in it
 * are the CRM's own.
 */
export interface CrmRules {
  mode: 'lead' | 'account_based';
  opportunity: {
    stage: string;
    /** Where the CRM has several; absent: its first. */
    pipeline?: string | undefined;
    /** Milliseconds from the handoff to the expected close. */
    close_in: number;
    /** Liquid. */
    name: string;
    /** Absent: contacts get none. */
    contact_role?: string | undefined;
  };
  /** Object → field → Liquid: written on every record of that object. */
  custom: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same for records that are made, where nothing else fills the field. */
  defaults: Readonly<Record<string, Readonly<Record<string, string>>>>;
  record_types: Readonly<Record<string, string>>;
  currency?: string | undefined;
  campaign?: { name: string; status: string } | undefined;
  /** What a status of a lead means; absent: what the CRM's own first ones do. */
  statuses?: LeadStatuses | undefined;
  /** Baton's part, 0 to 1, of the calls that are left for the day. */
  api_share: number;
  /** Baton's field → the CRM's; null: do not write. */
  fields: Readonly<Record<string, string | null | undefined>>;
}

export interface CrmUser {
  id: string;
  email: string;
  name: string;
  active: boolean;
}

/** What the rep is to do, which goes with a record. */
export interface FollowUp {
  /** `call`: it stands among the rep's calls there, not among other tasks. Told with the first write: what it is stays. */
  kind?: 'task' | 'call';
  /** The list of calls it belongs to, by the CRM's own id, where the CRM keeps several. */
  queue?: string;
  subject: string;
  description: string;
  /** YYYY-MM-DD in the rep's zone. */
  dueOn: string;
  priority: 'high' | 'normal';
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
  /**
   * `lead`: the person alone, as a lead, or as a contact where the CRM has none; `account_based`: company, contact and
   * deal, all or none of them.
   */
  mode: 'lead' | 'account_based';
  /** Known already: the company the person belongs to; and, for `account_based`, the deal that is open there. */
  company?: { id: string; name?: string };
  openDeal?: CrmDeal;
  /** The company's own domain, where one is known: never a generic mail domain. */
  domain?: string;
  /** There was an earlier write: what it made is kept and given to the present owner, and nothing more is made. */
  made?: { dealId?: string };
  /** An earlier try was cut short: what it made, if anything, is looked for first. */
  again?: boolean;
  /** A test: what is made for it is shared with nobody. */
  isTest?: boolean;
  /**
   * An existing record to update instead of making one; `homeless`: a contact that belongs to no company yet. Where leads
   * hang on contacts, a contact without one gets one.
   */
  existing?: CrmPerson & { homeless?: boolean };
  /** An open lead of the same person besides the contact: it is linked to the company. */
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
  /** Values of the playbook's own mapping, filled in: by object and field, as the CRM names them. */
  custom?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same for records that are made and would have nothing there. */
  defaults?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Name of the new deal. */
  dealName?: string;
  /** The rest of it; `closeOn` is YYYY-MM-DD in the rep's zone, `role` what the contact is to it. */
  deal?: { stage: string; closeOn: string; role?: string };
  /** The group that owns a new lead while nobody has it, by the CRM's own name for it. */
  group?: string;
  /** The campaign it came from, by name; the person becomes its member. */
  campaign?: { name: string; status: string };
  /** What of the playbook's mapping could not be filled in, one sentence each: told with the warnings. */
  unfilled?: readonly string[];
  followUp?: FollowUp;
}

export interface CrmWritten extends CrmPerson {
  created: boolean;
  taskId?: string;
  /** What was made or found around it: the company, the deal. */
  also?: { kind: 'company' | 'deal'; id: string; name?: string; created: boolean }[];
  /** The deal that was open at the company, so that no second was made: its owner has a note there. */
  openDeal?: CrmDeal;
  /** Open leads that hang on the company now. */
  linkedLeads?: string[];
  /** The CRM did not take the owner that was asked for: they may not be there any more. */
  ownerRefused?: true;
  /** What the CRM would not take and we left out or replaced, one sentence each: shown on the timeline. */
  warnings: string[];
}

/** What a person did about a lead, as a completed activity on its record. Text may be longer than the CRM allows. */
export interface CrmTouch {
  /** Key of the effect: the same touch is never logged twice. */
  touchId: string;
  record: CrmPerson;
  /** The deal it is about; leads have none. */
  dealId?: string;
  /** E-mail of whoever did it: logged as that CRM user where they connected their own, else as Baton's. */
  writeAs?: string;
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
  /** Values of the playbook for activities the CRM would not take without them, by field. */
  defaults?: Readonly<Record<string, string>>;
}

export interface CrmLogged {
  id: string;
  /** The person's record, when that is another by now: merged or converted since. */
  record?: CrmPerson;
  /**
   * How writing as `writeAs` went: `lapsed`: their log-in is not accepted any more, `denied`: their user may not write it;
   * both times it was written as Baton's user. Absent: they have no log-in of their own.
   */
  own?: { kind: 'used' } | { kind: 'lapsed' | 'denied'; why: string };
  warnings: string[];
}

/** Throws only the Failures of lib/errors.ts. */
export interface Crm {
  readonly name: string;
  readonly traits: CrmTraits;
  /**
   * Lead, contact and company (with owners) by e-mail and domain: one call; look-ups under way together share one.
   * `domain`: only a company's own; `company`: its name, as second evidence; `deals`: open ones of the company, too, which
   * some CRMs ask for in the place of leads unless `leads` wants both.
   */
  match(query: {
    email: string;
    domain?: string;
    company?: string;
    deals?: boolean;
    leads?: boolean;
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
  hook?: CrmHook;
  /** Pure. */
  parse?(event: CrmEvent): ParsedEvent;
  /** The record as it is now: messages come late and out of order. Undefined when it is gone. One call. */
  look?(record: CrmRecord): Promise<CrmEvent | undefined>;
  /**
   * Where a person is kept whose record may have been merged, converted or deleted; undefined: nowhere any more. `heard`:
   * what the CRM told of it, which may be all there is of whom it was merged into; `email`: of the person, where nothing
   * but the address leads to the record that stayed.
   */
  findRelocated?(record: CrmPerson, heard?: CrmEvent, email?: string): Promise<CrmPerson | undefined>;
  /**
   * How records that Baton wrote stand now, by id, deleted and merged ones among them: a call for each 200 of a kind, five
   * of them together in one. Absent: each is looked at by itself.
   */
  standings?(records: readonly CrmPerson[]): Promise<Map<string, CrmStanding>>;
  /**
   * A page of activities, and of records that Baton wrote, changed or gone since the cursor, ascending, with what may
   * have come late; `since` is where a first poll starts. Two calls, and none while others need what is left of the day's.
   */
  poll?(
    cursor: CrmCursor | null,
    since: Date,
  ): Promise<{ events: CrmEvent[]; cursor: CrmCursor | null; more: boolean }>;
  /** Who gave the record to its present owner, and when; undefined: the CRM keeps no history of that. One call. */
  ownerGiven?(record: CrmRecord, ownerId: string): Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'> | undefined>;
  /** Ids of its records that a text may name, be it an id or a link, each as the CRM's answers write it. Pure. */
  recordIdsIn(text: string): string[];
  /** Where a person opens the record in a browser. */
  recordUrl(record: CrmRecord): Promise<string>;
  /** Gives a record to a user, and answers whose it is then: a rule may have changed it at once. One call. */
  setOwner?(record: CrmRecord, ownerId: string): Promise<{ ownerId: string }>;
  /**
   * Brings some fields of a record up to date that is there, and nothing else of it; those of one moment share a call.
   * `record`: where the person is kept now, when that is another. Undefined: the record was deleted.
   */
  setFields?(record: CrmPerson, fields: CrmFields): Promise<{ record?: CrmPerson; warnings: string[] } | undefined>;
  /** Fields of a record that people change from Slack; absent: it is changed in the CRM alone. */
  editor?: RecordEditor;
  /** The CRM's side of Baton: fields, permissions, messages. Absent: there is none to set up. */
  setup?: CrmSetup;
}
