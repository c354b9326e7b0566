import type { CompanyFacts, PersonFacts } from '../domain/lead.ts';

export interface EnrichQuery {
  /** Registrable business domain, ASCII; an enricher that needs one answers `none` without it. */
  domain?: string;
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
