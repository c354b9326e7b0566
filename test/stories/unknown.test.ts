/** Unknown is not no: what nobody knows of a lead keeps no lead from somebody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { DANA, EMMA } from '../helpers/people.ts';
import { system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { breakCalls } from '../helpers/vendors.ts';

test('no enricher knows the company: a business address is MEDIUM and flagged, a free one alone stays LOW', async t => {
  const baton = await system(t);
  await leadCrosses(baton, { email: EMMA, company: '' });
  const emma = await baton.handoff(EMMA);
  assert.deepEqual([emma.priority, emma.state], ['MEDIUM', 'assigned']);
  assert.ok(emma.judgement.flags.includes('low_confidence'));
  await leadCrosses(baton, { email: 'jo@gmail.com', company: '', jobtitle: 'Intern' });
  const jo = await baton.handoff('jo@gmail.com');
  assert.deepEqual([jo.priority, jo.state], ['LOW', 'nurture']);
});

test('the company that HubSpot has a lead under counts as facts', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  const { id } = await baton.post('/_sandbox/hubspot/contacts', { email: EMMA, jobtitle: 'VP Operations' });
  const properties = {
    name: 'Acme Corp',
    industry: 'COMPUTER_SOFTWARE',
    numberofemployees: 750,
    country: 'United States',
  };
  await baton.post('/_sandbox/hubspot/companies', { contact: id, properties });
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'app' });
  await leadCrosses(baton, { email: EMMA, company: '' });
  const { priority, judgement } = await baton.handoff(EMMA);
  assert.deepEqual([priority, judgement.fit.score, judgement.company.name], ['HIGH', 100, 'Acme Corp']);
});

test('what HubSpot refuses beside the contact costs the facts, not the lead, and the thread says so', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  const refuses = (path: string, status: number, body: unknown) =>
    breakCalls(baton, { service: 'hubspot', path, status, body, times: 50 });
  await refuses('/companies/batch/read', 207, {
    results: [],
    errors: [{ category: 'VALIDATION_ERROR', message: 'No' }],
  });
  await refuses('/events', 400, { status: 'error', category: 'VALIDATION_ERROR', message: 'No' });
  await refuses('/calls/batch/read', 404, '<html>');
  const activities = [{ type: 'call', at: baton.clock.now().toISOString(), detail: 'Met' }] as never;
  await leadCrosses(baton, { email: EMMA, associatedcompanyid: '12345', activities });
  const { id, priority, state } = await baton.handoff(EMMA);
  assert.deepEqual([priority, state], ['HIGH', 'assigned']);
  assert.deepEqual((await recorded(baton, id, 'enrichment_missed')).sort(), [
    'HubSpot did not tell its company (HubSpot could not answer part of a read of companies: No); judged without it',
    'HubSpot did not tell its website visits (HubSpot: No); judged without it',
    'HubSpot did not tell what sales did so far (HubSpot refused it); judged without it',
  ]);
});

test('free mail, or none at all, but a website and a company: looked up by what there is, and flagged', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, { email: 'jo@gmail.com', website: 'https://www.acmecorp.com' });
  await leadCrosses(baton, { email: 'kim@gmail.com', company: 'ACME Corporation' });
  for (const email of ['jo@gmail.com', 'kim@gmail.com']) {
    const { priority, judgement } = await baton.handoff(email);
    assert.deepEqual([email, priority, judgement.fit.score], [email, 'HIGH', 100]);
    assert.ok(judgement.flags.includes('company_as_given'));
  }
});

test('simulate says that Baton’s own score is without the points of a company nobody was asked about', async t => {
  const baton = await system(t);
  await baton.settled();
  const { text } = await mql(baton, DANA, 'simulate jo@nowhere-inc.com');
  assert.match(text, /The score is without the company’s points: its industry, size are unknown here/);
});
