import type { Express } from 'express';
import type { Alert, AlertDigest } from '../contracts/notifier.ts';
import type { Actions } from '../handoff/commands.ts';
import type { Requester } from '../handoff/core/rights.ts';
import type { Queries } from '../handoff/queries/queries.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Reports } from '../reports/ask.ts';
import type { BooksService } from '../reports/books/books-service.ts';
import type { Questions } from '../reports/questions.ts';
import type { AdminService } from '../workspaces/admin.ts';
import type { ConnectService } from '../workspaces/connect.ts';
import type { HookKeys } from '../workspaces/hook-keys.ts';
import type { KeyConnects } from '../workspaces/key-connect.ts';
import type { PageAccess } from '../workspaces/page-access.ts';
import type { Bot, SlackTeam } from '../workspaces/tenants/bots.ts';
import type { Removal, TeamAccess } from '../workspaces/tenants/tenants.ts';

/** Tells whether two drawings of a person's Home crossed, on whichever processes, and which have become stale. */
export interface HomeOrder {
  /**
   * A drawing begins, before anything is read for it. How many have landed, and what is to be shown?
   * `from`: as Home was, in either spelling, when it was asked for; who went elsewhere since stays there.
   */
  begin(requester: Requester, wanted: WantedHome, from?: readonly string[]): Promise<WantedHome & { landed: number }>;
  /** One begins because two crossed: it shows what was wanted last. */
  again(requester: Requester): Promise<WantedHome & { landed: number }>;
  /** It has reached Slack, or may have. How many have by now? */
  land(requester: Requester, shown: string | null): Promise<number>;
  /** Whoever looked at Home a moment ago. */
  lookedAt(): Promise<Requester[]>;
  /** What happened to whose leads since then; null: from now on. */
  news(after: string | null): Promise<HomeNews>;
  /** Something of theirs has changed. */
  stale(requesters: readonly Requester[]): Promise<void>;
  /** Those whose turn it is to be drawn anew: each is answered to one process, and not again for some seconds. */
  takeStale(): Promise<(Requester & StaleHome)[]>;
}

/** By workspace: whoever has or had the leads, and the teams where they wait. */
interface HomeNews {
  last: string;
  of: Map<string, { people: Set<string>; teams: Set<string> }>;
}

/** A Home as it was shown last. */
interface StaleHome extends WantedHome {
  landed: number;
  /** By which drawings are told apart; null: nobody knows what is shown. */
  shown: string | null;
}

/** Where the person wants to be, and what is said above it. */
interface WantedHome {
  state: string;
  notice: string | null;
}

/** What the Slack app needs of the rest of Baton. */
export interface SlackDeps {
  /** Baton's own web server; `/slack/events` is added to it. Add body parsers after this. */
  express: Express;
  /** Absent in socket mode alone. */
  signingSecret?: string | undefined;
  /** Slack is heard over a socket, and not at the endpoint. */
  appToken?: string | undefined;
  /** Base of Slack's Web API; Slack's own unless given. */
  apiUrl?: string;
  clock: Clock;
  /** Slack stamps its requests with the time of day, whatever clock Baton runs on. */
  requestClock?: Clock;
  log: Logger;
  /** Undefined when the workspace has not installed Baton, or has removed it. */
  authorize(team: SlackTeam): Promise<Bot | undefined>;
  /** What Slack accepts of the workspace's bot now. */
  botToken(workspaceId: string): Promise<string>;
  /** True when this delivery was handled before; remembers it otherwise. */
  seenBefore(workspaceId: string, key: string): Promise<boolean>;
  homes: HomeOrder;
  /** What people do to handoffs. */
  actions: Actions;
  /** What people ask about them. */
  queries: Queries;
  /** The newest alarm about a lead, as it stands now. */
  openAlert(workspaceId: string, handoffId: string): Promise<Alert | undefined>;
  /** Several alarms of one message, as they stand now. */
  openAlertDigest(workspaceId: string, digestId: string): Promise<AlertDigest | undefined>;
  /** Who would get a lead if it were given to the next in the rotation now. */
  nextRep(workspaceId: string, handoffId: string): Promise<{ email: string; name: string } | undefined>;
  /** Numbers that managers ask for. */
  reports: Reports;
  /** Do the sources, Baton, the CRM and Slack have the same leads? */
  books: BooksService;
  /** Questions in plain words. */
  questions: Questions;
  /** A link to the shared page that signs whoever asks in. */
  pageLink: PageAccess['link'];
  /** What admins look at and do: health, the playbook and its versions. */
  admin: AdminService;
  /** Connecting by logging in; absent when nothing is connected that way. */
  connect?: ConnectService;
  /** Connecting with typed keys; absent where there is no key to seal them with. */
  keys?: KeyConnects;
  /** Replacing the key in hook addresses; absent where there is no key to seal it with. */
  hookKeys?: HookKeys;
  /** A workspace or organization removed Baton, or took its token away. Called more than once. */
  removed(removal: Removal): Promise<void>;
  /** An organization adds workspaces or takes some away. */
  teamAccess(access: TeamAccess): Promise<void>;
}
