/** What a playbook may map into Zoho CRM. Fields go by the labels people see there, or by their API names. */
import type { CrmVocabulary } from '../../domain/playbook-vendors.ts';

const LINKS = 'links records to one another, which Baton does';
const WRITTEN_THERE = 'is written by Zoho CRM itself';
const OWNER = 'follows the routing: who has the lead owns it';
const EMAIL = { Email: 'is how people are found again: it is always the lead’s own' };

/** The API name of a label is the same with underscores for blanks. */
const both = (reasons: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(reasons).flatMap(([label, why]) => [
      [label, why],
      [label.replaceAll(' ', '_'), why],
    ]),
  );

export const VOCABULARY: CrmVocabulary = {
  objects: ['Lead', 'Contact', 'Account', 'Deal', 'Task'],
  typedObjects: [],
  ignoresCase: true,
  reserved: both({
    id: WRITTEN_THERE,
    'Created Time': WRITTEN_THERE,
    'Modified Time': WRITTEN_THERE,
    'Created By': WRITTEN_THERE,
    'Modified By': WRITTEN_THERE,
    Owner: OWNER,
    'Lead Owner': OWNER,
    'Contact Owner': OWNER,
    'Deal Owner': OWNER,
    'Contact Name': LINKS,
    Who_Id: LINKS,
    What_Id: LINKS,
  }),
  reservedOn: {
    Lead: EMAIL,
    Contact: { ...EMAIL, ...both({ 'Account Name': LINKS }) },
    Account: both({ 'Account Name': 'is the company’s own name' }),
    Deal: both({
      'Deal Name': 'is set with crm.opportunity.name',
      Stage: 'is set with crm.opportunity.stage',
      Pipeline: 'is set with crm.opportunity.pipeline',
      'Closing Date': 'is set with crm.opportunity.close_in',
      Currency: 'is set with crm.currency',
      'Account Name': LINKS,
    }),
    Task: both({
      Subject: 'is how a rep tells the tasks apart, and Baton writes it',
      Description: 'is what Baton writes',
      Status: 'is the rep’s: what is done would be opened again',
      'Due Date': 'follows the SLA',
    }),
  },
  ownPrefix: 'Baton ',
  ownFields: { objects: ['Lead', 'Contact'], except: { mql_score: ['Deal'] } },
  fieldName: { pattern: /^[^\p{Cc}]{1,100}$/u, says: 'must be the label or API name of a field as Zoho CRM has it' },
  defaults: {
    fields: {
      lead_score: 'Lead score',
      icp_fit_score: 'ICP fit score',
      icp_priority: 'ICP priority',
      mql_date: 'MQL date',
      // Leads have these two from the start.
      employees: 'No. of Employees',
      revenue: 'Annual Revenue',
      industry: 'Company industry',
      activity_summary: 'Activity summary',
      recent_intent: 'Recent intent',
      tech_stack: 'Tech stack',
      mql_score: 'MQL score',
      sla_due: 'SLA due',
      sla_breached: 'SLA breached',
      first_touch: 'First contact',
    },
    // The first stage of the pipeline that every new account has.
    stage: 'Qualification',
  },
};
