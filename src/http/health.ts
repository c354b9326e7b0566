import express, { type Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { backlogOf } from '../db/backlog.ts';
import type { Db } from '../db/connection.ts';
import { lastSweep, overdue } from '../db/ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { after, type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';

/**
 * /health/live: the process answers. /health/ready: it can work, which needs its database; and when some process last
 * looked after the ladders, which is a worker's duty. /metrics: Prometheus.
 */
export function health({ db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>): Router {
  const router = express.Router();
  const { registry, measure } = metrics();
  router.get('/health/live', (_request, response) => {
    response.json({ live: true });
  });
  router.get('/health/ready', async (_request, response) => {
    try {
      await db.raw('select 1 from workspaces limit 1');
      response.json({ ready: true, ladder: await ladders(db, clock) });
    } catch (thrown) {
      log.warn({ err: toError(thrown) }, 'not ready');
      response.status(503).json({ ready: false, why: 'the database cannot be asked' });
    }
  });
  router.get('/metrics', async (_request, response) => {
    await measure(db, clock);
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

/** A step that waits longer than this waits because something is wrong. */
const TOO_LATE = MINUTE;

async function ladders(db: Db, clock: Clock): Promise<{ lastSweepAt: string | null; overdue: number }> {
  const [last, behind] = await Promise.all([lastSweep(db), overdue(db, after(clock.now(), -TOO_LATE))]);
  return { lastSweepAt: last?.toISOString() ?? null, overdue: behind.reduce((all, one) => all + one.late, 0) };
}

/** Every number, and how it is measured anew before it is read. */
function metrics(): { registry: Registry; measure: (db: Db, clock: Clock) => Promise<void> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const jobs = gauge('baton_jobs_waiting', 'Jobs due and not yet done');
  const parked = gauge('baton_jobs_parked', 'Jobs put aside and not replayed');
  const signals = gauge('baton_inbox_waiting', 'Signals accepted and not yet read');
  const oldest = gauge('baton_oldest_inbox_seconds', 'Age of the oldest unread signal');
  const handoffs = gauge('baton_handoffs', 'Handoffs ever opened');
  const late = gauge('baton_ladder_overdue', 'Handoffs whose ladder should have been looked at a minute ago');
  const swept = gauge('baton_ladder_swept_timestamp_seconds', 'When the ladders were last looked after; 0: never');
  return {
    registry,
    async measure(db, clock) {
      const [backlog, ever, ladder] = await Promise.all([
        backlogOf(db, clock.now()),
        db('handoffs').count('* as all').first(),
        ladders(db, clock),
      ]);
      late.set(ladder.overdue);
      swept.set(ladder.lastSweepAt === null ? 0 : Date.parse(ladder.lastSweepAt) / SECOND);
      jobs.set(backlog.jobs);
      parked.set(backlog.parkedForConnection + backlog.parkedForPeople);
      signals.set(backlog.signals);
      oldest.set(backlog.oldestSignalSeconds);
      handoffs.set(Number(ever?.all));
    },
  };
}
