import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below every system's range for outgoing connections (Linux from 32768, macOS and Windows from 49152): a port of that
 * range that is free now may be some connection's own end by the time somebody listens on it.
 */
const FIRST = 20_000;
/** Each process looks among ports of its own, so that two which choose at the same moment do not choose the same. */
const OWN = 100;
const PROCESSES = 120;

const own = FIRST + (process.pid % PROCESSES) * OWN;
let next = randomInt(OWN);

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
 * A port nobody listens on just now, and that this process was not given lately.
 * @throws Error when none of its own is free
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < OWN; tries++) {
    const port = own + next;
    next = (next + 1) % OWN;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${own} to ${own + OWN - 1} is free`);
}
