/** What the stand-ins were called, and when. */
import type { Sandbox } from '../sandbox/server.ts';

/** Whoever is asked about a lead of the bench, and whoever is told. */
export const UPSTREAMS = ['hubspot', 'clearbit', 'salesforce', 'slack'] as const;

/** Calls to a service since then. The sandbox remembers some twenty thousand calls. */
export function callsSince(sandbox: Sandbox, service: string, since: Date): number {
  const from = since.toISOString();
  return sandbox.calls(service).filter(({ time }) => time >= from).length;
}

/** While `work` goes on, every call of these services takes so many milliseconds. */
export async function slowedDown<T>(
  sandbox: Sandbox,
  services: readonly string[],
  ms: number,
  work: () => Promise<T>,
): Promise<T> {
  for (const service of services) sandbox.latency(service, ms);
  try {
    return await work();
  } finally {
    for (const service of services) sandbox.latency(service, 0);
  }
}

const LONGEST_WAIT = 20_000;

/** Waits for the first card that is posted since then; when its call arrived, in milliseconds since then. */
export async function untilCardSent(sandbox: Sandbox, since: Date): Promise<number> {
  const from = since.toISOString();
  const deadline = performance.now() + LONGEST_WAIT;
  for (;;) {
    const card = sandbox.calls('slack').find(({ time, path }) => time >= from && path.endsWith('/chat.postMessage'));
    if (card) return Date.parse(card.time) - since.getTime();
    if (performance.now() > deadline) throw new Error(`no card within ${LONGEST_WAIT} ms`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
