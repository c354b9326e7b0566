/** Account-based handoffs: what of the company is known before the write, and what hangs around the record after it. */
import { personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmMatch, CrmOpportunity, CrmWrite, CrmWritten } from '../../contracts/crm.ts';
import type { Handoff } from '../../db/handoffs.ts';
import type { NewEntry } from '../../db/timeline.ts';
import { labelOf } from '../../domain/crm-label.ts';
import { dayIn } from '../../domain/days.ts';
import { displayName } from '../../domain/lead.ts';
import { after } from '../../lib/clock.ts';
import type { Around, Facts } from '../core/facts.ts';
import { companyOf } from './mode.ts';

/** What an account-based write says besides what every write says. */
export function aroundWrite(
  handoff: Handoff<Facts>,
  match: CrmMatch,
  playbook: Playbook,
  now: Date,
): Partial<CrmWrite> {
  const { facts, isTest, recordNote, recordId } = handoff;
  const { around } = facts;
  const rep = personOf(playbook, handoff.repEmail);
  const { stage, close_in, contact_role } = playbook.crm.opportunity;
  const account = around?.account ?? accountIn(match);
  const open = around ? around.openDeal : openIn(match, account?.id);
  const { domain } = companyOf(handoff);
  const { lead, contact } = match;
  return {
    ...(account && { account: { id: account.id, name: account.name } }),
    ...(open && { opportunity: open }),
    ...(domain && { domain }),
    ...(recordId !== null && { made: { ...(around?.opportunity && { opportunityId: around.opportunity.id }) } }),
    // A try that was cut short may have made everything all the same.
    ...(recordNote !== null && recordId === null && { again: true }),
    ...(isTest && { isTest }),
    ...(contact.kind !== 'none' && lead.kind !== 'none' && lead.record.open && { openLead: { id: lead.record.id } }),
    deal: {
      stage,
      closeOn: dayIn(rep?.time_zone ?? 'UTC', after(now, close_in)),
      contactRole: contact_role,
    },
  };
}

/** The contact's own account, whatever other contacts of the address belong to. */
function accountIn({ contact, account }: CrmMatch): { id: string; name: string } | undefined {
  const own = contact.kind === 'none' ? undefined : contact.record.accountId;
  if (account.kind === 'none') return undefined;
  const { id, name } = account.record;
  return own === undefined || own === id ? { id, name } : { id: own, name: '' };
}

function openIn({ opportunity }: CrmMatch, accountId: string | undefined): CrmOpportunity | undefined {
  if (!opportunity || opportunity.kind === 'none' || opportunity.record.accountId !== accountId) return undefined;
  return opportunity.record;
}

/** What is kept of what was written around the record; undefined when there is nothing around it. */
export function aroundAfter(handoff: Handoff<Facts>, written: CrmWritten): Around | undefined {
  const { also = [], openDeal, linkedLeads } = written;
  const find = (object: 'Account' | 'Opportunity') => also.find(one => one.object === object);
  const [account, opportunity] = [find('Account'), find('Opportunity')];
  if (!account && !opportunity && !openDeal) return handoff.facts.around;
  const named = ({ id, name }: { id: string; name?: string }) => ({ id, name: name ?? '' });
  return {
    ...(account && { account: named(account) }),
    ...(opportunity && { opportunity: named(opportunity) }),
    ...(openDeal && { openDeal }),
    ...(linkedLeads && { linkedLeads }),
  };
}

/** The deal's owner, when it is somebody of the playbook who does not have the lead. */
export function ownerToTell({ facts, repEmail }: Handoff<Facts>, playbook: Playbook): string | undefined {
  const email = facts.around?.openDeal?.owner.email;
  if (!email || email === repEmail || !facts.around?.openDeal?.owner.active) return undefined;
  return playbook.people.some(person => person.email === email) ? email : undefined;
}

/** “Acme 2026”, Proposal, of Priya Nair. Raw: escaping is the renderer's duty. */
export function dealWords({ name, stage, owner }: CrmOpportunity): string {
  return `“${name}”, ${stage}, of ${owner.name ?? owner.email ?? 'somebody'}`;
}

/** What the card says of the company; undefined when there is nothing to say. Raw. */
export function accountLine(handoff: Handoff<Facts>, playbook: Playbook): string | undefined {
  const { around } = handoff.facts;
  if (!around) return undefined;
  const company = around.account?.name || handoff.judgement.company.name || 'The account';
  if (around.openDeal) {
    const { owner } = around.openDeal;
    const told = ownerToTell(handoff, playbook) ? ', who was told' : '';
    const own = owner.email !== undefined && owner.email === handoff.repEmail ? ': the lead belongs to it' : told;
    return `${company} has an open opportunity ${dealWords(around.openDeal)}${own}`;
  }
  if (around.linkedLeads && !around.opportunity) return `An open lead of the known account ${company}`;
  return around.opportunity ? `Opportunity “${around.opportunity.name}” of ${company}` : undefined;
}

/** What a write did, in the story: by names. */
export function writtenEntries(
  handoff: Handoff<Facts>,
  written: CrmWritten,
  playbook: Playbook,
  crm: string,
  at: Date,
): NewEntry[] {
  const base = { at, actor: crm };
  // What is around the record is told once.
  const news = handoff.facts.around ? [] : aroundSentences(handoff, written, playbook, labelOf(crm));
  return [
    { ...base, kind: 'record_written', text: writtenSentence(handoff, written, labelOf(crm)), detail: { ...written } },
    ...news.map(one => ({ ...base, ...one })),
    ...written.warnings.map(warning => ({ ...base, kind: 'record_warning' as const, text: warning })),
  ];
}

function writtenSentence(handoff: Handoff<Facts>, written: CrmWritten, where: string): string {
  const person = `${written.object} ${displayName(handoff.facts.contact)}`;
  const also = (written.also ?? []).filter(one => one.created);
  const around = also.map(one => `${one.object.toLowerCase()} ${one.name ?? ''}`.trim());
  const made = [...(written.created ? [person] : []), ...around];
  const said = [made.length > 0 ? `${list(made)} made` : '', written.created ? '' : `${person} updated`];
  return `${capital(said.filter(Boolean).join(', '))} in ${where}${written.taskId ? ', with a follow-up task' : ''}`;
}

function aroundSentences(
  handoff: Handoff<Facts>,
  { also = [], openDeal, linkedLeads = [] }: CrmWritten,
  playbook: Playbook,
  where: string,
): Pick<NewEntry, 'kind' | 'text' | 'detail'>[] {
  const company = also.find(one => one.object === 'Account')?.name ?? 'The account';
  const sentences: Pick<NewEntry, 'kind' | 'text' | 'detail'>[] = [];
  if (openDeal) {
    const told = ownerToTell({ ...handoff, facts: { ...handoff.facts, around: { openDeal } } }, playbook);
    const andTold = told ? `, and ${openDeal.owner.name ?? told} is told` : '';
    sentences.push({
      kind: 'open_deal',
      text: `${company} has an open opportunity ${dealWords(openDeal)}: no second one was made${andTold}.`,
      detail: { opportunity: openDeal.id, told: told ?? null },
    });
  }
  if (linkedLeads.length > 0) {
    sentences.push({
      kind: 'lead_linked',
      text: `The open lead was linked to the account ${company} in ${where}.`,
      detail: { leads: linkedLeads },
    });
  }
  return sentences;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
