/** What a question is answered with: numbers, lists and tables, and what they were made of. Raw text of leads is raw here. */

/** A lead of a list, as it stands. */
export interface AnswerLead {
  id: string;
  name: string;
  company: string | null;
  rep: string | null;
  team: string | null;
  state: string;
  priority: string;
  openedAt: Date;
  dueAt: Date | null;
  contactedAt: Date | null;
  leadSource: string | null;
  campaign: string | null;
}

/** How a number is written. Rates go from 0 to 1, times are in seconds. */
export type Unit = 'leads' | 'rate' | 'seconds' | 'points';

export interface NumberBody {
  kind: 'number';
  unit: Unit;
  value: number | null;
  /** Of a rate: so many of so many. */
  of?: { part: number; whole: number };
  /** Of times: the others beside the one asked for. */
  spread?: { median: number | null; p90: number | null };
  /** How many still wait, and since when the oldest. */
  waiting?: { count: number; since: Date | null };
  /** The same in the period before; absent: none to compare with. */
  before?: number | null;
}

export interface ListBody {
  kind: 'list';
  total: number;
  leads: AnswerLead[];
}

export interface TableBody {
  kind: 'table' | 'series';
  /** What the first columns are: names of groups. */
  groups: string[];
  columns: { name: string; unit: Unit }[];
  rows: { names: string[]; values: (number | null)[] }[];
  /** Groups beyond the last row. */
  more: number;
}

/** An answer with its receipt. */
export interface Answered {
  /** The question read back. */
  words: string;
  period?: { from: Date; to: Date };
  isUsualPeriod: boolean;
  zone: string;
  /** Leads that it was made of. */
  leads: number;
  leftOut: { nurture: number; rejected: number };
  asOf: Date;
  /** When a source last told of anything; null: never. */
  newestSignal: Date | null;
  waitingWrites: number;
  body: NumberBody | ListBody | TableBody;
}
