import express, { type Request, type Router } from 'express';
import { sqlStateOf } from '../db/conflict.ts';
import type { Db } from '../db/connection.ts';
import { tryInbox } from '../db/handoffs/inbox.ts';
import { lastSweep, overdueHandoffs } from '../db/handoffs/ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { WorkHealth } from '../jobs/supervised-runner.ts';
import { after, type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { constantTimeEqual } from '../lib/crypto.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { databaseGauges, type ProcessMetrics } from './metrics.ts';

/**
 * /health/live: the process answers. /health/ready: it does what it is for: a signal can be stored (tried by a write, one
 * round trip, a second's requests share it), and where the process has a worker part, jobs that are due are taken. Beside
 * it stands when some process last looked after the ladders, which is a worker's duty. /metrics: Prometheus.
 * @param metrics what the process counts; what the database knows is measured beside it by those with a worker part
 * @param metricsToken what may read /metrics as `Authorization: Bearer …`; absent: this machine alone, and no proxy on it
 * @param working how the worker part is; undefined: this process has none
 */
export function health(
  { db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>,
  working: (() => WorkHealth) | undefined,
  { metrics, metricsToken }: { metrics: ProcessMetrics; metricsToken?: string | undefined },
): Router {
  const router = express.Router();
  const { registry } = metrics;
  const measure = working && databaseGauges(registry);
  const stored = shared(() => whyNotStored(db, log));
  router.get('/health/live', (_request, response) => {
    response.json({ live: true });
  });
  router.get('/health/ready', async (_request, response) => {
    const why = working?.().why ?? (await stored());
    const ladder = await soon(ladders(db, clock)).catch(() => undefined);
    if (why === undefined && ladder) return void response.json({ ready: true, ladder });
    log.warn({ why }, 'not ready');
    response.status(503).json({ ready: false, why: why ?? UNANSWERED, ...(ladder && { ladder }) });
  });
  router.get('/metrics', async (request, response) => {
    if (!mayMeasure(request, metricsToken)) {
      response.set('www-authenticate', 'Bearer').status(401).json({ error: WHO_MAY_MEASURE });
      return;
    }
    await measure?.(db, clock);
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

const WHO_MAY_MEASURE =
  'Send METRICS_TOKEN as "Authorization: Bearer …". Without that setting /metrics answers on its own machine alone.';
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Numbers of leads and work are nobody's business; a proxy on this machine speaks for the world. */
function mayMeasure(request: Request, token: string | undefined): boolean {
  if (token !== undefined) return constantTimeEqual(request.get('authorization') ?? '', `Bearer ${token}`);
  const isForwarded = ['forwarded', 'x-forwarded-for', 'via'].some(name => request.get(name) !== undefined);
  return !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '');
}

const UNANSWERED = 'the database does not answer';

/** Whoever asks has little patience, and a database that takes so long does not take signals either. */
const ANSWERED_WITHIN = 3 * SECOND;

async function soon<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(UNANSWERED)), ANSWERED_WITHIN);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined: it was. */
async function whyNotStored(db: Db, log: Logger): Promise<string | undefined> {
  try {
    await soon(tryInbox(db));
    return undefined;
  } catch (thrown) {
    const error = toError(thrown);
    log.warn({ err: error }, 'no signal can be stored');
    const state = sqlStateOf(error);
    return `no signal can be stored: ${state ? `the database refuses it (SQLSTATE ${state})` : UNANSWERED}`;
  }
}

const SHARED_FOR = SECOND;

/** Asked often it looks once a second: a page that anybody may open must not cost a write each time. */
function shared<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { at: number; seen: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (!last || now - last.at > SHARED_FOR) last = { at: now, seen: look() };
    return last.seen;
  };
}

/** A step that waits longer than this waits because something is wrong. */
const TOO_LATE = MINUTE;

async function ladders(db: Db, clock: Clock): Promise<{ lastSweepAt: string | null; overdue: number }> {
  const [last, behind] = await Promise.all([lastSweep(db), overdueHandoffs(db, after(clock.now(), -TOO_LATE))]);
  return { lastSweepAt: last?.toISOString() ?? null, overdue: behind.reduce((all, one) => all + one.late, 0) };
}
