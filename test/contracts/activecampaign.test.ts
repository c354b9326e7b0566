/** ActiveCampaign keeps the contract of a source, and what only ActiveCampaign does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, beforeEach, describe, test } from 'node:test';
import { activecampaign as standIn } from '../../sandbox/activecampaign/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { PollCursor, Signal, Source, SourceTouch, SourceWishes } from '../../src/contracts/source.ts';
import { clockFrom, DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { BadInput, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { activeCampaign, type SourceOptions } from '../../src/vendors/activecampaign/source.ts';
import { look, press } from '../helpers/control.ts';
import { assertNurtures } from './nurture.suite.ts';
import { EMMA, failureOf, NOW, type Person, sourceSuite } from './source.suite.ts';

const KEY = 'sandbox-activecampaign-key';
const personOf = ({ email, firstName, lastName, company, title, score }: Person) => ({
  email,
  firstName,
  lastName,
  fields: { Company: company, 'Job Title': title },
  score,
});

/** The clock stands still in these tests: five calls of the same second would be all there are. */
async function quietly(sandbox: Sandbox, body: Record<string, unknown>): Promise<string> {
  await press(sandbox, 'activecampaign/settings', { callsPerSecond: null });
  await press(sandbox, 'activecampaign/webhook', { mode: 'off' });
  return String((await press(sandbox, 'activecampaign/contacts', body)).id);
}

sourceSuite({
  service: 'activecampaign',
  standIn,
  token: KEY,
  make: ({ token: apiKey = KEY, secret: _none, ...options }) =>
    activeCampaign({ ...options, apiKey, scoreProperty: 'score' }),
  seed: (sandbox, person) => quietly(sandbox, personOf(person)),
  async rescore(sandbox, { email, score }) {
    await press(sandbox, 'activecampaign/webhook', { mode: 'on', threshold: 70 });
    await press(sandbox, 'activecampaign/contacts', { email, score });
  },
  unknownId: '999999999',
  proof: 'address',
  tellsNoScore: true,
  api: {
    limited: {
      status: 429,
      body: { message: 'You have exceeded the rate limit' },
      headers: { 'retry-after': '2' },
      waitMs: 2 * SECOND,
    },
    refused: { status: 422, body: { errors: [{ title: 'Missing attribute', source: { pointer: '/data/x' } }] } },
  },
});

const sample = (name: string) =>
  readFileSync(new URL(`../fixtures/activecampaign/${name}.txt`, import.meta.url), 'utf8').trim();

function hook(body: string): HookRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = 'https://baton.example.com/hooks/key-of-the-hook/activecampaign';
  return { method: 'POST', url, headers, body: Buffer.from(body) };
}

const offline = (options: Partial<SourceOptions> = {}): Source =>
  activeCampaign({
    apiUrl: 'http://127.0.0.1:1',
    apiKey: KEY,
    clock: { now: () => NOW },
    scoreProperty: 'score',
    ...options,
  });

