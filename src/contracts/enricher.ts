import type { CompanyFacts, PersonFacts } from '../domain/lead.ts';

export interface EnrichQuery {
  /** Registrable business domain, ASCII. Without one the company is asked for by the name the lead gave. */
  domain?: string;
  /** Empty: there is none. */
  email: string;
  firstName?: string;
  lastName?: string;
  company?: string;
}

/** `none`: the vendor knows nothing (cache it, shorter). `later`: the vendor is still looking (ask again after). */
export type EnrichAnswer =
  | { kind: 'found'; company: CompanyFacts; person?: PersonFacts }
  | { kind: 'none' }
  | { kind: 'later'; retryAfterMs: number };

/** One enrichment vendor. Throws only the Failures of lib/errors.ts; out of credits is CredentialsRejected. */
export interface Enricher {
  readonly name: string;
  company(query: EnrichQuery, signal: AbortSignal): Promise<EnrichAnswer>;
}

type Fact = keyof CompanyFacts['origin'];

/** What a vendor knows of a company, each fact marked as its own; what it does not know is left out. */
export function factsFrom(
  vendor: string,
  domain: string | undefined,
  known: { [F in Fact]?: CompanyFacts[F] | undefined },
): CompanyFacts {
  const facts = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const origin = Object.fromEntries(Object.keys(facts).map(fact => [fact, vendor]));
  return { ...(domain && { domain }), ...facts, origin };
}
