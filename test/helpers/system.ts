/** The whole of Baton beside the sandbox, for stories: real PostgreSQL, real SDKs over loopback, a clock to move. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Call } from '../../sandbox/calls.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { ServiceFactory } from '../../sandbox/service.ts';
import { serviceTable } from '../../sandbox/stand-ins.ts';
import { type Running, type StartOptions, start } from '../../src/app.ts';
import { type Env, readEnv } from '../../src/config/env.ts';
import { freePort } from '../../src/db/embedded.ts';
import { type HandoffSummary, listHandoffs } from '../../src/db/handoffs/handoff-list.ts';
import type { Handoff } from '../../src/db/handoffs/handoffs.ts';
import { handoffById } from '../../src/db/handoffs/handoffs.ts';
import { timelineOf } from '../../src/db/handoffs/timeline.ts';
import type { TimelineEntry, TimelineKind } from '../../src/domain/timeline.ts';
import type { Patience } from '../../src/handoff/core/deps.ts';
import type { Facts } from '../../src/handoff/core/facts.ts';
import { clockFrom, type MovableClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { testDatabase } from './database.ts';
import { isBusy } from './database-questions.ts';
import { until } from './until.ts';
import { assertForPeople, keepWords, type MayShow } from './words-shown.ts';

/** A Tuesday, 10:00 in Los Angeles, 13:00 in New York, 18:00 in London: everybody of the example works. */
export const WORKING_TUESDAY = new Date('2026-11-24T18:00:00Z');

/** The card waits no longer than that for the CRM; for enrichers long, as a lead without its facts is another lead. */
export const IMPATIENT: Patience = { enrichment: 20_000, match: 300, form: 20_000, record: 200 };

/** Hundreds of leads may be on their way, on a machine that does much else. */
const MUCH_WORK = 120_000;

export interface SystemOptions {
  /** YAML of the playbook; the example of the repository when left out. */
  playbook?: string;
  role?: Env['ROLE'];
  patience?: Patience;
  at?: Date;
  /** Settings beside those of the sandbox. */
  env?: Record<string, string>;
  /** Stand-ins instead of those of `sandbox/stand-ins.ts`. */
  services?: readonly ServiceFactory[];
  /** Stand-ins beside those of `sandbox/stand-ins.ts`. */
  standIns?: readonly ServiceFactory[];
  /** The vendors there are; Baton's own when left out. */
  vendors?: StartOptions['vendors'];
  /** Kinds of machine text that this story shows people on purpose, and why: see words-shown.ts. */
  mayShow?: MayShow;
  log?: StartOptions['log'];
  /** Around the job handlers. */
  jobs?: StartOptions['jobs'];
  /** Around what listens to Slack. */
  listeners?: StartOptions['listeners'];
}

/**
 * Whose things at the vendors are looked at and pressed: by stand-in, the parameter that says it. Absent: those that the
 * environment's workspace works with.
 */
export type Customer = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Message {
  channel: string;
  ts: string;
  text: string;
  blocks: unknown[];
  [more: string]: unknown;
}

/** Where messages are: a person's DM with Baton, or a channel. */
export type Conversation = { user: string } | { channel: string };

export interface System {
  sandbox: Sandbox;
  app: Running;
  env: Env;
  clock: MovableClock;
  /** POST to the sandbox's control API; answers its JSON. Throws on a refusal. */
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  get<T>(path: string): Promise<T>;
  messages(where: Conversation): Promise<Message[]>;
  /** Waits for a card that mentions `text`. */
  card(where: Conversation, text: string): Promise<Message>;
  /** Waits until the newest handoff of this address is there and no job is due any more. */
  handoff(email: string): Promise<Handoff<Facts>>;
  story(handoffId: string): Promise<TimelineEntry[]>;
  /** Waits until the stand-ins have delivered everything, the inbox is read and no job is due. */
  settled(): Promise<void>;
  handoffs(): Promise<HandoffSummary[]>;
  records(object: string): Promise<Record<string, unknown>[]>;
  calls(service: string): Promise<Call[]>;
  press(user: string, message: Message, actionId: string): Promise<Record<string, unknown>>;
}