describe('ActiveCampaign webhook bodies', () => {
  const read = (body: string, ownScore = false, at = NOW) => offline({ ownScore }).read(hook(body), at);
  const facts = ([one, ...more]: Signal[]) => {
    const { dedupeKey, ...rest } = one ?? assert.fail('no signal');
    assert.match(dedupeKey, /^[a-z_]+:[0-9a-f]{32}$/);
    assert.deepEqual(more, []);
    return rest;
  };

  test('an automation tells of somebody, and of no score; fields of several choices do no harm', () => {
    const told = { occurredAt: NOW.toISOString(), via: 'webhook', email: 'person@example.com' };
    assert.deepEqual(facts(read(sample('automation-webhook-action.redacted'))), {
      ...told,
      contactId: '27760',
      company: 'ExampleCo',
    });
    assert.deepEqual(facts(read(sample('automation-webhook-action.multiselect.redacted'))), {
      ...told,
      contactId: '903',
    });
  });

  test('events count where the playbook scores by itself, at their own time; what Baton wrote is no news', () => {
    const tagged = sample('contact_tag_added.captured');
    assert.deepEqual(read(tagged), []);
    const { occurredAt, event, contactId } = facts(read(tagged, true));
    assert.deepEqual([occurredAt, event, contactId], ['2026-07-18T03:01:25.000Z', { kind: 'active' }, '123456']);
    assert.deepEqual(read(tagged.replace('initiated_from=admin', 'initiated_from=api'), true), []);
    assert.deepEqual(read(sample('webhook.unsubscribe'), true), []);
    assert.deepEqual(facts(read('type=subscribe&contact[id]=7')).event, { kind: 'created' });
    assert.deepEqual(read('type=deal_add&deal[id]=4'), [], 'an event of nobody');
  });

  test('the same contact at the same step within an hour is the same; another step, contact or hour is not', () => {
    const key = (body: string, at = NOW) => read(body, false, at)[0]?.dedupeKey;
    const [first, later] = ['contact[id]=7&seriesid=2', 'contact[id]=7&contact[tags]=new&seriesid=2'];
    assert.equal(key(first), key(later, new Date(NOW.getTime() + MINUTE)));
    const others = [key('contact[id]=8&seriesid=2'), key('contact[id]=7&seriesid=3')];
    assert.equal(new Set([key(first), ...others, key(first, new Date(NOW.getTime() + HOUR))]).size, 4);
  });

  test('hostile names build nothing deep, and what names no contact says what to change', () => {
    const deep = `contact${'[a]'.repeat(5_000)}=x&contact[id]=7&__proto__[polluted]=1&contact[__proto__][polluted]=1`;
    assert.equal(facts(read(deep)).contactId, '7');
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    for (const body of ['contact[id]=', 'contact[id]=../7', 'contact=7', 'type=open&contact[email]=a@b.co']) {
      assert.throws(
        () => read(body),
        (error: unknown) => error instanceof BadInput && /Webhook step/.test(error.message),
        body,
      );
    }
  });
});

