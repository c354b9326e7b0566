import type { CrmMatch } from '../crm/crm.ts';
import type { CompanyFacts, Contact, PersonFacts } from '../domain/lead.ts';

/** Everything gathered about a lead before judging; kept on the handoff as it was then, completed when more is learnt. */
export interface Facts {
  contact: Contact;
  company: CompanyFacts;
  person?: PersonFacts;
  /** Absent when the CRM could not be asked in time; `record` then asks before it writes. */
  match?: CrmMatch;
  /** Enrichers that gave no answer in time, and why. */
  missing: { provider: string; why: string }[];
}