/** Starts everything for one test and takes it down when the test ends. */
export async function system(t: TestContext, options: SystemOptions = {}): Promise<System> {
  const clock = clockFrom(options.at ?? WORKING_TUESDAY);
  const database = await testDatabase();
  const shown = new Set<string>();
  const sandbox = await startSandbox({
    clock,
    shown: text => void shown.add(text),
    services: options.services ?? [...serviceTable, ...(options.standIns ?? [])],
  });
  const dir = await mkdtemp(join(tmpdir(), 'baton-story-'));
  const env = await environment(sandbox, database.url, dir, options);
  sandbox.setAppUrl(env.PUBLIC_URL ?? '');
  const starting = start({
    env,
    clock,
    log: options.log ?? createLogger({ level: env.LOG_LEVEL }),
    ...(options.patience && { patience: options.patience }),
    ...(options.vendors && { vendors: options.vendors }),
    ...(options.jobs && { jobs: options.jobs }),
    ...(options.listeners && { listeners: options.listeners }),
  });
  // What the stand-ins listen on would keep the file from ending.
  const app = await starting.catch(async error => {
    await sandbox.close();
    throw error;
  });
  t.after(async () => {
    await app.stop();
    await database.drop();
    await rm(dir, { recursive: true, force: true });
    // Last: it fails when something was called that no stand-in has.
    await sandbox.close();
    // After whatever the story takes down itself: a hook that fails ends the others.
    t.after(() => {
      keepWords(shown);
      assertForPeople(shown, options.mayShow);
    });
  });
  return tools({ sandbox, app, env, clock });
}

/** Another web process over the same database, by the same clock, in this process; ends with the test. */
export async function startBeside(t: TestContext, { env, clock }: System): Promise<Running> {
  const running = await start({
    env: { ...env, PORT: await freePort(), ROLE: 'web' },
    clock,
    log: createLogger({ level: 'silent' }),
  });
  t.after(() => running.stop());
  return running;
}

type World = Pick<System, 'sandbox' | 'app' | 'env' | 'clock'>;

async function environment(sandbox: Sandbox, databaseUrl: string, dir: string, options: SystemOptions): Promise<Env> {
  const port = await freePort();
  const playbook = join(dir, 'playbook.yaml');
  if (options.playbook) await writeFile(playbook, options.playbook);
  return readEnv(
    {
      ...sandbox.env(),
      ...options.env,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: process.env.BATON_TEST_LOG ?? 'silent',
      ROLE: options.role ?? 'all',
      PLAYBOOK: options.playbook ? playbook : new URL('../../playbook.yaml', import.meta.url).pathname,
    },
    options.vendors ?? VENDORS,
  );
}

/** What stories do and see in one workspace. */
export function tools({ sandbox, app, env, clock }: World, customer: Customer = {}): System {
  const { db } = app.deps;
  const { workspaceId } = app;

  async function ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(`${sandbox.url}${addressed(path, customer)}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text || '{}') as T;
  }
  const post = (path: string, body: unknown) =>
    ask<Record<string, unknown>>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Slack's stand-in asks in the body for which team something is done.
      body: JSON.stringify(DONE_IN_TEAM.test(path) ? { ...customer.slack, ...(body as object) } : body),
    });

  async function messages(where: Conversation): Promise<Message[]> {
    const query = new URLSearchParams(where);
    const answer = await ask<{ messages: Message[] }>(`/_sandbox/slack/messages?${query}`);
    return answer.messages;
  }

  async function settled(): Promise<void> {
    await until(
      'nothing is left to do',
      async () => sandbox.undelivered() === 0 && !(await isBusy({ app })),
      MUCH_WORK,
    );
  }

  return {
    sandbox,
    app,
    env,
    clock,
    post,
    get: path => ask(path),
    messages,
    card: (where, text) =>
      until(`a card with "${text}" for ${JSON.stringify(where)}`, async () =>
        (await messages(where)).find(message => JSON.stringify(message).includes(text)),
      ),
    handoff: email =>
      until(`a handoff of ${email}`, async () => {
        const [newest] = (await listHandoffs(db, workspaceId, { text: email }, { limit: 1 })).rows;
        if (!newest) return undefined;
        await settled();
        return handoffById<Facts>(db, workspaceId, newest.id);
      }),
    story: handoffId => timelineOf(db, workspaceId, handoffId),
    settled,
    handoffs: async () => (await listHandoffs(db, workspaceId, {}, { limit: 1_000 })).rows,
    records: async object => {
      const answer = await ask<Record<string, unknown>[] | { records: Record<string, unknown>[] }>(
        `/_sandbox/salesforce/${object}`,
      );
      return Array.isArray(answer) ? answer : answer.records;
    },
    calls: async service => {
      const answer = await ask<{ calls: Call[] }>(`/_sandbox/calls?service=${service}`);
      return answer.calls;
    },
    press: (user, message, actionId) =>
      post('/_sandbox/slack/act', { user, click: { channel: message.channel, ts: message.ts, action_id: actionId } }),
  };
}

const DONE_IN_TEAM = /^\/_sandbox\/slack\/(act|users|channels)$/;

function addressed(path: string, customer: Customer): string {
  const whose = customer[/^\/_sandbox\/(\w+)/.exec(path)?.[1] ?? ''];
  if (!whose) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(whose)}`;
}

/** The kinds of a story, in order: what stories assert first. */
export function kinds(story: readonly TimelineEntry[]): TimelineKind[] {
  return story.map(entry => entry.kind);
}
