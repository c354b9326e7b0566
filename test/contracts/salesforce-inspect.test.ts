/** The inspection of a real conversation: what the stand-in org is made to have is what is found, in few calls. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { salesforce as service } from '../../sandbox/salesforce/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { Crm } from '../../src/contracts/crm.ts';
import type { SetupFinding, SetupWanted } from '../../src/contracts/crm-setup.ts';
import { CredentialsRejected } from '../../src/lib/errors.ts';
import { salesforce } from '../../src/vendors/salesforce/crm.ts';
import { look, press } from '../helpers/control.ts';
import { EXAMPLE, playbookIn } from '../helpers/playbook.ts';

let sandbox: Sandbox;
const HOOK = 'https://baton.example/hooks/k/salesforce';

before(async () => {
  sandbox = await startSandbox({ services: [service] });
});
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const happen = (change: object) => press(sandbox, 'salesforce/_org', change);

const setUp = (change: object) => happen({ setUp: change });

const playbook = playbookIn(EXAMPLE);

function connected(crmRules: object = {}): Crm {
  const env = sandbox.env();
  return salesforce({
    loginUrl: env.SALESFORCE_LOGIN_URL ?? '',
    auth: {
      kind: 'client_credentials',
      clientId: env.SALESFORCE_CLIENT_ID ?? '',
      clientSecret: env.SALESFORCE_CLIENT_SECRET ?? '',
    },
    fields: Object.fromEntries(Object.entries(playbook.crm.fields).map(([name, field]) => [name, field ?? null])),
    rules: { ...playbook.crm, ...crmRules },
  });
}

async function inspect(
  crmRules: object = {},
  given: Partial<SetupWanted> = {},
): Promise<{ found: SetupFinding[]; ill: SetupFinding[]; calls: string[] }> {
  const before = sandbox.calls('salesforce').length;
  const found = await connected(crmRules).setup?.inspect({
    people: playbook.people,
    modes: ['lead', 'account_based'],
    groups: ['Inbound_queue'],
    messagesTo: HOOK,
    ...given,
  });
  assert.ok(found);
  const calls = sandbox
    .calls('salesforce')
    .slice(before)
    .map(call => call.path.replace('/salesforce/services/', ''))
    .filter(path => path !== 'oauth2/token');
  return { found, ill: found.filter(one => one.level !== 'fine'), calls };
}

const wordsOf = (found: readonly SetupFinding[]) => found.map(one => `${one.level}: ${one.what}`).join('\n');

async function installBaton(url: string): Promise<void> {
  for (const object of ['Task', 'Event', 'Lead', 'Opportunity']) {
    await setUp({ flow: { name: `Baton_${object}`, object } });
    await setUp({ message: { name: `Baton_${object}`, object, url } });
  }
}

test('an org that has everything is told well, in six calls', async () => {
  await installBaton(HOOK);
  const { ill, calls, found } = await inspect();
  assert.deepEqual(ill, []);
  assert.deepEqual(
    [...new Set(found.map(one => one.about))],
    ['Fields', 'Values', 'Layouts', 'People', 'Rules that refuse', 'Owners', 'Messages', 'Platform'],
  );
  assert.deepEqual(calls, [
    'data/v64.0/composite',
    'data/v64.0/composite',
    'data/v64.0/tooling/composite',
    'data/v64.0/tooling/composite',
    'data',
    'data/v64.0/limits',
  ]);
});

test('everything that is ill is found, and nothing hides anything else', async () => {
  await installBaton('https://old.example/hooks/k/salesforce');
  await setUp({ flow: { name: 'Baton_Task', object: 'Task', active: false } });
  await setUp({ flow: { name: 'Give_EMEA', label: 'Give to EMEA', object: 'Lead', changesOwner: true } });
  await setUp({ flow: { name: 'Rate', object: 'Lead' } });
  await setUp({ flow: { name: 'Switched_off', object: 'Lead', active: false, changesOwner: true } });
  await setUp({ trigger: { name: 'LeadRouter', object: 'Lead' } });
  await setUp({ workflowRule: { name: 'Old rule', object: 'Lead' } });
  await setUp({ workflowRule: { name: 'Sleeping rule', object: 'Lead', active: false } });
  await setUp({ assignmentRule: 'Standard assignment' });
  await setUp({ layout: { name: 'Sales Layout', object: 'Lead', fields: ['Name', 'Lead_Score__c'] } });
  await setUp({ hideField: { object: 'Lead', field: 'ICP_Fit_Score__c' } });
  await setUp({ changeField: { object: 'Lead', field: 'Baton_Handoff_Id__c', unique: false, length: 20 } });
  await setUp({ changeField: { object: 'Lead', field: 'MQL_Date__c', type: 'boolean' } });
  await setUp({ changeField: { object: 'Lead', field: 'Clearbit_Employees__c', writable: false } });
  await setUp({ storage: { max: 100, used: 95 }, clockAheadMs: 600_000 });
  await happen({ removeField: { object: 'Lead', field: 'Clearbit_Revenue__c' } });
  await happen({ restrictPicklist: { object: 'Lead', field: 'ICP_Priority__c', values: ['HIGH', 'LOW'] } });
  await happen({ duplicateRule: 'block', dailyLimit: 10 });
  await happen({ validationRule: { object: 'Lead', message: 'Phone is needed' } });
  await happen({ deactivateUser: 'marcus@example.com' });
  await happen({
    features: { addField: { object: 'Opportunity', name: 'Region__c', type: 'string', required: true } },
  });
  const [user] = await look<{ Id: string }[]>(sandbox, 'salesforce/User?Email=marcus@example.com');
  await press(sandbox, 'salesforce/Lead', { LastName: 'Orphan', Company: 'A', OwnerId: user?.Id });
  const { ill } = await inspect(
    {
      record_types: { Lead: 'Nowhere' },
      opportunity: { ...playbook.crm.opportunity, stage: 'Unheard of', contact_role: 'Cook' },
      campaign: { name: 'Nobody’s campaign', status: 'Responded' },
      statuses: { working: [], contacted: ['Called'], rejected: ['Closed - Converted'] },
      currency: 'EUR',
    },
    {
      groups: ['Inbound_queue', 'Nobody_home'],
      people: [...playbook.people, { email: 'new@example.com', name: 'Newt' }],
    },
  );
  const words = wordsOf(ill);
  for (const wanted of [
    /problem: Lead\.Baton_Handoff_Id__c is not Unique and holds 20 characters/,
    /problem: Lead\.Clearbit_Revenue__c .* is missing/,
    /problem: Lead\.ICP_Fit_Score__c .* exists, but Baton’s user may not see it/,
    /problem: Lead\.MQL_Date__c .* of type boolean/,
    /problem: Lead\.Clearbit_Employees__c .* read-only/,
    /problem: Opportunity\.Region__c .* is required/,
    /problem: Lead\.ICP_Priority__c is a restricted picklist without "MEDIUM"/,
    /problem: Opportunity\.StageName has no "Unheard of"/,
    /problem: OpportunityContactRole\.Role has no "Cook"/,
    /problem: Record type Nowhere of Lead/,
    /problem: Lead\.Status has no "Called" \(crm\.statuses\.contacted\); it has "Open - Not Contacted"/,
    /warning: "Closed - Converted" \(crm\.statuses\.rejected\) is what a lead has once it is converted/,
    /problem: Salesforce has no campaign "Nobody’s campaign"/,
    /problem: The playbook sets crm\.currency EUR/,
    /warning: Not all of Baton’s fields are on a page layout of Lead \(Sales Layout\)/,
    /problem: Marcus Chen .* is an inactive user/,
    /problem: Newt .* is no user/,
    /warning: 1 open lead belongs to inactive users \(Marcus Chen\)/,
    /problem: The org has no queue Nobody_home/,
    /problem: 1 active duplicate rule blocks new records .*Standard Lead Duplicate Rule \(Lead\)/,
    /warning: 1 active validation rule on Lead .*Phone is needed/,
    /warning: The lead assignment rule Standard assignment is active/,
    /warning: The flow Give to EMEA \(Give_EMEA\) on Lead changes the owner/,
    /warning: 1 active Apex trigger .*LeadRouter/,
    /warning: 1 active workflow rule .*Old rule \(Lead\)/,
    /warning: Baton’s flow on Task is missing or not active/,
    /problem: 4 outbound messages of Baton’s go somewhere else/,
    /problem: 95% of the data storage/,
    /warning: [5-7]\d% of the day’s API calls/,
    /problem: This machine’s clock is (599|600) s behind/,
  ]) {
    assert.match(words, wanted);
  }
  assert.doesNotMatch(words, /Sleeping rule|Switched_off/, 'what is switched off is no news');
});

test('an org that does not let Baton look into its set-up is inspected as far as it lets', async () => {
  await setUp({ mayView: false });
  await happen({ removeField: { object: 'Lead', field: 'Lead_Score__c' } });
  const { ill } = await inspect();
  const words = wordsOf(ill);
  assert.match(words, /problem: Lead\.Lead_Score__c .* is missing/);
  for (const what of ['Validation rules', 'Workflow rules', 'Page layouts', 'Baton’s outbound messages']) {
    assert.match(words, new RegExp(`warning: ${what} could not be checked: .*insufficient access`));
  }
  assert.ok(
    ill
      .filter(one => /could not be checked/.test(one.what))
      .every(one => /Ask your Salesforce admin/.test(one.fix ?? '')),
  );
});

test('an org that has nothing of Baton’s: what the set-up makes is what was missed', async () => {
  await happen({ bare: true });
  const before = await inspect();
  const words = wordsOf(before.ill);
  assert.match(words, /problem: Lead lacks 13 fields .*Lead_Score__c/);
  assert.match(words, /problem: Contact lacks 13 fields/);
  assert.match(words, /problem: Opportunity\.MQL_Score__c .* is missing/);
  assert.match(words, /warning: Baton’s flows are not in the org/);
  assert.equal(before.ill.filter(one => /Baton_Handoff_Id__c is missing/.test(one.what)).length, 5);
  const result = await connected().setup?.deploy(HOOK, () => {});
  assert.equal(result?.ok, true);
  const { ill } = await inspect();
  // Only a person can put fields on a page.
  assert.deepEqual(
    ill.map(one => one.what.replace(/:.*/s, '')),
    ['Lead', 'Contact', 'Opportunity'].map(
      object => `None of Baton’s fields is on a page layout of ${object} (${object} Layout)`,
    ),
  );
});

