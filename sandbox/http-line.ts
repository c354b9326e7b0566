/** The caller's end of an HTTP call. */
import type { ServerResponse } from 'node:http';
import type { Fault, Line } from './faults.ts';

export function httpLine(res: ServerResponse): Line {
  return {
    answer: fault => answer(fault, res),
    reset: () => void res.socket?.resetAndDestroy(),
    drop: () => void res.destroy(),
    onClose: closed => void res.once('close', closed),
  };
}

function answer(fault: Fault, res: ServerResponse): void {
  const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {});
  res.statusCode = fault.status ?? 200;
  res.setHeader('content-type', typeof fault.body === 'string' ? 'text/plain' : 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(fault.headers ?? {})) res.setHeader(name, value);
  res.end(text);
}

/** Swallows whatever the service writes and calls `instead` when it is done. */
export function interceptEnd(res: ServerResponse, instead: () => void): void {
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
