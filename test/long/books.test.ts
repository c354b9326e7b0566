/** The books over a CRM that cannot tell of many records at once: the newest are looked at one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booksOf } from '../helpers/books.ts';
import { numberOf, withHubspot } from '../helpers/hubspot-crm.ts';
import { numberedLeadCrosses } from '../helpers/leads.ts';

test('records are looked at one by one: those that are there, and one that was deleted', async t => {
  const baton = await withHubspot(t, { leads: false });
  for (const at of [0, 1]) await numberedLeadCrosses(baton, at);
  const gone = await baton.handoff('lee@company-0.com');
  await baton.handoff('lee@company-1.com');
  assert.match(await booksOf(baton), /HubSpot 2 = Baton 2 = HubSpot 2 = Slack 2/);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  await baton.post(`/_sandbox/hubspot/contacts/${numberOf(gone.recordId)}/delete`, {});
  assert.match(await booksOf(baton), /= Baton 2 = HubSpot 1 \+ 1 deleted in the CRM = Slack 2/);
});
