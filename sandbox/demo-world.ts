/** What the demo runs on: embedded PostgreSQL in a temporary folder, the sandbox, and the same app that production runs. */

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Running, start } from '../src/app.ts';
import { readEnv } from '../src/config/env.ts';
import { startTemporary } from '../src/db/embedded/temporary.ts';
import { freePort } from '../src/db/embedded.ts';
import { listHandoffs } from '../src/db/handoffs/handoff-list.ts';
import { timelineOf } from '../src/db/handoffs/timeline.ts';
import { workspaceByTeam } from '../src/db/workspaces/workspaces.ts';
import { availability } from '../src/domain/hours.ts';
import { clockFrom, DAY, type MovableClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/lib/log.ts';
import { VENDORS } from '../src/vendors/table.ts';
import { type DemoCrm, playbookFor, setUpCrm } from './demo-crm.ts';
import { demoPage, type LeadSummary } from './page.ts';
import { type Sandbox, startSandbox } from './server.ts';
import { HOME_TEAM } from './slack/world.ts';

export interface Demo {
  url: string;
  app: Running;
  sandbox: Sandbox;
  clock: MovableClock;
  crm: DemoCrm;
  stop(): Promise<void>;
}

interface DemoOptions {
  /** 0 takes any free one. */
  port: number;
  log: string;
  /** Salesforce waits for an admin to log in to it. */
  connect?: boolean;
  /** Where leads are written; Salesforce when left out. */
  crm?: DemoCrm;
  /** Nobody has added Baton yet and nothing is connected: its landing page is at `/`, and Slack at `/demo/`. */
  fresh?: boolean;
}

/** Those who come from the marketing platform that is connected in the fresh demo. */
const FRESH_CAST = ['emma', 'medium', 'low', 'disposable', 'customer', 'duplicate'] as const;
const FRESH_HINT =
  'This is Slack as Dana Ruiz has it. Baton · Home shows what is next. Leads can be sent once HubSpot is connected; they are handed to sales once you go live.';
/** Many workspaces install it: what belongs to one company is not set. */
const FRESH = { SLACK_BOT_TOKEN: '', HOOK_KEY: '', HUBSPOT_ACCESS_TOKEN: '' };

/** Starts everything the demo needs. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { crm = 'salesforce' } = options;
  const clock = clockFrom(nextWorkingMoment(new Date()));
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    const failed: unknown[] = [];
    // One that fails keeps nobody else from closing.
    for (const close of closing.splice(0).reverse()) await close().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  };
  try {
    const database = await startTemporary({ flags: ['synchronous_commit=off'] });
    closing.push(() => database.stop());
    const sandbox = await startSandbox({ clock });
    closing.push(() => sandbox.close());
    const port = options.port || (await freePort());
    const url = `http://127.0.0.1:${port}`;
    sandbox.setAppUrl(url);
    if (options.fresh) await drawSlackAt(sandbox, `${url}/demo/`);
    const example = fileURLToPath(new URL('../playbook.yaml', import.meta.url));
    const other = crm === 'salesforce' ? undefined : await playbookFor(crm, example);
    if (other) closing.push(other.remove);
    const env = readEnv(
      {
        ...sandbox.env(),
        // With it people can log in to Salesforce, as in production.
        ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        ...((options.connect || options.fresh) && { SALESFORCE_FLOW: 'web_server' }),
        ...(options.fresh && FRESH),
        PORT: String(port),
        PUBLIC_URL: url,
        DATABASE_URL: database.url,
        LOG_LEVEL: options.log,
        PLAYBOOK: other?.file ?? example,
      },
      VENDORS,
    );
    const app = await start({
      env,
      clock,
      log: createLogger({ level: env.LOG_LEVEL }),
      mount: (web, deps, workspaceId) =>
        web.use(
          demoPage({
            sandboxUrl: sandbox.url,
            crm,
            now: () => clock.now(),
            move: milliseconds => clock.move(milliseconds),
            leads: async () => {
              const id = workspaceId || (await installedWorkspace(deps.db));
              return id ? leads(deps.db, id) : [];
            },
            story: async handoffId => {
              const id = workspaceId || (await installedWorkspace(deps.db));
              return id ? timelineOf(deps.db, id, handoffId) : [];
            },
            ...(options.fresh && { at: '/demo' as const, cast: FRESH_CAST, hint: FRESH_HINT }),
          }),
        ),
    });
    closing.push(() => app.stop());
    if (other) await setUpCrm(app, crm, sandbox.url);
    return { url, app, sandbox, clock, crm, stop };
  } catch (error) {
    await stop().catch((more: unknown) => console.error(more));
    throw error;
  }
}

/** "Open Slack" leads to the demo's page. */
async function drawSlackAt(sandbox: Sandbox, url: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/slack/client`, {
    method: 'POST',
    body: JSON.stringify({ url }),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`the sandbox refused the address of the client: ${await answer.text()}`);
}

/** The workspace that added Baton, once it has. */
const installedWorkspace = async (db: Database): Promise<string | undefined> =>
  (await workspaceByTeam(db, HOME_TEAM))?.id;

/** The demo plays while Marcus works: the next Tuesday to Thursday, 10:00 in Los Angeles, that is no holiday there. */
function nextWorkingMoment(from: Date): Date {
  const hours = { days: ['tue', 'wed', 'thu'] as const, from: '09:00', to: '18:00', holidays: 'US' };
  const today = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('America/Los_Angeles');
  for (let days = 1; days < 15; days += 1) {
    const morning = today.add({ days }).withPlainTime('10:00');
    const at = new Date(morning.epochMilliseconds);
    if (availability({ zone: 'America/Los_Angeles', hours }, at).available) return at;
  }
  return new Date(from.getTime() + DAY);
}

type Database = Running['deps']['db'];

/** What the page lists: handoffs, and the crossings that became none. */
async function leads(db: Database, workspaceId: string): Promise<LeadSummary[]> {
  const handoffs = (await listHandoffs(db, workspaceId, {}, { limit: 200 })).rows;
  return handoffs.map(handoff => ({
    handoffId: handoff.id,
    name: handoff.name,
    email: handoff.email,
    ...(handoff.company && { company: handoff.company }),
    state: handoff.state,
    priority: handoff.priority,
    ...(handoff.score !== null && { score: handoff.score }),
    ...(handoff.repEmail && { rep: handoff.repEmail }),
    crossedAt: handoff.crossedAt.toISOString(),
    seenAt: handoff.seenAt.toISOString(),
    ...(handoff.deliveredAt && { deliveredAt: handoff.deliveredAt.toISOString() }),
    recordState: handoff.recordState,
  }));
}
