import type { Contact, SourceName } from '../domain/lead.ts';

/** A request as it reached a hook: what signatures are computed over. */
export interface HookRequest {
  method: string;
  /** The address the sender called, rebuilt from PUBLIC_URL (never from Host): `https://baton.example.com/hooks/…?x=1`. */
  url: string;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  /** Raw bytes, before any parsing. */
  body: Buffer;
}

/** One message that a person's score or stage changed (or is, when polled). */
export interface Signal {
  contactId: string;
  /** ISO 8601: when it happened at the source, which may be long before it arrives. */
  occurredAt: string;
  via: 'webhook' | 'workflow' | 'poll' | 'manual';
  score?: number;
  lifecycleStage?: string;
  email?: string;
  company?: string;
  /** Equal keys are the same event delivered again; unique within a workspace and source. */
  dedupeKey: string;
}

/** Where a poll stopped; opaque to everyone but the source that made it. */
export type PollCursor = Record<string, unknown>;

export interface PollPage {
  signals: Signal[];
  /** Persist in the same transaction as the signals. */
  cursor: PollCursor;
  /** True: ask again at once, there is more. */
  more: boolean;
}

/**
 * A marketing automation platform for one workspace. Made by a function from options to this object; holds no state
 * that may not be lost. Calls throw only the Failures of lib/errors.ts.
 */
export interface Source {
  readonly name: SourceName;
  /** Was this really sent by the source? Pure; constant time. `why` goes to the log, never to the sender. */
  verify(request: HookRequest, now: Date): { ok: true } | { ok: false; why: string };
  /**
   * Signals in a verified body; events that are not ours give an empty list.
   * @throws BadInput when the body cannot be read
   */
  read(request: HookRequest, receivedAt: Date): Signal[];
  /** The contact with all properties, score history and activities (all pages); null when the source has no such id. */
  contact(id: string): Promise<Contact | null>;
  /** The same by address; null when the source has nobody there. Absent: the source cannot be asked by address. */
  contactByEmail?(email: string): Promise<Contact | null>;
  /** One page of contacts changed since the cursor, ascending; `since` is where a first poll starts. */
  poll?(cursor: PollCursor | null, since: Date): Promise<PollPage>;
}
