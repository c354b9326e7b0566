import type { Playbook } from '../../config/playbook.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import type { Away } from '../../domain/hours.ts';
import type { RouteFacts } from './facts.ts';

/** What changes from hour to hour about a person of the playbook. */
export interface RosterEntry {
  /** Those that are not over; others do no harm. */
  absences: readonly Away[];
  /**
   * false: deactivated there, and skipped. null: not asked yet, or no user of that address was found: still gets leads
   * (the card goes to the channel, the record keeps its owner, an admin is told).
   */
  slackActive: boolean | null;
  crmActive: boolean | null;
  /** By which an owner without an e-mail address is recognised. */
  crmUserId?: string | null;
  /** Handoffs in hand: for `open_limit` and `least_open`. */
  open: number;
}

/** How things stand, whoever the lead is. */
export interface RoutingState {
  playbook: Playbook;
  /** By e-mail, lower case; nothing is held against somebody missing here. */
  roster: ReadonlyMap<string, RosterEntry>;
  /** team → member → turns owed (domain/rotation.ts). */
  rotation: Readonly<Record<string, Readonly<Record<string, number>>>>;
  now: Date;
  /** People who must not get this lead (again). */
  excluded?: readonly string[];
}

export interface RouteInput extends RoutingState {
  facts: RouteFacts;
}

export interface RouteOutcome {
  decision: RoutingDecision;
  /** The credits of the team whose turn was taken, as they stand now: to be saved with the decision. */
  rotation?: { team: string; credits: Record<string, number>; taken: string };
}
