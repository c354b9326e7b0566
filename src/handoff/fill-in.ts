/** What enrichment could not say in time, learnt later. The decision stays; card and record gain the facts. */
import { handoffById, lockHandoff, updateHandoff } from '../db/handoffs.ts';
import { tell } from '../db/timeline.ts';
import type { CompanyFacts } from '../domain/lead.ts';
import { enqueue } from '../jobs/queue.ts';
import { RateLimited, Unavailable } from '../lib/errors.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';
import { enrichmentOf } from './gather.ts';

/** After this many tries the facts stay unknown: a vendor that is away for a day must not cost calls for ever. */
const MOST_TRIES = 12;

/** Asks the missing enrichers again; throws Unavailable while they stay silent, so that the queue comes back. */
export async function fillIn(
  deps: Deps,
  { workspaceId, handoffId }: { workspaceId: string; handoffId: string },
  postponed: number,
): Promise<void> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff || handoff.facts.missing.length === 0) return;
  const [vendors, versioned] = await Promise.all([
    deps.vendors(workspaceId),
    deps.playbook(workspaceId, handoff.playbookVersion),
  ]);
  const domain = handoff.judgement.email.kind === 'business' ? handoff.judgement.email.domain : undefined;
  const found = await enrichmentOf(deps, { workspaceId, vendors, versioned }, handoff.facts.contact, domain);
  const learnt = newFacts(handoff.facts.company, found.company);
  const still = found.missing[0];
  if (learnt.length === 0 && still) {
    if (postponed >= MOST_TRIES) return;
    const detail = { service: still.provider, code: still.why };
    if (still.retryAt) throw new RateLimited(`${still.provider} asks to wait`, { ...detail, retryAt: still.retryAt });
    throw new Unavailable(`${still.provider} has no answer yet`, detail);
  }
  await deps.db.transaction(async trx => {
    const now = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!now) return;
    const company = {
      ...found.company,
      ...now.facts.company,
      origin: { ...found.company.origin, ...now.facts.company.origin },
    };
    const facts = { ...now.facts, company, missing: found.missing.map(({ provider, why }) => ({ provider, why })) };
    await updateHandoff(trx, workspaceId, handoffId, { facts });
    if (learnt.length === 0) return;
    await tell(
      trx,
      { workspaceId, handoffId, leadId: now.leadId },
      {
        kind: 'enriched',
        at: deps.clock.now(),
        text: `Learnt later: ${learnt.join(', ')}. The decision stays as it was made.`,
        detail: { company: found.company },
      },
    );
    await enqueue(
      trx,
      {
        name: 'handoff.record',
        payload: { workspaceId, handoffId },
        key: `record:${handoffId}`,
        priority: 'background',
      },
      {
        name: 'card.refresh',
        payload: { workspaceId, handoffId },
        key: `refresh:${handoffId}`,
        priority: 'background',
      },
    );
  });
}

function newFacts(known: CompanyFacts, found: CompanyFacts): string[] {
  const names = ['name', 'industry', 'employees', 'revenue', 'city', 'state', 'country', 'tech'] as const;
  return names.filter(name => known[name] === undefined && found[name] !== undefined);
}
