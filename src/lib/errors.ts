/**
 * The five ways an outside call can fail, named by who must act. A vendor file turns every refusal of its vendor into
 * exactly one of these; `jobs/verdict.ts` is the only reader. Anything else that is thrown is a bug of ours.
 */

/** What every error of ours carries beside its message. */
export interface FailureDetail {
  /** Who refused: a vendor's key, or `slack`. */
  readonly service: string;
  /** The vendor's own code, kept for the timeline and the log: `DUPLICATES_DETECTED`, `ratelimited`, `HTTP 503`. */
  readonly code?: string;
  /** What was called, for the log: "GET /crm/objects". */
  readonly asked?: string;
  /** It is the service that takes nothing just now, not this one request that is refused. */
  readonly outage?: boolean;
  /** It refuses this very request, in words nobody knows: they may pass by themselves, so it is tried for a while. */
  readonly undocumented?: boolean;
  readonly cause?: unknown;
}

export abstract class Failure extends Error {
  readonly service: string;
  readonly code: string | undefined;
  readonly asked: string | undefined;
  readonly outage: boolean;
  readonly undocumented: boolean;
  /** In which of its roles the vendor was asked: set by whoever called it as that, since a vendor's files do not know. */
  role: string | undefined;

  constructor(message: string, detail: FailureDetail) {
    super(message, { cause: detail.cause });
    this.name = new.target.name;
    this.service = detail.service;
    this.code = detail.code;
    this.asked = detail.asked;
    this.outage = detail.outage ?? false;
    this.undocumented = detail.undocumented ?? false;
  }
}

/** The vendor is down, slow, or answered something nobody documented: try again later. */
export class Unavailable extends Failure {}

/** The vendor asked us to wait: try again no earlier than `retryAt`. */
export class RateLimited extends Failure {
  readonly retryAt: Date;

  constructor(message: string, detail: FailureDetail & { retryAt: Date }) {
    super(message, detail);
    this.retryAt = detail.retryAt;
  }
}

/** We keep to the vendor's pace: nobody was asked, so it says nothing of the vendor. */
export class Paced extends RateLimited {}

/** The key, token or user behind the connection is no longer accepted: an admin must reconnect; work waits. */
export class CredentialsRejected extends Failure {
  /** Whoever logs in is refused, as Baton's app or the whole organization is: nobody's own log-in is worth less for it. */
  readonly forAll: boolean;

  constructor(message: string, detail: FailureDetail & { forAll?: boolean }) {
    super(message, detail);
    this.forAll = detail.forAll ?? false;
  }
}

/** The vendor understood and refused this very request: it is parked with the reason, and a person may replay it. */
export class Rejected extends Failure {
  /** Fields the vendor blamed, by its own names. */
  readonly fields: readonly string[];

  constructor(message: string, detail: FailureDetail & { fields?: readonly string[] }) {
    super(message, detail);
    this.fields = detail.fields ?? [];
  }
}

/** Several answers fit and guessing would hurt: a person is asked. */
export class Ambiguous extends Failure {
  readonly candidates: readonly string[];

  constructor(message: string, detail: FailureDetail & { candidates: readonly string[] }) {
    super(message, detail);
    this.candidates = detail.candidates;
  }
}

/** Work at which every process ended that took it: what ended them is in the platform's log, not in an error. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

/** A stored version of a playbook that this Baton cannot read any more: asking again helps nobody. */
export class UnfitPlaybook extends Error {
  override readonly name = 'UnfitPlaybook';
}

/** Bad input at one of our own doors (hook body, command, form): the sender is told `message`; nothing is retried. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** Turns whatever was thrown into an Error, keeping it as the cause when it was something else. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
