/** What HubSpot tells as a CRM, by webhook, look-up and poll, in Baton's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrmEvent } from '../../src/contracts/crm-events.ts';
import { HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { BadInput, RateLimited } from '../../src/lib/errors.ts';
import { signatureHeaders } from '../../src/vendors/hubspot/api/signature.ts';
import { parseEvent } from '../../src/vendors/hubspot/events/parse.ts';
import { touchOf, writeOf } from './crm.suite.ts';
import { accountFor, HOOK, type HubspotAccount, START } from './hubspot-portal.ts';

const requestOf = (given: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  url: HOOK,
  headers,
  body: Buffer.from(typeof given === 'string' ? given : JSON.stringify(given)),
});
const event = (more: object) => ({
  eventId: 1,
  subscriptionId: 7,
  portalId: 62515,
  occurredAt: START.getTime(),
  attemptNumber: 0,
  objectId: 5,
  ...more,
});
const change = (objectTypeId: string, propertyName: string, propertyValue: string, more: object = {}) =>
  event({ subscriptionType: 'object.propertyChange', objectTypeId, propertyName, propertyValue, ...more });

/** Marcus's call, made by Baton, and whatever the test makes of it. */
const handed = async (account: HubspotAccount) => {
  const crm = account.connect({ pollEvery: 0 });
  const written = await crm.write(writeOf({ ownerId: account.owner('marcus@example.com') }));
  return { crm, lead: written.id.split('/')[1] ?? '', id: written.id };
};

test('deliveries: what a CRM is followed by, each event once, and nothing of the source’s', async t => {
  const { hook } = (await accountFor(t)).connect();
  const delivery = [
    event({ subscriptionType: 'contact.propertyChange', propertyName: 'hubspotscore', propertyValue: '63' }),
    event({ subscriptionType: 'contact.creation' }),
    event({ subscriptionType: 'company.propertyChange', propertyName: 'name', propertyValue: 'x' }),
    change('0-136', 'hubspot_owner_id', '12', { sourceId: 'userId:99', changeSource: 'CRM_UI' }),
    event({ subscriptionType: 'deal.propertyChange', propertyName: 'dealstage', propertyValue: 'closedwon' }),
    event({ subscriptionType: 'object.creation', objectTypeId: '0-48' }),
    event({ subscriptionType: 'contact.deletion' }),
    event({ subscriptionType: 'contact.merge', primaryObjectId: 5, mergedObjectIds: [6, 7], newObjectId: null }),
    'no event',
  ];
  const events = hook?.read(requestOf(delivery)).events ?? [];
  assert.deepEqual(
    events.map(one => [one.record?.kind, one.record?.id]),
    [
      ['lead', 'lead/5'],
      ['deal', 'deal/5'],
      ['activity', 'call/5'],
      ['contact', 'contact/5'],
      ['contact', 'contact/6'],
      ['contact', 'contact/7'],
    ],
  );
  assert.equal(events.at(-1)?.fields.mergedTo, 'contact/5');
  const again = hook?.read(
    requestOf(delivery.map(one => (typeof one === 'object' ? { ...one, attemptNumber: 3, eventId: 2 } : one))),
  );
  assert.deepEqual(
    again?.events.map(one => one.key),
    events.map(one => one.key),
  );
  assert.equal(new Set(events.map(one => one.key)).size, events.length);
});

test('a workflow’s body is the source’s; what is no JSON is refused', async t => {
  const { hook } = (await accountFor(t)).connect();
  assert.deepEqual(hook?.read(requestOf({ vid: 5 })).events, []);
  for (const given of ['', '{', '[']) assert.throws(() => hook?.read(requestOf(given)), BadInput);
  for (const given of ['null', '7', '[null]']) assert.deepEqual(hook?.read(requestOf(given)).events, []);
});

test('with the app’s secret a delivery must be signed', async t => {
  const { hook } = (await accountFor(t)).connect({ clientSecret: 's3cret' });
  const body = JSON.stringify([event({ subscriptionType: 'contact.deletion' })]);
  const headers = signatureHeaders({ method: 'POST', url: HOOK, body, at: START }, 's3cret');
  assert.deepEqual(hook?.verify?.(requestOf(body, headers), START), { ok: true });
  assert.equal(hook?.verify?.(requestOf(`${body} `, headers), START).ok, false);
  assert.equal(hook?.verify?.(requestOf(body), START).ok, false);
});

