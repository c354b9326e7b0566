/** What Salesforce calls things, and what it can do. */
import type { CrmTraits, CrmWords, LeadStatuses } from '../../contracts/crm-traits.ts';
import type { OrgRules } from './api/org.ts';

export const WORDS: CrmWords = {
  lead: { one: 'lead', many: 'leads' },
  contact: { one: 'contact', many: 'contacts' },
  company: { one: 'account', many: 'accounts' },
  deal: { one: 'opportunity', many: 'opportunities' },
  group: { one: 'queue', many: 'queues' },
};

/**
 * What statuses that orgs are made with say of the work, older and newer ones (Object Reference, LeadStatus); conversion
 * is a flag.
 */
export const LEAD_STATUSES = {
  working: ['Working', 'Nurturing'],
  contacted: ['Working - Contacted', 'Contacted'],
  rejected: ['Closed - Not Converted', 'Unqualified'],
} satisfies LeadStatuses;

/** The first of the statuses every new org has. */
export const NEW_STATUS = 'Open - Not Contacted';

export function traitsOf({ record_types: types }: OrgRules): CrmTraits {
  return {
    words: WORDS,
    nicknames: ['org', 'sf'],
    can: {
      leads: true,
      accountBased: true,
      // Person accounts are a record type, which only the playbook knows by name.
      personCompanies: types.PersonAccount !== undefined,
      groups: true,
      campaigns: true,
      dealRoles: true,
    },
    // A long text area (Field Reference, "Text Area (Long)").
    longestText: 131_072,
    newStatus: NEW_STATUS,
    statuses: LEAD_STATUSES,
    taskObject: 'Task',
  };
}
