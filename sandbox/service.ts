import type { Request, Router } from 'express';
import type { Clock } from '../src/lib/clock.ts';

/**
 * One stand-in: a small real server that behaves like its vendor, refusals included. `server.ts` mounts `routes` at
 * `/<name>`, `control` at `/_sandbox/<name>`, and puts the call log, latency and faults in front of `routes`.
 *
 * Bodies are read once, in front of everything: handlers find `req.body` already parsed (JSON → value, form → object
 * of strings, text and XML → string; a body that is not what its content type says → its text; none → undefined) and
 * the exact bytes in `rawBody(req)`. A service needs no body parser of its own.
 */
export interface Service {
  readonly name: string;
  /** The vendor's own API, under the service's base address. Unknown endpoints answer 404 and are logged as such. */
  routes: Router;
  /** Buttons for tests and the demo page; nothing a vendor has. */
  control: Router;
  /** Back to an empty vendor. */
  reset(): void;
  /** Environment that points an app at this stand-in; `base` is `http://127.0.0.1:4100/<name>`. */
  env(base: string): Record<string, string>;
  /** Listens on a port of its own, for what is not HTTP: this one, or any free one for 0. */
  start?(port: number): Promise<void>;
  /** Stops timers and waits for deliveries under way. */
  close?(): Promise<void>;
}

/** What the sandbox hands to a service when it makes it. */
export interface SandboxContext {
  clock: Clock;
  /** Where the app under test listens; deliveries go there. May change (tests bind port 0 first). */
  appUrl(): string;
  /** The service's own base address, known once the server listens: used in `instance_url`, record links. */
  baseUrl(): string;
  /** Pseudo-random but repeatable. */
  random(): number;
}

export type ServiceFactory = (context: SandboxContext) => Service;

/** The body of a call exactly as it came over the wire. */
export function rawBody(req: Request): Buffer {
  return 'rawBody' in req && Buffer.isBuffer(req.rawBody) ? req.rawBody : Buffer.alloc(0);
}
