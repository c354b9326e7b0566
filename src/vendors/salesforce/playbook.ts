/** What a playbook may map into an org. Field names: Salesforce's Object Reference, standard objects. */
import type { CrmVocabulary } from '../../domain/playbook-vendors.ts';

const LINKS = 'links records to one another, which Baton does';
const WRITTEN_BY_ORG = 'is written by Salesforce itself';
const FOUND_BY = 'is how people are found again: it is always the lead’s own';

export const VOCABULARY: CrmVocabulary = {
  objects: ['Lead', 'Contact', 'Account', 'Opportunity', 'Task'],
  typedObjects: ['Lead', 'Contact', 'Account', 'PersonAccount', 'Opportunity'],
  ignoresCase: true,
  reserved: {
    Id: WRITTEN_BY_ORG,
    IsDeleted: WRITTEN_BY_ORG,
    CreatedDate: WRITTEN_BY_ORG,
    CreatedById: WRITTEN_BY_ORG,
    LastModifiedDate: WRITTEN_BY_ORG,
    LastModifiedById: WRITTEN_BY_ORG,
    SystemModstamp: WRITTEN_BY_ORG,
    OwnerId: 'follows the routing: who has the lead owns it (a pool’s queue is set with teams.….crm_queue)',
    RecordTypeId: 'is set with crm.record_types, by the developer name of the type',
    CurrencyIsoCode: 'is set with crm.currency',
    AccountId: LINKS,
    ContactId: LINKS,
    WhoId: LINKS,
    WhatId: LINKS,
  },
  reservedOn: {
    Lead: { Email: FOUND_BY, IsConverted: WRITTEN_BY_ORG },
    Contact: { Email: FOUND_BY },
    Opportunity: {
      Name: 'is set with crm.opportunity.name',
      StageName: 'is set with crm.opportunity.stage',
      CloseDate: 'is set with crm.opportunity.close_in',
      CampaignId: 'is set with crm.campaign',
    },
    Task: {
      Subject: 'is how a rep tells the tasks apart, and Baton writes it',
      Status: 'is the rep’s: a task that is done would be opened again',
      ActivityDate: 'follows the promise of the ladder',
    },
  },
  ownPrefix: 'Baton_',
  ownFields: { objects: ['Lead', 'Contact'], except: { mql_score: ['Opportunity'] } },
  defaults: { stage: 'MQL - Marketing Qualified', contactRole: 'Decision Maker' },
};
