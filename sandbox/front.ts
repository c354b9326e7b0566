/** What stands before every stand-in: the call log, its coverage table, latency and faults. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../src/lib/clock.ts';
import { parseBody, readBody } from './body.ts';
import { type Call, type CallLog, createCallLog } from './calls.ts';
import type { Match } from './coverage.ts';
import { createFaults, type Faults } from './faults.ts';
import { httpLine, interceptEnd } from './http-line.ts';
import type { Exchange } from './service.ts';

const TEXT_KEPT = 10_000;

/** Where an HTTP call goes. */
export interface Address {
  service: string;
  /** Below the service, without its host: what the coverage table knows. */
  path: string;
  /** One of the vendor's hosts, if it was named. */
  host?: string;
  match: Match | undefined;
}

export interface Front {
  calls: CallLog;
  faults: Faults;
  /** Milliseconds every call of a service waits. */
  latency: Map<string, number>;
  /** What was called and no stand-in has. */
  unknown: string[];
  /**
   * Lets a call through to `serve`, unless a fault strikes it before.
   * @param find says which service and endpoint a call is of; undefined: of none, such as a control
   */
  http(
    req: IncomingMessage,
    res: ServerResponse,
    find: (method: string, url: string) => Address | undefined,
    serve: (address?: Address) => void,
  ): Promise<void>;
  /** The same for a call of another protocol. */
  exchange(service: string, exchange: Exchange): Promise<void>;
}

export function createFront(clock: Clock): Front {
  const calls = createCallLog(clock);
  const faults = createFaults();
  const latency = new Map<string, number>();
  const unknown: string[] = [];

  async function late(service: string): Promise<void> {
    const wait = latency.get(service) ?? 0;
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
  }

  return {
    calls,
    faults,
    latency,
    unknown,
    async http(req, res, find, serve) {
      const raw = await readBody(req);
      if (raw === undefined) return void res.writeHead(413).end();
      const body = parseBody(raw, req.headers['content-type']);
      Object.assign(req, { body, rawBody: raw });
      const { method = '', url = '' } = req;
      const address = find(method, url);
      if (!address) return serve();
      const { service, match } = address;
      const [path = '', query = ''] = url.split('?', 2);
      if (!match) unknown.push(`${method} ${path}`);
      const kept = body ?? raw.toString('utf8', 0, TEXT_KEPT);
      const call = calls.add({ service, method, path, query, endpoint: match?.endpoint ?? null, body: kept });
      res.once('finish', () => {
        call.status ??= res.statusCode;
      });
      await late(service);
      const fault = faults.take(service, { method, url, body: () => raw.toString() });
      const line = httpLine(res);
      if (fault?.after === 'before') return faults.strike(fault, call, line);
      if (fault) interceptEnd(res, () => faults.strike(fault, call, line));
      serve(address);
    },
    async exchange(service, { method, endpoint, body, line, work }) {
      const call = calls.add({ service, method, path: `/${service}`, query: '', endpoint, body });
      await late(service);
      const fault = faults.take(service, { method, url: `/${service}`, body: () => body });
      if (fault?.after === 'before') return struck(fault.status, call, () => faults.strike(fault, call, line));
      const { status, answer } = await work();
      if (fault) return struck(fault.status, call, () => faults.strike(fault, call, line));
      call.status = status;
      answer();
    },
  };
}

function struck(status: number | undefined, call: Call, strike: () => void): void {
  if (status !== undefined) call.status = status;
  strike();
}
