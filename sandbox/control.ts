import { type Response, Router } from 'express';
import { z } from 'zod';
import { faultInput } from './faults.ts';
import type { Front } from './front.ts';
import type { Service } from './service.ts';

/** What the common controls act on. */
export interface Controlled {
  front: Front;
  services: ReadonlyMap<string, Service>;
  reset(service?: string): void;
}

const latencyInput = z.strictObject({ service: z.string(), ms: z.number().min(0).max(600_000) });
const resetInput = z.strictObject({ service: z.string().optional() });

/** The buttons every service has: latency, faults, the call log, the coverage table, reset. */
export function commonControl({ front, services, reset }: Controlled): Router {
  const router = Router();
  const names = [...services.keys()];
  const known = (name: string) => name === '*' || services.has(name);

  function unknownService(res: Response, name: string): void {
    res.status(400).json({ error: `no service "${name}"; there are: ${names.join(', ')} and * for all` });
  }

  router.post('/latency', (req, res) => {
    const input = read(latencyInput, req.body, res);
    if (!input) return;
    if (!known(input.service)) return unknownService(res, input.service);
    for (const name of input.service === '*' ? names : [input.service]) front.latency.set(name, input.ms);
    res.json({ ok: true, latency: Object.fromEntries(front.latency) });
  });

  router.post('/fault', (req, res) => {
    const fault = read(faultInput, req.body, res);
    if (!fault) return;
    if (!known(fault.service)) return unknownService(res, fault.service);
    front.faults.arm(fault);
    res.json({ ok: true, faults: front.faults.list() });
  });
  router.get('/fault', (_req, res) => void res.json({ faults: front.faults.list() }));
  router.delete('/fault', (req, res) => {
    front.faults.clear(req.query.service === undefined ? undefined : String(req.query.service));
    res.json({ ok: true, faults: front.faults.list() });
  });

  router.get('/calls', (req, res) => {
    const service = req.query.service === undefined ? '*' : String(req.query.service);
    if (!known(service)) return unknownService(res, service);
    res.json({ calls: front.calls.list(service === '*' ? undefined : service) });
  });
  router.get('/coverage', (_req, res) => {
    res.json(Object.fromEntries([...services].map(([name, { coverage }]) => [name, coverage])));
  });

  router.post('/reset', (req, res) => {
    const input = read(resetInput, req.body ?? {}, res);
    if (!input) return;
    if (input.service !== undefined && !known(input.service)) return unknownService(res, input.service);
    reset(input.service === '*' ? undefined : input.service);
    res.json({ ok: true });
  });
  return router;
}

/** Reads control input, or answers 400 saying what is wrong with it. For services' own controls too. */
export function read<T>(schema: z.ZodType<T>, body: unknown, res: Response): T | undefined {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  res.status(400).json({ error: z.prettifyError(result.error), got: body ?? null });
  return undefined;
}
