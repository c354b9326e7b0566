import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Call } from './calls.ts';

/** What `POST /_sandbox/fault` takes. */
export const faultInput = z
  .strictObject({
    service: z.string(),
    method: z.string().optional(),
    /** Part of the path (query included); `*` stands for anything. */
    path: z.string().min(1).optional(),
    /** Part of the call's body. */
    contains: z.string().min(1).optional(),
    status: z.int().min(200).max(599).optional(),
    /** The connection is held open and nothing answered; a number drops it after so many milliseconds. */
    timeout: z.union([z.literal(true), z.int().positive()]).optional(),
    /** The connection is cut. */
    reset: z.literal(true).optional(),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    times: z.int().positive().default(1),
    /** So many fitting calls pass untouched first. */
    skip: z.int().min(0).default(0),
    /** `before`: the service never sees the call. `after`: the service does its work and the answer is lost. */
    after: z.enum(['before', 'after']).default('before'),
  })
  .refine(
    fault =>
      [fault.timeout, fault.reset, fault.status ?? fault.body].filter(effect => effect !== undefined).length === 1,
    { error: 'give exactly one effect: status (with or without body), body alone (status 200), timeout or reset' },
  );

export type Fault = z.infer<typeof faultInput>;
export type FaultRequest = z.input<typeof faultInput>;

interface Armed extends Fault {
  left: number;
  matches(req: IncomingMessage): boolean;
}

/** Trouble waiting for the calls it fits. */
export interface Faults {
  arm(fault: Fault): void;
  /** The first armed fault that fits this call, counted down. */
  take(service: string, req: IncomingMessage): Fault | undefined;
  list(): (Fault & { left: number })[];
  /** Forgets armed faults and drops the connections it holds. */
  clear(service?: string): void;
  /** Answers, holds or cuts in place of the service. */
  strike(fault: Fault, call: Call, res: ServerResponse): void;
  /** Lets the service work, then strikes in place of its answer. */
  strikeAfter(fault: Fault, call: Call, res: ServerResponse): void;
}

export function createFaults(): Faults {
  let armed: Armed[] = [];
  const held = new Map<ServerResponse, string>();

  function hold(fault: Fault, call: Call, res: ServerResponse): void {
    call.status = 'held';
    held.set(res, call.service);
    const drop = typeof fault.timeout === 'number' ? setTimeout(() => res.destroy(), fault.timeout) : undefined;
    res.once('close', () => {
      clearTimeout(drop);
      held.delete(res);
    });
  }

  function strike(fault: Fault, call: Call, res: ServerResponse): void {
    call.fault = fault.after;
    if (fault.timeout !== undefined) {
      hold(fault, call, res);
    } else if (fault.reset) {
      call.status = 'reset';
      res.socket?.resetAndDestroy();
    } else {
      answer(fault, res);
    }
  }

  return {
    arm(fault) {
      armed.push({ ...fault, left: fault.times, matches: matcher(fault) });
    },
    take(service, req) {
      if (armed.length === 0) return undefined;
      const hit = armed.find(fault => (fault.service === '*' || fault.service === service) && fault.matches(req));
      if (!hit) return undefined;
      if (hit.skip > 0) {
        hit.skip -= 1;
        return undefined;
      }
      hit.left -= 1;
      if (hit.left === 0) armed = armed.filter(fault => fault !== hit);
      return hit;
    },
    list: () => armed.map(({ matches, ...fault }) => fault),
    clear(service) {
      armed = armed.filter(fault => service !== undefined && fault.service !== service);
      for (const [res, of] of held) if (service === undefined || of === service) res.destroy();
    },
    strike,
    strikeAfter(fault, call, res) {
      interceptEnd(res, () => strike(fault, call, res));
    },
  };
}

function matcher({ contains, ...fault }: Fault): (req: IncomingMessage) => boolean {
  const method = fault.method?.toUpperCase();
  const pattern = fault.path?.split('*').map(RegExp.escape).join('.*');
  const path = pattern === undefined ? undefined : new RegExp(pattern);
  return req =>
    (method === undefined || method === req.method) &&
    (path === undefined || path.test(req.url ?? '')) &&
    (contains === undefined || bodyOf(req).includes(contains));
}

/** The front has read it before anything else. */
const bodyOf = (req: IncomingMessage): string =>
  'rawBody' in req && Buffer.isBuffer(req.rawBody) ? req.rawBody.toString() : '';

function answer(fault: Fault, res: ServerResponse): void {
  const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {});
  res.statusCode = fault.status ?? 200;
  res.setHeader('content-type', typeof fault.body === 'string' ? 'text/plain' : 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(fault.headers ?? {})) res.setHeader(name, value);
  res.end(text);
}

/** Swallows whatever the service writes and calls `instead` when it is done. */
function interceptEnd(res: ServerResponse, instead: () => void): void {
  const original = { write: res.write, end: res.end, writeHead: res.writeHead };
  res.write = (() => true) as typeof res.write;
  res.writeHead = (() => res) as typeof res.writeHead;
  res.end = (() => {
    Object.assign(res, original);
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    instead();
    return res;
  }) as typeof res.end;
}
