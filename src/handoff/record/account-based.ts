/** Account-based handoffs: what of the company is known before the write, and what stands beside the record after it. */
import { personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Crm, CrmWrite, CrmWritten } from '../../contracts/crm.ts';
import type { CrmDeal, CrmMatch } from '../../contracts/crm-records.ts';
import type { CrmWords } from '../../contracts/crm-traits.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import { dayIn } from '../../domain/days.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { after } from '../../lib/clock.ts';
import { capital, listed } from '../../lib/english.ts';
import type { AccountBased, Facts } from '../core/facts.ts';
import { companyOf } from './mode.ts';

/** What an account-based write says besides what every write says. */
export function accountBasedWrite(
  handoff: Handoff<Facts>,
  match: CrmMatch,
  playbook: Playbook,
  now: Date,
): Partial<CrmWrite> {
  const { facts, isTest, recordNote, recordId } = handoff;
  const { accountBased } = facts;
  const rep = personOf(playbook, handoff.repEmail);
  const { stage, close_in, contact_role } = playbook.crm.opportunity;
  const company = accountBased?.company ?? companyIn(match);
  const openDeal = accountBased ? accountBased.openDeal : openDealIn(match, company?.id);
  const { domain } = companyOf(handoff);
  const { lead, contact } = match;
  return {
    ...(company && { company: { id: company.id, name: company.name } }),
    ...(openDeal && { openDeal }),
    ...(domain && { domain }),
    ...(recordId !== null && { made: { ...(accountBased?.deal && { dealId: accountBased.deal.id }) } }),
    // A try that was cut short may have made everything all the same.
    ...(recordNote !== null && recordId === null && { again: true }),
    ...(isTest && { isTest }),
    ...(contact.kind !== 'none' && lead.kind !== 'none' && lead.record.open && { openLead: { id: lead.record.id } }),
    deal: {
      stage,
      closeOn: dayIn(rep?.time_zone ?? 'UTC', after(now, close_in)),
      role: contact_role,
    },
  };
}

/** The contact's own company, whatever other contacts of the address belong to. */
function companyIn({ contact, company }: CrmMatch): { id: string; name: string } | undefined {
  const own = contact.kind === 'none' ? undefined : contact.record.companyId;
  if (company.kind === 'none') return undefined;
  const { id, name } = company.record;
  return own === undefined || own === id ? { id, name } : { id: own, name: '' };
}

function openDealIn({ deal }: CrmMatch, companyId: string | undefined): CrmDeal | undefined {
  if (!deal || deal.kind === 'none' || deal.record.companyId !== companyId) return undefined;
  return deal.record;
}

/** What is kept of what was written beside the record; undefined when there is nothing. */
export function accountBasedAfter(handoff: Handoff<Facts>, written: CrmWritten): AccountBased | undefined {
  const { also = [], openDeal, linkedLeads } = written;
  const find = (kind: 'company' | 'deal') => also.find(one => one.kind === kind);
  const [company, deal] = [find('company'), find('deal')];
  if (!company && !deal && !openDeal) return handoff.facts.accountBased;
  const named = ({ id, name }: { id: string; name?: string }) => ({ id, name: name ?? '' });
  return {
    ...(company && { company: named(company) }),
    ...(deal && { deal: named(deal) }),
    ...(openDeal && { openDeal }),
    ...(linkedLeads && { linkedLeads }),
  };
}

/** The deal's owner, when it is somebody of the playbook who does not have the lead. */
export function ownerToTell({ facts, repEmail }: Handoff<Facts>, playbook: Playbook): string | undefined {
  const owner = facts.accountBased?.openDeal?.owner;
  const email = owner?.email;
  if (!email || email === repEmail || !owner.active) return undefined;
  return playbook.people.some(person => person.email === email) ? email : undefined;
}

/** “Acme 2026”, Proposal, of Priya Nair. Raw: escaping is the renderer's duty. */
export function dealWords({ name, stage, owner }: CrmDeal): string {
  return `“${name}”, ${stage}, of ${owner.name ?? owner.email ?? 'somebody'}`;
}