test('parsing: owners, statuses, what people did and what is no sign of it', () => {
  const parsed = (id: string, kind: 'lead' | 'contact' | 'deal' | 'activity', fields: Record<string, string>) =>
    parseEvent({ key: 'k', record: { kind, id }, fields } satisfies CrmEvent);
  const row = (properties: object) => ({ row: JSON.stringify(properties) });
  assert.deepEqual(
    parsed('lead/5', 'lead', { event: 'propertyChange', property: 'hubspot_owner_id', value: '12', by: 'user/9' }),
    {
      kind: 'person',
      ownerId: '12',
      changedBy: { id: 'user/9', kind: 'user', certain: true },
    },
  );
  assert.deepEqual(parsed('contact/5', 'contact', { event: 'merge' }), { kind: 'removed' });
  assert.deepEqual(parsed('deal/5', 'deal', { event: 'deletion' }), { kind: 'other' });
  const activity = (id: string, properties: object) => {
    const found = parsed(id, 'activity', row(properties));
    assert.ok(found.kind === 'activity');
    return [found.as, found.done, found.own, found.seconds ?? null];
  };
  assert.deepEqual(activity('call/1', { hs_call_status: 'COMPLETED', hs_call_duration: '90000' }), [
    'call',
    true,
    false,
    90,
  ]);
  assert.deepEqual(activity('call/1', { hs_call_status: 'NO_ANSWER' }), ['call', true, false, null]);
  assert.deepEqual(activity('call/1', { hs_call_status: 'QUEUED' }), ['call', false, false, null]);
  assert.deepEqual(activity('call/1', { baton_key: 'touch-1' }), ['call', true, true, null]);
  assert.deepEqual(activity('email/1', { hs_email_direction: 'EMAIL', hs_email_status: 'SENT' }), [
    'email',
    true,
    false,
    null,
  ]);
  assert.deepEqual(activity('email/1', { hs_email_direction: 'INCOMING_EMAIL' }), ['email', false, false, null]);
  assert.deepEqual(activity('email/1', { hs_email_direction: 'EMAIL', hs_email_status: 'BOUNCED' }), [
    'email',
    false,
    false,
    null,
  ]);
  assert.deepEqual(activity('meeting/1', { hs_meeting_outcome: 'SCHEDULED' }), ['meeting', true, false, null]);
  assert.deepEqual(activity('meeting/1', { hs_meeting_outcome: 'NO_SHOW' }), ['meeting', false, false, null]);
  assert.deepEqual(activity('task/1', { hs_task_status: 'NOT_STARTED' }), ['task', false, false, null]);
  assert.deepEqual(activity('task/1', { hs_task_status: 'COMPLETED' }), ['task', true, false, null]);
});

test('a look: status by its name with who gave it, what a lead became, and what an activity is about', async t => {
  const account = await accountFor(t);
  const { crm, lead, id } = await handed(account);
  const contact = (await account.rows('contacts'))[0]?.id ?? '';
  const deal = await account.add('deals', { dealname: 'D', about: { contacts: [contact], leads: [lead] } });
  await account.change('leads', lead, { hs_pipeline_stage: 'qualified-stage-id' }, 'priya@example.com');
  const found = await crm.look?.({ kind: 'lead', id });
  const parsed = found && crm.parse?.(found);
  assert.ok(parsed?.kind === 'person');
  assert.deepEqual([parsed.status, parsed.became, parsed.ownerName], ['Qualified', [`deal/${deal}`], 'Marcus Chen']);
  assert.deepEqual(parsed.changedBy?.name, 'Priya Nair');
  const { id: call } = await crm.logTouch(touchOf(id));
  const done = await crm.look?.({ kind: 'activity', id: call });
  assert.deepEqual([done?.about?.sort(), done && crm.parse?.(done).kind], [[`contact/${contact}`, id], 'activity']);
  await account.change('deals', deal, { dealstage: 'closedlost' });
  const over = await crm.look?.({ kind: 'deal', id: `deal/${deal}` });
  const lost = over && crm.parse?.(over);
  assert.ok(lost?.kind === 'deal');
  assert.deepEqual([lost.stage, lost.result], ['Closed Lost', 'lost']);
});

