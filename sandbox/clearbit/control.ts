import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { companyInput } from '../company.ts';
import { read } from '../control.ts';
import { Account } from './account.ts';
import { clearbitCompany } from './company.ts';
import { API_KEY, type State } from './state.ts';

const queueInput = z.strictObject({ domain: z.string(), times: z.int().positive().default(1) });
const creditsInput = z.strictObject({ left: z.int().min(0).nullable() });
const limitInput = z.strictObject({ perMinute: z.int().min(0) });
const keyInput = z.strictObject({ key: z.string().min(1) });

/** Buttons: companies there are, and what happens to a key (`?key=`, the first one when left out). */
export function clearbitControl(state: () => State): Router {
  const router = Router();
  router.post('/companies', (req, res) => {
    const input = read(companyInput, req.body, res);
    if (!input) return;
    const company = clearbitCompany(input);
    state().companies.set(input.domain.toLowerCase(), company);
    res.status(201).json(company);
  });
  /** Something in a shape of its own: what a fixture holds. */
  router.post('/raw', (req, res) => {
    const input = read(z.looseObject({ domain: z.string() }), req.body, res);
    if (!input) return;
    state().companies.set(input.domain.toLowerCase(), input);
    res.status(201).json({ ok: true });
  });
  router.post('/queue', (req, res) => {
    const input = read(queueInput, req.body, res);
    if (!input) return;
    state().queued.set(input.domain.toLowerCase(), input.times);
    res.json({ ok: true });
  });
  /** Another customer of Clearbit's. */
  router.post('/keys', (req, res) => {
    const input = read(keyInput, req.body, res);
    if (!input) return;
    state().accounts.set(input.key, new Account());
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
    account.perMinute = input.perMinute;
    res.json({ ok: true });
  });
  return router;
}

function accountOf(state: State, req: Request, res: Response): Account | undefined {
  const account = state.accounts.get(String(req.query.key ?? API_KEY));
  if (!account) res.status(404).json({ error: 'no such key' });
  return account;
}
