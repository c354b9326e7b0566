/** What Zoho CRM tells by itself: notifications that are renewed, polling as the net, and who changed an owner. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Crm } from '../../src/contracts/crm.ts';
import type { CrmCursor } from '../../src/contracts/crm-events.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { BadInput } from '../../src/lib/errors.ts';
import { channelId, hookToken } from '../../src/vendors/zoho/events/hook.ts';
import { look, press } from '../helpers/control.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { companyFor, HOOK, SECRET, type ZohoCompany } from './zoho-company.ts';

const NOTIFICATION = {
  server_time: 1_795_699_200_000,
  query_params: {},
  module: 'Leads',
  resource_uri: 'https://www.zohoapis.com/crm/v8/Leads',
  ids: ['4150868000004353001'],
  affected_fields: [{ '4150868000004353001': ['Lead_Status'] }],
  operation: 'update',
  channel_id: Number(channelId(HOOK)),
  token: hookToken(SECRET, HOOK),
};
const request = (body: unknown, url = HOOK): HookRequest => ({
  method: 'POST',
  url,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const hookOf = (company: ZohoCompany) => {
  const { hook } = company.connect();
  assert.ok(hook?.verify);
  return { ...hook, verify: hook.verify };
};
const channels = (company: ZohoCompany) =>
  look<{ channel_id: string; notify_url: string; expires: string }[]>(company.sandbox, 'zoho/_channels');

/** Asks until nothing more comes. */
async function polled(crm: Crm, company: ZohoCompany, from: CrmCursor | null = null, since = company.clock.now()) {
  const events = [];
  let cursor = from;
  for (let more = true; more; ) {
    const page = await crm.poll?.(cursor, since);
    assert.ok(page);
    events.push(...page.events);
    ({ cursor, more } = page);
  }
  return { events, cursor };
}

test('a notification is known by the token of its address, and the same one has one key', async t => {
  const company = await companyFor(t);
  const { verify, read } = hookOf(company);
  const now = company.clock.now();
  assert.deepEqual(verify(request(NOTIFICATION), now), { ok: true });
  assert.ok(NOTIFICATION.token.length <= 50);
  for (const bad of [
    request({ ...NOTIFICATION, token: 'guessed' }),
    request({ ...NOTIFICATION, token: hookToken('another secret', HOOK) }),
    request(NOTIFICATION, HOOK.replace('key', 'other')),
    request({ ...NOTIFICATION, token: undefined }),
    request('{'),
  ]) {
    assert.equal(verify(bad, now).ok, false);
  }
  const [first, again] = [read(request(NOTIFICATION)).events[0], read(request(NOTIFICATION)).events[0]];
  assert.equal(first?.key, again?.key);
  assert.deepEqual(first?.record, { kind: 'lead', id: '4150868000004353001' });
  for (const body of ['', 'null', '[]', '{"ids":1}', '<html>', 'x'.repeat(100_000)]) {
    assert.throws(() => read(request(body)), BadInput, body.slice(0, 20));
  }
  assert.deepEqual(read(request({ ...NOTIFICATION, module: 'Products' })).events, []);
});

test('what is heard is looked up: status, owner and who changed it; a deletion says so by itself', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const { id } = await crm.write(writeOf());
  await company.change('Leads', id, { Lead_Status: 'Contacted' });
  const { read } = hookOf(company);
  const [heard] = read(request({ ...NOTIFICATION, ids: [id] })).events;
  assert.deepEqual(heard && crm.parse?.(heard), { kind: 'person' });
  const [gone] = read(request({ ...NOTIFICATION, ids: [id], operation: 'delete' })).events;
  assert.deepEqual(gone && crm.parse?.(gone), { kind: 'removed' });
  const event = await crm.look?.({ kind: 'lead', id });
  assert.deepEqual(event && crm.parse?.(event), {
    kind: 'person',
    status: 'Contacted',
    ownerId: company.userId('ivy@example.com'),
    ownerName: 'Ivy Integration',
    changedBy: { id: company.userId('dana@example.com'), name: 'Dana Ruiz', kind: 'user', certain: false },
    changedAt: '2026-11-24T18:00:00.000Z',
  });
});

