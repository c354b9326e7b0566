import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import { companyInput } from '../company.ts';
import { read } from '../control.ts';
import { sequenceControl } from '../sequence-tool.ts';
import type { Limits } from './limits.ts';
import { organizationOf, personInput } from './records.ts';
import { idLike } from './sequences.ts';
import { type Account, API_KEY, freshAccount, type State } from './state.ts';

const creditsInput = z.strictObject({ left: z.int().min(0).nullable() });
const limitInput = z.strictObject({
  minute: z.int().min(0).optional(),
  hourly: z.int().min(0).optional(),
  daily: z.int().min(0).optional(),
});
const keyInput = z.strictObject({ key: z.string().min(1) });

/** Buttons: who there is, and what happens to a key (`?key=`, the first one when left out). */
export function apolloControl(clock: Clock, state: () => State): Router {
  const router = Router();
  router.post('/companies', (req, res) => {
    const input = read(companyInput, req.body, res);
    if (!input) return;
    const organization = organizationOf(input);
    state().organizations.set(input.domain.toLowerCase(), organization);
    res.status(201).json(organization);
  });
  router.post('/people', (req, res) => {
    const input = read(personInput, req.body, res);
    if (!input) return;
    state().people.set(input.email.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  /** An organization in a shape of its own: what a fixture holds. */
  router.post('/raw', (req, res) => {
    const input = read(z.looseObject({ primary_domain: z.string() }), req.body, res);
    if (!input) return;
    state().organizations.set(input.primary_domain.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  /** Another customer of Apollo's. */
  router.post('/keys', (req, res) => {
    const input = read(keyInput, req.body, res);
    if (!input) return;
    state().accounts.set(input.key, freshAccount(clock));
    res.status(201).json(input);
  });
  router.post('/credits', (req, res) => {
    const input = read(creditsInput, req.body, res);
    const account = input && accountOf(state(), req, res);
    if (!account) return;
    account.creditsLeft = input.left;
    res.json({ ok: true });
  });
  router.post('/limit', (req, res) => {
    const input = read(limitInput, req.body, res);
    const account = input && accountOf(state(), req, res);
    if (!account) return;
    account.meter.limits = { ...account.meter.limits, ...(input as Partial<Limits>) };
    res.json({ ok: true });
  });
  /** A key that is no master key may look people up, and nothing else. */
  router.post('/master', (req, res) => {
    const input = read(z.strictObject({ master: z.boolean() }), req.body, res);
    const account = input && accountOf(state(), req, res);
    if (!account) return;
    account.isMaster = input.master;
    res.json({ ok: true });
  });
  router.get('/contacts', (_req, res) => void res.json(state().tool.people));
  return router.use(sequenceControl(() => state().tool, { like: idLike, now: () => clock.now() }));
}

function accountOf(state: State, req: Request, res: Response): Account | undefined {
  const account = state.accounts.get(String(req.query.key ?? API_KEY));
  if (!account) res.status(404).json({ error: 'no such key' });
  return account;
}
