/** One look-up of one company at one enricher: from memory if it is fresh, else once, however many ask at the same time. */

import type { EnrichAnswer, Enricher, EnrichQuery } from '../../contracts/enricher.ts';
import { serviceName } from '../../domain/service-name.ts';
import { after, type Clock, DAY, SECOND } from '../../lib/clock.ts';
import { RateLimited, toError } from '../../lib/errors.ts';

export interface CachedAnswer {
  answer: EnrichAnswer;
  fetchedAt: Date;
  expiresAt: Date;
}

/** A workspace's memory of what enrichers said about companies. Holds no facts about persons. */
export interface CompanyCache {
  get(provider: string, key: string): Promise<CachedAnswer | null>;
  put(provider: string, key: string, cached: CachedAnswer): Promise<void>;
}

export interface LookUpDeps {
  cache: CompanyCache;
  clock: Clock;
}

/** What came of a look-up that did not fail. */
export interface Heard {
  answer: EnrichAnswer;
  cached: boolean;
  /** Until when the answer holds; for `later`, when to ask again. */
  until: Date;
  /** The answer could not be remembered: it is as good as any, but the next lead will cost another call. */
  cacheFailure?: Error;
}

const FOUND_FOR_MS = 30 * DAY;
const NONE_FOR_MS = 7 * DAY;
/**
 * A call outlives the patience of those who wait for it: an answer that comes after 2 s is paid for all the same, and
 * remembered for whoever fills it in. It does not outlive this.
 */
const CALL_MS = 8 * SECOND;

/** What is going on at one enricher, that is with one key. Nothing here is missed when the process dies. */
interface EnricherState {
  underWay: Map<string, { email: string; heard: Promise<Heard> }>;
  /** The vendor asked for silence until then: other leads need not be refused one by one. */
  quietUntil?: Date;
}

const states = new WeakMap<Enricher, EnricherState>();

/**
 * What `enricher` says of the company known by `key`, its domain or its name. Facts about the person reach only the lead they are about.
 * @throws what the enricher throws; RateLimited without a call while the vendor asked to wait
 */
export function lookUp(enricher: Enricher, key: string, query: EnrichQuery, deps: LookUpDeps): Promise<Heard> {
  const state = stateOf(enricher);
  const other = state.underWay.get(key);
  if (other) return other.email === query.email ? other.heard : other.heard.then(withoutPerson);
  const heard = ask(enricher, key, query, deps, state).finally(() => state.underWay.delete(key));
  state.underWay.set(key, { email: query.email, heard });
  return heard;
}

function stateOf(enricher: Enricher): EnricherState {
  const known = states.get(enricher);
  if (known) return known;
  const state: EnricherState = { underWay: new Map() };
  states.set(enricher, state);
  return state;
}

async function ask(
  enricher: Enricher,
  key: string,
  query: EnrichQuery,
  { cache, clock }: LookUpDeps,
  state: EnricherState,
): Promise<Heard> {
  const cached = await cache.get(enricher.name, key);
  if (cached && cached.expiresAt > clock.now()) {
    return { answer: cached.answer, cached: true, until: cached.expiresAt };
  }
  refuseWhileQuiet(enricher.name, state, clock.now());
  const answer = await enricher.company(query, AbortSignal.timeout(CALL_MS)).catch((thrown: unknown) => {
    if (thrown instanceof RateLimited) state.quietUntil = thrown.retryAt;
    throw thrown;
  });
  const now = clock.now();
  const heard: Heard = { answer, cached: false, until: after(now, lifeOf(answer)) };
  try {
    await cache.put(enricher.name, key, { answer: impersonal(answer), fetchedAt: now, expiresAt: heard.until });
    return heard;
  } catch (thrown) {
    return { ...heard, cacheFailure: toError(thrown) };
  }
}

function refuseWhileQuiet(service: string, { quietUntil }: EnricherState, now: Date): void {
  if (quietUntil && quietUntil > now) {
    throw new RateLimited(`${serviceName(service)} asked to wait`, { service, code: 'quiet', retryAt: quietUntil });
  }
}

function lifeOf(answer: EnrichAnswer): number {
  if (answer.kind === 'later') return answer.retryAfterMs;
  // A person without a company tells nothing about the company: that is a "none" to the next lead.
  return answer.kind === 'found' && knowsCompany(answer) ? FOUND_FOR_MS : NONE_FOR_MS;
}

function knowsCompany({ company }: EnrichAnswer & { kind: 'found' }): boolean {
  return Object.keys(company.origin).length > 0;
}

function impersonal(answer: EnrichAnswer): EnrichAnswer {
  if (answer.kind !== 'found') return answer;
  return knowsCompany(answer) ? { kind: 'found', company: answer.company } : { kind: 'none' };
}

function withoutPerson(heard: Heard): Heard {
  return { ...heard, answer: impersonal(heard.answer) };
}
