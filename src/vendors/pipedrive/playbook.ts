/** What a playbook may map into Pipedrive. Fields go by the names people see there. */
import type { CrmVocabulary } from '../../domain/playbook-vendors.ts';

const LINKS = 'links records to one another, which Baton does';
const WRITTEN_THERE = 'is written by Pipedrive itself';
const OWNER = 'follows the routing: who has the lead owns it';

export const VOCABULARY: CrmVocabulary = {
  objects: ['Person', 'Organization', 'Deal', 'Lead', 'Activity'],
  typedObjects: [],
  ignoresCase: true,
  reserved: {
    ID: WRITTEN_THERE,
    'Add time': WRITTEN_THERE,
    'Update time': WRITTEN_THERE,
    Owner: OWNER,
    owner_id: OWNER,
    person_id: LINKS,
    org_id: LINKS,
    deal_id: LINKS,
    lead_id: LINKS,
    organization_id: LINKS,
  },
  reservedOn: {
    Person: { Email: 'is how people are found again: it is always the lead’s own', Name: 'is the lead’s own' },
    Deal: {
      Title: 'is set with crm.opportunity.name',
      Stage: 'is set with crm.opportunity.stage',
      Pipeline: 'is set with crm.opportunity.pipeline',
      'Expected close date': 'is set with crm.opportunity.close_in',
      Currency: 'is set with crm.currency',
    },
    Lead: { origin_id: 'is how Baton finds its Leads again' },
    Activity: {
      Subject: 'is how a rep tells the activities apart, and Baton writes it',
      note: 'is what Baton writes',
      done: 'is the rep’s: what is done would be opened again',
      due_date: 'follows the SLA',
    },
  },
  ownPrefix: 'Baton ',
  ownFields: { objects: ['Person'], except: { mql_score: ['Deal', 'Lead'] } },
  fieldName: { pattern: /^[^\p{Cc}]{1,100}$/u, says: 'must be the name of a field as it stands in Pipedrive' },
  defaults: {
    fields: {
      lead_score: 'Lead score',
      icp_fit_score: 'ICP fit score',
      icp_priority: 'ICP priority',
      mql_date: 'MQL date',
      employees: 'Employees',
      industry: 'Company industry',
      revenue: 'Company revenue',
      activity_summary: 'Activity summary',
      recent_intent: 'Recent intent',
      tech_stack: 'Tech stack',
      mql_score: 'MQL score',
      sla_due: 'SLA due',
      sla_breached: 'SLA breached',
      first_touch: 'First contact',
    },
    // The first stage of the pipeline that every new account has.
    stage: 'Qualified',
  },
};
