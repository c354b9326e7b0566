/** The running sandbox: every stand-in of the table behind one port. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type Clock, systemClock } from '../src/lib/clock.ts';
import type { Call } from './calls.ts';
import { commonControl } from './control.ts';
import { checkCoverage, type Matcher, matcherOf } from './coverage.ts';
import { type FaultRequest, faultInput } from './faults.ts';
import { type Address, createFront, type Front } from './front.ts';
import type { SandboxContext, Service, ServiceFactory } from './service.ts';
import { serviceTable } from './stand-ins.ts';

const DEFAULT_APP_URL = 'http://127.0.0.1:3000';
const HOOK_KEY = 'sandbox-hook-key';
const hookKey = () => process.env.HOOK_KEY || HOOK_KEY;

export interface SandboxOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  clock?: Clock;
  /** Where deliveries (Slack events, webhooks, outbound messages) go. */
  appUrl?: string;
  /** The stand-ins; those of `stand-ins.ts` when left out. */
  services?: readonly ServiceFactory[];
  /** Told every text that people are shown. */
  shown?(text: string): void;
}

/** The running stand-ins. The methods do what the routes under `/_sandbox` do, without the trip over HTTP. */
export interface Sandbox {
  url: string;
  port: number;
  /** Services by name, for tests that want more than the controls offer. */
  services: ReadonlyMap<string, Service>;
  setAppUrl(url: string): void;
  /** Environment that points an app at every service, and the key of the addresses they deliver to. */
  env(): Record<string, string>;
  /** Deliveries of every service that have not come to their end. */
  undelivered(): number;
  latency(service: string, ms: number): void;
  fault(fault: FaultRequest): void;
  calls(service?: string): Call[];
  reset(service?: string): void;
  /** What was called and no stand-in has, since this was last asked: a test that means it takes it. */
  takeUnknown(): string[];
  /**
   * Ends everything.
   * @throws Error naming calls of unknown endpoints that nobody took: the app, or a test, calls what is not there.
   */
  close(): Promise<void>;
}

/** Starts every stand-in on one port: call log → latency → fault → service, for each call. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? systemClock;
  let appUrl = options.appUrl ?? DEFAULT_APP_URL;
  let url = '';
  const front = createFront(clock);
  const services = makeServices(options.services ?? serviceTable, front, {
    clock,
    appUrl: () => appUrl,
    url: () => url,
    shown: text => options.shown?.(text),
  });
  const need = (service: string) => {
    if (service !== '*' && !services.has(service)) throw new Error(`the sandbox has no service ${service}`);
  };

  function reset(only?: string): void {
    if (only !== undefined) need(only);
    front.faults.clear(only);
    for (const [name, service] of services) if (only === undefined || only === name) service.reset();
    if (only !== undefined) return void front.latency.delete(only);
    front.latency.clear();
    front.calls.clear();
  }

  const server = serverOf(front, services, reset);
  // A service that is not HTTP has the port after ours, so that it can be told without asking.
  for (const service of services.values()) await service.start?.(options.port ? options.port + 1 : 0);
  const port = await listen(server, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    services,
    setAppUrl(next) {
      appUrl = next.replace(/\/+$/, '');
    },
    env: () => envOf(services, url),
    undelivered: () => [...services.values()].reduce((sum, service) => sum + (service.undelivered?.() ?? 0), 0),
    latency(service, ms) {
      need(service);
      for (const name of service === '*' ? services.keys() : [service]) front.latency.set(name, ms);
    },
    fault(fault) {
      need(fault.service);
      front.faults.arm(faultInput.parse(fault));
    },
    calls(service = '*') {
      need(service);
      return front.calls.list(service === '*' ? undefined : service);
    },
    reset,
    takeUnknown: () => front.unknown.splice(0),
    async close() {
      front.faults.clear();
      await Promise.all([...services.values()].map(service => service.close?.()));
      await closeServer(server);
      const unknown = front.unknown.splice(0);
      if (unknown.length > 0) throw new Error(`no stand-in has what was called: ${[...new Set(unknown)].join(', ')}`);
    },
  };
}

function envOf(services: ReadonlyMap<string, Service>, url: string): Record<string, string> {
  return Object.assign(
    { HOOK_KEY: hookKey() },
    ...[...services].map(([name, service]) => service.env(`${url}/${name}`)),
  );
}

/** Environment of a sandbox on this port, whether or not one already listens there. */
export function sandboxEnv(port: number, factories: readonly ServiceFactory[] = serviceTable): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  const front = createFront(systemClock);
  const services = makeServices(factories, front, {
    clock: systemClock,
    appUrl: () => url,
    url: () => url,
    shown: () => undefined,
  });
  return envOf(services, url);
}

