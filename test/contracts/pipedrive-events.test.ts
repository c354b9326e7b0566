/** What Pipedrive tells by itself: webhooks v2, and polling as the net below them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HookRequest } from '../../src/contracts/hook.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { BadInput } from '../../src/lib/errors.ts';
import { hookPassword } from '../../src/vendors/pipedrive/events/hook.ts';
import { look, press } from '../helpers/control.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, HOOK, type PipedriveCompany, SECRET } from './pipedrive-company.ts';

const META = {
  action: 'change',
  entity: 'person',
  entity_id: '77',
  company_id: '900',
  user_id: '11',
  id: '00000000-0000-4000-8000-00000000000a',
  timestamp: '2026-11-24T21:14:08Z',
  version: '2.0',
  attempt: 1,
  change_source: 'app',
};

function request(body: unknown, password = hookPassword(SECRET, HOOK), url = HOOK): HookRequest {
  const authorization = `Basic ${Buffer.from(`baton:${password}`).toString('base64')}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', url, headers: { authorization }, body: Buffer.from(text) };
}

const hookOf = (company: PipedriveCompany) => {
  const { hook } = company.connect();
  assert.ok(hook?.verify);
  return { ...hook, verify: hook.verify };
};

test('a delivery is known by the password of its address, and by its company', async t => {
  const company = await companyFor(t);
  const { verify, read, tenant } = hookOf(company);
  const now = company.clock.now();
  const good = request({ meta: META, data: { id: 77 }, previous: { owner_id: 1 } });
  assert.deepEqual(verify(good, now), { ok: true });
  for (const bad of [
    request('{}', 'guessed'),
    request('{}', hookPassword('another secret', HOOK)),
    request('{}', hookPassword(SECRET, HOOK), HOOK.replace('key', 'other')),
    { ...good, headers: {} },
  ]) {
    assert.equal(verify(bad, now).ok, false);
  }
  assert.equal(read(good).tenant, await tenant?.());
  for (const body of ['', 'null', '[]', '{"meta":{}}', '<html>', 'x'.repeat(100_000)]) {
    assert.throws(() => read(request(body)), BadInput, body.slice(0, 20));
  }
});

test('the same event has one key at every attempt; kinds Baton has no word for are no events', async t => {
  const { read } = hookOf(await companyFor(t));
  const key = (attempt: number) => read(request({ meta: { ...META, attempt }, data: { id: 77 } })).events[0]?.key;
  assert.equal(key(1), key(4));
  for (const entity of ['note', 'organization', 'product', 'user']) {
    assert.deepEqual(read(request({ meta: { ...META, entity }, data: { id: 7 } })).events, [], entity);
  }
});

test('what a message says: who owns a Person by whom, a merge, a lost Deal, a Lead’s labels', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const heard = (meta: object, data: object | null, previous: object | null = null) => {
    const [event] = hookOf(company).read(request({ meta: { ...META, ...meta }, data, previous })).events;
    return event && crm.parse?.(event);
  };
  assert.deepEqual(heard({}, { id: 77, owner_id: 12 }, { owner_id: 11 }), {
    kind: 'person',
    ownerId: '12',
    changedBy: { id: '11', kind: 'user', certain: true },
    changedAt: '2026-11-24T21:14:08.000Z',
  });
  assert.deepEqual(heard({ action: 'delete', merged_to_id: '78' }, null, { id: 77 }), { kind: 'removed' });
  const lost = heard({ entity: 'deal', entity_id: '9' }, { id: 9, status: 'lost', stage_id: 2 });
  assert.deepEqual(lost, { kind: 'deal', stage: 'Lost', result: 'lost' });
  const id = 'adf21080-0e10-11eb-879b-05d71fb426ec';
  const lead = heard({ entity: 'lead', entity_id: id }, { id, is_archived: true, owner_id: null });
  assert.deepEqual(lead, { kind: 'person', status: 'Archived' });
});

test('an activity: what of it, when and how long, about whom; Baton’s own is its own', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const [lead] = await company.rows('leads');
  const call = { subject: 'Called', type: 'call', lead_id: written.id, person_id: lead?.person_id, done: true };
  const timed = { due_date: '2026-11-24', due_time: '17:30', duration: '00:12' };
  const id = await company.add('activities', { ...call, ...timed, owner_id: company.userId('marcus@example.com') });
  const seen = async (activity: string) => {
    const event = await crm.look?.({ kind: 'activity', id: activity });
    return event && crm.parse?.(event);
  };
  assert.deepEqual(await seen(`activity/${id}`), {
    kind: 'activity',
    as: 'call',
    about: [written.id, `person/${lead?.person_id}`],
    aboutAll: true,
    done: true,
    own: false,
    subject: 'Called',
    seconds: 720,
    at: '2026-11-24T17:30:00.000Z',
    enteredAt: company.clock.now().toISOString(),
    ownerId: '11',
  });
  const logged = await crm.logTouch(touchOf(written.id));
  const own = await seen(logged.id);
  assert.equal(own?.kind === 'activity' && own.own, true);
  assert.equal(await crm.look?.({ kind: 'activity', id: 'activity/999' }), undefined);
});

test('a look names owner, stage and labels in words', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const [hot] = await look<{ id: string }[]>(company.sandbox, 'pipedrive/_labels');
  await company.change('leads', written.id, { label_ids: [hot?.id] });
  const event = await crm.look?.({ kind: 'lead', id: written.id });
  const parsed = event && crm.parse?.(event);
  assert.deepEqual(parsed, { kind: 'person', status: 'Hot', ownerId: '1', ownerName: 'Ivy Integration' });
  const deal = await company.add('deals', { title: 'D', stage_id: 3, pipeline_id: 1, status: 'open' });
  const seen = await crm.look?.({ kind: 'deal', id: `deal/${deal}` });
  const told = seen && crm.parse?.(seen);
  assert.equal(told?.kind === 'deal' && told.stage, 'Demo Scheduled');
});

test('polling: every list page by page, then nothing until the next round is due, and nothing twice', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.set({ pageSize: 2 });
  for (const name of ['A', 'B', 'C']) await company.add('persons', { name });
  const deal = await company.add('deals', { title: 'D', status: 'open', stage_id: 1 });
  const keys: string[] = [];
  let cursor = null as Parameters<NonNullable<typeof crm.poll>>[0];
  for (let more = true; more; ) {
    const page = await crm.poll?.(cursor, company.clock.now());
    assert.ok(page);
    keys.push(...page.events.map(one => one.key.split(':').slice(0, 2).join(' ')));
    ({ cursor, more } = page);
  }
  assert.deepEqual(keys.toSorted(), ['poll deal/1', 'poll person/1', 'poll person/2', 'poll person/3']);
  company.calls();
  assert.deepEqual((await crm.poll?.(cursor, company.clock.now()))?.events, []);
  assert.deepEqual(company.calls(), [], 'the round is not over yet');
  company.clock.move(16 * MINUTE);
  await company.change('deals', deal, { status: 'won' });
  const next = await crm.poll?.(cursor, company.clock.now());
  assert.equal(company.calls().length, 4);
  const won = next?.events.find(one => one.record?.id === `deal/${deal}`);
  assert.deepEqual(won && crm.parse?.(won), { kind: 'deal', stage: 'Won', result: 'won', ownerId: '14' });
});

test('ids in a text: addresses of its pages, and alone; hostile text is read in a moment', async t => {
  const { recordIdsIn } = (await companyFor(t)).connect();
  const id = 'adf21080-0e10-11eb-879b-05d71fb426ec';
  assert.deepEqual(recordIdsIn(`see https://acme.pipedrive.com/person/77 and /deal/9, /leads/inbox/${id}?x=1`), [
    'person/77',
    'deal/9',
    id,
  ]);
  assert.deepEqual(recordIdsIn(id.toUpperCase()), [id]);
  assert.deepEqual(recordIdsIn('77'), []);
  const begun = performance.now();
  for (const text of ['person/', '/', 'a-', 'leads/inbox/']) recordIdsIn(text.repeat(100_000));
  assert.ok(performance.now() - begun < 500);
});

test('webhooks are delivered with the password of the set-up, and again when nobody answers', async t => {
  const company = await companyFor(t);
  await company.add('persons', { name: 'Somebody' });
  const { released } = await press<{ released: number }>(company.sandbox, 'pipedrive/_release', { lose: true });
  assert.equal(released, 1, 'the webhook of persons alone');
});
