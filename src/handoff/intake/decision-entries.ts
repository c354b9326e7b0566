/** What the timeline says of a decision: why there was no crossing, or all that led from the crossing to a person. */
import type { CrmWords } from '../../contracts/crm-traits.ts';
import type { Change, Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import type { Lead } from '../../db/handoffs/leads.ts';
import { entriesOf, type NewEntry } from '../../db/handoffs/timeline.ts';
import type { Judgement } from '../../domain/decision.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { VersionedPlaybook } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { routedEntries } from '../route/route-now.ts';
import type { Crossing } from './crossing.ts';
import { formEntry } from './form-lead.ts';
import { byHandEntry } from './manual-lead.ts';

/** What the decision was about. */
interface Gathered {
  entry: InboxEntry;
  facts: Facts;
  versioned: VersionedPlaybook;
  crmWords: CrmWords;
}

/** Why this was no crossing; nothing where that is everyday noise. */
export function noCrossingEntries(
  trx: Db,
  workspaceId: string,
  lead: Lead,
  outcome: Crossing & { kind: 'no' },
  at: Date,
): Change[] {
  // These are everyday noise; the others answer "why was this one not handed off?".
  if (['below', 'no_score', 'above_before'].includes(outcome.code)) return [];
  const kind = outcome.code === 'history' ? 'history_ignored' : 'not_crossed';
  const entry = { kind, at, text: `Not handed off: ${outcome.reason}`, detail: { code: outcome.code } } as const;
  return [entriesOf(trx, { workspaceId, leadId: lead.id }, [entry])];
}

/** The story so far of a handoff that begins. Pure. */
export function openingEntries(
  { entry, facts, versioned, crmWords }: Gathered,
  judgement: Judgement,
  outcome: Crossing & { kind: 'crossing' },
  handoff: Handoff<Facts>,
  at: Date,
): NewEntry[] {
  const { signal } = entry;
  const activities = facts.contact.activities.length;
  const gathered = `${activities === 1 ? '1 activity' : `${activities} activities`}, company ${judgement.company.name ?? 'unknown'}`;
  return [
    byHandEntry(facts.contact, outcome.at) ??
      formEntry(entry, facts, outcome) ?? {
        kind: 'crossed',
        at: outcome.at,
        actor: entry.source,
        text: `Became an MQL: ${outcome.reason}`,
        detail: { via: signal.via, seenAt: entry.receivedAt.toISOString(), contactId: signal.contactId },
      },
    { kind: 'facts_gathered', at, text: `Facts gathered: ${gathered}`, detail: { company: facts.company } },
    ...facts.missing.map(({ provider, why }) => ({
      kind: 'enrichment_missed' as const,
      at,
      actor: provider,
      text: `${serviceName(provider)} gave no answer in time (${why}); asked again later`,
    })),
    ...(facts.contact.unread ?? []).map(({ what, why }) => ({
      kind: 'enrichment_missed' as const,
      at,
      actor: facts.contact.source,
      text: `${serviceName(facts.contact.source)} did not tell ${what} (${why}); judged without it`,
    })),
    ...(facts.unchecked ?? []).map(name => ({
      kind: 'enrichment_missed' as const,
      at,
      actor: name,
      text: `${serviceName(name)} did not say in time whether the lead opted out`,
    })),
    { kind: 'crm_matched', at, text: matchText(facts, crmWords), detail: { match: facts.match ?? null } },
    { kind: 'judged', at, text: judgement.reason, detail: { judgement } },
    ...routedEntries(handoff, versioned.playbook, at),
  ];
}

function matchText({ match }: Facts, words: CrmWords): string {
  if (!match) return 'The CRM was not asked or gave no answer in time; it is asked again before the record is written';
  const found = (['lead', 'contact', 'company'] as const).flatMap(kind => {
    const look = match[kind];
    if (look.kind === 'none') return [];
    const { record } = look;
    const { owner } = record;
    const more = look.kind === 'many' ? `, the newest of ${look.others.length + 1}` : '';
    const known = 'by' in record && record.by === 'name' ? 'known by its name alone, ' : '';
    const whose = owner.kind === 'nobody' ? 'no owner' : `owner ${owner.name ?? owner.email ?? owner.id}`;
    return [`${words[kind].one} ${record.name ?? record.id} (${known}${whose}${more})`];
  });
  return found.length > 0 ? `Found in the CRM: ${found.join('; ')}` : 'Nothing found in the CRM';
}
