const NO_NUMBERS = {
  ...{ given: 0, claimed: 0, contacted: 0, promised: 0, kept: 0, rejectedEarly: 0, medianMs: null, open: 0 },
  rejected: [],
  shares: [],
};

/** Baton's Slack app alone beside Slack's stand-in: real Bolt, real signatures, real HTTP; what is behind it is set by the test. */
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import express from 'express';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { slack } from '../../sandbox/slack/service.ts';
import type { Actions } from '../../src/handoff/commands.ts';
import type { Actor } from '../../src/handoff/core/rights.ts';
import type { Queries } from '../../src/handoff/queries/queries.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import type { Reports } from '../../src/reports/ask.ts';
import type { BooksService } from '../../src/reports/books/books-service.ts';
import type { Questions } from '../../src/reports/questions.ts';
import { type SlackDeps, slackApp } from '../../src/slack/app.ts';
import { type SlackNotifier, slackClient, slackNotifier } from '../../src/slack/notifier.ts';
import type { AdminService } from '../../src/workspaces/admin.ts';
import { look, press } from '../helpers/control.ts';
import { SALESFORCE } from '../helpers/crm.ts';
import { PLAYBOOK } from './emma.ts';

export interface Shown {
  channel: string;
  ts: string;
  text: string;
  ephemeral: boolean;
  blocks?: { elements?: { action_id?: string; url?: string }[] }[];
}

export interface SlackBaton {
  sandbox: Sandbox;
  notifier: SlackNotifier;
  /** Lines of the log so far. */
  lines: () => Record<string, unknown>[];
  /** What a person does; answers how the app answered Slack. */
  act: (deed: Record<string, unknown>) => Promise<{ status: number | null; body: unknown; error?: string }>;
  shown: (where: { user: string } | { channel: string }) => Promise<Shown[]>;
  control: (path: string, body?: unknown) => Promise<Record<string, unknown>>;
  /** Sends bytes to /slack/events, signed as told. */
  send: (body: string, how?: { secret?: string; at?: number; type?: string; signature?: string }) => Promise<Response>;
  /** Until no listener runs any more. */
  settled: () => Promise<void>;
}

type Behind = Partial<Pick<SlackDeps, 'removed' | 'teamAccess' | 'authorize' | 'seenBefore'>> & {
  actions?: Partial<Actions>;
  queries?: Partial<Queries>;
  reports?: Partial<Reports>;
  questions?: Partial<Questions>;
  admin?: Partial<AdminService>;
  /** Slack's own clock, by which triggers expire. */
  slackClock?: Clock;
};

/** What the test did not set must not be asked. */
function only<T extends object>(given: Partial<T>): T {
  return new Proxy(given, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (found === undefined) throw new Error(`the test gave no "${String(name)}"`);
      return found;
    },
  }) as T;
}

const MARCUS: Actor = {
  email: 'marcus@example.com',
  name: 'Marcus Chen',
  slackUserId: 'U1',
  admin: false,
  teams: [],
  manages: [],
  reports: [],
};

const nobody: Partial<Queries> = {
  who: async () => MARCUS,
  find: async () => [],
  timeline: async () => undefined,
  repHome: async () => ({
    counts: { open: 0, untouched: 0, unclaimed: 0, breached: 0, atRisk: 0 },
    leads: { rows: [], total: 0, page: 0, pages: 1 },
    pools: [],
    standings: [],
  }),
  card: async () => undefined,
  playbook: async () => ({ playbook: PLAYBOOK, version: 1 }),
  crm: async () => ({
    connected: true,
    comparable: true,
    label: 'Salesforce',
    words: SALESFORCE.traits.words,
    names: ['salesforce', 'sf'],
  }),
};

/** Deeds as they reached Baton, without the key by which each is known again. */
export function unkeyed(deeds: readonly unknown[]): unknown[] {
  return deeds.map(deed => {
    const { idempotency: _key, ...rest } = deed as { idempotency?: unknown };
    return rest;
  });
}

