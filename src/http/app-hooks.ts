/**
 * Deliveries of a vendor's app, which all workspaces share: one address, proven by the app's own secret. What is of a
 * customer whom no workspace is connected to is dropped: somebody removed Baton there, or has not finished connecting.
 * One round trip for each customer in a delivery, and one for what is stored, which those who arrive at the same moment
 * share; 2xx only after the commits.
 */
import express, { type Request, type Response, type Router } from 'express';
import type { AppHook, AppHookPart } from '../contracts/app-hook.ts';
import type { HookRequest } from '../contracts/hook.ts';
import { workspacesOfTenant } from '../db/connections/credentials.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { BadInput } from '../lib/errors.ts';
import { hookRequest } from './hook-request.ts';
import { type Door, LARGEST_BODY, listenersOf, read, store } from './hooks.ts';
import { tellRefusedDelivery } from './refused-delivery.ts';

/** More customers than this in one delivery is none of the vendor's. */
const MOST_TENANTS = 100;

export function appHookRoutes(
  shared: Deps,
  hooks: ReadonlyMap<string, AppHook>,
  { intake }: Pick<Door, 'intake'>,
): Router {
  const deps = { ...shared, intake };
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/hooks/:vendor', raw, (request, response, next) => {
    const vendor = String(request.params.vendor);
    const hook = hooks.get(vendor);
    return hook
      ? answer({ deps, vendor, hook, request, response }, given => events(deps, vendor, hook, given))
      : next();
  });
  router.post('/hooks/:vendor/action', raw, (request, response, next) => {
    const vendor = String(request.params.vendor);
    const hook = hooks.get(vendor);
    const action = hook?.action;
    if (!hook || !action) return next();
    return answer({ deps, vendor, hook, request, response }, async given => {
      // Of a customer who is not connected it is taken, too: asked again nothing would be different.
      await take(deps, vendor, given, action.part(given));
      return action.accepted;
    });
  });
  return router;
}

type AppDeps = Deps & Pick<Door, 'intake'>;

interface Delivery {
  deps: AppDeps;
  vendor: string;
  hook: AppHook;
  request: Request;
  response: Response;
}

/** Takes what is proven to be the app's, and answers what `read` says. */
async function answer(
  { deps, vendor, hook, request, response }: Delivery,
  read: (given: HookRequest) => Promise<object>,
): Promise<void> {
  const refuse = (status: 400 | 401, error: string, why: string) => {
    deps.log.warn({ vendor, why }, 'a delivery of an app was refused');
    response.status(status).json({ error });
  };
  const given = hookRequest(request, deps.publicUrl);
  const verdict = hook.verify(given, deps.clock.now());
  if (!verdict.ok) return refuse(401, 'The signature of this delivery does not fit.', verdict.why);
  try {
    const answered = await read(given);
    response.status(answered === TOO_MANY ? 413 : 200).json(answered);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    refuse(400, error.message, error.message);
  }
}

const TOO_MANY = { error: 'Too many customers in one delivery.' };

async function events(deps: AppDeps, vendor: string, hook: AppHook, given: HookRequest): Promise<object> {
  const parts = hook.split(given);
  if (parts.length > MOST_TENANTS) {
    deps.log.warn({ vendor, customers: parts.length }, 'a delivery of an app was refused: too many customers');
    return TOO_MANY;
  }
  const counts = await Promise.all(parts.map(part => take(deps, vendor, given, part)));
  return {
    received: counts.reduce((sum, { received }) => sum + received, 0),
    new: counts.reduce((sum, one) => sum + one.new, 0),
  };
}

/** Into every workspace that is connected to this customer: as a rule one. */
async function take(deps: AppDeps, vendor: string, request: HookRequest, { tenant, body }: AppHookPart) {
  const sum = { received: 0, new: 0 };
  const ids = await workspacesOfTenant(deps.db, vendor, tenant);
  if (ids.length === 0) deps.log.debug({ vendor, tenant }, 'a delivery is of a customer who is not connected');
  for (const workspaceId of ids) {
    const counts = await takeInto(deps, workspaceId, vendor, { ...request, body });
    sum.received += counts.received;
    sum.new += counts.new;
  }
  return sum;
}

/** What cannot be read is one workspace's trouble: the others of the delivery go on, and its admins hear why. */
async function takeInto(deps: AppDeps, workspaceId: string, vendor: string, request: HookRequest) {
  const none = { received: 0, new: 0 };
  const listeners = listenersOf(await deps.vendors(workspaceId), vendor);
  if (!listeners) return none;
  const now = deps.clock.now();
  const passOver = (why: string) => {
    deps.log.warn({ workspaceId, vendor, why }, 'an event of a delivery could not be read');
  };
  try {
    const heard = await read(listeners, request, now, passOver);
    if (heard === 'another tenant') return none;
    return await store(deps, deps.intake, { workspaceId, vendor, receivedAt: now }, heard);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    await tellRefusedDelivery(deps, workspaceId, { vendor, kind: 'unreadable', why: error.message });
    return none;
  }
}
