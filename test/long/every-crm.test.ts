/** What Salesforce's stories tell and those of the other CRMs by themselves do not, told for each of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { SECOND } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { leadsWaitingForCrm } from '../helpers/database-questions.ts';
import { pollCrm, replayAll, tryAwayVendors, writeRecord } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff } from '../helpers/leads.ts';
import { repliesTo, wordsOf } from '../helpers/messages.ts';
import { OTHER_CRMS, type OtherCrm } from '../helpers/other-crms.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { IMPATIENT, type System } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mailsSent, mendCalls } from '../helpers/vendors.ts';

const isDown = (crm: OtherCrm, baton: System): Promise<void> =>
  breakCalls(baton, { service: crm.service, ...crm.down, times: 100_000 });

/** Jobs that wait for the CRM are tried at once, until `done`. */
const untilHealed = (baton: System, done: () => Promise<boolean>): Promise<boolean> =>
  until(
    'it heals',
    async () => {
      baton.clock.move(5 * SECOND);
      await tryAwayVendors(baton);
      await hurry(baton);
      return done();
    },
    60_000,
  );

const only = async (rows: Promise<object[]>): Promise<object> => {
  const [row, ...more] = await rows;
  assert.ok(row && more.length === 0, `${more.length + (row ? 1 : 0)} instead of one`);
  return row;
};