function homesInMemory(): SlackDeps['homes'] {
  const homes = new Map<string, { landed: number; state: string; notice: string | null }>();
  const homeOf = (user: string) => homes.get(user) ?? { landed: 0, state: '', notice: null };
  return {
    async begin({ slackUserId }, wanted, from) {
      const before = homes.get(slackUserId);
      const hasMoved = before !== undefined && from !== undefined && !from.includes(before.state);
      const stays = hasMoved && { state: before.state, notice: wanted.notice ?? before.notice };
      homes.set(slackUserId, { ...homeOf(slackUserId), ...wanted, ...stays });
      return homeOf(slackUserId);
    },
    again: async ({ slackUserId }) => homeOf(slackUserId),
    async land({ slackUserId }) {
      const home = homeOf(slackUserId);
      homes.set(slackUserId, { ...home, landed: home.landed + 1 });
      return home.landed + 1;
    },
    lookedAt: async () => [],
    news: async () => ({ last: '0', of: new Map() }),
    stale: async () => {},
    takeStale: async () => [],
  };
}

/** Starts it and takes it down when the test ends. */
export async function slackBaton(t: TestContext, given: Behind = {}): Promise<SlackBaton> {
  const { slackClock = systemClock, ...behind } = given;
  const sandbox = await startSandbox({ services: [slack], clock: slackClock });
  const env = sandbox.env();
  const [apiUrl, token, signingSecret] = ['SLACK_API_URL', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'].map(
    name => env[name] ?? '',
  ) as [string, string, string];
  const notifier = slackNotifier({ client: slackClient(token, { apiUrl }), clock: systemClock });
  const me = await notifier.whoAmI();
  const written: string[] = [];
  const seen = new Set<string>();
  const web = express();
  const app = slackApp({
    express: web,
    signingSecret,
    apiUrl,
    clock: systemClock,
    log: createLogger({ level: 'debug', destination: { write: line => void written.push(line) } }),
    authorize: async ({ teamId }) =>
      teamId === me.teamId
        ? { workspaceId: 'w1', teamId, botToken: token, botId: me.botId, botUserId: me.botUserId }
        : undefined,
    seenBefore: async (_workspace, key) => seen.size === seen.add(key).size,
    homes: homesInMemory(),
    botToken: async () => token,
    removed: async () => {},
    teamAccess: async () => {},
    openAlert: async () => undefined,
    openAlertDigest: async () => undefined,
    nextRep: async () => undefined,
    pageLink: async () => ({ kind: 'stranger' }),
    ...behind,
    actions: only<Actions>({ claim: async () => ({ kind: 'not_found' }), ...behind.actions }),
    queries: only<Queries>({ ...nobody, ...behind.queries }),
    books: only<BooksService>({
      view: async () => ({ last: undefined, underWay: undefined, crm: undefined, gaps: [], total: 0 }),
    }),
    reports: only<Reports>({ stats: async () => NO_NUMBERS, ...behind.reports }),
    questions: only<Questions>({
      ask: async () => ({ kind: 'unread', words: ['that'], near: ['my open leads'] }),
      read: async () => undefined,
      prompts: async () => [],
      ...behind.questions,
    }),
    // Set up already, unless a test says otherwise.
    admin: only<AdminService>({ isSettingUp: async () => false, ...behind.admin }),
  });
  const server = web.listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sandbox.setAppUrl(url);
  t.after(async () => {
    await new Promise(resolve => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    await app.stop();
    await sandbox.close();
  });

  const control = (path: string, body?: unknown) =>
    body === undefined ? look(sandbox, `slack/${path}`) : press(sandbox, `slack/${path}`, body);

  return {
    sandbox,
    notifier,
    settled: () => app.stop(),
    lines: () => written.map(line => JSON.parse(line)),
    act: async deed => (await control('act', deed)) as { status: number | null; body: unknown; error?: string },
    shown: async where => (await control(`messages?${new URLSearchParams(where)}`)).messages as Shown[],
    control,
    send: (
      body,
      { secret = signingSecret, at = Date.now(), type = 'application/x-www-form-urlencoded', signature } = {},
    ) => {
      const stamp = String(Math.floor(at / 1_000));
      const signed = `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`;
      return fetch(`${url}/slack/events`, {
        method: 'POST',
        headers: { 'content-type': type, 'x-slack-request-timestamp': stamp, 'x-slack-signature': signature ?? signed },
        body,
      });
    },
  };
}
