import type { Playbook, PlaybookVendors } from '../../config/playbook.ts';
import type { AppWebhooks } from '../../contracts/app-webhooks.ts';
import type { Crm } from '../../contracts/crm.ts';
import type { Enricher } from '../../contracts/enricher.ts';
import type { Mailboxes, Mailer } from '../../contracts/mailer.ts';
import type { Metrics } from '../../contracts/metrics.ts';
import type { Notifier } from '../../contracts/notifier.ts';
import type { ConnectionKey } from '../../contracts/role.ts';
import type { Scheduler } from '../../contracts/scheduler.ts';
import type { Sequencer } from '../../contracts/sequencer.ts';
import type { Source } from '../../contracts/source.ts';
import type { Db } from '../../db/connection.ts';
import type { Allowance } from '../../domain/api-quota.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';

/** A CRM that the company has left. */
export interface FormerCrm {
  crm: Crm;
  /** The last rules that were for it. */
  playbook: Playbook;
}

/** A workspace's connected vendors. */
export interface Vendors {
  sources: Partial<Record<string, Source>>;
  /** Absent when no CRM is connected: handoffs then live in Slack alone. */
  crm?: Crm;
  /** Those that the company has left and is still connected to, by name: what is recorded there stays there until it is closed. */
  formerCrms: Partial<Record<string, FormerCrm>>;
  enrichers: Partial<Record<string, Enricher>>;
  notifier: Notifier;
  /** Where leads book meetings. */
  schedulers: Partial<Record<string, Scheduler>>;
  /** Where leads are added to sequences. */
  sequencers: Partial<Record<string, Sequencer>>;
  /** Absent when no mail server is connected: reps then use their own mail program. */
  mailer?: Mailer;
  /** Where people may have mailboxes of their own. */
  mailboxes: readonly Mailboxes[];
}

export interface VersionedPlaybook {
  version: number;
  playbook: Playbook;
}

/** How long a handoff waits for those it can go on without. Milliseconds. */
export interface Patience {
  /** For all enrichers together. */
  enrichment: number;
  /** For the CRM's look-up before routing. */
  match: number;
  /** Of somebody who has just sent a form, for the CRM's look-up and for each platform that may know of an opt-out. */
  form: number;
  /** For the CRM write before the card is posted with "CRM pending". */
  record: number;
}

export const PATIENCE: Patience = { enrichment: 2_000, match: 3_000, form: 2_000, record: 1_500 };

/** What every step of a handoff needs. */
export interface Deps {
  db: Db;
  clock: Clock;
  log: Logger;
  /** Absent: nobody counts. */
  metrics?: Metrics | undefined;
  patience: Patience;
  /** PUBLIC_URL without a trailing slash: where `/open/…` links point. */
  publicUrl: string;
  /** Where mails to leads come back to, and wishes to get no more; absent: to their senders. */
  returnAddress?: string | undefined;
  /** Where a vendor is to send its messages: the address holds the workspace's key. Undefined: that key is not known. */
  hookAddress(workspaceId: string, vendor: string): Promise<string | undefined>;
  /** Services that a workspace connects by logging in: a paused one is offered with a button. */
  byLogin?(workspaceId: string): readonly string[];
  /** Services that people log in to themselves, for what they do there. */
  personalLogins?: readonly string[];
  /** Takes back and wipes the log-ins of people who are in the playbook no more. */
  forgetLeavers?(workspaceId: string): Promise<void>;
  /** Takes back and wipes log-ins that nobody confirmed in time. */
  forgetUnanswered?(): Promise<void>;
  /** By vendor: the webhooks of an app that all workspaces share. */
  appWebhooks?: ReadonlyMap<string, AppWebhooks>;
  /** What playbooks may name. */
  playbookVendors: PlaybookVendors;
  vendors(workspaceId: string): Promise<Vendors>;
  /** How many calls a connection has answered to this process: equal before and after, it was asked nothing between. */
  answers(workspaceId: string, key: ConnectionKey): number;
  /** What this process may call of each account, and has called, without asking anybody. */
  allowances(): Iterable<[workspaceId: string, vendor: string, allowance: Allowance]>;
  /** A connection of the workspace was made, changed or given up. */
  connectionChanged(workspaceId: string): void;
  /** The newest version, or the given one. */
  playbook(workspaceId: string, version?: number): Promise<VersionedPlaybook>;
}