for (const crm of OTHER_CRMS) {
  test(`${crm.name} is down when somebody crosses who is Priya’s there: Marcus, who got them, is told whose it is, once`, async t => {
    const baton = await crm.open(t, { patience: IMPATIENT });
    const theirs = await crm.makeLead(baton, PRIYA);
    await isDown(crm, baton);
    await crm.cross(baton);
    await baton.card({ user: MARCUS }, 'pending');
    await mendCalls(baton);
    await untilHealed(baton, async () => (await baton.handoffs())[0]?.recordState === 'written');
    const told = await until('whose it is', async () => {
      const [thread] = await baton.messages({ user: MARCUS });
      return repliesTo(thread).find(text => text.includes('Priya Nair'));
    });
    const { id, recordId } = await baton.handoff(EMMA);
    assert.equal(recordId, theirs);
    assert.deepEqual(await recorded(baton, id, 'owner_changed'), [told]);
    await only(crm.leads(baton));
  });

  test(`${crm.name} has lost a field: the record comes without it, and says so`, async t => {
    const playbook = parse(quiet(crm));
    playbook.crm.defaults = { Lead: { gone_field: 'West' } };
    const baton = await crm.open(t, { playbook: stringify(playbook) });
    const { id } = await handedOff(baton);
    await only(crm.leads(baton));
    assert.match((await recorded(baton, id, 'record_warning')).join(), /gone_field/);
  });

  test(`${crm.name} refuses the record for good: the card says so, the admin too, and a replay mends it`, async t => {
    const baton = await crm.open(t, { patience: IMPATIENT });
    await breakCalls(baton, { service: crm.service, ...crm.refuseLead, times: 1_000 });
    await crm.cross(baton);
    await baton.card({ user: MARCUS }, 'Emma Thompson');
    await baton.card({ user: DANA }, 'Leads need a region');
    assert.equal((await baton.handoff(EMMA)).recordState, 'parked');
    await mendCalls(baton);
    await replayAll(baton);
    await until('the record', async () => (await baton.handoff(EMMA)).recordState === 'written');
    await only(crm.leads(baton));
  });

  test(`while the write to ${crm.name} waits somebody else makes the lead: theirs is used`, async t => {
    const baton = await crm.open(t, { patience: IMPATIENT });
    await isDown(crm, baton);
    await crm.cross(baton);
    await baton.card({ user: MARCUS }, 'pending');
    const theirs = await crm.makeLead(baton, MARCUS);
    await mendCalls(baton);
    await untilHealed(baton, async () => (await baton.handoffs())[0]?.recordState === 'written');
    assert.equal((await baton.handoff(EMMA)).recordId, theirs);
    await only(crm.leads(baton));
  });

  test(`a record that was deleted in ${crm.name} is told of once; the next write has a record again`, async t => {
    const baton = await crm.open(t);
    const { id, recordId } = await handedOff(baton);
    await crm.removeLead(baton, String(recordId));
    await pollCrm(baton);
    await until('it is said', async () => (await recorded(baton, id, 'crm_changed')).join().includes('deleted'));
    await pollCrm(baton);
    await baton.settled();
    const said = (await recorded(baton, id, 'crm_changed')).filter(text => text.includes('deleted'));
    assert.equal(said.length, 1, said.join());
    await baton.card({ user: MARCUS }, `was deleted in ${crm.name}`);
    await writeRecord(baton, id);
    assert.notEqual((await baton.handoff(EMMA)).recordId, recordId);
    const redrawn = await baton.card({ user: MARCUS }, `|${crm.name}>`);
    assert.doesNotMatch(wordsOf(redrawn), /was deleted/);
  });

  test(`a mail goes out in Marcus’s name, once, and stands in ${crm.name} as his`, async t => {
    const baton = await crm.open(t);
    const { id } = await handedOff(baton);
    await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Our prices', body: 'Here.' });
    await untilRecorded(baton, id, 'touch_logged');
    await baton.settled();
    assert.equal((await mailsSent(baton)).length, 1);
    assert.equal(await crm.owner(baton, await only(crm.mails(baton))), MARCUS);
  });

  test(`${crm.name} is down: the call waits for the record, and is logged once, when it is back`, async t => {
    const baton = await crm.open(t, { patience: IMPATIENT });
    await isDown(crm, baton);
    await crm.cross(baton);
    const { id } = await baton.handoff(EMMA);
    await baton.card({ user: MARCUS }, 'pending');
    await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
    assert.equal((await baton.handoffs())[0]?.state, 'contacted', 'at once, in Slack');
    await mendCalls(baton);
    // The first answer that works is lost: the retry must find what it made.
    await breakCalls(baton, {
      service: crm.service,
      ...{ method: 'POST', path: crm.refuseCall.path },
      reset: true,
      after: 'after',
    });
    await untilHealed(baton, async () => (await recorded(baton, id, 'touch_logged')).length > 0);
    await baton.settled();
    assert.equal(await crm.owner(baton, await only(crm.calls(baton))), MARCUS);
    await only(crm.leads(baton));
  });

  test(`what ${crm.name} refuses of a call is kept, said, and logged when it is replayed`, async t => {
    const baton = await crm.open(t);
    const { id } = await handedOff(baton);
    await breakCalls(baton, { service: crm.service, ...crm.refuseCall, times: 1_000 });
    await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
    assert.match(await untilRecorded(baton, id, 'touch_parked'), /could not be logged in the CRM: .*Calls need a code/);
    await mendCalls(baton);
    await replayAll(baton);
    await untilRecorded(baton, id, 'touch_logged');
    await only(crm.calls(baton));
  });

  test(`an open ${crm.deal} of Priya’s in ${crm.name}: no second one, and the story says so`, async t => {
    const baton = await crm.open(t, { playbook: crm.withDeals });
    await crm.makeDeal(baton, PRIYA);
    const { id, repEmail } = await handedOff(baton);
    assert.equal(repEmail, PRIYA);
    await only(crm.deals(baton));
    assert.match((await recorded(baton, id, 'open_deal')).join(), /Acme 2026/);
  });

  test(`${crm.name} is away for an hour while thirty leads come: all reach their reps, and each is written once`, async t => {
    const baton = await crm.open(t, { playbook: quiet(crm), patience: IMPATIENT });
    await isDown(crm, baton);
    for (let nth = 0; nth < LEADS; nth += 1) {
      const [domain, name] = [`company-${nth}.com`, `Company ${nth}`];
      await companyIsKnown(baton, { domain, name });
      await crm.cross(baton, { email: `lee@${domain}`, company: name });
    }
    await until('everything waits', async () => (await leadsWaitingForCrm(baton)) >= LEADS, 60_000);
    assert.ok((await baton.handoffs()).every(one => one.repEmail && one.recordState === 'pending'));
    await mendCalls(baton);
    await untilHealed(baton, async () => (await leadsWaitingForCrm(baton)) === 0);
    await baton.settled();
    assert.equal((await crm.leads(baton)).length, LEADS);
    assert.ok((await baton.handoffs()).every(one => one.recordState === 'written'));
  });
}

const LEADS = 30;

/** Nobody has to be reminded here, and nobody has enough leads. */
function quiet({ withDeals }: OtherCrm): string {
  const { sla: _none, ...playbook } = parse(withDeals);
  delete playbook.crm.mode;
  for (const team of Object.values<{ members: { open_limit?: number }[] }>(playbook.teams)) {
    for (const member of team.members) delete member.open_limit;
  }
  return stringify(playbook);
}
