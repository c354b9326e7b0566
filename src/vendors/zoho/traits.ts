/** What Zoho CRM calls things, and what it can do. */
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import { LONG } from './records/values.ts';

export const TRAITS: CrmTraits = {
  words: {
    lead: { one: 'Lead', many: 'Leads' },
    contact: { one: 'Contact', many: 'Contacts' },
    company: { one: 'Account', many: 'Accounts' },
    deal: { one: 'Deal', many: 'Deals' },
    group: { one: 'group', many: 'groups' },
  },
  nicknames: ['zoho crm'],
  can: { leads: true, accountBased: true, personCompanies: false, groups: false, campaigns: true, dealRoles: false },
  newStatus: 'Not Contacted',
  // Those that a new account's Leads have.
  statuses: {
    working: ['Attempted to Contact', 'Contact in Future', 'Pre-Qualified'],
    contacted: ['Contacted'],
    rejected: ['Junk Lead', 'Lost Lead', 'Not Qualified'],
  },
  longestText: LONG,
  taskObject: 'Task',
};
