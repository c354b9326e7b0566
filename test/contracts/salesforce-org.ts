/** One Salesforce stand-in and a connection to it, for tests of what only Salesforce does. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { salesforce as service } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { Crm } from '../../src/contracts/crm.ts';
import { type Clock, clockFrom } from '../../src/lib/clock.ts';
import { type SalesforceOptions, salesforce } from '../../src/vendors/salesforce/crm.ts';
import { look, press } from '../helpers/control.ts';
import { salesforceRules } from '../helpers/crm.ts';

export const FIELDS = {
  lead_score: 'Lead_Score__c',
  icp_fit_score: 'ICP_Fit_Score__c',
  icp_priority: 'ICP_Priority__c',
  mql_date: 'MQL_Date__c',
  employees: 'Clearbit_Employees__c',
  industry: 'Clearbit_Industry__c',
  revenue: 'Clearbit_Revenue__c',
  activity_summary: 'Activity_Summary__c',
  recent_intent: 'Recent_Intent_Signal__c',
  tech_stack: 'Company_Tech_Stack__c',
  mql_score: 'MQL_Score__c',
  sla_due: 'Baton_SLA_Due__c',
  sla_breached: 'Baton_SLA_Breached__c',
  first_touch: 'Baton_First_Touch__c',
};
/** What a playbook without a word about the CRM says of it. */
export const RULES = salesforceRules();
export const NOW = new Date('2026-11-24T18:00:00.000Z');
export const COMPOSITE = '/services/data/v64.0/composite';

export type Row = Record<string, string | number | boolean | null>;

export interface Org {
  sandbox: Sandbox;
  crm: Crm;
  clock: ReturnType<typeof clockFrom>;
  connect(options?: Partial<SalesforceOptions>): Crm;
  add(object: string, values: Row): Promise<string>;
  change(object: string, id: string, values: Row): Promise<void>;
  rows(object: string): Promise<Row[]>;
  set(change: object): Promise<void>;
  /** What people do in the org's own pages: `merge`, `convert`, `undelete`, `purge`. */
  press(button: string, given: object): Promise<Record<string, string>>;
  userId(email: string): Promise<string>;
  /** Without the one a day about the org's size. */
  calls(): string[];
  logins(): number;
}

export async function openOrg(): Promise<Org> {
  let stopped: Date | undefined;
  const moving = clockFrom(NOW);
  // Held still, so that waits can be compared exactly.
  const clock: Clock = { now: () => stopped ?? NOW };
  const sandbox = await startSandbox({ services: [service], clock });
  const env = sandbox.env();
  const connect = (options: Partial<SalesforceOptions> = {}) =>
    salesforce({
      loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
      auth: {
        kind: 'client_credentials',
        clientId: env.SALESFORCE_CLIENT_ID ?? '',
        clientSecret: env.SALESFORCE_CLIENT_SECRET ?? '',
      },
      fields: FIELDS,
      rules: RULES,
      clock,
      timeoutMs: 500,
      ...options,
    });
  const paths = () => sandbox.calls('salesforce').map(call => `${call.method} ${call.path.replace('/salesforce', '')}`);
  return {
    sandbox,
    crm: connect(),
    clock: {
      ...clock,
      move: ms => {
        stopped = new Date(clock.now().getTime() + ms);
        moving.move(ms);
      },
    },
    connect,
    add: async (object, values) => (await press<{ id: string }>(sandbox, `salesforce/${object}`, values)).id,
    change: async (object, id, values) => void (await press(sandbox, `salesforce/${object}/${id}`, values)),
    rows: object => look<Row[]>(sandbox, `salesforce/${object}`),
    set: async change => void (await press(sandbox, 'salesforce/_org', change)),
    press: (button, given) => press(sandbox, `salesforce/_${button}`, given),
    userId: async email => String((await look<Row[]>(sandbox, `salesforce/User?Email=${email}`))[0]?.Id),
    calls: () => paths().filter(path => path.includes('/services/data/') && !path.includes('recordCount')),
    logins: () => paths().filter(path => path.includes('/oauth2/token')).length,
  };
}

/** A test with an org of its own. */
export function inOrg(name: string, story: (org: Org, t: TestContext) => Promise<void>): void {
  test(name, async t => {
    const org = await openOrg();
    try {
      await story(org, t);
    } finally {
      await org.sandbox.close();
    }
  });
}

export async function onlyLead(org: Org): Promise<Row> {
  const leads = await org.rows('Lead');
  assert.equal(leads.length, 1);
  return leads[0] ?? {};
}
