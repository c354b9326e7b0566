import type { Express } from 'express';
import type { HandoffSummary } from '../db/handoffs.ts';
import type { RoutingDecision } from '../domain/decision.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { ClaimOutcome } from '../handoff/claims.ts';
import type { Card } from '../handoff/notifier.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';

/** A workspace that may talk to Baton, and the bot that answers there. */
export interface Authorized {
  workspaceId: string;
  botToken: string;
  botId: string;
  botUserId: string;
}

/** What people may ask about; every answer is of their own workspace. */
export interface Queries {
  /** Is this Slack user one of the playbook's people? Only they are shown leads they did not get a card for. */
  knows(workspaceId: string, slackUserId: string): Promise<boolean>;
  /** Handoffs whose lead's name, address or company fits, newest first. */
  find(workspaceId: string, text: string): Promise<HandoffSummary[]>;
  /** The story of one handoff, oldest first, and how it was routed. */
  story(
    workspaceId: string,
    handoffId: string,
  ): Promise<{ entries: TimelineEntry[]; decision: RoutingDecision | null } | undefined>;
  /** Open handoffs of this person, newest first. */
  openFor(workspaceId: string, slackUserId: string): Promise<HandoffSummary[]>;
  /** How to reach the lead of a handoff, and its record. */
  contact(workspaceId: string, handoffId: string): Promise<Pick<Card, 'lead' | 'crm'> | undefined>;
}

/** What the Slack app needs of the rest of Baton. */
export interface SlackDeps {
  /** Baton's own web server; `/slack/events` is added to it. Add body parsers after this. */
  express: Express;
  signingSecret: string;
  /** Base of Slack's Web API; Slack's own unless given. */
  apiUrl?: string;
  clock: Clock;
  /** Slack stamps its requests with the time of day, whatever clock Baton's story runs on. */
  requestClock?: Clock;
  log: Logger;
  /** Undefined when the workspace has not installed Baton, or has removed it. */
  authorize(teamId: string): Promise<Authorized | undefined>;
  /** True when this delivery was handled before; remembers it otherwise. */
  seenBefore(workspaceId: string, key: string): Promise<boolean>;
  claims: {
    claim(pressed: { workspaceId: string; handoffId: string; slackUserId: string }): Promise<ClaimOutcome>;
  };
  queries: Queries;
  /** The workspace removed Baton, or took its token away. Called more than once. */
  uninstalled(teamId: string): Promise<void>;
}
