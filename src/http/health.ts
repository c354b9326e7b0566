import express, { type Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { backlogOf } from '../db/backlog.ts';
import type { Db } from '../db/connection.ts';
import type { Deps } from '../handoff/deps.ts';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';

/** /health/live: the process answers. /health/ready: it can work, which needs its database. /metrics: Prometheus. */
export function health({ db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>): Router {
  const router = express.Router();
  const { registry, measure } = metrics();
  router.get('/health/live', (_request, response) => {
    response.json({ live: true });
  });
  router.get('/health/ready', async (_request, response) => {
    try {
      await db.raw('select 1 from workspaces limit 1');
      response.json({ ready: true });
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
  return {
    registry,
    async measure(db, clock) {
      const [backlog, ever] = await Promise.all([backlogOf(db, clock.now()), db('handoffs').count('* as all').first()]);
      jobs.set(backlog.jobs);
      parked.set(backlog.parkedForConnection + backlog.parkedForPeople);
      signals.set(backlog.signals);
      oldest.set(backlog.oldestSignalSeconds);
      handoffs.set(Number(ever?.all));
    },
  };
}
