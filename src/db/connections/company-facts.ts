import type { EnrichAnswer } from '../../contracts/enricher.ts';
import type { Db } from '../connection.ts';

/** An enricher's answer kept so that one company costs one call a month. */
export interface CachedAnswer {
  answer: EnrichAnswer;
  fetchedAt: Date;
  expiresAt: Date;
}

export async function companyFacts(
  db: Db,
  workspaceId: string,
  provider: string,
  domain: string,
): Promise<CachedAnswer | null> {
  const row = await db('company_facts')
    .where({ workspace_id: workspaceId, provider, domain })
    .first('answer', 'fetched_at', 'expires_at');
  return row ? { answer: row.answer, fetchedAt: row.fetched_at, expiresAt: row.expires_at } : null;
}

export async function rememberCompanyFacts(
  db: Db,
  workspaceId: string,
  provider: string,
  domain: string,
  cached: CachedAnswer,
): Promise<void> {
  await db('company_facts')
    .insert({
      workspace_id: workspaceId,
      provider,
      domain,
      answer: JSON.stringify(cached.answer),
      fetched_at: cached.fetchedAt,
      expires_at: cached.expiresAt,
    })
    .onConflict(['workspace_id', 'provider', 'domain'])
    .merge();
}