describe('ActiveCampaign over its stand-in', async () => {
  let offset = 0;
  const clock = clockFrom(NOW, { now: () => new Date(NOW.getTime() + offset) });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  after(() => sandbox.close());
  beforeEach(() => {
    offset = 0;
    sandbox.reset();
  });
  const make = (options: Partial<SourceOptions> = {}) =>
    activeCampaign({
      apiUrl: `${sandbox.url}/activecampaign`,
      apiKey: KEY,
      clock,
      scoreProperty: 'score',
      ...options,
    });
  const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds).toISOString();
  const calls = () => sandbox.calls('activecampaign').length;
  const shown = (id: string) => look<Record<string, unknown>>(sandbox, `activecampaign/contacts/${id}`);

  async function walk(source: Source, from: PollCursor | null) {
    let cursor = from;
    const signals: Signal[] = [];
    for (let more = true; more; ) {
      const page = (await source.poll?.(cursor, NOW)) ?? assert.fail('no poll');
      signals.push(...page.signals);
      ({ cursor, more } = page);
    }
    return { signals, cursor };
  }
  const idsOf = (signals: readonly Signal[]) => signals.map(one => one.contactId);

  test('fields by their names, several choices, tags, tracked events, lists; a lead costs three calls, four where tags do not come along', async () => {
    const id = await quietly(sandbox, {
      email: EMMA.email,
      fields: { 'Lead Source': 'Webinar', Interests: '||a||b||', Country: 'Austria' },
      tags: ['[EU] Demo, 2026', 'Hot'],
      lists: { 1: '2' },
      score: 63,
      activities: [
        { type: 'page_visit', value: 'https://example.com/pricing', at: ago(MINUTE) },
        { type: 'requested_demo', value: 'Enterprise', at: ago(HOUR) },
        { type: 'guide', value: '/files/guide.pdf', at: ago(2 * HOUR) },
        { type: 'milestone', at: ago(DAY) },
      ],
    });
    const source = make();
    const contact = await source.contact(id);
    const before = calls();
    await source.contact(id);
    assert.equal(calls() - before, 3);
    await press(sandbox, 'activecampaign/settings', { includes: false });
    const again = calls();
    assert.deepEqual(await source.contact(id), contact);
    assert.equal(calls() - again, 4);
    assert.deepEqual(
      contact?.activities.map(one => [one.type, one.detail]),
      [
        ['page_view', 'https://example.com/pricing'],
        ['form', 'requested_demo: Enterprise'],
        ['download', '/files/guide.pdf'],
        ['moment', 'milestone'],
      ],
    );
    const { leadSource, country, unsubscribed, properties, scoreHistory } = contact ?? assert.fail();
    assert.deepEqual([leadSource, country, unsubscribed], ['Webinar', 'Austria', true]);
    assert.deepEqual([properties.interests, properties.tags], ['a;b', '[EU] Demo, 2026;Hot']);
    assert.deepEqual(scoreHistory, [{ score: 63, at: NOW.toISOString() }]);
  });

  test('what the key may not see is left out of a lead; without the contact itself the key is no good', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, tags: ['Hot'], score: 63 });
    await press(sandbox, 'activecampaign/settings', { denied: ['contactTags', 'tags', 'trackingLogs'] });
    assert.equal((await make().contact(id))?.score, 63);
    await press(sandbox, 'activecampaign/settings', { denied: ['scoreValues'] });
    await failureOf(CredentialsRejected, make().contact(id));
  });

  test('an address that merely contains another is nobody’s', async () => {
    await quietly(sandbox, { email: 'lee.emma@acmecorp.com' });
    assert.equal(await make().contactByEmail?.('emma@acmecorp.com'), null);
  });

  test('five calls in a second, and when there are more', async () => {
    await quietly(sandbox, { email: EMMA.email });
    await press(sandbox, 'activecampaign/settings', { callsPerSecond: 5 });
    const source = make();
    for (let n = 0; n < 4; n += 1) await source.glance?.('1');
    const { retryAt } = await failureOf(RateLimited, source.glance?.('1') ?? Promise.resolve());
    assert.equal(retryAt.getTime() - NOW.getTime(), SECOND);
  });

  test('after connecting: who is at or above the threshold, by score; then who is new, imports as well', async () => {
    const low = await quietly(sandbox, { email: 'low@acmecorp.com', score: 20 });
    const high = await quietly(sandbox, { email: 'high@acmecorp.com', score: 80 });
    await press(sandbox, 'activecampaign/bulk', { count: 250, email: 'old{n}@x.com' });
    const source = make({ threshold: 50 });
    const first = await walk(source, null);
    assert.deepEqual(idsOf(first.signals), [high]);
    assert.ok(calls() < 8, 'nobody below is read');
    offset = HOUR;
    const { first: from } = await press<{ first: string }>(sandbox, 'activecampaign/bulk', {
      count: 12,
      email: 'new{n}@x.com',
      score: 60,
    });
    await press(sandbox, 'activecampaign/contacts', { id: low, score: 70 });
    await press(sandbox, 'activecampaign/contacts', { email: 'cold@acmecorp.com', score: 10 });
    const { signals, cursor } = await walk(source, first.cursor);
    assert.deepEqual(
      idsOf(signals),
      Array.from({ length: 12 }, (_, n) => String(Number(from) + n)),
    );
    assert.deepEqual((await walk(source, cursor)).signals, []);
  });

  test('once a night the contacts of open leads are read: scores, and who was merged or deleted', async () => {
    const [still, loser, winner, gone] = await Promise.all(
      ['a', 'b', 'c', 'd'].map(name => quietly(sandbox, { email: `${name}@acmecorp.com`, score: 60 })),
    );
    const open = [
      { id: String(still), email: 'a@acmecorp.com' },
      { id: String(loser), email: 'b@acmecorp.com' },
      { id: String(gone), email: 'd@acmecorp.com' },
    ];
    const openContacts = async (from: string) => open.filter(one => one.id > from);
    const source = make({ threshold: 50, openContacts });
    const { cursor } = await walk(source, null);
    await press(sandbox, 'activecampaign/contacts', { id: still, score: 40 });
    await press(sandbox, 'activecampaign/merge', { winner, loser });
    await press(sandbox, 'activecampaign/delete', { id: gone });
    assert.deepEqual((await walk(source, cursor)).signals, [], 'not before the night');
    offset = DAY;
    const night = await walk(source, cursor);
    assert.deepEqual(
      night.signals.map(one => [one.contactId, one.score ?? one.event]),
      [
        [still, 40],
        [winner, { kind: 'merged', from: [loser] }],
        [gone, { kind: 'deleted', privacy: false }],
      ],
    );
    offset = DAY + HOUR;
    assert.deepEqual((await walk(source, night.cursor)).signals, [], 'once');
  });

  test('of several scores the playbook must name one', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, score: 63 });
    await press(sandbox, 'activecampaign/scores', { name: 'Fit' });
    const scores = async (source: Source) => (await source.fields?.())?.scores.map(one => one.name);
    assert.deepEqual(await scores(make()), ['Engagement', 'Fit']);
    assert.deepEqual(await scores(make({ scoreProperty: '2' })), ['2', 'Fit']);
    const failure = await failureOf(Rejected, walk(make(), null));
    assert.match(failure.message, /score_property\.activecampaign.*Engagement, Fit/);
    for (const scoreProperty of ['engagement', '2'])
      assert.equal((await make({ scoreProperty }).contact(id))?.score, 63);
  });

  test('two accounts are apart, by the key that asks', async () => {
    const { key } = await press<{ key: string }>(sandbox, 'activecampaign/accounts', { name: 'other' });
    const id = await quietly(sandbox, { email: EMMA.email });
    await press(sandbox, 'activecampaign/settings?account=other', { callsPerSecond: null });
    assert.equal(await make({ apiKey: key }).contact(id), null);
    assert.equal((await make().contact(id))?.email, EMMA.email);
  });

  const touch = (contactId: string, given: Partial<SourceTouch> = {}): SourceTouch => ({
    touchId: '5d0a7c3e-0000-4000-8000-000000000001',
    contactId,
    kind: 'call',
    at: NOW.toISOString(),
    title: 'Call: Connected',
    notes: 'Asked for <prices>\n& dates',
    direction: 'outbound',
    durationMs: 4 * MINUTE,
    outcome: 'connected',
    lookFirst: false,
    ...given,
  });

  test('a touch is one note: an answer that was lost is looked for among the notes', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const source = make();
    const path = '/api/3/notes';
    sandbox.fault({ service: 'activecampaign', method: 'POST', path, reset: true, after: 'after', times: 1 });
    await failureOf(Unavailable, source.logTouch?.(touch(id)) ?? Promise.resolve());
    const again = await source.logTouch?.(touch(id, { lookFirst: true }));
    const { notes } = (await shown(id)) as { notes: { id: string; note: string }[] };
    assert.deepEqual([notes.length, notes[0]?.id], [1, again?.id]);
    assert.match(
      String(notes[0]?.note),
      /^Call: Connected\ncall, outbound, connected, 4 min, 2026-11-24 18:00 UTC\nAsked for <prices>/,
    );
    await source.logTouch?.(touch(id, { touchId: 'another', lookFirst: true }));
    assert.equal(((await shown(id)) as { notes: unknown[] }).notes.length, 2);
  });

  test('stage, reason, owner and suppression; twice is as good as once', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, lists: { 2: '1' } });
    await press(sandbox, 'activecampaign/fields', { title: 'Sales Rep' });
    await press(sandbox, 'activecampaign/fields', { title: 'Stage' });
    const { setStage, setProperties, setOwner, suppress } = make({ ownerProperty: 'sales_rep' });
    for (let twice = 0; twice < 2; twice += 1) {
      assert.deepEqual(await setStage?.(id, 'Customer', { clearFirst: false }), { stage: 'Customer' });
      await setProperties?.(id, { '%LEAD_SOURCE%': 'no need' });
      assert.equal(await setOwner?.(id, 'marcus@example.com'), true);
      await suppress?.(id, '2');
      await suppress?.(id, 'Sales is on it');
    }
    await make({ stageProperty: 'stage' }).setStage?.(id, 'Recycled', { clearFirst: false });
    const { tags, fields, lists } = await shown(id);
    assert.deepEqual(tags, ['Customer', 'Sales is on it']);
    assert.deepEqual(fields, { 'Lead Source': 'no need', 'Sales Rep': 'marcus@example.com', Stage: 'Recycled' });
    assert.deepEqual(lists, { 2: '2' });
    assert.equal(make().setOwner, undefined, 'without a field for it nobody is written');
  });

  test('nurture is an automation, by name or number, that nobody runs through twice', async () => {
    const contactId = await quietly(sandbox, { email: EMMA.email });
    await press(sandbox, 'activecampaign/automations', { name: 'Off', status: '2' });
    for (const name of ['Nurture', '12']) {
      await assertNurtures({
        nurture: make().nurture,
        contactId,
        place: { kind: 'automation', name },
        count: async () => ((await shown(contactId)).automations as string[]).length,
        unknown: { kind: 'automation', name: 'Nobody’s' },
        deaf: { place: { kind: 'automation', name: 'Off' }, says: /turn it on/ },
      });
    }
  });

  test('what is refused says why; a right that is missing refuses this write alone', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const { setProperties, suppress, logTouch } = make();
    const refused = async (work: Promise<unknown> | undefined) => failureOf(Rejected, work ?? Promise.resolve());
    assert.deepEqual((await refused(setProperties?.(id, { no_such: 'x' }))).fields, ['no_such']);
    assert.match((await refused(suppress?.(id, '4242'))).message, /List not found/);
    await refused(logTouch?.(touch('999999')));
    await press(sandbox, 'activecampaign/settings', { denied: ['notes'] });
    assert.match((await refused(logTouch?.(touch(id)))).message, /permission/);
    await failureOf(CredentialsRejected, make({ apiKey: 'wrong' }).contact(id));
  });

  const wishes: SourceWishes = {
    stages: [],
    leadSources: [],
    ownScore: false,
    writesStage: true,
    logsTouches: true,
    properties: [],
    now: NOW,
  };

  test('what the playbook names is compared with the account', async () => {
    await quietly(sandbox, { email: EMMA.email });
    const problems = async (given: Partial<SourceWishes>, options: Partial<SourceOptions> = {}) =>
      ((await make(options).inspect?.({ ...wishes, ...given })) ?? [])
        .filter(one => one.level !== 'fine')
        .map(one => `${one.what} → ${one.fix}`)
        .join();
    assert.equal(await problems({ suppressionList: '2', reasonProperty: 'lead_source' }), '');
    assert.match(await problems({}, { scoreProperty: 'Fit' }), /no score "Fit".*Scores there: Engagement/);
    assert.match(await problems({ reasonProperty: 'why' }), /no field why.*Fields there: job_title/);
    assert.match(await problems({ suppressionList: '4242' }), /no list 4242/);
    assert.match(await problems({ stages: ['MQL'] }), /keeps none → .*stage_property/);
    const properties = [{ name: 'Lead Source', where: 'the rule Gold' }];
    assert.match(await problems({ properties }), /the rule Gold asks for Lead Source.*Write it lead_source/);
    await press(sandbox, 'activecampaign/settings', { denied: ['lists'] });
    assert.match(await problems({ suppressionList: '2' }), /permission.*Users & Groups/);
  });

  test('what to make there is shown with the score’s name and the threshold', async () => {
    const setup = await make({ threshold: 50 }).hookSetup?.('https://baton.example.com/hooks/k/activecampaign', 'page');
    assert.match(String(setup?.steps[0]), /\*Engagement\* goes above \*49\*/);
    assert.deepEqual(
      setup?.values.map(one => one.secret),
      [true],
    );
  });
});
