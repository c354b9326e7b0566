/** What HubSpot calls things as a CRM, and what it can do. */
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import { LONGEST } from './records/values.ts';

/** What a new lead is at: the first stage of leads, and the first lead status of contacts, in every new account. */
export const NEW = 'New';

export const TRAITS: CrmTraits = {
  words: {
    lead: { one: 'lead', many: 'leads' },
    contact: { one: 'contact', many: 'contacts' },
    company: { one: 'company', many: 'companies' },
    deal: { one: 'deal', many: 'deals' },
    group: { one: 'team', many: 'teams' },
  },
  nicknames: ['hs'],
  can: { leads: true, accountBased: true, personCompanies: false, groups: false, campaigns: false, dealRoles: true },
  newStatus: NEW,
  // Stages of leads and lead statuses of contacts, as accounts are made with them.
  statuses: {
    working: ['Attempting', 'In progress', 'Open'],
    contacted: ['Connected', 'Attempted to contact'],
    rejected: ['Disqualified', 'Unqualified', 'Bad timing'],
  },
  longestText: LONGEST / 2,
  taskObject: 'Task',
};
