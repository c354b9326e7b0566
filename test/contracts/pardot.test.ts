/** Account Engagement (Pardot) keeps the contract of a source, and what only it does. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { CLIENT } from '../../sandbox/pardot/login.ts';
import { pardot as standIn, UNIT } from '../../sandbox/pardot/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { Keeper } from '../../src/contracts/login.ts';
import type { CallBudget } from '../../src/contracts/shared-calls.ts';
import type { PollCursor, Signal, Source, SourceTouch, SourceWishes } from '../../src/contracts/source.ts';
import type { CallMeter } from '../../src/domain/api-quota.ts';
import { type Clock, clockFrom, DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { pardotLogin, type Tokens } from '../../src/vendors/pardot/api/oauth.ts';
import { accessByApp, accessByLogin } from '../../src/vendors/pardot/api/session.ts';
import { pardot, type SourceOptions } from '../../src/vendors/pardot/source.ts';
import messages from '../fixtures/pardot/outbound-messages.json' with { type: 'json' };
import { look, press } from '../helpers/control.ts';
import { assertNurtures } from './nurture.suite.ts';
import { EMMA, failureOf, NOW, type Person, sourceSuite } from './source.suite.ts';

const personOf = ({ title: jobTitle, ...person }: Person) => ({ ...person, jobTitle });

async function quietly(sandbox: Sandbox, body: Record<string, unknown>): Promise<string> {
  await press(sandbox, 'pardot/connector', { mode: 'off' });
  return String((await press(sandbox, 'pardot/contacts', body)).id);
}

const appAt = (loginUrl: string, clock: Clock, clientSecret = CLIENT.secret) => ({
  loginUrl,
  clientId: CLIENT.id,
  clientSecret,
  clock,
});

sourceSuite({
  service: 'pardot',
  standIn,
  token: CLIENT.secret,
  make: ({ token = CLIENT.secret, secret: _none, ...options }) =>
    pardot({
      ...options,
      access: accessByApp({ app: appAt(options.apiUrl, options.clock, token), unitId: UNIT, clock: options.clock }),
      scoreProperty: 'score',
    }),
  seed: (sandbox, person) => quietly(sandbox, personOf(person)),
  async rescore(sandbox, { email, score }) {
    await press(sandbox, 'pardot/connector', { mode: 'on' });
    await press(sandbox, 'pardot/contacts', { email, score });
  },
  unknownId: '999999999',
  proof: 'address',
  api: {
    limited: {
      status: 400,
      body: { code: 66, message: 'You have exceeded your concurrent access limit' },
      waitMs: 5 * SECOND,
    },
    refused: { status: 400, body: { code: 5, message: 'Invalid query parameters' } },
  },
});

function hook(body: string): HookRequest {
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  const url = 'https://baton.example.com/hooks/key-of-the-hook/pardot';
  return { method: 'POST', url, headers, body: Buffer.from(body) };
}

describe('messages of the flow on the synced score', () => {
  const source = (options: Partial<SourceOptions> = {}): Source =>
    pardot({
      apiUrl: 'http://127.0.0.1:1',
      access: async () => assert.fail('nobody is asked'),
      clock: { now: () => NOW },
      scoreProperty: 'score',
      ...options,
    });

  test('each record is the prospect whose page it names, at the time of its score', () => {
    const signals = source().read(hook(messages.two), NOW);
    assert.deepEqual(signals, [
      {
        contactId: '71819',
        occurredAt: '2026-11-24T17:58:00.000Z',
        via: 'webhook',
        score: 163,
        email: "emma.o'brien@example.com",
        company: 'Acme & Söhne',
        dedupeKey: 'message:04l000000000001AAA',
      },
      {
        contactId: '71820',
        occurredAt: NOW.toISOString(),
        via: 'webhook',
        score: 51,
        dedupeKey: 'message:04l000000000002AAA',
      },
    ]);
  });

  test('one that names no prospect is passed over with the reason; a score of the account’s own is not the synced one', () => {
    const refused: string[] = [];
    assert.deepEqual(
      source().read(hook(messages.ofNobody), NOW, why => refused.push(why)),
      [],
    );
    assert.match(refused.join('\n'), /Lead 00Q\w+ is of nobody here: its pi__url__c names no prospect.*\n.*deleted/);
    const [signal] = source({ scoreProperty: 'Product_Score__c' }).read(hook(messages.two), NOW);
    assert.deepEqual([signal?.contactId, signal?.score], ['71819', undefined]);
  });
});

describe('Account Engagement over its stand-in', async () => {
  let offset = 0;
  const clock = clockFrom(NOW, { now: () => new Date(NOW.getTime() + offset) });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  after(() => sandbox.close());
  beforeEach(() => {
    offset = 0;
    sandbox.reset();
  });
  const apiUrl = `${sandbox.url}/pardot`;
  const accessTo = (unitId: string) => accessByApp({ app: appAt(apiUrl, clock), unitId, clock });
  const make = (options: Partial<SourceOptions> = {}) =>
    pardot({ apiUrl, access: accessTo(UNIT), clock, scoreProperty: 'score', ...options });
  const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds).toISOString();
  const calls = () => sandbox.calls('pardot').length;
  const shown = (id: string) => look<Record<string, unknown>>(sandbox, `pardot/contacts/${id}`);

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
  const told = (signals: readonly Signal[]) => signals.map(one => [one.contactId, one.score ?? one.event?.kind]);

  test('grade, own fields, campaign, what they did in the vendor’s words; a lead costs two calls', async () => {
    const id = await quietly(sandbox, {
      email: EMMA.email,
      score: 163,
      grade: 'B+',
      employees: '1,200',
      source: 'Webinar',
      'campaign.name': 'Spring launch',
      Region__c: 'DACH',
      isDoNotEmail: true,
      activities: [
        { type: 20, typeName: 'Visit', details: 'Pricing', at: ago(MINUTE) },
        { type: 24, typeName: 'Attended Webinar', details: 'Product webinar', at: ago(DAY) },
        { type: 2, typeName: 'View', details: 'https://example.com/guide.pdf', at: ago(2 * DAY) },
        { type: 25, typeName: 'Registered for Webinar', details: 'Product webinar', at: ago(3 * DAY) },
        { type: 6, typeName: 'Sent', details: 'Newsletter', at: ago(3 * DAY) },
        { type: 4, typeName: 'Success', details: 'Demo request', at: ago(40 * DAY) },
      ],
    });
    const source = make();
    const contact = (await source.contact(id)) ?? assert.fail();
    const before = calls();
    await source.contact(id);
    assert.equal(calls() - before, 2);
    assert.deepEqual(
      contact.activities.map(one => [one.type, one.detail]),
      [
        ['page_view', 'Pricing'],
        ['webinar', 'Product webinar'],
        ['download', 'https://example.com/guide.pdf'],
        ['moment', 'Registered for Webinar: Product webinar'],
      ],
    );
    const { employees, leadSource, campaign, unsubscribed, properties, asOf } = contact;
    assert.deepEqual([employees, leadSource, campaign, unsubscribed], [1_200, 'Webinar', 'Spring launch', true]);
    assert.deepEqual([properties.grade, properties.Region__c, asOf], ['B+', 'DACH', NOW.toISOString()]);
  });

  test('several have one address: whoever was active last; those in the recycle bin are nobody', async () => {
    const first = await quietly(sandbox, { email: 'a@acmecorp.com', activities: [{ type: 20, at: ago(HOUR) }] });
    const second = await quietly(sandbox, { email: 'b@acmecorp.com', activities: [{ type: 20, at: ago(MINUTE) }] });
    await press(sandbox, 'pardot/contacts', { id: second, email: 'a@acmecorp.com' });
    assert.equal((await make().contactByEmail?.('A@acmecorp.com'))?.id, second);
    await press(sandbox, 'pardot/delete', { id: second });
    assert.equal((await make().contactByEmail?.('a@acmecorp.com'))?.id, first);
    assert.equal(await make().contact(second), null);
  });

  test('a token that ran out is renewed once; what stays refused says what to look at', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const source = make();
    await source.contact(id);
    await press(sandbox, 'pardot/expire');
    assert.equal((await source.contact(id))?.id, id);
    sandbox.fault({
      service: 'pardot',
      path: '/api/v5/',
      status: 401,
      body: { code: 184, message: 'malformed' },
      times: 4,
    });
    assert.match((await failureOf(CredentialsRejected, source.contact(id))).message, /scope pardot_api.*synced/);
    const other = make({ access: accessTo('0Uv000000000009AAA') });
    assert.match((await failureOf(CredentialsRejected, other.contact(id))).message, /pi\.demo\.pardot\.com/);
  });

  test('all five at once are others’: tried again in place, then later; the day’s calls come back the next day', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const source = make();
    await press(sandbox, 'pardot/settings', { busy: 1 });
    assert.equal((await source.glance?.(id))?.score, 0);
    await press(sandbox, 'pardot/settings', { busy: 2 });
    const busy = await failureOf(RateLimited, source.glance?.(id) ?? Promise.resolve());
    assert.deepEqual([busy.code, busy.retryAt.getTime() - NOW.getTime()], ['66', 5 * SECOND]);
    await press(sandbox, 'pardot/settings', { dailyCalls: 1 });
    const spent = await failureOf(RateLimited, source.glance?.(id) ?? Promise.resolve());
    assert.deepEqual([spent.code, spent.retryAt.toISOString()], ['122', '2026-11-25T00:00:00.000Z']);
  });

  test('each call is taken out of the budget, and the account’s own count is told', async () => {
    const taken: string[] = [];
    const meters: (CallMeter | undefined)[] = [];
    const budget: CallBudget = {
      take: async importance => void taken.push(importance),
      counted: meter => void meters.push(meter),
      measured: () => undefined,
    };
    const id = await quietly(sandbox, { email: EMMA.email });
    await make({ budget }).contact(id);
    assert.deepEqual(taken, ['urgent', 'urgent', 'urgent']);
    assert.deepEqual(meters.at(-1), { used: 3, limit: 25_000 });
  });

  test('after connecting everybody at or above the threshold is history; then what changes, old answers and pages or not', async () => {
    const old = await quietly(sandbox, { email: 'old@acmecorp.com', score: 80 });
    await press(sandbox, 'pardot/bulk', { count: 1_200, email: 'cold{n}@x.com' });
    offset = HOUR;
    const source = make({ threshold: 50 });
    const first = await walk(source, null);
    assert.deepEqual(
      first.signals.map(one => [one.contactId, one.score, one.scoreBefore]),
      [[old, 80, 80]],
    );
    assert.ok(calls() < 10, 'a thousand a call');
    offset = 2 * HOUR;
    const { first: from } = await press<{ first: string }>(sandbox, 'pardot/bulk', {
      count: 450,
      email: 'n{n}@x.com',
      score: 60,
    });
    const second = await walk(source, first.cursor);
    assert.equal(second.signals.length, 450);
    assert.deepEqual(told(second.signals)[0], [from, 60]);
    offset = 2 * HOUR + MINUTE;
    await press(sandbox, 'pardot/settings', { lagSeconds: 60 });
    await press(sandbox, 'pardot/contacts', { id: from, score: 70 });
    const late = await walk(source, second.cursor);
    assert.deepEqual(told(late.signals), [], 'the answer is a minute old');
    offset = 2 * HOUR + 2 * MINUTE;
    const third = await walk(source, late.cursor);
    assert.deepEqual(told(third.signals), [[from, 70]]);
    assert.deepEqual(told((await walk(source, third.cursor)).signals), []);
  });

  test('a page’s token that is too old begins the window again; a sequence that is cut off goes on', async () => {
    await quietly(sandbox, { email: 'somebody@acmecorp.com' });
    const source = make({ threshold: 50 });
    const { cursor } = await walk(source, null);
    offset = HOUR;
    await press(sandbox, 'pardot/bulk', { count: 300, email: 'a{n}@x.com', score: 60 });
    const page = await source.poll?.(cursor, NOW);
    assert.ok(page?.more && page.signals.length >= 199);
    offset = 6 * HOUR;
    const rest = await walk(source, page.cursor);
    assert.equal(new Set([...page.signals, ...rest.signals].map(one => one.contactId)).size, 300);
    await press(sandbox, 'pardot/settings', { sequence: 400 });
    await press(sandbox, 'pardot/bulk', { count: 300, email: 'b{n}@x.com', score: 60 });
    offset += MINUTE;
    await press(sandbox, 'pardot/bulk', { count: 150, email: 'c{n}@x.com', score: 60 });
    assert.equal((await walk(source, rest.cursor)).signals.length, 450);
  });

  test('the recycle bin is deletion, or a merge where somebody else has the address', async () => {
    const [gone, loser, winner] = await Promise.all(
      ['a', 'b', 'c'].map(name => quietly(sandbox, { email: `${name}@acmecorp.com`, score: 60 })),
    );
    const source = make({ threshold: 50 });
    const { cursor } = await walk(source, null);
    offset = HOUR;
    await press(sandbox, 'pardot/delete', { id: gone });
    await press(sandbox, 'pardot/merge', { winner, loser });
    const { signals } = await walk(source, cursor);
    assert.deepEqual(
      signals.flatMap(one => (one.event ? [[one.contactId, one.event]] : [])),
      [
        [gone, { kind: 'deleted', privacy: false }],
        [winner, { kind: 'merged', from: [loser] }],
      ],
    );
  });

  test('once a night: everybody again, and open leads that were emptied out of the bin', async () => {
    const [still, gone] = await Promise.all(
      ['a', 'b'].map(name => quietly(sandbox, { email: `${name}@acmecorp.com`, score: 60 })),
    );
    const open = [String(still), String(gone)].map(id => ({ id }));
    const openContacts = async (from: string) => open.filter(one => one.id > from);
    const source = make({ threshold: 50, openContacts });
    const { cursor } = await walk(source, null);
    await press(sandbox, 'pardot/purge', { id: gone });
    assert.deepEqual((await walk(source, cursor)).signals, [], 'not before the night');
    offset = DAY;
    const night = await walk(source, cursor);
    assert.deepEqual(told(night.signals), [
      [still, 60],
      [gone, 'deleted'],
    ]);
    offset = DAY + HOUR;
    assert.deepEqual((await walk(source, night.cursor)).signals, [], 'once');
  });

  test('where the playbook scores by itself, what people do is told by the number of it', async () => {
    const id = await quietly(sandbox, { email: EMMA.email, activities: [{ type: 20, at: ago(HOUR) }] });
    const source = make({ ownScore: true, threshold: 50 });
    const { cursor, signals } = await walk(source, null);
    assert.deepEqual(signals, []);
    offset = HOUR;
    const activities = [20, 6, 24].map(type => ({ type, at: ago(MINUTE) }));
    await press(sandbox, 'pardot/contacts', { id, activities });
    const events = (await walk(source, cursor)).signals.filter(one => one.event);
    assert.deepEqual(told(events), [[id, 'active']]);
  });

  test('the score may be a number field of the account’s own, and nothing else', async () => {
    await press(sandbox, 'pardot/fields', { name: 'Product score', fieldId: 'Product_Score', type: 'Number' });
    const id = await quietly(sandbox, { email: EMMA.email, score: 10, Product_Score__c: 90 });
    assert.equal((await make({ scoreProperty: 'Product_Score' }).contact(id))?.score, 90);
    assert.deepEqual(
      (await make().fields?.())?.scores.map(one => one.name),
      ['score', 'Product_Score__c'],
    );
    await failureOf(Rejected, make({ scoreProperty: 'fit' }).contact(id));
  });

  test('two business units are apart, by the ID that is sent along', async () => {
    const other = '0Uv000000000002AAA';
    await press(sandbox, 'pardot/units', { id: other });
    const id = await quietly(sandbox, { email: EMMA.email });
    assert.equal(await make({ access: accessTo(other) }).contact(id), null);
    assert.equal((await make().contact(id))?.email, EMMA.email);
  });

  const touch = (contactId: string, given: Partial<SourceTouch> = {}): SourceTouch => ({
    touchId: '5d0a7c3e-0000-4000-8000-000000000001',
    contactId,
    kind: 'call',
    at: NOW.toISOString(),
    title: 'Call: Connected',
    notes: 'Asked for prices',
    direction: 'outbound',
    durationMs: 4 * MINUTE,
    outcome: 'connected',
    lookFirst: false,
    ...given,
  });
  const externalOf = async (id: string) => (await shown(id)).external as Record<string, unknown>[];

  test('a touch is one external activity: an answer that was lost is looked for', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const source = make();
    const path = '/api/v5/external-activities';
    sandbox.fault({ service: 'pardot', method: 'POST', path, reset: true, after: 'after', times: 1 });
    await failureOf(Unavailable, source.logTouch?.(touch(id)) ?? Promise.resolve());
    const again = await source.logTouch?.(touch(id, { lookFirst: true }));
    const [made, ...more] = await externalOf(id);
    assert.deepEqual([String(made?.id), more], [again?.id, []]);
    assert.match(String(made?.value), /^Call: Connected, outbound, connected, 4 min \[Baton 5d0a7c3e-\S+\]$/);
    assert.deepEqual([made?.extension, made?.type], ['Baton', 'Baton_Touch']);
    await source.logTouch?.(touch(id, { touchId: 'another', lookFirst: true }));
    assert.equal((await externalOf(id)).length, 2);
  });

  test('without the extension, or the right, a touch is refused with what to make; reading goes on', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    const { logTouch, contact } = make();
    await press(sandbox, 'pardot/settings', { externalActivities: false });
    const refused = () => failureOf(Rejected, logTouch?.(touch(id)) ?? Promise.resolve());
    assert.match((await refused()).message, /Marketing App Extensions.*log_calls/);
    await press(sandbox, 'pardot/settings', { denied: ['external-activities'] });
    assert.equal((await refused()).code, '46');
    assert.equal((await contact(id))?.id, id);
  });

  test('stage, reason, owner and suppression; twice is as good as once', async () => {
    const id = await quietly(sandbox, { email: EMMA.email });
    for (const name of ['Sales Rep', 'Stage', 'Reason']) {
      await press(sandbox, 'pardot/fields', { name, fieldId: name.replace(' ', '_') });
    }
    const { setStage, setProperties, setOwner, suppress } = make({ ownerProperty: 'Sales_Rep' });
    for (let twice = 0; twice < 2; twice += 1) {
      assert.deepEqual(await setStage?.(id, 'Customer', { clearFirst: false }), { stage: 'Customer' });
      await setProperties?.(id, { Reason: 'no\nneed' });
      assert.equal(await setOwner?.(id, 'marcus@example.com'), true);
      await suppress?.(id, '5502');
      await suppress?.(id, 'isDoNotEmail');
    }
    await make({ stageProperty: 'stage__c' }).setStage?.(id, 'Recycled', { clearFirst: false });
    const { tags, lists, Reason__c, Sales_Rep__c, Stage__c, isDoNotEmail } = await shown(id);
    assert.deepEqual([tags, lists], [['Customer'], ['5502']]);
    assert.deepEqual(
      [Reason__c, Sales_Rep__c, Stage__c, isDoNotEmail],
      ['no need', 'marcus@example.com', 'Recycled', true],
    );
    assert.equal(make().setOwner, undefined, 'without a field for it nobody is written');
    const refused = async (work: Promise<unknown> | undefined) => failureOf(Rejected, work ?? Promise.resolve());
    assert.deepEqual((await refused(setProperties?.(id, { no_such: 'x' }))).fields, ['no_such']);
    assert.match((await refused(suppress?.(id, '4242'))).message, /Invalid list ID/);
    assert.equal((await refused(setStage?.('999999', 'Customer', { clearFirst: false }))).code, 'NO_SUCH_PROSPECT');
  });

  test('nurture is a static list, by name or number', async () => {
    const contactId = await quietly(sandbox, { email: EMMA.email });
    for (const name of ['Nurture', '5501']) {
      await assertNurtures({
        nurture: make().nurture,
        contactId,
        place: { kind: 'list', name },
        count: async () => ((await shown(contactId)).lists as string[]).length,
        unknown: { kind: 'list', name: '4242' },
        deaf: { place: { kind: 'list', name: 'Everybody hot' }, says: /dynamic/ },
      });
    }
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

  test('what the playbook names is compared with the business unit', async () => {
    const problems = async (given: Partial<SourceWishes>, options: Partial<SourceOptions> = {}) =>
      ((await make(options).inspect?.({ ...wishes, ...given })) ?? [])
        .filter(one => one.level !== 'fine')
        .map(one => `${one.what} → ${one.fix}`)
        .join();
    assert.equal(await problems({ suppressionList: '5502', reasonProperty: 'Region' }), '');
    assert.match(await problems({}, { scoreProperty: 'Fit' }), /no field Fit.*one of: score/);
    assert.match(await problems({}, { scoreProperty: 'Region' }), /Region__c holds no number/);
    assert.match(await problems({ reasonProperty: 'why' }), /no field why.*Region__c/);
    assert.match(await problems({ suppressionList: '4242' }), /no list 4242/);
    assert.match(await problems({ suppressionList: '5503' }), /Everybody hot is dynamic/);
    assert.match(await problems({ stages: ['MQL'] }), /have none → .*stage_property/);
    const properties = [
      { name: 'Region', where: 'the rule Gold' },
      { name: 'grade', where: 'the rule A' },
    ];
    assert.match(await problems({ properties }), /^the rule Gold asks for Region.*Write it Region__c\.$/);
    await press(sandbox, 'pardot/settings', { denied: ['external-activities'] });
    assert.match(await problems({}), /lacks sufficient permissions.*ability/);
  });

  test('what to make instead of a webhook that does not exist is shown with the address', async () => {
    const setup = await make().hookSetup?.('https://baton.example.com/hooks/k/pardot', 'form-key');
    assert.match(String(setup?.steps[0]), /automation rule or completion action with a webhook does not exist/);
    assert.deepEqual(
      setup?.values.map(one => [one.value, one.secret]),
      [['https://baton.example.com/hooks/k/pardot', true]],
    );
  });

  describe('its log-in', () => {
    const redirectUri = `${sandbox.url}/connect/pardot/callback`;
    const page = (unitId?: string, secret?: string) =>
      pardotLogin({ ...appAt(apiUrl, clock, secret), forWorkspace: true, unitId });

    /** From the page to what is kept; `more` is what is pressed there. */
    async function through(login = page(), more = 'as=yes') {
      sandbox.setAppUrl(sandbox.url);
      const verifier = 'a-verifier-that-is-long-enough-for-anybody-0123456789';
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      const challenge = Buffer.from(digest).toString('base64url');
      const address = login.address({ state: 's', challenge, redirectUri });
      const back = new URL((await fetch(`${address}&${more}`, { redirect: 'manual' })).headers.get('location') ?? '');
      const code = back.searchParams.get('code') ?? assert.fail(String(back));
      return login.exchange({ code, verifier, redirectUri });
    }

    test('tells whose it is and which business unit; its tokens are renewed for all, and given back', async () => {
      const loggedIn = await through();
      assert.deepEqual([loggedIn.tenant, loggedIn.email], [UNIT, 'marketing@example.com']);
      let kept = loggedIn.tokens as Tokens;
      const keeper: Keeper<Tokens> = {
        read: async () => kept,
        renew: async refresh => {
          kept = await refresh(kept);
          return kept;
        },
      };
      const id = await quietly(sandbox, { email: EMMA.email });
      const source = make({ access: accessByLogin(appAt(apiUrl, clock), keeper) });
      await press(sandbox, 'pardot/expire');
      assert.equal((await source.contact(id))?.id, id);
      await page().revoke(kept);
      await press(sandbox, 'pardot/expire');
      assert.match((await failureOf(CredentialsRejected, source.contact(id))).message, /taken back.*Connect again/);
    });

    test('an org with several business units must be told which', async () => {
      const other = '0Uv000000000002AAA';
      await press(sandbox, 'pardot/units', { id: other });
      const failure = await failureOf(CredentialsRejected, through());
      assert.match(failure.message, new RegExp(`Unit 1 \\(${UNIT}\\), Unit 2 \\(${other}\\).*Connect with keys`));
      assert.equal((await through(page(other))).tenant, other);
    });

    test('a wrong secret is the app’s fault, and nobody’s log-in is worth less for it', async () => {
      assert.equal((await failureOf(CredentialsRejected, through(page(UNIT, 'wrong')))).forAll, true);
    });
  });
});
