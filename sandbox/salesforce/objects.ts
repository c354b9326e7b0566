/** The objects of the stand-in's org: the platform's own, and what Baton's set-up has deployed there. */
import { HISTORIES } from './history-objects.ts';
import { PERMISSIONS } from './metadata-objects.ts';
import { computed, flag, longText, number, pick, ref, type Spec, type Specs, text } from './schema.ts';

const phone: Spec = { type: 'phone', length: 40 };
const url: Spec = { type: 'url', length: 255, indexed: true };
const email: Spec = { type: 'email', length: 80, indexed: true };
/** Baton's key of an effect. */
const handoffKey = text(64, { externalId: true, unique: true, indexed: true, label: 'Baton Handoff Id' });

const PERSON: Record<string, Spec> = {
  Salutation: pick(['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.']),
  FirstName: text(40, { label: 'First Name' }),
  LastName: text(80, { label: 'Last Name', required: true }),
  Name: computed('string', 121),
  Title: text(128),
  Phone: phone,
  MobilePhone: phone,
  Fax: phone,
  Email: email,
  LeadSource: pick(['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Webinar', 'Other']),
  Description: longText(32_000),
};

/** The playbook example's fields (crm.fields), as salesforce/ deploys them. */
const BATON: Record<string, Spec> = {
  Lead_Score__c: { ...number(), label: 'Lead Score' },
  ICP_Fit_Score__c: { ...number(), label: 'ICP Fit Score' },
  ICP_Priority__c: pick(['HIGH', 'MEDIUM', 'LOW'], { restricted: true, label: 'ICP Priority' }),
  MQL_Date__c: { type: 'date', label: 'MQL Date' },
  Clearbit_Employees__c: { ...number(), label: 'Clearbit Employees' },
  Clearbit_Industry__c: text(255, { label: 'Clearbit Industry' }),
  Clearbit_Revenue__c: { type: 'currency', digits: 16, label: 'Clearbit Revenue' },
  Activity_Summary__c: { ...longText(32_768), label: 'Activity Summary' },
  Recent_Intent_Signal__c: text(255, { label: 'Recent Intent Signal' }),
  Company_Tech_Stack__c: { ...longText(5_000), label: 'Company Tech Stack' },
  Baton_SLA_Due__c: { type: 'datetime', label: 'Baton SLA Due' },
  Baton_SLA_Breached__c: flag({ label: 'Baton SLA Breached' }),
  Baton_First_Touch__c: { type: 'datetime', label: 'Baton First Touch' },
  Baton_Handoff_Id__c: handoffKey,
};

const address = (prefix: string): Record<string, Spec> => ({
  [`${prefix}Street`]: { type: 'textarea', length: 255 },
  [`${prefix}City`]: text(40),
  [`${prefix}State`]: text(80),
  [`${prefix}PostalCode`]: text(20),
  [`${prefix}Country`]: text(80),
});

const owner = ref('User', 'Owner', { label: 'Owner ID', indexed: true });
const ownerOrQueue = ref(['Group', 'User'], 'Owner', { label: 'Owner ID', indexed: true });

const ACTIVITY: Record<string, Spec> = {
  WhoId: ref(['Contact', 'Lead'], 'Who', { label: 'Name ID', indexed: true }),
  WhatId: ref(['Account', 'Opportunity', 'Campaign'], 'What', { label: 'Related To ID', indexed: true }),
  AccountId: ref('Account', 'Account', { writable: false }),
  Subject: text(255),
  ActivityDate: { type: 'date' },
  Description: longText(32_000),
  OwnerId: ownerOrQueue,
  Baton_Handoff_Id__c: handoffKey,
};

