/** Whose a lead is in Salesforce: a rule that takes it is noticed and asked about; a person's later change is followed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { crosses as castCrosses } from '../helpers/leads.ts';
import { deliver } from '../helpers/salesforce.ts';
import { shown, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EMMA = 'emma.thompson@acmecorp.com';
const control = '/_sandbox/salesforce';
const RULE = 'Automated Process';

async function crosses(baton: System, key: 'emma' | 'medium' = 'emma') {
  const { email } = await castCrosses(baton, key);
  const { id, recordId } = await baton.handoff(email);
  assert.ok(recordId);
  const users = await baton.records('User');
  const userId = (name: string) => String(users.find(user => user.Email === `${name}@example.com`)?.Id);
  return { id, recordId, email, marcus: userId('marcus'), priya: userId('priya') };
}

const give = (baton: System, recordId: string, OwnerId: string, as: string) =>
  baton.post(`${control}/Lead/${recordId}`, { OwnerId, _as: as });
const ownerOf = async (baton: System, recordId: string) =>
  (await baton.records('Lead')).find(lead => lead.Id === recordId)?.OwnerId;
const told = async (baton: System, id: string) =>
  (await baton.story(id)).filter(entry => entry.kind === 'owner_changed').map(entry => entry.text);
const stateOf = async (baton: System) =>
  (await baton.app.deps.db('owner_changes').orderBy('id')).map(row => row.state as string);
const seenBy = async (baton: System, user: string) => JSON.stringify(await baton.messages({ user }));
const asksOf = async (baton: System, user: string) =>
  (await baton.messages({ user })).filter(message => message.text.startsWith('Whose is'));

/** Presses a button of a message, and waits for what the presser alone is told. */
async function press(baton: System, user: string, message: Message, action: string, answer: RegExp): Promise<void> {
  await baton.press(user, message, action);
  await until(`${user} is answered ${answer}`, async () =>
    (await baton.messages({ user })).some(one => one.ephemeral && answer.test(one.text)),
  );
  await baton.settled();
}

/** Does something on Home, and waits for what it then shows. */
async function onHome(baton: System, user: string, deed: object, shows: RegExp): Promise<void> {
  await baton.post('/_sandbox/slack/act', { user, ...deed });
  await until(`Home shows ${shows}`, async () => shows.test((await shown(baton, user)).home));
}

const changerOf = async (baton: System) =>
  String((await baton.records('User')).find(user => user.Name === 'HubSpot Integration')?.Id);

