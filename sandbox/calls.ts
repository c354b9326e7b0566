import type { Clock } from '../src/lib/clock.ts';

/** One call an app made to a stand-in. */
export interface Call {
  time: string;
  service: string;
  method: string;
  /** Full path, with the service's name, without the query. */
  path: string;
  query: string;
  /** Its key in the coverage table of the service; null: the stand-in has no such endpoint. */
  endpoint: string | null;
  /** What the caller got: a status (of HTTP, or of whatever the service speaks), `held` (no answer while it waits) or `reset` (connection dropped); null = under way. */
  status: number | 'held' | 'reset' | null;
  /** Parsed as its content type says, else its text. */
  body: unknown;
  /** Set when a fault, not the service, gave the answer. */
  fault?: 'before' | 'after';
}

const KEPT = 20_000;
const TRIMMED_BY = 2_000;

/** What was called, newest last, in bounded memory. */
export interface CallLog {
  add(call: Pick<Call, 'service' | 'method' | 'path' | 'query' | 'endpoint' | 'body'>): Call;
  list(service?: string): Call[];
  clear(): void;
}

export function createCallLog(clock: Clock): CallLog {
  let calls: Call[] = [];
  return {
    add(given) {
      const call: Call = { time: clock.now().toISOString(), ...given, status: null };
      calls.push(call);
      // Trimmed in large steps: a shift per call would make the log the slowest part of the sandbox.
      if (calls.length >= KEPT + TRIMMED_BY) calls = calls.slice(-KEPT);
      return call;
    },
    list: service => calls.slice(-KEPT).filter(call => service === undefined || call.service === service),
    clear() {
      calls = [];
    },
  };
}