function makeServices(
  factories: readonly ServiceFactory[],
  front: Front,
  { clock, appUrl, url, shown }: Pick<SandboxContext, 'clock' | 'appUrl' | 'shown'> & { url(): string },
): Map<string, Service> {
  const services = new Map<string, Service>();
  for (const factory of factories) {
    const service: Service = factory({
      clock,
      appUrl,
      hookKey: hookKey(),
      baseUrl: host => `${url()}/${service.name}${host === undefined ? '' : `/~${host}`}`,
      shown,
      random: repeatable(),
      unknown: what => void front.unknown.push(`${service.name}: ${what}`),
      exchange: exchange => front.exchange(service.name, exchange),
      arm: fault => front.faults.arm(faultInput.parse({ ...fault, service: service.name })),
    });
    checkCoverage(service.name, service.coverage, { ...service.handlers, ...service.commands });
    services.set(service.name, service);
  }
  return services;
}

function serverOf(front: Front, services: Map<string, Service>, reset: (service?: string) => void): Server {
  const app = mount(services, commonControl({ front, services, reset }));
  const find = finderOf(services);
  return createServer({ keepAlive: true, keepAliveTimeout: 65_000 }, (req, res) => {
    front
      .http(req, res, find, address => app(Object.assign(req, { address }), res))
      .catch((error: unknown) => {
        // A caller that hangs up half way ends here too: nobody is left to answer, and nothing is wrong.
        if (!req.destroyed) console.error('sandbox: could not serve', req.method, req.url, error);
        res.destroy();
      });
  });
}

/** Says whose an address is: `/<service>/path`, or `/<service>/~<host>/path` of one of its hosts. */
function finderOf(services: ReadonlyMap<string, Service>): (method: string, url: string) => Address | undefined {
  const matchers = new Map<string, Matcher>([...services].map(([name, { coverage }]) => [name, matcherOf(coverage)]));
  return (method, url) => {
    const [, service = '', host, below = ''] = /^\/([^/?]*)(?:\/~([^/?]+))?([^?]*)/.exec(url) ?? [];
    if (service === '' || service === '_sandbox') return undefined;
    const path = below || '/';
    return { service, path, match: matchers.get(service)?.(method, path), ...(host !== undefined && { host }) };
  };
}

function mount(services: Map<string, Service>, common: express.Router): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const [name, service] of services) app.use(`/_sandbox/${name}`, service.control);
  app.use('/_sandbox', common);
  app.get('/', (_req, res) => void res.json({ services: [...services.keys()] }));
  app.use(async (req, res, next) => {
    const address = addressOf(req);
    const service = address && services.get(address.service);
    if (!service) return next();
    const query = req.url.includes('?') ? req.url.slice(req.url.indexOf('?')) : '';
    // The endpoint need not know which service it is of, nor which host.
    req.url = address.path + query;
    req.params = address.match?.params ?? {};
    await (service.handlers[address.match?.endpoint ?? ''] ?? service.otherwise)(req, res);
  });
  app.use((req, res) => void res.status(404).json({ error: `the sandbox has no ${req.method} ${req.path}` }));
  // Four parameters are how Express knows an error handler.
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    console.error('sandbox: a stand-in failed', error);
    if (res.headersSent) return void res.destroy();
    res.status(500).json({ error: `the stand-in itself failed: ${String(error)}` });
  });
  return app;
}

function addressOf(req: Request): Address | undefined {
  return 'address' in req ? (req.address as Address | undefined) : undefined;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

/** A small generator (mulberry32) with a fixed start: the same run gives the same ids. */
function repeatable(seed = 0x0ba70): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
