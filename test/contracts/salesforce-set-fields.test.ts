/** The promise on a record that is there: a few columns, shared calls, and nothing else touched. */
import assert from 'node:assert/strict';
import type { CrmFields } from '../../src/contracts/crm.ts';
import { Rejected, Unavailable } from '../../src/lib/errors.ts';
import { COMPOSITE, inOrg, NOW, type Org } from './salesforce-org.ts';

const DUE = '2026-11-24T19:00:00.000Z';
const BROKEN = { sla_due: DUE, sla_breached: true, first_touch: null };
const STORED = DUE.replace('Z', '+0000');

const set = (org: Org, id: string, fields: CrmFields = BROKEN) => org.crm.setFields?.({ kind: 'lead', id }, fields);
const addLead = (org: Org, more: object = {}) => org.add('Lead', { LastName: 'Ray', Company: 'Acme', ...more });

async function promiseOf(org: Org, object: string, id: string) {
  const found = (await org.rows(object)).find(one => one.Id === id);
  return found && [found.Baton_SLA_Due__c, found.Baton_SLA_Breached__c, found.Baton_First_Touch__c];
}

inOrg('thirty records share calls; what people made of them stays, and no rule gives them away', async org => {
  const priya = await org.userId('priya@example.com');
  const ids: string[] = [];
  for (let at = 0; at < 30; at += 1) ids.push(await addLead(org, { Status: 'Working - Contacted', OwnerId: priya }));
  // An edit runs the org's duplicate rules, too.
  await org.set({ duplicateRule: 'on', duplicateRuleOnUpdate: true });
  const calls = org.calls().length;
  const answers = await Promise.all(ids.map(id => set(org, id, { ...BROKEN, first_touch: DUE })));
  assert.equal(org.calls().length - calls, 2);
  assert.ok(answers.every(answer => answer?.warnings.length === 0 && answer.record === undefined));
  const [last] = org.sandbox.calls('salesforce').slice(-1);
  assert.match(JSON.stringify(last?.body), /"Sforce-Auto-Assign":"FALSE"/);
  const [id = ''] = ids;
  assert.deepEqual(await promiseOf(org, 'Lead', id), [STORED, true, STORED]);
  const leads = await org.rows('Lead');
  assert.ok(leads.every(one => one.OwnerId === priya && one.Status === 'Working - Contacted'));

  await set(org, id, { sla_due: null, sla_breached: false, first_touch: null });
  assert.deepEqual(await promiseOf(org, 'Lead', id), [null, false, null], 'what is so no more is emptied');
});

inOrg('a record that was converted, merged away or deleted', async org => {
  const converted = await addLead(org);
  const { contact } = await org.press('convert', { lead: converted });
  const answer = await set(org, converted);
  assert.deepEqual(answer, { record: { kind: 'contact', id: contact }, warnings: [] });
  assert.deepEqual(await promiseOf(org, 'Contact', String(contact)), [STORED, true, null]);

  const [master, loser] = [await addLead(org), await addLead(org)];
  await org.press('merge', { object: 'Lead', master, losers: [loser] });
  assert.deepEqual((await set(org, loser))?.record, { kind: 'lead', id: master });
  assert.deepEqual(await promiseOf(org, 'Lead', master), [STORED, true, null]);

  const gone = await addLead(org);
  await org.press('purge', { object: 'Lead', id: gone });
  assert.equal(await set(org, gone), undefined);
});

inOrg('what the org does not take is left out with a word, what passes is waited for', async org => {
  const id = await addLead(org);
  await org.set({ removeField: { object: 'Lead', field: 'Baton_First_Touch__c' } });
  const answer = await set(org, id, { ...BROKEN, first_touch: NOW.toISOString() });
  assert.match(answer?.warnings.join() ?? '', /no field Baton_First_Touch__c on Lead/);
  assert.deepEqual((await promiseOf(org, 'Lead', id))?.slice(0, 2), [STORED, true]);
  for (const field of ['Baton_SLA_Due__c', 'Baton_SLA_Breached__c']) {
    await org.set({ removeField: { object: 'Lead', field } });
  }
  const bare = org.connect();
  assert.equal((await bare.setFields?.({ kind: 'lead', id }, BROKEN))?.warnings.length, 3);
  const calls = org.calls().length;
  await bare.setFields?.({ kind: 'lead', id }, BROKEN);
  assert.equal(org.calls().length, calls, 'nothing is left to write, and no call is made of it');

  const other = org.connect({ fields: { sla_due: null } });
  await other.setFields?.({ kind: 'lead', id }, BROKEN);
  assert.equal(org.calls().length, calls, 'the playbook wants none of it');
  org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, status: 503, body: 'later' });
  const up = org.connect({ fields: { sla_due: 'Description' } });
  await assert.rejects(async () => up.setFields?.({ kind: 'lead', id }, BROKEN), Unavailable);
  await org.set({ validationRule: { object: 'Lead', message: 'Leads of Acme are frozen' } });
  await assert.rejects(async () => up.setFields?.({ kind: 'lead', id }, BROKEN), Rejected);
  await org.set({ validationRule: null });

  const body = [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'insufficient access rights on object id' }];
  const answers = [{ referenceId: 'fields0', httpStatusCode: 403, httpHeaders: {}, body }];
  org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, status: 200, body: { compositeResponse: answers } });
  const shut = await up.setFields?.({ kind: 'lead', id }, BROKEN);
  assert.match(shut?.warnings.join() ?? '', /may not change this Lead .*: it was left as it is/);
});
