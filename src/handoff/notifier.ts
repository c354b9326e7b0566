import type { Judgement, Priority, RoutingDecision } from '../domain/decision.ts';
import type { HandoffState } from '../domain/handoff.ts';
import type { Activity, CompanyFacts } from '../domain/lead.ts';

/** Everything a card may show. Strings that came from the lead are raw here: escaping is the renderer's duty. */
export interface Card {
  workspaceId: string;
  handoffId: string;
  state: HandoffState;
  lead: {
    name: string;
    email: string;
    title?: string;
    phone?: string;
    company?: string;
  };
  source: string;
  leadSource?: string;
  score: number | null;
  fit: number;
  priority: Priority;
  flags: string[];
  judgement: Judgement;
  company: CompanyFacts;
  /** Newest first; the renderer shows as many as fit. */
  activities: Activity[];
  rep?: { name: string; email: string; slackId?: string; timeZone?: string };
  /** Set when the card goes to a claim pool. */
  pool?: { team: string };
  decision: RoutingDecision;
  /** "contact within 1 hour": milliseconds of the playbook's respond_within; absent when the priority has no promise. */
  respondWithinMs?: number;
  crm: { state: 'pending' | 'written' | 'parked' | 'skipped'; name: string; url?: string; note?: string };
  claimed?: { name: string; at: string };
  crossedAt: string;
}

/** Where a card goes: a person's DM or a channel. */
export type Place = { kind: 'dm'; slackId: string } | { kind: 'channel'; channel: string };

export interface Posted {
  /** The vendor's channel id (a DM's own id for `dm`). */
  channel: string;
  ts: string;
}

/** Puts cards in front of people. Throws only the Failures of lib/errors.ts. */
export interface Notifier {
  /** Posts; finds an earlier post of the same handoff in that place first when `lookFirst` (a retry after an unknown outcome). */
  post(place: Place, card: Card, lookFirst: boolean): Promise<Posted>;
  /** Redraws a posted card in place. */
  update(posted: Posted, card: Card): Promise<void>;
  /** Plain words to a person or a channel (admin notices, refusals). */
  tell(place: Place, text: string): Promise<void>;
  /** Slack users by e-mail; absent when Slack knows nobody (deactivated people come back with active false). */
  findPerson(email: string): Promise<{ slackId: string; active: boolean; timeZone?: string } | null>;
}
