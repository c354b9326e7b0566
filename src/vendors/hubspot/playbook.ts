/** What a playbook may map into HubSpot as the CRM. Properties go by their internal names. */
import type { CrmVocabulary } from '../../domain/playbook-vendors.ts';

const LINKS = 'links records to one another, which Baton does';
const WRITTEN_THERE = 'is written by HubSpot itself';

export const VOCABULARY: CrmVocabulary = {
  objects: ['Contact', 'Company', 'Deal', 'Lead', 'Task'],
  typedObjects: [],
  ignoresCase: false,
  mustBeNamed: true,
  hasCallQueues: true,
  reserved: {
    hs_object_id: WRITTEN_THERE,
    createdate: WRITTEN_THERE,
    lastmodifieddate: WRITTEN_THERE,
    hs_createdate: WRITTEN_THERE,
    hs_lastmodifieddate: WRITTEN_THERE,
    hs_merged_object_ids: WRITTEN_THERE,
    associatedcompanyid: LINKS,
    hubspot_owner_id: 'follows the routing: who has the lead owns it',
  },
  reservedOn: {
    Contact: {
      email: 'is how people are found again: it is always the lead’s own',
      hs_additional_emails: WRITTEN_THERE,
      hs_marketable_status: WRITTEN_THERE,
    },
    Company: { domain: 'is how companies are found again: it is always the lead’s own' },
    Deal: {
      dealname: 'is set with crm.opportunity.name',
      dealstage: 'is set with crm.opportunity.stage',
      pipeline: 'is set with crm.opportunity.pipeline',
      closedate: 'is set with crm.opportunity.close_in',
      deal_currency_code: 'is set with crm.currency',
    },
    Lead: { hs_pipeline: 'is where a new lead begins', hs_pipeline_stage: 'is where a new lead begins' },
    Task: {
      hs_task_subject: 'is how a rep tells the tasks apart, and Baton writes it',
      hs_task_body: 'is what Baton writes',
      hs_task_status: 'is the rep’s: a task that is done would be opened again',
      hs_timestamp: 'follows the SLA',
    },
  },
  ownPrefix: 'baton_',
  ownFields: { objects: ['Contact'], except: { mql_score: ['Deal'] } },
  fieldName: {
    pattern: /^[a-z][a-z0-9_]{0,99}$/,
    says: 'must be the internal name of a property in HubSpot: small letters, digits and _',
  },
  defaults: {
    fields: {
      lead_score: 'baton_lead_score',
      icp_fit_score: 'baton_icp_fit_score',
      icp_priority: 'baton_icp_priority',
      mql_date: 'baton_mql_date',
      employees: 'baton_employees',
      industry: 'baton_industry',
      revenue: 'baton_revenue',
      activity_summary: 'baton_activity_summary',
      recent_intent: 'baton_recent_intent',
      tech_stack: 'baton_tech_stack',
      mql_score: 'baton_mql_score',
      sla_due: 'baton_sla_due',
      sla_breached: 'baton_sla_breached',
      first_touch: 'baton_first_touch',
    },
    // The first stage of the pipeline that every new account has.
    stage: 'Appointment Scheduled',
  },
};
