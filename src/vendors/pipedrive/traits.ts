/** What Pipedrive calls things, and what it can do. */
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import { ARCHIVED } from './events/parse.ts';
import { LONG } from './records/values.ts';

export const TRAITS: CrmTraits = {
  words: {
    lead: { one: 'Lead', many: 'Leads' },
    contact: { one: 'Person', many: 'Persons' },
    company: { one: 'Organization', many: 'Organizations' },
    deal: { one: 'Deal', many: 'Deals' },
    group: { one: 'team', many: 'teams' },
  },
  nicknames: ['pd'],
  can: { leads: true, accountBased: true, personCompanies: false, groups: false, campaigns: false, dealRoles: false },
  // A Lead has labels for a status, which are the company's own; or somebody took it off the inbox.
  statuses: { working: [], contacted: ['Contacted'], rejected: [ARCHIVED] },
  longestText: LONG,
  taskObject: 'Activity',
};
