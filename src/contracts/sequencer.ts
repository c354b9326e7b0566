/**
 * What Baton needs of a tool that works through a sequence: mails, calls and reminders to one lead in one rep's name. A vendor
 * is a function from options to this object.
 */

/** A lead as the tool keeps them. */
export interface SequencePerson {
  email: string;
  firstName?: string;
  lastName?: string;
  title?: string;
  company?: string;
  phone?: string;
}

/** Whom to add to what, and in whose name. */
export interface Enrolling {
  /** The sequence by its name there, capitals apart, or by its id. */
  sequence: string;
  lead: SequencePerson;
  /** The rep's address, by which the tool knows them: their mailbox sends. */
  rep: string;
}

/** `answered`: the lead did, so that nothing more is sent; `over`: it came to its end, or somebody ended it there. */
export type EnrolmentState = 'active' | 'answered' | 'over';

export interface Enrolment {
  /** What `look` and `stop` find it by; the vendor's own, of at most 200 characters. */
  id: string;
  state: EnrolmentState;
  /** Where people see it. */
  url?: string;
}

/** Ids at the vendor that only `enrol` reads. */
export type EnrolmentTicket = Readonly<Record<string, string>>;

/** Everything is found or made but the enrolment itself; or the lead is in the sequence already. */
export type Prepared = { kind: 'enrolled'; enrolment: Enrolment } | { kind: 'ready'; ticket: EnrolmentTicket };

/** Throws only the Failures of lib/errors.ts. */
export interface Sequencer {
  readonly name: string;
  /** False: nobody but a person can end an enrolment there. */
  readonly stops: boolean;
  /** Does the vendor take the key or log-in? One call. */
  prove(): Promise<void>;
  /** Those that leads can be added to now. One call a hundred, ten calls at most. */
  sequences(): Promise<readonly { id: string; name: string }[]>;
  /**
   * Looks whether the lead is in the sequence. If not, finds the sequence and the rep, and finds or makes the person. Safe to
   * repeat. At most five calls.
   * @throws Rejected when the tool has no such sequence or rep, Ambiguous when several sequences have the name
   */
  prepare(asked: Enrolling): Promise<Prepared>;
  /** Adds them. One call, which must not be repeated: after an answer that was lost `prepare` says whether it was done. */
  enrol(ticket: EnrolmentTicket): Promise<Enrolment>;
  /** How it stands. One call. */
  look(id: string): Promise<Enrolment>;
  /** Ends it; one that is over is as good. One call. @throws Rejected always where `stops` is false */
  stop(id: string): Promise<void>;
}

/**
 * The sequence that is meant; ids go before names.
 * @param found of `sequences`
 * @returns none, one or many
 */
export function sequenceNamed<T extends { id: string; name: string }>(found: readonly T[], name: string): readonly T[] {
  const byId = found.filter(one => one.id === name);
  return byId.length > 0 ? byId : found.filter(one => keyOf(one.name) === keyOf(name));
}

const keyOf = (name: string) => name.trim().toLowerCase();