test('merged and deleted: a look finds nothing, and the person where they are kept now', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  const [stays, gone] = [
    await account.add('contacts', { email: 'a@x.example' }),
    await account.add('contacts', { email: 'b@x.example' }),
  ];
  const url = `${account.sandbox.url}/_sandbox/hubspot/contacts/${gone}/merge`;
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ into: stays }),
  });
  const old = { kind: 'contact' as const, id: `contact/${gone}` };
  assert.equal(await crm.look?.(old), undefined);
  assert.deepEqual(await crm.findRelocated?.(old), { kind: 'contact', id: `contact/${stays}` });
  await account.change('contacts', `${stays}/delete`, {});
  assert.equal(await crm.findRelocated?.(old), undefined);
  assert.equal(await crm.look?.({ kind: 'contact', id: `contact/${stays}` }), undefined);
});

/** Rounds until nothing more is to come; answers what was found. */
async function round(crm: ReturnType<HubspotAccount['connect']>, cursor: object | null = null) {
  const events: CrmEvent[] = [];
  let [at, more, calls] = [cursor as Record<string, unknown> | null, true, 0];
  while (more) {
    const page = await crm.poll?.(at, START);
    assert.ok(page && calls++ < 50);
    events.push(...page.events);
    [at, more] = [page.cursor, page.more];
  }
  return { events, cursor: at };
}

test('the poll finds what changed, of contacts only those that Baton wrote to, and each change once', async t => {
  const account = await accountFor(t);
  const { crm, lead } = await handed(account);
  await account.add('contacts', { email: 'marketing@x.example' });
  const call = await account.add('calls', { hs_timestamp: START.toISOString(), about: { leads: [lead] } });
  const first = await round(crm);
  const ids = first.events.map(one => one.record?.id);
  assert.ok(ids.includes(`lead/${lead}`) && ids.includes(`call/${call}`));
  assert.deepEqual(ids.filter(id => id?.startsWith('contact/')).length, 1);
  assert.deepEqual(first.events.find(one => one.record?.id === `call/${call}`)?.about, [`lead/${lead}`]);
  account.clock.move(HOUR);
  await account.change('leads', lead, { hubspot_owner_id: account.owner('priya@example.com') });
  const known = new Set(first.events.map(one => one.key));
  const second = await round(crm, first.cursor);
  assert.deepEqual(
    second.events.filter(one => !known.has(one.key)).map(one => one.record?.id),
    [`lead/${lead}`],
  );
});

test('more of one instant than a page holds is walked by id, and nothing is skipped', async t => {
  const account = await accountFor(t);
  const crm = account.connect();
  for (let index = 0; index < 230; index += 1) await account.add('deals', { dealname: `D${index}` });
  account.clock.move(MINUTE);
  await account.add('deals', { dealname: 'later' });
  const { events } = await round(crm);
  const deals = new Set(events.flatMap(one => (one.record?.kind === 'deal' ? [one.record.id] : [])));
  assert.equal(deals.size, 231);
});

test('a round that is refused its searches goes on where it stood', async t => {
  const account = await accountFor(t);
  const { crm } = await handed(account);
  await account.set({ searchesPerSecond: 3 });
  let [cursor, refusals, more]: [Record<string, unknown> | null, number, boolean] = [null, 0, true];
  for (let calls = 0; more && calls < 30; calls += 1) {
    try {
      const page: Awaited<ReturnType<NonNullable<typeof crm.poll>>> | undefined = await crm.poll?.(cursor, START);
      [cursor, more] = [page?.cursor ?? null, page?.more ?? false];
    } catch (error) {
      assert.ok(error instanceof RateLimited);
      refusals += 1;
      account.clock.move(SECOND);
    }
  }
  assert.deepEqual([more, refusals > 0], [false, true]);
});

test('links and ids in a text are understood, and those of other systems are not', async t => {
  const crm = (await accountFor(t)).connect();
  const said =
    'https://app-eu1.hubspot.com/contacts/1/record/0-136/77?x=1 and contact/5, https://app.hubspot.com/contacts/1/deal/9';
  assert.deepEqual(crm.recordIdsIn(said), ['lead/77', 'contact/5', 'deal/9']);
  assert.deepEqual(crm.recordIdsIn('record/0-48/1 person/7 /contacts/62515 task/3'), []);
});
