/** Outcomes of judging and routing, each with its reason. Stored on the handoff as they are. */

export type Priority = 'HIGH' | 'MEDIUM' | 'LOW';

/** A yes/no that may be unknown: `unknown` earns no points and blames nobody. */
export type YesNoUnknown = 'yes' | 'no' | 'unknown';

export interface EmailVerdict {
  kind: 'business' | 'free' | 'disposable' | 'malformed';
  /** Registrable domain in ASCII, lower case; absent when malformed. */
  domain?: string;
  /** Free, and it hides who writes: a platform passes the mail on, or a tenant was never given a domain of its own. */
  relay?: true;
  reason: string;
}

export interface CompanyVerdict {
  name?: string;
  domain?: string;
  confidence: 'high' | 'low';
  reason: string;
}

export type TitleLevel = 'executive' | 'manager' | 'student_or_intern' | 'other' | 'unknown';

export interface TitleVerdict {
  decisionMaker: YesNoUnknown;
  level: TitleLevel;
  reason: string;
}

export interface FitPart {
  part: 'industry' | 'employees' | 'country' | 'title';
  match: YesNoUnknown;
  points: number;
  possible: number;
  reason: string;
}

export interface FitVerdict {
  /** 0 to 100. */
  score: number;
  priority: Priority;
  /** Rests on part of the facts alone: the others are unknown. Verdicts from before this was told apart have none. */
  confidence?: 'high' | 'low';
  parts: FitPart[];
}

export interface RobotVerdict {
  suspect: boolean;
  reason: string;
}

/** Points of the playbook's own scoring model; absent when the source's score is trusted. */
export interface ScoreVerdict {
  score: number;
  parts: { rule: string; points: number; reason: string }[];
}

/** Everything judging said about one handoff. */
export interface Judgement {
  email: EmailVerdict;
  company: CompanyVerdict;
  title: TitleVerdict;
  robot: RobotVerdict;
  fit: FitVerdict;
  /** The score that counts: the source's, or the playbook's own model. */
  score: number | null;
  scoring?: ScoreVerdict;
  /** What judging wants done: go on to routing, put into nurture (no CRM record, no rep), or hold for a person. */
  outcome: 'route' | 'nurture' | 'hold';
  /** One sentence for the timeline: why this outcome. */
  reason: string;
  /** Short labels shown on the card and kept for reports: `free_email`, `unknown_company`, `suspect_robot` … */
  flags: string[];
}

/** Why somebody in the rotation was not taken. `code` is for machines and reports, `reason` for people. */
export interface Skipped {
  email: string;
  code: 'inactive' | 'absent' | 'outside_hours' | 'holiday' | 'open_limit' | 'excluded' | 'unknown_person';
  reason: string;
}

export interface Candidate {
  email: string;
  /** Why they stand where they stand in the rotation: "owed 0.67 of a turn", "2 open". */
  standing: string;
}

/** Where a handoff goes and why. Lists the candidates in order and everybody skipped. */
export interface RoutingDecision {
  /** Name of the rule that matched, or `fallback`. */
  rule: string;
  /** What the rule saw: `{ priority: 'HIGH', employees: 750 }`. */
  facts: Record<string, unknown>;
  to:
    | {
        kind: 'person';
        email: string;
        team?: string;
        via: 'rule' | 'team' | 'account_owner' | 'record_owner' | 'fallback' | 'manual';
      }
    | { kind: 'pool'; team: string }
    | { kind: 'nurture' }
    | { kind: 'nobody' };
  /** What the rule that matched says of the records, whoever has the lead in the end; absent: as for all leads. */
  crm?: 'lead' | 'account_based';
  candidates: Candidate[];
  skipped: Skipped[];
  /** One or two sentences a person reads: "HIGH mid-market → Mid-market SDRs (weighted): Marcus is owed …". */
  reason: string;
}