test('a dead log-in is no finding: it is thrown', async () => {
  await happen({ revokeAccess: true });
  await assert.rejects(inspect(), CredentialsRejected);
});

test('the Tooling API refuses what it does not know', async () => {
  const env = sandbox.env();
  const form = { grant_type: 'client_credentials', client_id: env.SALESFORCE_CLIENT_ID ?? '' };
  const login = await fetch(`${sandbox.url}/salesforce/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_secret: env.SALESFORCE_CLIENT_SECRET ?? '' }),
  });
  const { access_token } = (await login.json()) as { access_token: string };
  const ask = async (path: string) => {
    const answer = await fetch(`${sandbox.url}/salesforce/services/data/v64.0${path}`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    return { status: answer.status, body: JSON.stringify(await answer.json()) };
  };
  const query = (soql: string, side = '/tooling') => ask(`${side}/query?q=${encodeURIComponent(soql)}`);
  await setUp({ flow: { name: 'A', object: 'Lead' } });
  await setUp({ flow: { name: 'B', object: 'Lead' } });
  assert.match((await query('SELECT EndpointUrl FROM WorkflowOutboundMessage')).body, /No such column 'EndpointUrl'/);
  assert.match((await query('SELECT Active FROM WorkflowRule')).body, /No such column 'Active'/);
  assert.match((await query('SELECT Id FROM DuplicateRule')).body, /INVALID_TYPE/);
  assert.match((await query('SELECT Id FROM Layout', '')).body, /INVALID_TYPE/);
  assert.match((await query('SELECT Id, Metadata FROM Flow')).body, /no more than one row/);
  assert.match((await query("SELECT Id, Metadata FROM Flow WHERE MasterLabel = 'A'")).body, /"recordUpdates"/);
  assert.equal((await ask('/tooling/sobjects/Flow/301Hs00000zzzzzAAA')).status, 404);
  await setUp({ mayView: false });
  assert.equal((await query('SELECT Id FROM Flow')).status, 403);
});
