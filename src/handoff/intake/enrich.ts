/**
 * Asks enrichers about a lead's company: in the playbook's order, the next for what the one before left empty, all
 * within one limit. Trouble with an enricher never fails the lead; it is reported, and what is missing is named.
 */

import type { Enricher, EnrichQuery } from '../../contracts/enricher.ts';
import { companyKey } from '../../domain/company-name.ts';
import { type CompanyFacts, joinFacts, type PersonFacts } from '../../domain/lead.ts';
import { CredentialsRejected, RateLimited, Rejected, toError } from '../../lib/errors.ts';
import { type Heard, type LookUpDeps, lookUp } from './enrich-lookup.ts';

export interface EnrichDeps extends LookUpDeps {
  /** In the order to ask. One object a connection: concurrent look-ups of the same company share its call. */
  enrichers: readonly Enricher[];
  /** How long the caller waits, all enrichers together. A call under way goes on and is remembered for the next. */
  limitMs: number;
}

/** An enricher that could have told more, and why it did not: worth asking again. */
interface Missing {
  provider: string;
  why: 'timeout' | 'unavailable' | 'rate_limited' | 'credentials' | 'later';
  /** Not before then. */
  retryAt?: Date;
}

/** An enricher that was consulted, and what it said. */
interface Asked {
  provider: string;
  said: 'found' | 'none' | 'refused' | Missing['why'];
  cached: boolean;
}

export interface EnrichOutcome {
  company: CompanyFacts;
  person?: PersonFacts;
  /** Empty when every fact is known, whoever was silent. */
  missing: Missing[];
  asked: Asked[];
  /** Everything that went wrong, classed: a dead key pauses its connection although this lead went on without it. */
  failures: Error[];
}

/** Facts whose absence is a reason to ask the next enricher. Not `state`: half the world has none. */
const WANTED = ['name', 'industry', 'employees', 'revenue', 'city', 'country', 'tech'] as const;

type Said = { kind: 'heard'; heard: Heard } | { kind: 'failed'; error: Error };

/** One enricher of the list, from being asked to its answer. */
interface EnricherCall {
  provider: string;
  said?: Said;
  /** Resolves, never rejects, once `said` is there. */
  answered: Promise<void>;
}

/** What enrichers know of the lead's company within `limitMs`, by its domain, else by its name; else nobody is asked. */
export async function enrich(query: EnrichQuery, deps: EnrichDeps): Promise<EnrichOutcome> {
  const domain = query.domain?.trim().toLowerCase();
  const name = companyKey(query.company);
  if (!domain && !name) return { company: { origin: {} }, missing: [], asked: [], failures: [] };
  // One name may be many a company's: what is remembered of a name is kept apart from what is known of a domain.
  const turns = await askInOrder(domain || `name:${name}`.slice(0, 200), { ...query, ...(domain && { domain }) }, deps);
  const company = merge(turns);
  const person = turns.map(personOf).find(one => one !== undefined);
  return {
    company,
    ...(person && { person }),
    missing: complete(company) ? [] : turns.flatMap(missingOf),
    asked: turns.map(askedOf),
    failures: turns.flatMap(failuresOf),
  };
}

/**
 * Every enricher has its share of the limit before the next one is asked as well; an answer, good or bad, passes the
 * turn on at once. So a silent first enricher does not use up the time of the second.
 */
async function askInOrder(key: string, query: EnrichQuery, deps: EnrichDeps): Promise<EnricherCall[]> {
  const { enrichers, limitMs } = deps;
  const turns: EnricherCall[] = [];
  const bells = enrichers.map((_, index) => bell((limitMs * (index + 1)) / enrichers.length));
  const limit = bells.at(-1);
  const satisfied = () => complete(merge(turns));
  try {
    for (const [index, enricher] of enrichers.entries()) {
      if (satisfied()) break;
      const turn = take(enricher, key, query, deps);
      turns.push(turn);
      await Promise.race([turn.answered, bells[index]?.rung]);
    }
    while (limit && !limit.over() && !satisfied() && turns.some(turn => !turn.said)) {
      await Promise.race([limit.rung, ...turns.filter(turn => !turn.said).map(turn => turn.answered)]);
    }
  } finally {
    for (const one of bells) one.cancel();
  }
  // Copies: what comes later is remembered by the look-up, and changes nothing that was decided on here.
  return turns.map(turn => ({ ...turn }));
}

function take(enricher: Enricher, key: string, query: EnrichQuery, deps: LookUpDeps): EnricherCall {
  const turn: EnricherCall = {
    provider: enricher.name,
    answered: lookUp(enricher, key, query, deps).then(
      heard => {
        turn.said = { kind: 'heard', heard };
      },
      (thrown: unknown) => {
        turn.said = { kind: 'failed', error: toError(thrown) };
      },
    ),
  };
  return turn;
}

/** A timer that can be waited for, looked at and called off. */
function bell(milliseconds: number): { rung: Promise<void>; over(): boolean; cancel(): void } {
  const { promise: rung, resolve } = Promise.withResolvers<void>();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    resolve();
  }, milliseconds);
  return { rung, over: () => over, cancel: () => clearTimeout(timer) };
}

/** Each fact from the first enricher of the list that knows it. */
function merge(turns: readonly EnricherCall[]): CompanyFacts {
  let merged: CompanyFacts = { origin: {} };
  for (const { said } of turns) {
    if (said?.kind !== 'heard' || said.heard.answer.kind !== 'found') continue;
    merged = joinFacts(merged, said.heard.answer.company);
  }
  return merged;
}

function complete(company: CompanyFacts): boolean {
  return WANTED.every(fact => company[fact] !== undefined);
}

function personOf({ said }: EnricherCall): PersonFacts | undefined {
  return said?.kind === 'heard' && said.heard.answer.kind === 'found' ? said.heard.answer.person : undefined;
}

function missingOf({ provider, said }: EnricherCall): Missing[] {
  if (!said) return [{ provider, why: 'timeout' }];
  if (said.kind === 'heard') {
    return said.heard.answer.kind === 'later' ? [{ provider, why: 'later', retryAt: said.heard.until }] : [];
  }
  const { error } = said;
  if (error instanceof RateLimited) return [{ provider, why: 'rate_limited', retryAt: error.retryAt }];
  if (error instanceof CredentialsRejected) return [{ provider, why: 'credentials' }];
  // The same question would be refused again: nothing to come back for.
  if (error instanceof Rejected) return [];
  return [{ provider, why: 'unavailable' }];
}

function askedOf(turn: EnricherCall): Asked {
  const { provider, said } = turn;
  if (said?.kind === 'heard') return { provider, said: said.heard.answer.kind, cached: said.heard.cached };
  return { provider, said: missingOf(turn)[0]?.why ?? 'refused', cached: false };
}

function failuresOf({ said }: EnricherCall): Error[] {
  if (said?.kind === 'failed') return [said.error];
  return said?.heard.cacheFailure ? [said.heard.cacheFailure] : [];
}
