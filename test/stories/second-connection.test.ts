/** A workspace has one account of a vendor in a role, and one CRM: whoever connects a second hears why not. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openSetup } from '../helpers/home.ts';
import { connectHubspot } from '../helpers/hubspot-connect.ts';
import { DANA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { act, click, modalShows, oldButton, openModal, showOldHome, submit } from '../helpers/slack.ts';
import { system } from '../helpers/system.ts';

const CRM_SECTION = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;
const ON_HUBSPOT = exampleWith([CRM_SECTION, '\n  system: hubspot\n\npeople:\n']);
const ENV = { PIPEDRIVE_API_TOKEN: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };

test('a second CRM is refused with the reason, until the playbook moves to it', async t => {
  const baton = await system(t, { env: ENV });
  await showOldHome(baton, DANA, 'setup', oldButton('connect_workspace', 'pipedrive'));
  await act(baton, DANA, click('connect_workspace', 'pipedrive'));
  const refused = await modalShows(baton, DANA, /Salesforce is your CRM, and a workspace has one/);
  assert.match(refused, /name it as crm\.system/);
  assert.doesNotMatch(refused, /"url"/);
});

test('the CRM that the playbook moves to is connected beside the one that is left', async t => {
  const moved = exampleWith([CRM_SECTION, '\n  system: pipedrive\n\npeople:\n']);
  const baton = await system(t, { env: ENV, playbook: moved });
  await showOldHome(baton, DANA, 'setup', oldButton('connect_workspace', 'pipedrive'));
  await act(baton, DANA, click('connect_workspace', 'pipedrive'));
  await modalShows(baton, DANA, /Continue to Pipedrive/);
});

test('HubSpot connected for marketing is no CRM until the playbook names it; then it is, without a second log-in', async t => {
  const baton = await system(t, { env: { ...ENV, HUBSPOT_ACCESS_TOKEN: '' } });
  await connectHubspot(baton);
  const { crm, sources } = await baton.app.deps.vendors(baton.app.workspaceId);
  assert.deepEqual([crm?.name, Object.hasOwn(sources, 'hubspot')], ['salesforce', true]);
  await openSetup(baton, DANA, 'playbook');
  await openModal(baton, DANA, click('import_playbook'));
  await submit(baton, DANA, { file: { name: 'playbook.yaml', content: ON_HUBSPOT } });
  await modalShows(baton, DANA, /It is a playbook/);
  await submit(baton, DANA);
  assert.equal((await baton.app.deps.vendors(baton.app.workspaceId)).crm?.name, 'hubspot');
  const home = await openSetup(baton, DANA, 'connections');
  assert.match(home, /Salesforce\*, leads are kept here[^"]*You are moving away from it: it gets no new leads/);
});

test('keys typed beside a log-in at the same vendor are refused, and the log-in stays', async t => {
  const baton = await system(t, { env: { ...ENV, HUBSPOT_ACCESS_TOKEN: '' } });
  assert.match(await connectHubspot(baton), /HubSpot is connected/);
  await showOldHome(baton, DANA, 'setup', oldButton('type_keys', 'hubspot'));
  await openModal(baton, DANA, click('type_keys', 'hubspot'));
  await submit(baton, DANA, { HUBSPOT_ACCESS_TOKEN: 'pat-na1-5a6d0c1e-5a6d-4b0c-9a6d-ba70ba70ba70' });
  await modalShows(baton, DANA, /HubSpot is connected already, by logging in.*Disconnect it first/);
});
