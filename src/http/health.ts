import express, { type Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Db } from '../db/connection.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';

/** /health/live: the process answers. /health/ready: it can work, which needs its database. /metrics: Prometheus. */
export function health(db: Db, log: Logger): Router {
  const router = express.Router();
  const registry = metrics(db);
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
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

function metrics(db: Db): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, sql: string) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const { rows } = await db.raw(sql);
        this.set(Number(rows[0].value));
      },
    });
  gauge(
    'baton_jobs_waiting',
    'Jobs due and not yet done',
    `select count(*) as value from graphile_worker._private_jobs where run_at <= now()`,
  );
  gauge(
    'baton_jobs_parked',
    'Jobs put aside and not replayed',
    'select count(*) as value from parked_jobs where replayed_at is null',
  );
  gauge(
    'baton_inbox_waiting',
    'Signals accepted and not yet read',
    `select count(*) as value from inbox where status <> 'done'`,
  );
  gauge('baton_handoffs', 'Handoffs ever opened', 'select count(*) as value from handoffs');
  gauge(
    'baton_oldest_inbox_seconds',
    'Age of the oldest unread signal',
    `select coalesce(extract(epoch from now() - min(received_at)), 0) as value from inbox where status <> 'done'`,
  );
  return registry;
}
