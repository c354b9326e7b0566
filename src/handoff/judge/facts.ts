import { answersIn } from '../../domain/form/answers.ts';
import type { Answers } from '../../domain/form/facts.ts';
import type { CompanyFacts, Contact, PersonFacts, SourceName } from '../../domain/lead.ts';
import { countryCode } from '../../domain/regions.ts';

/** What judging and conditions read: enrichment first, the source where enrichment is silent. Absent = unknown. */
export interface LeadFacts {
  title?: string;
  industry?: string;
  employees?: number;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  leadSource?: string;
  productInterest?: string;
  /** What they answered in forms, or to whoever handed them off. */
  answers: Answers;
  unsubscribed: boolean;
  source: SourceName;
  properties: Record<string, string>;
}

/** One set of facts out of what the source and the enrichers know. */
export function leadFacts(contact: Contact, company: CompanyFacts, person: PersonFacts = {}): LeadFacts {
  const title = contact.title?.trim() || person.title?.trim();
  const industry = company.industry?.trim() || contact.industry?.trim();
  const employees = [company.employees, contact.employees].find(count => Number.isFinite(count));
  const country = countryCode(company.country) ?? countryCode(contact.country);
  return {
    ...(title && { title }),
    ...(industry && { industry }),
    ...(employees !== undefined && { employees }),
    ...(country && { country }),
    ...(contact.leadSource && { leadSource: contact.leadSource }),
    ...(contact.productInterest && { productInterest: contact.productInterest }),
    answers: answersIn(contact),
    unsubscribed: contact.unsubscribed === true,
    source: contact.source,
    properties: contact.properties,
  };
}
