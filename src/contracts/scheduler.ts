/** What Baton needs of a service at which leads book meetings with reps. A vendor is a function from options to this object. */
import type { HookRequest, Verdict } from './hook.ts';

/** What happened to a meeting. Deliveries come late, twice and out of order. */
export type BookingEvent =
  | {
      kind: 'booked';
      /** The vendor's own. */
      bookingId: string;
      /** The booking that was moved here; its cancellation may come before or after. */
      replaces?: string;
      /** As the link that was booked through carried it; anybody can have written it. */
      handoffId?: string;
      /** Whoever booked. */
      email: string;
      title: string;
      /** ISO 8601. */
      startsAt: string;
      /** ISO 8601. */
      at: string;
      /** Addresses of whom the meeting is with. */
      hosts: readonly string[];
    }
  | {
      kind: 'cancelled';
      bookingId: string;
      /** Only because it takes place at another time: that booking is told of by itself. */
      isMoved: boolean;
      /** As of a booking: a cancellation that comes first says by them whose booking is not to count. Absent: it names nobody. */
      handoffId?: string;
      email?: string;
      at: string;
    };

/** Whom a booking page greets. */
export interface Invitee {
  handoffId: string;
  name: string;
  email: string;
}

/** Throws only the Failures of lib/errors.ts. */
export interface Scheduler {
  readonly name: string;
  /** Pure; constant time. */
  verify(request: HookRequest, now: Date): Verdict;
  /**
   * What a verified delivery tells; what it says of other things gives no events.
   * @throws BadInput when the body cannot be read
   */
  read(request: HookRequest): readonly BookingEvent[];
  /** Does the vendor take the key? One call. */
  prove(): Promise<void>;
  /**
   * A link to the same page that can be booked once, filled in for the invitee; undefined: the page is none of this account.
   * One call, one or two more for a page that was not asked about before.
   */
  link(page: string, invitee: Invitee): Promise<string | undefined>;
  /** Has bookings delivered to the address, once however often it is asked. One call, two more when there is something to do. */
  watch(address: string): Promise<void>;
  /** Has nothing delivered to the address any more. One call or two, and one for each webhook there. */
  unwatch(address: string): Promise<void>;
}
