import type { Playbook } from '../../config/playbook.ts';
import type { CrmMatch, CrmOwner, CrmPerson } from '../../contracts/crm-records.ts';
import type { Judgement, Priority } from '../../domain/decision.ts';
import type { Facts } from '../core/facts.ts';
import type { ConditionFacts } from '../judge/conditions.ts';
import { leadFacts } from '../judge/facts.ts';

/** What routing reads. Absent = unknown, which holds against no condition. */
export interface RouteFacts extends ConditionFacts {
  priority: Priority;
  score: number | null;
  /** The account of the lead's company; null: the CRM has none; absent: the CRM could not be asked. */
  account?: { name: string; owner: CrmOwner } | null;
  /** An open record of this very person that somebody owns: they keep the lead. */
  record?: CrmPerson & { owner: CrmOwner };
  /** The CRM has the person as a contact of `account`: a customer, who belongs to the account's owner. */
  contactOfAccount?: boolean;
}

/** Everything routing needs, out of what was gathered and judged. */
export function routeFacts(facts: Facts, judgement: Judgement, playbook: Playbook): RouteFacts {
  return {
    ...leadFacts(facts.contact, facts.company, facts.person),
    titleLevel: judgement.title.level,
    emailKind: judgement.email.kind,
    icpIndustries: playbook.fit.industries,
    priority: judgement.fit.priority,
    score: judgement.score,
    ...(facts.match && crmFacts(facts.match)),
  };
}

function crmFacts({ lead, contact, company }: CrmMatch): Pick<RouteFacts, 'account' | 'record' | 'contactOfAccount'> {
  const account = company.kind === 'none' ? null : { name: company.record.name, owner: company.record.owner };
  const common = { account };
  if (lead.kind !== 'none' && lead.record.open) return { ...common, ...ownedRecord('lead', lead.record) };
  if (contact.kind === 'none') return common;
  const { companyId, customer = companyId !== undefined } = contact.record;
  if (account && companyId !== undefined && customer) return { ...common, contactOfAccount: true };
  return { ...common, ...ownedRecord('contact', contact.record) };
}

function ownedRecord(
  kind: CrmPerson['kind'],
  { id, owner }: { id: string; owner: CrmOwner },
): Pick<RouteFacts, 'record'> {
  return owner.kind === 'nobody' ? {} : { record: { kind, id, owner } };
}
