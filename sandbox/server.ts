import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type Clock, systemClock } from '../src/lib/clock.ts';
import { parseBody, readBody } from './body.ts';
import { type Call, createCallLog } from './calls.ts';
import { commonControl } from './control.ts';
import { createFaults, type FaultRequest, faultInput } from './faults.ts';
import type { Service, ServiceFactory } from './service.ts';
import { serviceTable } from './table.ts';

const DEFAULT_APP_URL = 'http://127.0.0.1:3000';

export interface SandboxOptions {
  /** 0 (the default) takes any free port. */
  port?: number;
  clock?: Clock;
  /** Where deliveries (Slack events, webhooks, outbound messages) go. */
  appUrl?: string;
  services?: ServiceFactory[];
}

/** The running stand-ins. The methods do what the routes under `/_sandbox` do, without the trip over HTTP. */
export interface Sandbox {
  url: string;
  port: number;
  /** Services by name, for tests that want more than the controls offer. */
  services: ReadonlyMap<string, Service>;
  setAppUrl(url: string): void;
  /** Environment that points an app at every service. */
  env(): Record<string, string>;
  latency(service: string, ms: number): void;
  fault(fault: FaultRequest): void;
  calls(service?: string): Call[];
  reset(service?: string): void;
  close(): Promise<void>;
}

/** Starts every stand-in on one port: call log → latency → fault → service, for each call. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? systemClock;
  let appUrl = options.appUrl ?? DEFAULT_APP_URL;
  let url = '';
  const calls = createCallLog(clock);
  const faults = createFaults();
  const latency = new Map<string, number>();
  const services = makeServices(
    options.services ?? serviceTable,
    clock,
    () => appUrl,
    () => url,
  );

  function reset(only?: string): void {
    faults.clear(only);
    for (const [name, service] of services) if (only === undefined || only === name) service.reset();
    if (only !== undefined) return void latency.delete(only);
    latency.clear();
    calls.clear();
  }

  const app = mount(services, commonControl({ calls, faults, latency, names: [...services.keys()], reset }));

  async function front(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const raw = await readBody(req);
    if (raw === undefined) return void res.writeHead(413).end();
    const body = parseBody(raw, req.headers['content-type']);
    Object.assign(req, { body, rawBody: raw });
    const name = serviceOf(req.url);
    if (name === undefined || !services.has(name)) return app(req, res);
    const call = calls.add(name, req, res, body, raw);
    const wait = latency.get(name) ?? 0;
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    const fault = faults.take(name, req);
    if (fault?.after === 'before') return faults.strike(fault, call, res);
    if (fault) faults.strikeAfter(fault, call, res);
    app(req, res);
  }

  const server = createServer({ keepAlive: true, keepAliveTimeout: 65_000 }, (req, res) => {
    front(req, res).catch((error: unknown) => {
      // A caller that hangs up half way ends here too: nobody is left to answer, and nothing is wrong.
      if (!req.destroyed) console.error('sandbox: could not serve', req.method, req.url, error);
      res.destroy();
    });
  });
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
    latency: (service, ms) => void latency.set(service, ms),
    fault: fault => faults.arm(faultInput.parse(fault)),
    calls: service => calls.list(service),
    reset,
    async close() {
      faults.clear();
      await Promise.all([...services.values()].map(service => service.close?.()));
      await closeServer(server);
    },
  };
}

function envOf(services: Map<string, Service>, url: string): Record<string, string> {
  return Object.assign({}, ...[...services].map(([name, service]) => service.env(`${url}/${name}`)));
}

/** Environment of a sandbox on this port, whether or not one already listens there. */
export function sandboxEnv(port: number): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  const nowhere = () => url;
  return envOf(makeServices(serviceTable, systemClock, nowhere, nowhere), url);
}

function makeServices(
  factories: ServiceFactory[],
  clock: Clock,
  appUrl: () => string,
  url: () => string,
): Map<string, Service> {
  const services = new Map<string, Service>();
  for (const factory of factories) {
    const service: Service = factory({
      clock,
      appUrl,
      baseUrl: () => `${url()}/${service.name}`,
      random: repeatable(),
    });
    services.set(service.name, service);
  }
  return services;
}

function mount(services: Map<string, Service>, common: express.Router): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const [name, service] of services) {
    app.use(`/${name}`, service.routes);
    app.use(`/_sandbox/${name}`, service.control);
  }
  app.use('/_sandbox', common);
  app.get('/', (_req, res) => void res.json({ services: [...services.keys()] }));
  app.use((req, res) => void res.status(404).json({ error: `the sandbox has no ${req.method} ${req.path}` }));
  // Four parameters are how Express knows an error handler.
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    console.error('sandbox: a stand-in failed', error);
    if (res.headersSent) return void res.destroy();
    res.status(500).json({ error: `the stand-in itself failed: ${String(error)}` });
  });
  return app;
}

function serviceOf(url: string | undefined): string | undefined {
  return url?.split(/[/?]/, 2)[1];
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
