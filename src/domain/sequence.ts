/** A sequence of the reps' own tool, as a lead's card tells of it: words are raw. */

interface Named {
  /** The vendor. */
  tool: string;
  sequence: string;
}

export interface SequenceStand extends Named {
  /** `offered`: the rep may add the lead; `asked`: they did, and it is not there yet. */
  state: 'offered' | 'asked' | 'active' | 'ended' | 'refused' | 'unknown';
  /** What a press would add the lead to; absent: nothing is offered now. */
  offer?: Named;
  /** A press ends it. */
  mayStop?: boolean;
  /** Where people see it. */
  url?: string;
  /** Why it was refused, or what is left to do by hand. */
  note?: string;
  /** Why it ended, or is about to. */
  why?: 'answered' | 'unsubscribed' | 'closed' | 'handed_on' | 'person';
}
