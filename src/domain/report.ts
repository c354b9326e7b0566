/** What a report says of a period: numbers and names, drawn by whoever shows it. Raw text of leads is raw here. */

/** From `from` until just before `to`, in calendar days of `zone`. */
export interface Period {
  from: Date;
  to: Date;
  zone: string;
}

/** How one group of handoffs went. Milliseconds; null: nothing to measure. */
export interface Group {
  /** What they have in common, in words: a person, a team, a source, an hour. */
  name: string;
  handoffs: number;
  contacted: number;
  /** People's turns with them that were due by now, and how many were kept. */
  promised: number;
  kept: number;
  /** Turns that ended with a rejection before they were due: they count neither as kept nor as broken. Absent: none. */
  rejectedEarly?: number;
  /** From being given to the first touch, each turn by itself. */
  touchP50: number | null;
  touchP90: number | null;
  /** From the crossing to the card. */
  systemP50: number | null;
  systemP95: number | null;
}

export interface Counted {
  name: string;
  count: number;
}

/** A lead that somebody should look at. */
export interface Noted {
  name: string;
  company: string | null;
  rep: string | null;
  since: Date;
}

export interface Report extends Period {
  /** When it was counted. */
  asOf: Date;
  all: Group;
  reps: Group[];
  teams: Group[];
  sources: Group[];
  priorities: Group[];
  outcomes: Counted[];
  /** By the hour of the day at which leads came, in the report's zone. */
  hours: Group[];
  rejects: Counted[];
  /** As things stand now, whenever they crossed; the first few of `total`. */
  cold: { total: number; first: Noted[] };
  unrouted: { total: number; first: Noted[] };
  /** The periods before, the oldest first. */
  before: (Period & Pick<Group, 'handoffs' | 'promised' | 'kept' | 'touchP50' | 'systemP50'>)[];
  /** At which score leads cross: what to check when none came. */
  threshold: number;
}
