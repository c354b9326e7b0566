import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below every system's range for outgoing connections (Linux from 32768, macOS and Windows from 49152): a port of that
 * range that is free now may be some connection's own end by the time somebody listens on it.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    if (probe.listening) await new Promise(done => probe.close(done));
  }
}

/**
 * A port nobody listens on just now.
 * @throws Error when none of many is free
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${FIRST} and ${LAST} is free`);
}
