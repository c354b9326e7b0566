import type { Request, Response, Router } from 'express';
import type { Clock } from '../src/lib/clock.ts';
import type { Coverage } from './coverage.ts';
import type { FaultRequest, Line } from './faults.ts';

/**
 * One stand-in: a small real server that behaves like its vendor, refusals included. `server.ts` answers for it at
 * `/<name>`, puts its controls at `/_sandbox/<name>`, and lets every call through the call log, latency and faults.
 *
 * Bodies are read once, in front of everything: handlers find `req.body` already parsed (JSON → value, form → object
 * of strings, text and XML → string; a body that is not what its content type says → its text; none → undefined) and
 * the exact bytes in `rawBody(req)`. A service needs no body parser of its own.
 */
export interface Service {
  readonly name: string;
  /** The vendor's endpoints that are there. Calls are dispatched by it; anything else is unknown and fails the test. */
  coverage: Coverage;
  /** What answers each endpoint of the table, no more and no less. `req.path` is the one of the table. */
  handlers: Handlers;
  /** What answers endpoints of the table in another protocol than HTTP, by the same keys. */
  commands?: Readonly<Record<string, unknown>>;
  /** How the vendor answers to an endpoint it does not have. */
  otherwise: Handler;
  /** What a test calls every endpoint of the table with; needed of all that speak HTTP. */
  sample?(): Sample;
  /** Buttons for tests and the demo page; nothing a vendor has. */
  control: Router;
  /** Back to an empty vendor. */
  reset(): void;
  /** Environment that points an app at this stand-in; `base` is `http://127.0.0.1:4100/<name>`. */
  env(base: string): Record<string, string>;
  /** Listens on a port of its own, for what is not HTTP: this one, or any free one for 0. */
  start?(port: number): Promise<void>;
  /** Deliveries that have not come to their end: waiting, under way, or to be tried again. Absent: it delivers nothing. */
  undelivered?(): number;
  /** Stops timers and waits for deliveries under way. */
  close?(): Promise<void>;
}

/** A good login, and names of things that are there. */
export interface Sample {
  headers: Record<string, string>;
  /** Of what the paths of the table name. */
  params: Record<string, string>;
  /** Where one endpoint means something else by the names. */
  except?: Record<string, Record<string, string>>;
  /** A path of the vendor's API that leads nowhere; `/no/such/endpoint` when left out. */
  unknown?: string;
  /** The vendor says no with status 200, and why in the body. */
  refusesWith200?: true;
}

/** Answers one call. */
export type Handler = (req: Request, res: Response) => unknown;

/** By the keys of a coverage table. */
export type Handlers = Readonly<Record<string, Handler>>;

/** What the sandbox hands to a service when it makes it. */
export interface SandboxContext {
  clock: Clock;
  /** Where the app under test listens; deliveries go there. May change (tests bind port 0 first). */
  appUrl(): string;
  /** The secret part of the app's hook addresses, unless a test says otherwise. */
  hookKey: string;
  /**
   * The service's own base address, known once the server listens: used in `instance_url`, record links. A vendor that
   * has a host for each of its customers names it: its calls come with `hostOf(req)`.
   */
  baseUrl(host?: string): string;
  /** Pseudo-random but repeatable. */
  random(): number;
  /** A text that a person can read now: a message's, a modal's, a Home's. */
  shown(text: string): void;
  /** Something that a call asked for in its body is not in the coverage table. */
  unknown(what: string): void;
  /** A call of a protocol that is not HTTP, on its way to the service. */
  exchange(exchange: Exchange): Promise<void>;
  /** Arms a fault of this service, as `POST /_sandbox/fault` does. */
  arm(fault: Omit<FaultRequest, 'service'>): void;
}

/** A call of a protocol that is not HTTP. */
export interface Exchange {
  method: string;
  /** Its key in the coverage table. */
  endpoint: string;
  body: string;
  line: Line;
  /** Does what was asked; says with which status, and how that is answered. */
  work(): Promise<{ status: number; answer(): void }>;
}

export type ServiceFactory = (context: SandboxContext) => Service;

/** The body of a call exactly as it came over the wire. */
export function rawBody(req: Request): Buffer {
  return 'rawBody' in req && Buffer.isBuffer(req.rawBody) ? req.rawBody : Buffer.alloc(0);
}

/** Which of the vendor's hosts was called: `/<service>/~<host>/…` stands for it. */
export function hostOf(req: Request): string | undefined {
  return 'address' in req ? (req.address as { host?: string }).host : undefined;
}
