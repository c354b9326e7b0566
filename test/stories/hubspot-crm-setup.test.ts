/** An account that never heard of Baton is set up from Home, compared with the playbook, and works. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetup } from '../helpers/home.ts';
import { only, withHubspot } from '../helpers/hubspot-crm.ts';
import { writeRecord } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { click, redrawn } from '../helpers/slack.ts';

test('set up from Home a lead has every field; before that it is not written, and says what to do', async t => {
  const baton = await withHubspot(t, { bare: true });
  const early = await handedOff(baton);
  assert.match(early.recordNote ?? '', /set up HubSpot from Home/);
  await mql(baton, DANA, 'doctor crm');
  const found = await baton.card({ user: DANA }, 'HubSpot and the playbook:');
  assert.match(found.text, /The property “baton_key” of a contact is not there/);

  assert.match(await openSetup(baton, DANA), /Set up HubSpot/);
  await redrawn(baton, DANA, click('set_up_crm'));
  const done = await baton.card({ user: DANA }, 'HubSpot is set up.');
  assert.match(done.text, /Now by hand:\n1\. /);
  assert.ok(!done.text.includes(String(baton.env.HOOK_KEY)), 'the address of the hook is a secret');
  await baton.settled();
  await writeRecord(baton, early.id);
  assert.equal((await baton.story(early.id)).filter(one => one.kind === 'record_warning').length, 0);
  const { playbook } = await baton.app.deps.playbook(baton.app.workspaceId);
  const contact = (await only(baton, 'leads')).about.contacts?.[0];
  const row = (await baton.get<Record<string, unknown>[]>('/_sandbox/hubspot/0-1')).find(one => one.id === contact);
  for (const [name, property] of Object.entries(playbook.crm.fields)) {
    // A lead has no deal, and nobody has reached out yet.
    if (property && name !== 'mql_score' && name !== 'first_touch')
      assert.notEqual(row?.[property] ?? null, null, property);
  }
});
