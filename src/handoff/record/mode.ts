/** How a handoff is written to the CRM, and to which of the records that are there. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import type { CrmWrite } from '../../contracts/crm.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Facts } from '../core/facts.ts';

/** A record that is there. */
export interface Existing {
  record: NonNullable<CrmWrite['existing']>;
  keepOwner: boolean;
}

/** May a lead of this playbook be written account-based? Then its company is looked for by name, too. */
export function mayBeAccountBased({ crm, routing }: Playbook, { can }: CrmTraits): boolean {
  if (!can.accountBased) return false;
  return crm.mode === 'account_based' || routing.some(rule => rule.crm === 'account_based');
}

/** Whom to look for: a generic mail domain is nobody's, and no company of the CRM is a test's own. */
export function companyOf({ judgement, isTest }: Pick<Handoff, 'judgement' | 'isTest'>): {
  domain?: string;
  company?: string;
} {
  const { email, company } = judgement;
  if (isTest) return {};
  return {
    ...(email.kind === 'business' && { domain: email.domain }),
    ...(company.name && { company: company.name }),
  };
}

/** The rule that took the lead may say so; else the playbook does for all. */
export function crmModeOf({ decision }: Pick<Handoff, 'decision'>, { crm }: Playbook): CrmWrite['mode'] {
  return decision?.crm ?? crm.mode;
}

/**
 * Is this write account-based? What was written before is brought up to date as what it is: a lead that a rep converted
 * has all that its rep made of it.
 */
export function isAccountBased(
  handoff: Handoff<Facts>,
  match: CrmMatch,
  playbook: Playbook,
  traits: CrmTraits,
): boolean {
  if (!traits.can.accountBased || crmModeOf(handoff, playbook) !== 'account_based') return false;
  const { recordId, recordKind, facts } = handoff;
  if (recordId === null) return hasCompany(handoff, match, traits);
  const { accountBased } = facts;
  return Boolean(accountBased && (recordKind === 'lead' || accountBased.deal || accountBased.openDeal));
}

/**
 * Nobody makes a company of nothing: without any the person is written alone, unless the CRM has companies of one
 * person.
 */
export function hasCompany(
  { judgement }: Pick<Handoff, 'judgement'>,
  match: CrmMatch,
  { can }: Pick<CrmTraits, 'can'>,
): boolean {
  const { email, company } = judgement;
  return match.company.kind !== 'none' || email.kind === 'business' || Boolean(company.name) || can.personCompanies;
}

/**
 * The record to write to. A lead is worked as a lead; account-based, a contact goes before it, as what is made hangs on
 * the contact's company.
 */
export function existingIn(mode: CrmWrite['mode'], match: CrmMatch): Existing | undefined {
  if (mode === 'account_based' && match.contact.kind !== 'none') {
    const { id, companyId, owner } = match.contact.record;
    const homeless = companyId === undefined;
    return { record: { kind: 'contact', id, ...(homeless && { homeless }) }, keepOwner: owner.kind !== 'nobody' };
  }
  return existingRecord(match);
}

/** An open lead or a known contact is updated, never doubled; its owner stays, of a lead while that owner is active. */
function existingRecord(match: CrmMatch): Existing | undefined {
  if (match.lead.kind !== 'none' && match.lead.record.open) {
    const { id, owner } = match.lead.record;
    // Routing followed an active owner of the playbook already; any other active owner is a person's decision too.
    return { record: { kind: 'lead', id }, keepOwner: owner.active && owner.kind === 'user' };
  }
  if (match.contact.kind === 'none') return undefined;
  const { id, owner } = match.contact.record;
  return { record: { kind: 'contact', id }, keepOwner: owner.kind !== 'nobody' };
}