test('a rule takes the lead: the card and the manager say who; given back once, and never fought over', async t => {
  const baton = await system(t);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const { id, recordId, marcus, priya } = await crosses(baton);
  await deliver(baton);
  const before = (await baton.calls('salesforce')).length;
  await deliver(baton, { again: true });
  assert.equal(
    (await baton.calls('salesforce')).length,
    before,
    'what Baton wrote itself is no news, and costs no call',
  );
  assert.equal(await ownerOf(baton, recordId), marcus);

  baton.clock.move(MINUTE);
  await give(baton, recordId, priya, RULE);
  await deliver(baton);
  await deliver(baton, { again: true, reverse: true, single: true });
  await pollCrm(baton);
  assert.deepEqual(await stateOf(baton), ['asked']);
  const [said, ...more] = await told(baton, id);
  assert.deepEqual(more, []);
  assert.match(
    said ?? '',
    /^Salesforce gave the lead to Priya Nair \(Automated Process, 1 minute.* after Baton gave it to Marcus Chen\): a manager is asked$/,
  );
  const card = await baton.card({ user: 'marcus' }, 'Restore ours');
  assert.match(JSON.stringify(card), /gave the lead to \*Priya Nair\* \(Automated Process/);
  const [dm, ...others] = await asksOf(baton, 'dana');
  assert.ok(dm && others.length === 0);
  assert.match(JSON.stringify(dm), /owner_keep.*owner_restore/);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'marcus@example.com', 'until somebody decides');

  const tom = {
    workspaceId: baton.app.workspaceId,
    handoffId: id,
    slackUserId: await slackIdOf(baton, 'tom@example.com'),
  };
  const refusal = await actionsOf(baton.app.deps).restoreOwner(tom);
  assert.equal(refusal.kind, 'not_allowed');

  await baton.post(`${control}/_org`, {
    ownerRule: { object: 'Lead', to: 'priya@example.com', as: RULE, on: 'update' },
  });
  await press(baton, 'dana', dm, 'owner_restore', /gives the record back to \*Marcus Chen\*, once/);
  assert.deepEqual(await stateOf(baton), ['overruled'], 'it struck in the save itself');
  assert.equal(await ownerOf(baton, recordId), priya);
  const patches = async () =>
    (await baton.calls('salesforce')).filter(call => /"OwnerId"/.test(JSON.stringify(call.body))).length;
  const again = await until('Dana hears that the rule struck again', async () => (await asksOf(baton, 'dana'))[1]);
  const writes = await patches();
  await deliver(baton);
  await deliver(baton, { again: true });
  await give(baton, recordId, marcus, 'marcus@example.com');
  await deliver(baton);
  await give(baton, recordId, priya, RULE);
  await deliver(baton);
  await pollCrm(baton);
  assert.equal(await patches(), writes, 'no ping-pong');
  assert.match(JSON.stringify(again), /again after it was given back.*exempt Baton/);
  assert.doesNotMatch(JSON.stringify(again), /owner_restore/);
  assert.equal((await asksOf(baton, 'dana')).length, 2, 'said once');
  const [over] = await asksOf(baton, 'dana');
  assert.match(JSON.stringify(over), /Dana Ruiz chose Restore ours, and it was changed again \(/);
  assert.doesNotMatch(JSON.stringify(over), /owner_restore|owner_keep/, 'what is decided cannot be pressed');
  assert.equal((await baton.handoff(EMMA)).repEmail, 'marcus@example.com');
});

test('Keep theirs moves the lead and is remembered for that rule, until an admin forgets it', async t => {
  const baton = await system(t);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  await baton.post(`${control}/_org`, {
    ownerRule: { object: 'Lead', to: 'priya@example.com', as: 'HubSpot Integration' },
  });
  const emma = await crosses(baton);
  await deliver(baton);
  const card = await baton.card({ user: 'marcus' }, 'Keep theirs');
  await press(baton, 'marcus', card, 'owner_keep', /goes to \*Priya Nair\*.*\*HubSpot Integration\* does is kept/);
  const kept = await baton.handoff(EMMA);
  assert.deepEqual([kept.repEmail, kept.state], ['priya@example.com', 'assigned']);
  assert.equal(await ownerOf(baton, emma.recordId), emma.priya);
  await baton.card({ user: 'priya' }, 'Emma Thompson');
  assert.match(await seenBy(baton, 'marcus'), /This lead is with Priya Nair now/);
  assert.deepEqual(await stateOf(baton), ['kept']);

  const next = await crosses(baton, 'medium');
  const asks = (await asksOf(baton, 'dana')).length;
  await pollCrm(baton);
  const followed = await baton.handoff(next.email);
  assert.deepEqual([followed.repEmail, followed.ownerChange], ['priya@example.com', null]);
  assert.equal((await asksOf(baton, 'dana')).length, asks, 'not asked again');
  assert.equal(await ownerOf(baton, next.recordId), next.priya);

  await onHome(baton, 'dana@example.com', { home: {} }, /home_tab_setup/);
  const forget = { click: { action_id: 'forget_kept_owner', value: await changerOf(baton) } };
  const setup = { click: { action_id: 'home_tab_setup' } };
  await onHome(baton, 'dana@example.com', setup, /HubSpot Integration\*: its owners are kept, as \*Marcus Chen\* said/);
  await onHome(baton, 'dana@example.com', forget, /Forgotten\. A manager is asked again/);
  await give(baton, emma.recordId, emma.marcus, 'HubSpot Integration');
  await pollCrm(baton);
  assert.deepEqual(await stateOf(baton), ['kept', 'asked']);
});

test('a person’s later change moves card, ladder and rep; a queue is only told; back is back', async t => {
  const baton = await system(t);
  const { id, recordId, marcus, priya } = await crosses(baton);
  const [queue] = await baton.records('Group');
  // Not soon any more, and not late yet: at a breach Baton saves the record, too.
  baton.clock.move(30 * MINUTE);
  await give(baton, recordId, String(queue?.Id), 'dana@example.com');
  await pollCrm(baton);
  assert.deepEqual(await stateOf(baton), ['left']);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'marcus@example.com');
  assert.match(await seenBy(baton, 'marcus'), /Inbound queue\* \(Dana Ruiz.*It stays with \*Marcus Chen\*/);
  assert.equal((await asksOf(baton, 'dana')).length, 1);
  await give(baton, recordId, marcus, 'dana@example.com');
  await pollCrm(baton);
  assert.deepEqual([await stateOf(baton), (await baton.handoff(EMMA)).ownerChange], [['settled'], null]);

  baton.clock.move(MINUTE);
  const { assignedAt } = await baton.handoff(EMMA);
  await give(baton, recordId, priya, 'dana@example.com');
  await pollCrm(baton);
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.repEmail, handoff.stepsFired, handoff.breachedAt], ['priya@example.com', 0, null]);
  assert.ok(assignedAt && handoff.assignedAt && handoff.assignedAt > assignedAt);
  await baton.card({ user: 'priya' }, 'Emma Thompson');
  assert.match(await seenBy(baton, 'marcus'), /This lead is with Priya Nair now/);
  const story = (await baton.story(id)).filter(entry => entry.kind === 'reassigned');
  assert.equal(story.length, 1);
  assert.match(
    story[0]?.text ?? '',
    /^In Salesforce the owner was changed \(Dana Ruiz, .*\) → Priya Nair; it counts as a turn of Priya/,
  );
  assert.equal(await ownerOf(baton, recordId), priya, 'and Baton leaves it so');

  await actionsOf(baton.app.deps).reassign({
    workspaceId: baton.app.workspaceId,
    handoffId: id,
    slackUserId: await slackIdOf(baton, 'dana@example.com'),
    to: { kind: 'person', email: 'marcus@example.com' },
  });
  await baton.settled();
  assert.equal(await ownerOf(baton, recordId), marcus, 'Baton’s own change of the rep is written');
  await pollCrm(baton);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'marcus@example.com');
});

