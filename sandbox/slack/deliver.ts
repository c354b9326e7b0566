import { createHmac } from 'node:crypto';
import type { Fields } from './blocks/check.ts';
import type { Workspace } from './model.ts';
import { textsShown } from './shown.ts';
import type { SocketKind, Sockets } from './socket.ts';
import { APP, isOrgInstalled, nextId, type World } from './world.ts';

/** What the app answered to something Slack sent it. */
export interface Delivered {
  /** null: no answer at all. */
  status: number | null;
  body: string;
  ms: number;
  attempts: number;
  error?: string;
  headers: Headers;
}

type Send = (world: World, contentType: string, body: string, more?: Record<string, string>) => Promise<Delivered>;

const ANSWER_WITHIN = 3_000;
const RETRIES = 3;
const FORM = 'application/x-www-form-urlencoded';

/** Whose installation an event is about, where that is not the one that serves the workspace. */
interface About {
  ofOrganization: boolean;
}

/** Everything on its way to the app. */
export interface Outbox {
  /** A button, submission or other payload. Slack does not repeat these. */
  interaction(payload: Fields): Promise<Delivered>;
  command(fields: Record<string, string>): Promise<Delivered>;
  /** An event of this moment, or of `at`, repeated up to three times until the app takes it. The waits between (none, 1 min, 5 min) are left out. */
  event(workspace: Workspace, event: Fields, at?: Date, about?: About): Promise<Delivered>;
  /** Until nothing is under way any more. */
  settled(): Promise<void>;
}

/** @param sockets where the app hears of everything while it has one open there */
export function createOutbox(world: () => World, sockets: Sockets): Outbox {
  const underWay = new Set<Promise<unknown>>();
  const send: Send = (now, contentType, body, more) =>
    sockets.isOpen() ? overSocket(now, sockets, contentType, body) : overHttp(now, contentType, body, more);

  async function track(delivery: Promise<Delivered>): Promise<Delivered> {
    underWay.add(delivery);
    try {
      return await delivery;
    } finally {
      underWay.delete(delivery);
    }
  }

  return {
    interaction: payload =>
      track(send(world(), FORM, new URLSearchParams({ payload: JSON.stringify(payload) }).toString())),
    command: fields => track(send(world(), FORM, new URLSearchParams(fields).toString())),
    event: (workspace, event, at = world().context.clock.now(), about) =>
      track(sendEvent(send, world(), envelope(world(), workspace, event, { at, ...about }))),
    async settled() {
      await Promise.allSettled(underWay);
    },
  };
}

function envelope(
  world: World,
  workspace: Workspace,
  event: Fields,
  { at, ofOrganization = isOrgInstalled(world, workspace) }: { at: Date } & Partial<About>,
): Fields {
  const { enterprise } = workspace;
  return {
    token: APP.verificationToken,
    team_id: workspace.id,
    ...(enterprise && { enterprise_id: enterprise.id }),
    api_app_id: APP.id,
    event,
    type: 'event_callback',
    event_id: nextId(world, 'Ev'),
    event_time: Math.floor(at.getTime() / 1_000),
    authorizations: [
      {
        enterprise_id: enterprise?.id ?? null,
        team_id: workspace.id,
        user_id: workspace.botUser,
        is_bot: true,
        is_enterprise_install: ofOrganization,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${nextId(world, 'EC')}`,
  };
}

async function sendEvent(send: Send, world: World, envelope: Fields): Promise<Delivered> {
  const body = JSON.stringify(envelope);
  let last = await send(world, 'application/json', body);
  for (let retry = 1; retry <= RETRIES && !taken(last); retry += 1) {
    if (last.headers.get('x-slack-no-retry') === '1') break;
    const headers = { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': last.error ?? 'http_error' };
    last = { ...(await send(world, 'application/json', body, headers)), attempts: retry + 1 };
  }
  return last;
}

function taken(delivered: Delivered): boolean {
  return delivered.status !== null && delivered.status >= 200 && delivered.status < 300;
}

/** Signs exactly the bytes it sends, anew for each attempt. */
async function overHttp(
  world: World,
  contentType: string,
  body: string,
  more: Record<string, string> = {},
): Promise<Delivered> {
  const now = world.limits.signatureTime === 'wall' ? Date.now() : world.context.clock.now().getTime();
  const timestamp = String(Math.floor(now / 1_000));
  const start = performance.now();
  try {
    const answer = await fetch(`${world.context.appUrl()}/slack/events`, {
      method: 'POST',
      // The content type is bare on purpose: receivers compare it exactly.
      headers: {
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(timestamp, body),
        ...more,
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    const text = await answer.text();
    for (const shown of textsShown(answerOf(text))) world.context.shown(shown);
    return { status: answer.status, body: text, ms: elapsed(start), attempts: 1, headers: answer.headers };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const reason = timedOut ? 'http_timeout' : 'connection_failed';
    return { status: null, body: '', ms: elapsed(start), attempts: 1, error: reason, headers: new Headers() };
  }
}

/** The same, without signature and retries: the socket knows who is at its other end. */
async function overSocket(world: World, sockets: Sockets, contentType: string, body: string): Promise<Delivered> {
  const start = performance.now();
  const headers = new Headers();
  try {
    const answer = await sockets.send(...inSocketForm(contentType, body), ANSWER_WITHIN);
    for (const shown of textsShown(answer ?? {})) world.context.shown(shown);
    const text = answer === undefined ? '' : JSON.stringify(answer);
    return { status: 200, body: text, ms: elapsed(start), attempts: 1, headers };
  } catch {
    return { status: null, body: '', ms: elapsed(start), attempts: 1, error: 'http_timeout', headers };
  }
}

function inSocketForm(contentType: string, body: string): [kind: SocketKind, payload: Fields] {
  if (contentType !== FORM) return ['events_api', JSON.parse(body) as Fields];
  const fields = Object.fromEntries(new URLSearchParams(body));
  const { payload } = fields;
  return payload === undefined ? ['slash_commands', fields] : ['interactive', JSON.parse(payload) as Fields];
}

/** What stands in an answer's body; one without a body, or of text alone, is shown as that. */
function answerOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return { text: body };
  }
}

/** Slack's v0 signature of a request. */
export function sign(timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', APP.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

function elapsed(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