/** What the card says of the company; undefined when there is nothing to say. Raw. */
export function companyLine(handoff: Handoff<Facts>, playbook: Playbook, words: CrmWords): string | undefined {
  const { accountBased } = handoff.facts;
  if (!accountBased) return undefined;
  const { deal, openDeal, linkedLeads } = accountBased;
  const company = accountBased.company?.name || handoff.judgement.company.name || `The ${words.company.one}`;
  if (openDeal) {
    const { owner } = openDeal;
    const told = ownerToTell(handoff, playbook) ? ', who was told' : '';
    const own = owner.email !== undefined && owner.email === handoff.repEmail ? ': the lead belongs to it' : told;
    return `${company} has an open ${words.deal.one} ${dealWords(openDeal)}${own}`;
  }
  if (linkedLeads && !deal) return `An open ${words.lead.one} of the known ${words.company.one} ${company}`;
  return deal ? `${capital(words.deal.one)} “${deal.name}” of ${company}` : undefined;
}

/** The CRM, as sentences about its records need it. */
export type NamedCrm = Pick<Crm, 'name' | 'traits'>;

/** What a write did, in the timeline: by names. */
export function writtenEntries(
  handoff: Handoff<Facts>,
  written: CrmWritten,
  playbook: Playbook,
  crm: NamedCrm,
  at: Date,
): NewEntry[] {
  const base = { at, actor: crm.name };
  // What stands beside the record is told once.
  const beside = handoff.facts.accountBased ? [] : companySentences(handoff, written, playbook, crm);
  return [
    { ...base, kind: 'record_written', text: writtenSentence(handoff, written, crm), detail: { ...written } },
    ...beside.map(one => ({ ...base, ...one })),
    ...written.warnings.map(warning => ({ ...base, kind: 'record_warning' as const, text: warning })),
  ];
}

function writtenSentence(handoff: Handoff<Facts>, written: CrmWritten, { name, traits: { words } }: NamedCrm): string {
  const person = `${capital(words[written.kind].one)} ${displayName(handoff.facts.contact)}`;
  const also = (written.also ?? []).filter(one => one.created);
  const beside = also.map(one => `${words[one.kind].one} ${one.name ?? ''}`.trim());
  const made = [...(written.created ? [person] : []), ...beside];
  const said = [made.length > 0 ? `${listed(made)} made` : '', written.created ? '' : `${person} updated`];
  return `${capital(said.filter(Boolean).join(', '))} in ${serviceName(name)}${written.taskId ? ', with a follow-up task' : ''}`;
}

function companySentences(
  handoff: Handoff<Facts>,
  { also = [], openDeal, linkedLeads = [] }: CrmWritten,
  playbook: Playbook,
  { name, traits: { words } }: NamedCrm,
): Pick<NewEntry, 'kind' | 'text' | 'detail'>[] {
  const company = also.find(one => one.kind === 'company')?.name ?? `The ${words.company.one}`;
  const sentences: Pick<NewEntry, 'kind' | 'text' | 'detail'>[] = [];
  if (openDeal) {
    const told = ownerToTell({ ...handoff, facts: { ...handoff.facts, accountBased: { openDeal } } }, playbook);
    const andTold = told ? `, and ${openDeal.owner.name ?? told} is told` : '';
    sentences.push({
      kind: 'open_deal',
      text: `${company} has an open ${words.deal.one} ${dealWords(openDeal)}: no second one was made${andTold}.`,
      detail: { deal: openDeal.id, told: told ?? null },
    });
  }
  if (linkedLeads.length > 0) {
    sentences.push({
      kind: 'lead_linked',
      text: `The open ${words.lead.one} was linked to the ${words.company.one} ${company} in ${serviceName(name)}.`,
      detail: { leads: linkedLeads },
    });
  }
  return sentences;
}