test('given back and left alone; struck later is said once; what Salesforce refuses or cannot take now is said and healed', async t => {
  const baton = await system(t);
  const { id, recordId, marcus, priya } = await crosses(baton);
  await give(baton, recordId, priya, RULE);
  await pollCrm(baton);
  const card = await baton.card({ user: 'marcus' }, 'Restore ours');
  await baton.post('/_sandbox/fault', { service: 'salesforce', path: '/composite', status: 503, times: 1 });
  await baton.press('marcus', card, 'owner_restore');
  await until('Salesforce has it as Baton gave it', async () => (await ownerOf(baton, recordId)) === marcus);
  await baton.settled();
  assert.deepEqual([await stateOf(baton), (await baton.handoff(EMMA)).ownerChange], [['restored'], null]);
  assert.match(
    (await told(baton, id)).at(-1) ?? '',
    /^In Salesforce the lead belongs to Marcus Chen again, as Baton had given it$/,
  );

  baton.clock.move(HOUR);
  await give(baton, recordId, priya, RULE);
  await pollCrm(baton);
  assert.deepEqual(await stateOf(baton), ['overruled']);
  const again = await until('Dana hears of it', async () => (await asksOf(baton, 'dana'))[1]);
  assert.equal(await ownerOf(baton, recordId), priya, 'Baton does not fight');
  await press(baton, 'dana', again, 'owner_keep', /goes to \*Priya Nair\*/);
  assert.equal((await baton.handoff(EMMA)).repEmail, 'priya@example.com');
  await baton.card({ user: 'priya' }, 'Emma Thompson');

  const other = await crosses(baton, 'medium');
  const { repEmail } = await baton.handoff(other.email);
  const rep = repEmail?.replace('@example.com', '') ?? '';
  const [queue] = await baton.records('Group');
  await give(baton, other.recordId, String(queue?.Id), 'Lead Router');
  await pollCrm(baton);
  await baton.post(`${control}/_org`, {
    validationRule: { object: 'Lead', message: 'Leads of the queue stay there' },
  });
  const theirs = await until('the card asks', async () =>
    (await baton.messages({ user: rep })).findLast(one => JSON.stringify(one).includes('Inbound queue')),
  );
  await press(baton, rep, theirs, 'owner_restore', /gives the record back/);
  await until('the refusal is on the card', async () =>
    JSON.stringify(await baton.messages({ user: rep })).includes('Leads of the queue stay there'),
  );
  assert.equal((await stateOf(baton)).at(-1), 'refused');
  await press(baton, rep, theirs, 'owner_keep', /Kept\. The lead stays here: Inbound queue is nobody of the playbook/);
  const left = await baton.handoff(other.email);
  assert.deepEqual([left.repEmail, (await stateOf(baton)).at(-1)], [repEmail, 'left']);
});

