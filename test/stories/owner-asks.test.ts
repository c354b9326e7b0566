/** Who changed an owner, where the org keeps its history; what becomes of the question once it is answered or moot. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { pollCrmEvents } from '../../src/jobs/requests.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { crosses } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EMMA = 'emma.thompson@acmecorp.com';
const control = '/_sandbox/salesforce';
const RULE = 'Automated Process';

/** Emma is Marcus's, in Baton and in Salesforce. */
async function emma(baton: System) {
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const { email } = await crosses(baton, 'emma');
  const { id, recordId } = await baton.handoff(email);
  assert.ok(recordId);
  const users = await baton.records('User');
  const userId = (name: string) => String(users.find(user => user.Email === `${name}@example.com`)?.Id);
  return {
    id,
    marcus: userId('marcus'),
    priya: userId('priya'),
    tom: userId('tom'),
    dana: {
      workspaceId: baton.app.workspaceId,
      handoffId: id,
      slackUserId: await slackIdOf(baton, 'dana@example.com'),
    },
    give: (OwnerId: string, as: string) => baton.post(`${control}/Lead/${recordId}`, { OwnerId, _as: as }),
    /** Something learnt later is written. */
    async save() {
      const payload = { workspaceId: baton.app.workspaceId, handoffId: id };
      await enqueue(baton.app.deps.db, { name: 'handoff.record', payload });
      await baton.settled();
    },
    async poll() {
      await enqueue(baton.app.deps.db, pollCrmEvents(baton.app.workspaceId));
      await baton.settled();
    },
  };
}

const statesOf = async (baton: System) =>
  (await baton.app.deps.db('owner_changes').orderBy('id')).map(row => row.state as string);
const told = async (baton: System, id: string) =>
  (await baton.story(id)).filter(entry => entry.kind === 'owner_changed').map(entry => entry.text);
/** What Dana was asked, each as it stands now. */
const asks = async (baton: System) =>
  (await baton.messages({ user: 'dana' }))
    .filter(message => message.text.startsWith('Whose is'))
    .map(message => JSON.stringify(message));
const BUTTONS = /owner_keep|owner_restore/;

