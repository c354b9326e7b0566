/** A lead that sales does not get enters its platform's own nurture, once, and leaves it when sales has it after all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs } from '../helpers/actions.ts';
import { inActiveCampaign, personThere } from '../helpers/activecampaign.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { inMarketo, personOf } from '../helpers/marketo.ts';
import { inPardot, prospectThere } from '../helpers/pardot.ts';
import { DANA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';
import { contactOf } from '../helpers/vendors.ts';

const SAM = 'sam.rivera.writes@gmail.com';
const WHO = { email: SAM, lastName: 'Rivera' };

const SAM_IN_HUBSPOT = { email: SAM, lastname: 'Rivera', jobtitle: 'Student' };

const withNurture = (source: string, place: string) =>
  exampleWith([/^feedback:/m, `nurture: { ${source}: ${place} }\nfeedback:`]);

interface Told {
  /** What the playbook says of the source. */
  place: string;
  cross(baton: System, values: Record<string, unknown>): Promise<string>;
  /** How often Sam is there. */
  count(baton: System, id: string): Promise<number>;
  /** A call of which the answer is lost. */
  write: string;
  left: RegExp;
}

const SOURCES: Record<string, Told> = {
  pardot: {
    place: '{ list: Nurture }',
    cross: (baton, values) => inPardot(baton, { ...values, jobTitle: 'Student' }),
    count: async (baton, id) => (await prospectThere(baton, id)).lists.filter(one => one === '5501').length,
    write: '/api/v5/objects/list-memberships',
    left: /taken out of the list “Nurture”/,
  },
  marketo: {
    place: '{ list: "1001" }',
    cross: (baton, { score, ...values }) => inMarketo(baton, { ...values, title: 'Student', leadScore: score }),
    count: async (baton, id) => (await personOf(baton, id)).lists.filter(one => one === 1_001).length,
    write: '/rest/v1/lists/1001/leads.json',
    left: /taken out of the list “1001”/,
  },
  activecampaign: {
    place: '{ automation: Nurture }',
    cross: (baton, values) => inActiveCampaign(baton, { ...values, fields: { 'Job Title': 'Student' } }),
    count: async (baton, id) => (await personThere(baton, id)).automations.filter(one => one === '12').length,
    write: '/api/3/contactAutomations',
    left: /taken out of the automation “Nurture”/,
  },
};

for (const [source, { place, cross, count, write, left }] of Object.entries(SOURCES)) {
  test(`${source}: a LOW lead is nurtured there, once although an answer is lost, until it is released`, async t => {
    const baton = await system(t, { playbook: withNurture(source, place) });
    await baton.post('/_sandbox/marketo/lists', { name: 'Nurture' });
    baton.clock.move(MINUTE);
    const lost = { service: source, method: 'POST', path: write, reset: true, after: 'after' };
    await baton.post('/_sandbox/fault', lost);
    await cross(baton, { ...WHO, score: 10 });
    const contactId = await cross(baton, { ...WHO, score: 63 });
    const { id, state } = await baton.handoff(SAM);
    assert.equal(state, 'nurture');
    assert.match(await untilRecorded(baton, id, 'feedback_written'), /is nurtured now, by the (list|automation)/);
    assert.equal(await count(baton, contactId), 1);
    await actionsAs(baton, DANA, id).release();
    assert.match(await untilRecorded(baton, id, 'feedback_written', 2), left);
    assert.equal(await count(baton, contactId), 0);
  });
}

test('marketo: a campaign runs once; it cannot be left, and the timeline says so', async t => {
  const baton = await system(t, { playbook: withNurture('marketo', '{ campaign: Nurture }') });
  baton.clock.move(MINUTE);
  await inMarketo(baton, { ...WHO, leadScore: 10 });
  const contactId = await inMarketo(baton, { ...WHO, title: 'Student', leadScore: 63 });
  const { id } = await baton.handoff(SAM);
  await untilRecorded(baton, id, 'feedback_written');
  await actionsAs(baton, DANA, id).release();
  assert.match(await untilRecorded(baton, id, 'feedback_written', 2), /takes nobody out of the campaign/);
  assert.deepEqual((await personOf(baton, contactId)).campaigns, ['Nurture']);
});

test('hubspot: LOW again is not put there again; qualified later by another handoff, the property is empty', async t => {
  const place = '{ property: nurture_track, value: blog }';
  const baton = await system(t, { playbook: withNurture('hubspot', place) });
  await baton.post('/_sandbox/hubspot/properties', { name: 'nurture_track' });
  const inHubSpot = (values: Record<string, string>) => baton.post('/_sandbox/hubspot/contacts', values);
  const contactId = String((await inHubSpot({ ...SAM_IN_HUBSPOT, hubspotscore: '63' })).id);
  const { id } = await baton.handoff(SAM);
  await untilRecorded(baton, id, 'feedback_written');
  const track = async () => (await contactOf(baton, contactId)).nurture_track;
  assert.equal(await track(), 'blog');
  await companyIsKnown(baton);
  const asEmployee = { email: 'sam@acmecorp.com', jobtitle: 'VP Operations', company: 'Acme Corp' };
  for (const values of [SAM_IN_HUBSPOT, asEmployee]) {
    baton.clock.move(100 * DAY);
    await inHubSpot({ ...values, id: contactId, hubspotscore: '40' });
    await baton.settled();
    baton.clock.move(MINUTE);
    await inHubSpot({ id: contactId, hubspotscore: '70' });
    await baton.settled();
  }
  assert.equal((await baton.handoffs()).length, 3);
  const left = await untilRecorded(baton, id, 'feedback_written', 2);
  assert.match(left, /taken out of nurture_track “blog”, as sales has it/);
  assert.ok(!(await track()));
});
