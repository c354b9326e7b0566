/**
 * What enrichment could not say in time, learnt later. Where somebody has the lead the decision stays, and card and
 * record gain the facts; where nobody has it, it is judged again.
 */

import { handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { modeOf } from '../../db/workspaces/mode.ts';
import { type CompanyFacts, joinFacts } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards, writeRecord } from '../../jobs/requests.ts';
import { after, HOUR } from '../../lib/clock.ts';
import { type Failure, RateLimited, Unavailable } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { companyToAsk } from '../judge/company.ts';
import { enrichmentOf } from './gather.ts';
import { isUnassigned, requalify } from './requalify.ts';

/** So many tries come within eight minutes; then one an hour. */
const SOON = 12;
/** After a day the facts stay unknown: a vendor that is away must not cost calls for ever. */
const MOST_TRIES = SOON + 24;

/** Asks the missing enrichers again; throws Unavailable while they stay silent, so that the queue comes back. */
export async function enrichLate(
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
  const { contact } = handoff.facts;
  const found = await enrichmentOf(deps, { workspaceId, vendors, versioned }, contact, companyToAsk(contact));
  const learnt = newFacts(handoff.facts.company, found.company);
  const still = found.missing[0];
  if (learnt.length === 0 && still) {
    if (postponed >= MOST_TRIES) return;
    throw askLater(still, postponed, deps.clock.now());
  }
  await deps.db.transaction(async trx => {
    const now = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!now) return;
    const company = joinFacts(now.facts.company, found.company);
    const facts = { ...now.facts, company, missing: found.missing.map(({ provider, why }) => ({ provider, why })) };
    await updateHandoff(trx, workspaceId, handoffId, { facts });
    if (learnt.length === 0) return;
    const of = { workspaceId, handoffId, leadId: now.leadId };
    const at = deps.clock.now();
    const known = `Learnt later: ${learnt.join(', ')}.`;
    const detail = { company: found.company };
    const isWatching = isUnassigned(now) && (await modeOf(trx, workspaceId)).mode === 'watch';
    if (!isUnassigned(now) || isWatching) {
      const why = isWatching ? 'Watch mode: it is not judged again.' : 'The decision stays as it was made.';
      await recordEntries(trx, of, { kind: 'enriched', at, text: `${known} ${why}`, detail });
      if (isWatching) return;
      return enqueue(trx, writeRecord(now), redrawCards(now));
    }
    const look = await requalify(deps, trx, { ...now, facts }, await deps.playbook(workspaceId));
    await recordEntries(
      trx,
      of,
      { kind: 'enriched', at, text: `${known} It is judged again.`, detail },
      ...look.entries,
    );
    await enqueue(trx, ...look.jobs);
  });
}

/** When the enricher may be asked again: when it says so, soon at first, then hourly. */
function askLater(
  { provider, why, retryAt }: { provider: string; why: string; retryAt?: Date | undefined },
  postponed: number,
  now: Date,
): Failure {
  const detail = { service: provider, code: why };
  if (retryAt) return new RateLimited(`${serviceName(provider)} asks to wait`, { ...detail, retryAt });
  if (postponed < SOON) return new Unavailable(`${serviceName(provider)} has no answer yet`, detail);
  const said = `${serviceName(provider)} is not asked again before an hour has passed`;
  return new RateLimited(said, { ...detail, retryAt: after(now, HOUR) });
}

function newFacts(known: CompanyFacts, found: CompanyFacts): string[] {
  const names = ['name', 'industry', 'employees', 'revenue', 'city', 'state', 'country', 'tech'] as const;
  return names.filter(name => known[name] === undefined && found[name] !== undefined);
}
