import express, { type Router } from 'express';
import type { CrmEvent, CrmHook } from '../contracts/crm-events.ts';
import type { HookRequest } from '../contracts/hook.ts';
import type { BookingEvent, Scheduler } from '../contracts/scheduler.ts';
import type { Signal, Source } from '../contracts/source.ts';
import { transact } from '../db/conflict.ts';
import { storeEvents } from '../db/handoffs/crm-events.ts';
import { storeSignals } from '../db/handoffs/inbox.ts';
import { serviceName } from '../domain/service-name.ts';
import { crmNamed } from '../handoff/core/crm-of-record.ts';
import type { Deps, Vendors } from '../handoff/core/deps.ts';
import { recordBookings } from '../handoff/meetings/record-booking.ts';
import { processSignals, readEvents } from '../jobs/requests.ts';
import { BadInput } from '../lib/errors.ts';
import type { KnownHookKeys } from '../workspaces/known-hook-keys.ts';
import { hookRequest } from './hook-request.ts';
import { tellRefusedDelivery } from './refused-delivery.ts';
import type { SignalIntake } from './signal-intake.ts';

/** A batch is a hundred events of some hundred bytes; a workflow may send a whole contact, a CRM a hundred whole records. */
export const LARGEST_BODY = '2mb';
/** Ten times what a vendor puts into one delivery; more would hold up everybody else's for seconds. */
const MOST_EVENTS = 1_000;

/**
 * Where vendors deliver: verify on the raw bytes, store, answer. 2xx only after the commit, with what the vendor wants to
 * hear; 401 for a wrong key, signature or tenant, 400 for an unreadable body, 413 for one too big or with too many events. A vendor that is the
 * source and the CRM of a workspace has one address: both read each delivery, and what they find is stored together.
 * One round trip for the key each five seconds, one for what is stored, shared with whoever waits at that moment, and those
 * of a transaction where both found something.
 */
export function hooks(deps: Deps, { intake, keys }: Door): Router {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/hooks/:hookKey/:vendor', raw, async (request, response) => {
    const vendor = String(request.params.vendor);
    const workspace = await keys.of(String(request.params.hookKey));
    const listeners = workspace && listenersOf(await deps.vendors(workspace.id), vendor);
    const passOver = (why: string) => {
      deps.log.warn({ workspaceId: workspace?.id, vendor, why }, 'an event of a delivery could not be read');
    };
    const refuse = (status: 400 | 401 | 413, error: string, why: string) => {
      deps.log.warn({ workspaceId: workspace?.id, vendor, why }, 'a hook delivery was refused');
      response.status(status).json({ error });
    };
    if (!workspace || !listeners) {
      response.status(401).json({ error: 'This hook address is not known. Copy it again from the set-up.' });
      return;
    }
    const now = deps.clock.now();
    const hook = hookRequest(request, deps.publicUrl);
    const doubt = doubtIn(listeners, hook, now);
    if (doubt !== undefined) {
      await tellRefusedDelivery(deps, workspace.id, { vendor, kind: 'doubted', why: `${doubt}.` });
      return refuse(401, 'The signature or secret of this delivery does not fit.', doubt);
    }
    try {
      const heard = await read(listeners, hook, now, passOver);
      if (heard === 'another tenant') {
        return refuse(401, `This is of another ${serviceName(vendor)} than the one that is connected.`, heard);
      }
      const events = heard.signals.length + heard.events.length + heard.bookings.length;
      if (events > MOST_EVENTS) {
        return refuse(413, `A delivery has at most ${MOST_EVENTS} events, this one ${events}.`, 'too many events');
      }
      const counts = await store(deps, intake, { workspaceId: workspace.id, vendor, receivedAt: now }, heard);
      const accepted = listeners.crm?.accepted ?? listeners.source?.accepted;
      if (accepted) response.status(200).set('content-type', accepted.contentType).send(accepted.body);
      else response.status(200).json(counts);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      await tellRefusedDelivery(deps, workspace.id, { vendor, kind: 'unreadable', why: error.message });
      refuse(400, error.message, error.message);
    }
  });
  return router;
}

/** What all hooks of a process share. */
export interface Door {
  intake: SignalIntake;
  keys: KnownHookKeys;
}

/** Whom a vendor's deliveries are for: its roles in this workspace, one at least. */
export interface Listeners {
  source?: Source | undefined;
  crm?: CrmHook | undefined;
  scheduler?: Scheduler | undefined;
}

/** Undefined: the vendor is nothing to the workspace. */
export function listenersOf(vendors: Vendors, vendor: string): Listeners | undefined {
  const { sources, schedulers } = vendors;
  const source = Object.hasOwn(sources, vendor) ? sources[vendor] : undefined;
  // Also of one that was left: what is recorded there is followed until it is closed.
  const hook = crmNamed(vendors, vendor)?.crm.hook;
  const scheduler = Object.hasOwn(schedulers, vendor) ? schedulers[vendor] : undefined;
  return source || hook || scheduler ? { source, crm: hook, scheduler } : undefined;
}

/** Why a delivery is not taken for the vendor's own: every role must take it for that. Undefined: it is. */
function doubtIn({ source, crm, scheduler }: Listeners, request: HookRequest, now: Date): string | undefined {
  const verdicts = [source?.verify(request, now), crm?.verify?.(request, now), scheduler?.verify(request, now)];
  for (const verdict of verdicts) if (verdict && !verdict.ok) return verdict.why;
  return undefined;
}

interface Heard {
  signals: readonly Signal[];
  events: readonly CrmEvent[];
  bookings: readonly BookingEvent[];
}

/** What the vendor's roles find in a delivery. */
export async function read(
  { source, crm, scheduler }: Listeners,
  request: HookRequest,
  now: Date,
  passOver: (why: string) => void,
): Promise<Heard | 'another tenant'> {
  const signals = source?.read(request, now, passOver) ?? [];
  if (source?.isOfAccount && !(await source.isOfAccount(request))) return 'another tenant';
  const message = crm?.read(request);
  if (message && crm?.tenant && message.tenant !== (await crm.tenant())) return 'another tenant';
  return { signals, events: message?.events ?? [], bookings: scheduler?.read(request) ?? [] };
}

/** One statement where only one role found something: it commits by itself. Bookings are acted on at once, which asks nobody. */
export async function store(
  deps: Deps,
  intake: SignalIntake,
  { workspaceId, vendor, receivedAt }: { workspaceId: string; vendor: string; receivedAt: Date },
  { signals, events, bookings }: Heard,
): Promise<{ received: number; new: number }> {
  const booked = await recordBookings(deps, { workspaceId, scheduler: vendor }, bookings);
  const delivery = { source: vendor, signals, receivedAt };
  const keepEvents = (db: Deps['db']) =>
    storeEvents(db, workspaceId, { crm: vendor, events, at: receivedAt }, readEvents);
  const both = async (db: Deps['db']) =>
    (await storeSignals(db, workspaceId, delivery, processSignals)) + (await keepEvents(db));
  const either = async () => (await intake.keep({ workspaceId, ...delivery })) + (await keepEvents(deps.db));
  const stored = await (signals.length > 0 && events.length > 0 ? transact(deps.db, both) : either());
  return { received: signals.length + events.length + bookings.length, new: stored + booked };
}
