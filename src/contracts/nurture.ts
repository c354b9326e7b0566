/** Putting people into a platform's own nurture, and taking them out. */
import type { NurturePlace } from '../domain/nurture.ts';

/** Throws only the Failures of lib/errors.ts. Names that several things have there are refused. */
export interface Nurture {
  /** What is there under the name; `why`: nothing that takes people, with what to do. A call or two. */
  find(place: NurturePlace): Promise<{ label: string } | { why: string }>;
  /**
   * Puts the contact there; one that is there already stays. Two or three calls.
   * @param lookFirst it may have been done before, and the answer lost
   */
  enter(contactId: string, place: NurturePlace, options: { lookFirst: boolean }): Promise<void>;
  /** Takes the contact out; false: the platform has no way to. One that is not there, or gone, is out. */
  leave(contactId: string, place: NurturePlace): Promise<boolean>;
}