export const OBJECTS: Specs = {
  ...PERMISSIONS,
  ...HISTORIES,
  User: {
    prefix: '005',
    fields: {
      Username: text(80, { required: true, unique: true, indexed: true }),
      Email: { ...email, length: 128, required: true },
      FirstName: text(40),
      LastName: text(80, { required: true }),
      Name: computed('string', 121),
      Alias: text(8),
      Title: text(80),
      Phone: phone,
      IsActive: flag({ initial: true }),
      ManagerId: ref('User', 'Manager'),
      TimeZoneSidKey: pick([], { initial: 'America/New_York' }),
      UserType: pick(['Standard'], { initial: 'Standard' }),
    },
  },
  Group: {
    prefix: '00G',
    fields: {
      Name: text(40, { required: true, indexed: true }),
      DeveloperName: text(80, { indexed: true }),
      Type: pick(['Queue', 'Regular'], { initial: 'Queue' }),
      Email: email,
    },
  },
  Lead: {
    prefix: '00Q',
    fields: {
      ...PERSON,
      Company: text(255, { required: true }),
      Website: url,
      ...address(''),
      Status: pick(['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'], {
        initial: 'Open - Not Contacted',
      }),
      Industry: pick(['Technology', 'Banking', 'Manufacturing', 'Other']),
      Rating: pick(['Hot', 'Warm', 'Cold']),
      AnnualRevenue: { type: 'currency', digits: 18 },
      NumberOfEmployees: { type: 'int', digits: 8 },
      OwnerId: ownerOrQueue,
      IsConverted: flag({ writable: false }),
      ConvertedDate: computed('date'),
      ConvertedAccountId: ref('Account', 'ConvertedAccount', { writable: false }),
      ConvertedContactId: ref('Contact', 'ConvertedContact', { writable: false }),
      ConvertedOpportunityId: ref('Opportunity', 'ConvertedOpportunity', { writable: false }),
      /** Of a record that was merged away: the one that stayed. */
      MasterRecordId: ref('Lead', 'MasterRecord', { writable: false }),
      IsUnreadByOwner: flag({ initial: true }),
      /** The account an open lead belongs to. */
      Baton_Account__c: ref('Account', 'Baton_Account__r'),
      LastActivityDate: computed('date'),
      ...BATON,
    },
  },
  Contact: {
    prefix: '003',
    fields: {
      ...PERSON,
      AccountId: ref('Account', 'Account', { indexed: true }),
      ...address('Mailing'),
      Department: text(80),
      ReportsToId: ref('Contact', 'ReportsTo'),
      MasterRecordId: ref('Contact', 'MasterRecord', { writable: false }),
      OwnerId: owner,
      LastActivityDate: computed('date'),
      ...BATON,
    },
  },
  Account: {
    prefix: '001',
    fields: {
      Name: text(255, { label: 'Account Name', required: true, indexed: true }),
      Type: pick(['Prospect', 'Customer - Direct', 'Channel Partner']),
      ParentId: ref('Account', 'Parent'),
      MasterRecordId: ref('Account', 'MasterRecord', { writable: false }),
      ...address('Billing'),
      Phone: phone,
      Website: url,
      Industry: pick(['Technology', 'Banking', 'Manufacturing', 'Other']),
      AnnualRevenue: { type: 'currency', digits: 18 },
      NumberOfEmployees: { type: 'int', digits: 8 },
      Description: longText(32_000),
      Rating: pick(['Hot', 'Warm', 'Cold']),
      OwnerId: owner,
      Baton_Handoff_Id__c: handoffKey,
      Baton_Website_Host__c: text(255, { externalId: true, indexed: true, label: 'Baton Website Host' }),
    },
  },
  Opportunity: {
    prefix: '006',
    fields: {
      Name: text(120, { required: true }),
      AccountId: ref('Account', 'Account', { indexed: true }),
      StageName: pick(
        ['MQL - Marketing Qualified', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'],
        { required: true },
      ),
      CloseDate: { type: 'date', required: true },
      Amount: { type: 'currency', digits: 16 },
      Probability: { type: 'percent', digits: 3 },
      Type: pick(['New Business', 'Existing Business']),
      NextStep: text(255),
      LeadSource: pick(['Web', 'Partner Referral', 'Webinar', 'Other']),
      Description: longText(32_000),
      CampaignId: ref('Campaign', 'Campaign'),
      OwnerId: owner,
      IsClosed: flag({ writable: false }),
      IsWon: flag({ writable: false }),
      MQL_Score__c: { ...number(), label: 'MQL Score' },
      Baton_Handoff_Id__c: handoffKey,
    },
  },
  OpportunityContactRole: {
    prefix: '00K',
    fields: {
      OpportunityId: ref('Opportunity', 'Opportunity', { required: true, indexed: true }),
      ContactId: ref('Contact', 'Contact', { required: true, indexed: true }),
      Role: pick(['Decision Maker', 'Evaluator', 'Other']),
      IsPrimary: flag(),
    },
  },
  Task: {
    prefix: '00T',
    fields: {
      ...ACTIVITY,
      Status: pick(['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'], {
        initial: 'Not Started',
      }),
      Priority: pick(['High', 'Normal', 'Low'], { initial: 'Normal' }),
      TaskSubtype: pick(['Task', 'Email', 'Call', 'ListEmail', 'LinkedIn'], {
        initial: 'Task',
        restricted: true,
        createOnly: true,
      }),
      Type: pick(['Call', 'Email', 'Meeting', 'Other']),
      CallType: pick(['Inbound', 'Outbound', 'Internal'], { restricted: true }),
      CallDurationInSeconds: { type: 'int', digits: 8 },
      CallDisposition: text(255),
      CallObject: text(255),
      IsClosed: flag({ writable: false }),
      IsHighPriority: flag({ writable: false }),
      CompletedDateTime: computed('datetime'),
      IsReminderSet: flag(),
      ReminderDateTime: { type: 'datetime' },
    },
  },
  Event: {
    prefix: '00U',
    fields: {
      ...ACTIVITY,
      Location: text(255),
      IsAllDayEvent: flag(),
      IsChild: flag(),
      ActivityDateTime: { type: 'datetime' },
      DurationInMinutes: { type: 'int', digits: 8 },
      StartDateTime: { type: 'datetime' },
      EndDateTime: { type: 'datetime' },
      ShowAs: pick(['Busy', 'OutOfOffice', 'Free'], { initial: 'Busy' }),
    },
  },
  Campaign: {
    prefix: '701',
    fields: {
      Name: text(80, { required: true, indexed: true }),
      Type: pick(['Webinar', 'Email', 'Conference', 'Other']),
      Status: pick(['Planned', 'In Progress', 'Completed', 'Aborted'], { initial: 'Planned' }),
      IsActive: flag(),
      StartDate: { type: 'date' },
      EndDate: { type: 'date' },
      Description: longText(32_000),
      OwnerId: owner,
    },
  },
  CampaignMemberStatus: {
    prefix: '01Y',
    fields: {
      CampaignId: ref('Campaign', 'Campaign', { required: true, indexed: true }),
      Label: text(255, { required: true }),
      SortOrder: { type: 'int', digits: 8 },
      IsDefault: flag(),
      HasResponded: flag(),
    },
  },
  QueueSobject: {
    prefix: '03g',
    fields: {
      QueueId: ref('Group', 'Queue', { required: true, indexed: true }),
      SobjectType: text(40, { required: true }),
    },
  },
  RecordType: {
    prefix: '012',
    fields: {
      Name: text(80, { required: true }),
      DeveloperName: text(80, { indexed: true }),
      SobjectType: text(40, { required: true, indexed: true }),
      IsActive: flag({ initial: true }),
    },
  },
  CampaignMember: {
    prefix: '00v',
    fields: {
      CampaignId: ref('Campaign', 'Campaign', { required: true, indexed: true }),
      LeadId: ref('Lead', 'Lead', { indexed: true }),
      ContactId: ref('Contact', 'Contact', { indexed: true }),
      Status: pick(['Sent', 'Responded']),
      HasResponded: flag({ writable: false }),
    },
  },
};