test('who gave a record to its owner: a person, a rule, Baton itself; and nobody where the timeline is hidden', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const [priya, tom] = [company.userId('priya@example.com'), company.userId('tom@example.com')];
  const { id } = await crm.write(writeOf({ ownerId: tom }));
  const record = { kind: 'lead', id } as const;
  const given = async (owner: string) => (await crm.ownerGiven?.(record, owner))?.changedBy;
  await company.change('Leads', id, { Owner: { id: priya } }, 'as=dana@example.com');
  await company.change('Leads', id, { City: 'Berlin' }, 'as=marcus@example.com');
  assert.deepEqual(
    [(await given(priya))?.name, (await given(priya))?.kind, (await given(priya))?.certain],
    ['Dana Ruiz', 'user', true],
  );
  assert.equal(await given(tom), undefined, 'it is not his any more');
  await company.change('Leads', id, { Owner: { id: tom } }, 'rule=Round%20robin');
  assert.equal((await given(tom))?.kind, 'automation');
  await crm.setOwner?.(record, priya);
  assert.equal((await given(priya))?.kind, 'self');
  const hidden = { code: 'NO_PERMISSION', details: {}, message: 'permission denied', status: 'error' };
  company.sandbox.fault({ service: 'zoho', path: '__timeline', status: 403, body: hidden });
  assert.equal(await given(priya), undefined);
  company.calls();
  assert.equal(await given(priya), undefined);
  assert.deepEqual(company.calls(), [], 'not asked again for an hour');
});

test('activities: what of it, when and how long, about whom; what was planned or missed is no proof; Baton’s own is its own', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const written = await crm.write(writeOf());
  const on = { What_Id: { id: written.id }, $se_module: 'Leads', Owner: { id: company.userId('marcus@example.com') } };
  const seen = async (id: string) => {
    const event = await crm.look?.({ kind: 'activity', id });
    return event && crm.parse?.(event);
  };
  const call = { Subject: 'Called', Call_Start_Time: '2026-11-24T17:30:00+00:00', ...on };
  const held = await company.add('Calls', {
    ...call,
    Call_Type: 'Outbound',
    Call_Duration: '12:05',
    Outgoing_Call_Status: 'Completed',
  });
  assert.deepEqual(await seen(`Calls/${held}`), {
    kind: 'activity',
    as: 'call',
    about: [written.id],
    aboutAll: true,
    done: true,
    own: false,
    subject: 'Called',
    direction: 'outbound',
    seconds: 725,
    at: '2026-11-24T17:30:00.000Z',
    enteredAt: company.clock.now().toISOString(),
    ownerId: company.userId('marcus@example.com'),
  });
  for (const more of [{ Call_Type: 'Missed' }, { Call_Type: 'Outbound', Outgoing_Call_Status: 'Scheduled' }]) {
    const one = await seen(`Calls/${await company.add('Calls', { ...call, ...more })}`);
    assert.equal(one?.kind === 'activity' && one.done, false);
  }
  const meeting = await company.add('Events', {
    Event_Title: 'Demo',
    Start_DateTime: '2026-11-26T09:00:00+00:00',
    ...on,
  });
  const agreed = await seen(`Events/${meeting}`);
  assert.ok(agreed?.kind === 'activity');
  assert.deepEqual(
    [agreed.as, agreed.startsAt, agreed.at],
    ['meeting', '2026-11-26T09:00:00.000Z', '2026-11-24T18:00:00.000Z'],
  );
  const logged = await crm.logTouch(touchOf(written.id));
  const own = await seen(logged.id);
  assert.equal(own?.kind === 'activity' && own.own, true);
  assert.equal(await crm.look?.({ kind: 'activity', id: 'Tasks/4150868000000009999' }), undefined);
});

test('a Deal is won or lost by what its stage means, however it is called', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  const id = await company.add('Deals', { Deal_Name: 'D', Stage: 'Needs Analysis' });
  const at = async (Stage: string) => {
    await company.change('Deals', id, { Stage });
    const event = await crm.look?.({ kind: 'deal', id });
    const parsed = event && crm.parse?.(event);
    return parsed?.kind === 'deal' && [parsed.stage, parsed.result];
  };
  assert.deepEqual(await at('Needs Analysis'), ['Needs Analysis', undefined]);
  assert.deepEqual(await at('Closed Lost to Competition'), ['Closed Lost to Competition', 'lost']);
  assert.deepEqual(await at('Closed Won'), ['Closed Won', 'won']);
});

