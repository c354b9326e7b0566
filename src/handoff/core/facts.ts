import type { CrmDeal, CrmMatch } from '../../contracts/crm-records.ts';
import type { FirstAnswer } from '../../domain/first-answer.ts';
import type { CompanyFacts, Contact, PersonFacts } from '../../domain/lead.ts';

/** The records beside the person's in the CRM, once it was written account-based. */
export interface AccountBased {
  company?: { id: string; name: string };
  /** Made for this handoff. */
  deal?: { id: string; name: string };
  /** Somebody's, open already. */
  openDeal?: CrmDeal;
  linkedLeads?: string[];
}

/** What a record says of the promise, by the playbook's names; moments in ISO 8601. */
export interface PromiseValues {
  sla_due: string | null;
  sla_breached: boolean;
  first_touch: string | null;
}

/** Everything gathered about a lead before judging; kept on the handoff as it was then, completed when more is learnt. */
export interface Facts {
  contact: Contact;
  company: CompanyFacts;
  person?: PersonFacts;
  /** Absent when the CRM could not be asked in time; `record` then asks before it writes. */
  match?: CrmMatch;
  /** Contacts of platforms that are this person, found while a form of theirs was read. */
  platforms?: { source: string; contactId: string }[];
  /** Platforms that did not say in time whether the person opted out. */
  unchecked?: string[];
  accountBased?: AccountBased;
  /** The CRM user whose record it turned out to be, once whoever has the lead was told. */
  keptOwner?: string;
  /** What the playbook asked of the record and the CRM cannot do, as far as the timeline said so. */
  lacking?: string[];
  /** The writes that were told of: by which run of the job, and as whose lead. */
  writes?: { run: string; rep: string | null }[];
  /** The record that people deleted in the CRM, for good: no other took its place so far. */
  deletedRecord?: string;
  /** What the record says of the promise: as last written, and to which one. */
  promise?: { record: string; values: Partial<PromiseValues> };
  /** The mail that leaves to the lead by itself; absent: none was ever to. */
  firstAnswer?: FirstAnswer;
  /** Enrichers that gave no answer in time, and why. */
  missing: { provider: string; why: string }[];
}