test('a change in Salesforce while Baton’s own write waits is not written over; Baton’s own change of the rep is', async t => {
  const baton = await system(t);
  const { id, recordId, priya } = await crosses(baton);
  const { db } = baton.app.deps;
  await give(baton, recordId, priya, 'Lead Router');
  // What was learnt later is written before anybody has told of the change.
  await enqueue(db, { name: 'handoff.record', payload: { workspaceId: baton.app.workspaceId, handoffId: id } });
  await baton.settled();
  assert.equal(await ownerOf(baton, recordId), priya);
  await pollCrm(baton);
  assert.deepEqual(await stateOf(baton), ['asked']);

  const dana = { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, 'dana@example.com') };
  const tom = { kind: 'person', email: 'tom@example.com' } as const;
  await actionsOf(baton.app.deps).reassign({ ...dana, handoffId: id, to: tom });
  await baton.settled();
  const users = await baton.records('User');
  assert.equal(await ownerOf(baton, recordId), users.find(user => user.Email === tom.email)?.Id);
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.repEmail, handoff.ownerChange], [tom.email, null]);
  const late = await actionsOf(baton.app.deps).keepOwner({ ...dana, handoffId: id });
  assert.match(late.kind === 'unfit' ? late.why : '', /This is settled/);
});

test('the opportunity Baton made is guarded like a lead, and takes card and contact along', async t => {
  const example = readFileSync(new URL('../../playbook.yaml', import.meta.url), 'utf8');
  const baton = await system(t, { playbook: example.replace('  mode: lead ', '  mode: account_based ') });
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const { id, priya } = await crosses(baton);
  const [deal] = await baton.records('Opportunity');
  assert.ok(deal);
  const before = (await baton.calls('salesforce')).length;
  await deliver(baton);
  assert.equal((await baton.calls('salesforce')).length, before, 'what Baton made is no news');
  const giveDeal = (as: string) => baton.post(`${control}/Opportunity/${deal.Id}`, { OwnerId: priya, _as: as });
  await giveDeal('Automated Process');
  await deliver(baton);
  assert.deepEqual([await stateOf(baton), (await baton.handoff(EMMA)).repEmail], [['asked'], 'marcus@example.com']);
  const dm = await until('Dana is asked', async () => (await asksOf(baton, 'dana'))[0]);
  await press(baton, 'dana', dm, 'owner_restore', /gives the record back/);
  await until('it is restored', async () => (await stateOf(baton))[0] === 'restored');

  baton.clock.move(HOUR);
  await giveDeal('dana@example.com');
  await deliver(baton, { again: true });
  const handoff = await until('the lead follows', async () => {
    const now = await baton.handoff(EMMA);
    return now.repEmail === 'priya@example.com' ? now : undefined;
  });
  await baton.settled();
  await baton.card({ user: 'priya' }, 'Emma Thompson');
  const [contact] = await baton.records('Contact');
  assert.deepEqual([contact?.OwnerId, handoff.state], [priya, 'assigned']);
  await deliver(baton);
  await pollCrm(baton);
  assert.deepEqual(
    [(await baton.handoff(EMMA)).repEmail, (await baton.handoff(EMMA)).ownerChange, await stateOf(baton)],
    ['priya@example.com', null, ['restored']],
  );
  assert.equal((await baton.story(id)).filter(entry => entry.kind === 'reassigned').length, 1);
});
