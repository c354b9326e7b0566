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

/** A call as faults look at it. */
export interface Asked {
  method: string;
  /** The whole address below the sandbox's own, query included. */
  url: string;
  body(): string;
}

/** The caller's end of a call, as far as a fault has to do with it. */
export interface Line {
  /** Says what the fault says, in the protocol's own way. */
  answer(fault: Fault): void;
  /** Cuts the connection. */
  reset(): void;
  /** Ends the connection as a server does that gives up. */
  drop(): void;
  onClose(closed: () => void): void;
}

interface Armed extends Fault {
  left: number;
  matches(asked: Asked): boolean;
}

/** Trouble waiting for the calls it fits. */
export interface Faults {
  arm(fault: Fault): void;
  /** The first armed fault that fits this call, counted down. */
  take(service: string, asked: Asked): Fault | undefined;
  list(): (Fault & { left: number })[];
  /** Forgets armed faults and drops the connections it holds. */
  clear(service?: string): void;
  /** Answers, holds or cuts in place of the service. */
  strike(fault: Fault, call: Call, line: Line): void;
}

export function createFaults(): Faults {
  let armed: Armed[] = [];
  const held = new Map<Line, string>();

  function hold(fault: Fault, call: Call, line: Line): void {
    call.status = 'held';
    held.set(line, call.service);
    const drop = typeof fault.timeout === 'number' ? setTimeout(() => line.drop(), fault.timeout) : undefined;
    line.onClose(() => {
      clearTimeout(drop);
      held.delete(line);
    });
  }

  return {
    arm(fault) {
      armed.push({ ...fault, left: fault.times, matches: matcher(fault) });
    },
    take(service, asked) {
      if (armed.length === 0) return undefined;
      const hit = armed.find(fault => (fault.service === '*' || fault.service === service) && fault.matches(asked));
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
      for (const [line, of] of held) if (service === undefined || of === service) line.drop();
    },
    strike(fault, call, line) {
      call.fault = fault.after;
      if (fault.timeout !== undefined) return hold(fault, call, line);
      if (!fault.reset) return line.answer(fault);
      call.status = 'reset';
      line.reset();
    },
  };
}

function matcher({ contains, ...fault }: Fault): (asked: Asked) => boolean {
  const method = fault.method?.toUpperCase();
  const pattern = fault.path?.split('*').map(RegExp.escape).join('.*');
  const path = pattern === undefined ? undefined : new RegExp(pattern);
  return asked =>
    (method === undefined || method === asked.method) &&
    (path === undefined || path.test(asked.url)) &&
    (contains === undefined || asked.body().includes(contains));
}