test('history knows who changed the owner though Baton saved the record since; every question says how it ended', async t => {
  const baton = await system(t);
  await baton.post(`${control}/_org`, { features: { trackOwner: ['Lead'] } });
  const lead = await emma(baton);
  const asked = async () =>
    (await baton.calls('salesforce')).filter(call => JSON.stringify(call).includes('LeadHistory')).length;
  await lead.save();
  await lead.poll();
  assert.equal(await asked(), 0, 'nobody is asked who changed nothing');

  baton.clock.move(2 * MINUTE);
  await lead.give(lead.priya, 'dana@example.com');
  baton.clock.move(MINUTE);
  await lead.save();
  await lead.poll();
  await lead.poll();
  assert.equal(await asked(), 1);
  const [said] = await told(baton, lead.id);
  assert.match(
    said ?? '',
    /^Salesforce gave the lead to Priya Nair \(Dana Ruiz, \d+ minutes? after Baton gave it to Marcus/,
  );
  assert.match((await asks(baton))[0] ?? '', BUTTONS);

  baton.clock.move(30 * MINUTE);
  await lead.give(lead.tom, 'dana@example.com');
  baton.clock.move(MINUTE);
  await lead.save();
  await lead.poll();
  assert.deepEqual([(await baton.handoff(EMMA)).repEmail, await statesOf(baton)], ['tom@example.com', ['settled']]);
  const [moot, ...more] = await asks(baton);
  assert.deepEqual(more, []);
  assert.match(moot ?? '', /Dana Ruiz gave the record to Tom Okafor in Salesforce \(<!date/);
  assert.doesNotMatch(moot ?? '', BUTTONS);

  // Not soon any more, in the very save that Baton makes: history says that nobody but a rule did it.
  baton.clock.move(20 * MINUTE);
  await baton.post(`${control}/_org`, { ownerRule: { object: 'Lead', to: 'priya@example.com', on: 'update' } });
  await lead.save();
  await lead.poll();
  assert.deepEqual(await statesOf(baton), ['settled', 'asked']);
  assert.match((await told(baton, lead.id)).at(-1) ?? '', /\(a rule of Salesforce as Baton saved the record, /);
  await actionsOf(baton.app.deps).reassign({
    ...lead.dana,
    to: { kind: 'person', email: 'marcus@example.com' },
    note: 'she knows them',
  });
  await baton.settled();
  const [, second] = await asks(baton);
  assert.match(second ?? '', /Dana Ruiz .*Tom Okafor.* Marcus Chen.*\(<!date/);
  assert.doesNotMatch(second ?? '', BUTTONS);
});

test('a question goes on about whoever has it now; a new one is asked when the lead has gone on since', async t => {
  const baton = await system(t);
  const lead = await emma(baton);
  await lead.give(lead.priya, RULE);
  await lead.poll();
  baton.clock.move(MINUTE);
  await lead.give(lead.tom, RULE);
  await lead.poll();
  const [open, ...more] = await asks(baton);
  assert.deepEqual([more, await statesOf(baton)], [[], ['asked']], 'one question, however often it flaps');
  assert.match(open ?? '', /gave the lead to \*Tom Okafor\*.*owner_keep/);
  assert.equal((await actionsOf(baton.app.deps).restoreOwner(lead.dana)).kind, 'done');
  await baton.settled();
  const [restored] = await asks(baton);
  assert.match(restored ?? '', /Dana Ruiz chose Restore ours: the record belongs to Marcus Chen again \(<!date/);
  assert.doesNotMatch(restored ?? '', BUTTONS);

  baton.clock.move(30 * MINUTE);
  await lead.give(lead.priya, 'dana@example.com');
  await lead.poll();
  assert.equal((await baton.handoff(EMMA)).repEmail, 'priya@example.com', 'a person decided');
  await lead.give(lead.tom, RULE);
  await lead.poll();
  assert.deepEqual(await statesOf(baton), ['restored', 'asked'], 'Priya’s lead was never given back to her');
  const [, anew] = await asks(baton);
  assert.match(anew ?? '', /gave the lead to \*Tom Okafor\*.*It stays with \*Priya Nair\*.*owner_restore/);
  assert.equal((await actionsOf(baton.app.deps).keepOwner(lead.dana)).kind, 'done');
  await baton.settled();
  assert.match((await asks(baton))[1] ?? '', /Dana Ruiz chose Keep theirs: the lead is with Tom Okafor now \(<!date/);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'tom@example.com');
});

test('a later write of an old record settles nothing anew: what Baton left stays left', async t => {
  const baton = await system(t);
  const users = await baton.records('User');
  const marcus = String(users.find(user => user.Email === 'marcus@example.com')?.Id);
  await baton.post(`${control}/Lead`, { LastName: 'Thompson', Company: 'Acme Corp', Email: EMMA, OwnerId: marcus });
  const lead = await emma(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'marcus@example.com');
  baton.clock.move(MINUTE);
  await lead.give(lead.priya, RULE);
  await lead.poll();
  await baton.post(`${control}/_org`, { ownerRule: { object: 'Lead', to: 'priya@example.com', as: RULE } });
  assert.equal((await actionsOf(baton.app.deps).restoreOwner(lead.dana)).kind, 'done');
  await baton.settled();
  assert.deepEqual(await statesOf(baton), ['overruled']);
  // Dana's DM may have had its message of this second.
  await until('it is said', async () => (await asks(baton)).length === 2);
  baton.clock.move(MINUTE);
  await lead.save();
  await lead.poll();
  assert.deepEqual(await statesOf(baton), ['overruled'], 'nobody is asked the same again');
  assert.equal((await asks(baton)).length, 2);
  assert.equal((await baton.handoff(EMMA)).ownerChange !== null, true, 'and the card says so still');
});

test('a lead that went back to its pool is nobody’s to be given back: whoever takes it in Salesforce has it', async t => {
  const example = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');
  const baton = await system(t, { playbook: example.replace('assign: weighted\n', 'assign: claim\n') });
  const lead = await emma(baton);
  const { team } = await baton.handoff(EMMA);
  const slackUserId = await slackIdOf(baton, 'marcus@example.com');
  const claimed = await actionsOf(baton.app.deps).claim({ ...lead.dana, slackUserId });
  assert.equal(claimed.kind, 'claimed');
  await baton.settled();
  await actionsOf(baton.app.deps).reassign({ ...lead.dana, to: { kind: 'team', team: team ?? '' } });
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).repEmail, null);
  baton.clock.move(MINUTE);
  await lead.give(lead.priya, 'priya@example.com');
  await lead.poll();
  assert.deepEqual([(await baton.handoff(EMMA)).repEmail, await asks(baton)], ['priya@example.com', []]);
});

test('contact and opportunity taken at once are one question, and one answer gives both back', async t => {
  const example = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');
  const baton = await system(t, { playbook: example.replace('  mode: lead ', '  mode: account_based ') });
  const lead = await emma(baton);
  const own = async () => {
    const records = [(await baton.records('Contact'))[0], (await baton.records('Opportunity'))[0]];
    return records.map(record => [record?.Id, record?.OwnerId]);
  };
  const [contact, deal] = (await own()).map(([id]) => String(id));
  const transfer = async (to: string) => {
    for (const path of [`Contact/${contact}`, `Opportunity/${deal}`]) {
      await baton.post(`${control}/${path}`, { OwnerId: to, _as: RULE });
    }
    await lead.poll();
  };
  baton.clock.move(MINUTE);
  await transfer(lead.priya);
  assert.deepEqual([await statesOf(baton), (await asks(baton)).length], [['asked', 'asked'], 1]);
  await baton.post(`${control}/_org`, { validationRule: { object: 'Opportunity', message: 'Deals stay there' } });
  assert.equal((await actionsOf(baton.app.deps).restoreOwner(lead.dana)).kind, 'done');
  await baton.settled();
  assert.deepEqual((await statesOf(baton)).sort(), ['refused', 'restored']);
  await baton.post(`${control}/_org`, { validationRule: null });
  // Dana's DM has had its message of this second.
  await until('what is left is asked', async () =>
    /Deals stay there.*owner_restore/.test((await asks(baton))[1] ?? ''),
  );
  assert.equal((await actionsOf(baton.app.deps).restoreOwner(lead.dana)).kind, 'done');
  await baton.settled();
  assert.deepEqual(await own(), [
    [contact, lead.marcus],
    [deal, lead.marcus],
  ]);
  const all = await asks(baton);
  assert.deepEqual([all.length, all.filter(one => BUTTONS.test(one))], [2, []]);

  await lead.poll();
  assert.deepEqual([await statesOf(baton), (await baton.handoff(EMMA)).ownerChange], [['restored', 'restored'], null]);
});
