/** The demo beside each other CRM: the whole story, from the crossing to the claim. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDemo } from '../../sandbox/demo-world.ts';
import { playOnce } from '../../sandbox/once.ts';

for (const crm of ['hubspot', 'pipedrive', 'zoho'] as const) {
  test(`every step of the demo happens with ${crm}`, async t => {
    const demo = await startDemo({ port: 0, log: 'silent', crm });
    t.after(() => demo.stop());
    assert.ok(await playOnce(demo));
  });
}
