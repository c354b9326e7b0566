/** What a CRM tells by itself, and what it means in Baton's words. */
import type { CrmPerson, CrmRecord } from './crm-records.ts';
import type { HookRequest, Verdict } from './hook.ts';

/** One thing the CRM told of by itself: a record as it stood when the message left, which may be late or repeated. */
export interface CrmEvent {
  /** Equal keys are the same message delivered again. */
  key: string;
  /** Absent: the record was gone before it could be told of, or is of a kind Baton has no word for. */
  record?: CrmRecord;
  /** Ids of the records that an activity is about, as far as it was told. */
  about?: string[];
  /** By the CRM's own names. What is absent is unknown, not empty. */
  fields: Record<string, string>;
}

/** A delivery of the CRM: from which customer's part of it, where it says so, and what it tells. */
export interface CrmMessage {
  tenant?: string;
  events: CrmEvent[];
}

/** Messages that the CRM sends by itself: known as its own by their signature, by the tenant they name, or by both. */
export interface CrmHook {
  /** Pure; constant time. Absent: they are not signed, and the key in the address is what is checked. */
  verify?(request: HookRequest, now: Date): Verdict;
  /**
   * What a verified delivery tells; what is another role's of this vendor gives no events.
   * @throws BadInput when the body cannot be read
   */
  read(request: HookRequest): CrmMessage;
  /** The tenant that is connected: a message of another is refused. Absent: messages name none. */
  tenant?(): Promise<string>;
  /** What the CRM wants to hear once everything is stored; absent: the status is enough for it. */
  accepted?: { contentType: string; body: string };
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
  /** It was agreed upon and called off: a meeting that will not take place. */
  cancelled?: true;
  /** Baton wrote it: it proves nothing. */
  own: boolean;
  subject: string;
  /** What whoever did it wrote about it, as text; absent: nothing, or it was not told. */
  notes?: string;
  /** Another person's copy of it: the same activity once more. */
  copy?: boolean;
  /** ISO 8601: when a meeting begins. */
  startsAt?: string;
  seconds?: number;
  direction?: 'outbound' | 'inbound';
  /** ISO 8601: when it was done, or agreed upon. */
  at?: string;
  /** ISO 8601: when the CRM noted it, by its own clock, where `at` may be what somebody typed. Absent: `at` is the CRM's own. */
  enteredAt?: string;
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
  | ({ kind: 'person'; status?: string; became?: string[]; now?: CrmPerson } & CrmOwnership)
  /** A person's record was merged into another, or deleted; `privacy`: because they asked to be forgotten. */
  | { kind: 'removed'; privacy?: true }
  /** `result`: it is over. */
  | ({ kind: 'deal'; stage?: string; result?: 'won' | 'lost' } & CrmOwnership)
  | { kind: 'other' };

/** Where a poll stopped; opaque to everyone but the CRM that made it. */
export type CrmCursor = Record<string, unknown>;
