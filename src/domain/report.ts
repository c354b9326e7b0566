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

/** What became of some of a period's leads. Milliseconds; null: nothing to measure. */
export interface LeadFates {
  leads: number;
  /** All but those that the rules left to nurture: whom sales owes a contact, … */
  owed: number;
  /** … and to how many of them somebody reached out. */
  reached: number;
  contacted: number;
  opportunities: number;
  won: number;
  rejected: number;
  nurture: number;
  held: number;
  /** Nobody has reached out to them yet. */
  waiting: number;
  /** From becoming an MQL to the first contact. */
  contactP50: number | null;
}

/** A lead that nobody has reached out to. */
export interface WaitingLead {
  name: string;
  company: string | null;
  campaign: string | null;
  /** Who has it: a person, or the team of a pool; null: nobody. */
  holder: string | null;
  since: Date;
}

/** Marketing's week: what became of each lead, by what brought it. Raw text of leads is raw here. */
export interface MarketingReport extends Period {
  kind: 'marketing';
  asOf: Date;
  all: LeadFates;
  /** The largest first; those of which nobody knows it are "unknown". */
  campaigns: (LeadFates & { name: string })[];
  sources: (LeadFates & { name: string })[];
  rejects: Counted[];
  waiting: { total: number; first: WaitingLead[] };
  /** The periods before, the oldest first. */
  before: (Period & LeadFates)[];
  threshold: number;
}