test('the channel is renewed at half of what was granted, with the gap polled; one that ran out is made again', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.set({ watchHours: 2 });
  await press(company.sandbox, 'zoho/_settings', { watchHours: 2 });
  const first = await polled(crm, company);
  const granted = async () => Date.parse((await channels(company))[0]?.expires ?? '') - company.clock.now().getTime();
  assert.equal(await granted(), 2 * HOUR, 'asked for 23 hours, granted two');
  company.clock.move(5 * MINUTE);
  company.calls();
  const early = await polled(crm, company, first.cursor);
  assert.deepEqual(company.calls(), [], 'nothing is due');
  company.clock.move(HOUR);
  const id = await company.add('Deals', { Deal_Name: 'In the gap', Stage: 'Qualification' });
  const second = await polled(crm, company, early.cursor);
  assert.equal(await granted(), 2 * HOUR);
  assert.ok(company.calls().includes('PATCH /actions/watch'));
  assert.ok(second.events.some(one => one.record?.id === id));
  company.clock.move(10 * HOUR);
  assert.deepEqual(await channels(company), [], 'it ran out');
  await polled(crm, company, second.cursor);
  const [again] = await channels(company);
  assert.deepEqual([again?.notify_url, again?.channel_id], [HOOK, channelId(HOOK)]);
});

test('polling: every module page by page, deletions and conversions too, then nothing until the next round', async t => {
  const company = await companyFor(t);
  const crm = company.connect();
  await company.set({ pageSize: 2 });
  const start = company.clock.now();
  const leads = [];
  for (const name of ['A', 'B', 'C', 'D']) leads.push(await company.add('Leads', { Last_Name: name }));
  const deal = await company.add('Deals', { Deal_Name: 'D', Stage: 'Qualification' });
  const { events, cursor } = await polled(crm, company, null, start);
  const keys = events.map(one => one.key.split(':').slice(0, 2).join(' ')).toSorted();
  assert.deepEqual(keys, [deal, ...leads].map(id => `poll ${id}`).toSorted());
  company.calls();
  const early = await polled(crm, company, cursor);
  assert.deepEqual([early.events, company.calls()], [[], []], 'the round is not over yet');
  await company.set({ pageSize: 200 });
  company.clock.move(16 * MINUTE);
  await company.remove('Leads', leads[0] ?? '');
  await press(company.sandbox, `zoho/_convert/${leads[1]}`, {});
  await company.change('Deals', deal, { Stage: 'Closed Won' });
  const next = await polled(crm, company, cursor);
  assert.equal(company.calls().length, 9);
  const heard = (id: string | undefined) => {
    const event = next.events.find(one => one.record?.id === id && !one.key.startsWith('poll'));
    return event && crm.parse?.(event);
  };
  assert.deepEqual(heard(leads[0]), { kind: 'removed' });
  assert.deepEqual(heard(leads[1]), { kind: 'person', became: [] }, 'worth a look');
  const won = next.events.find(one => one.record?.id === deal);
  const parsed = won && crm.parse?.(won);
  assert.equal(parsed?.kind === 'deal' && parsed.stage, 'Closed Won');
});

test('ids in a text: addresses of its pages, and alone; hostile text is read in a moment', async t => {
  const { recordIdsIn } = (await companyFor(t)).connect();
  const id = '4150868000004353001';
  const text = `see https://crm.zoho.eu/crm/org20067/tab/Leads/${id}?x=1 and /tab/Potentials/4150868000004353002`;
  assert.deepEqual(recordIdsIn(text), [id, '4150868000004353002']);
  assert.deepEqual(recordIdsIn(` ${id} `), [id]);
  assert.deepEqual(recordIdsIn('+1 415 086 8000'), []);
  const begun = performance.now();
  for (const bad of ['/tab/', '/tab/Leads/', '9', '/tab/Leads/1']) recordIdsIn(bad.repeat(100_000));
  assert.ok(performance.now() - begun < 500);
});

test('a notification is delivered with the token of the set-up, for each module that was asked for', async t => {
  const company = await companyFor(t);
  const id = await company.add('Leads', { Last_Name: 'Somebody' });
  await company.change('Leads', id, { City: 'Berlin' });
  const { released } = await press<{ released: number }>(company.sandbox, 'zoho/_release', { lose: true });
  assert.equal(released, 1, 'its change; that it was made is nobody’s yet');
});
