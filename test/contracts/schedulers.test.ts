/** Calendly and Cal.com against their stand-ins: signatures, links, webhooks, and every way they say no. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { CALCOM_KEY, calcom as calcomStandIn } from '../../sandbox/calcom/service.ts';
import { CALENDLY_TOKEN, calendly as calendlyStandIn } from '../../sandbox/calendly/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { Scheduler } from '../../src/contracts/scheduler.ts';
import { clockFrom, after as later, MINUTE } from '../../src/lib/clock.ts';
import { BadInput, CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { calcom } from '../../src/vendors/calcom/scheduler.ts';
import { calendly } from '../../src/vendors/calendly/scheduler.ts';
import { look, press } from '../helpers/control.ts';

const clock = clockFrom(new Date('2026-11-24T18:00:00Z'));
let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ services: [calendlyStandIn, calcomStandIn], clock });
});
afterEach(() => sandbox.reset());
after(() => sandbox.close());

const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url));
const request = (body: Buffer | string, headers: HookRequest['headers']): HookRequest => ({
  method: 'POST',
  url: 'https://baton.example/hooks/k/x',
  headers,
  body: Buffer.from(body),
});
const LEE = { handoffId: 'ho_01', name: "Lee O'Brien & Co", email: 'lee+x@acme.example' };
const ADDRESS = 'https://baton.example/hooks/k/x';

const VENDORS = [
  {
    name: 'calendly',
    make: (key = CALENDLY_TOKEN, more: object = {}): Scheduler =>
      calendly({ apiUrl: `${sandbox.url}/calendly`, token: key, clock, timeoutMs: 500, ...more }),
    page: 'https://calendly.com/Marcus/intro/',
    types: ['a', 'b', 'marcus/intro'].map(path => ({ scheduling_url: `https://calendly.com/${path}` })),
    link: /^https:\/\/calendly\.com\/d\/.*utm_content=ho_01$/,
    webhooks: 'subscriptions',
    first: '/users/me',
    signed: { file: 'calendly/invitee.created.json', vector: 'calendly/signature-vector.json', key: 'signingKey' },
  },
  {
    name: 'calcom',
    make: (key = CALCOM_KEY, more: object = {}): Scheduler =>
      calcom({ apiUrl: `${sandbox.url}/calcom`, webUrl: 'https://cal.com', key, clock, timeoutMs: 500, ...more }),
    page: 'https://cal.com/marcus/intro',
    types: [{ username: 'marcus', slug: 'intro' }],
    link: /^https:\/\/cal\.com\/d\/.*metadata%5Bhandoff%5D=ho_01$/,
    webhooks: 'webhooks',
    first: '/me',
    signed: { file: 'calcom/booking_created.json', vector: 'calcom/signature-vector.json', key: 'secret' },
  },
] as const;

for (const { name, make, page, types, link, webhooks, first, signed } of VENDORS) {
  describe(name, () => {
    test('the vendor’s signature is taken, another and none are not; what it says is read', () => {
      const body = fixture(signed.file);
      const { header, expected, signing_key, secret } = JSON.parse(fixture(signed.vector).toString());
      const scheduler = make(undefined, { [signed.key]: signing_key ?? secret });
      const at = new Date(1_795_699_800_000);
      const right = request(body, { [header.toLowerCase()]: expected });
      assert.deepEqual(scheduler.verify(right, at), { ok: true });
      assert.equal(scheduler.verify(request(`${body} `, right.headers), at).ok, false);
      assert.equal(scheduler.verify(request(body, {}), at).ok, false);
      assert.equal(make().verify(right, at).ok, false);
      if (name === 'calendly') assert.equal(scheduler.verify(right, later(at, 6 * MINUTE)).ok, false);
      const [event] = scheduler.read(right);
      assert.ok(event?.kind === 'booked');
      assert.deepEqual(
        [event.handoffId, event.email, event.hosts, Date.parse(event.startsAt)],
        ['ho_01', 'emma@example.com', ['marcus@example.com'], Date.parse('2026-11-26T15:00:00Z')],
      );
      assert.throws(() => scheduler.read(request('[', {})), BadInput);
      assert.throws(
        () => scheduler.read(request('{"event":"invitee.created","triggerEvent":"BOOKING_CREATED"}', {})),
        BadInput,
      );
      assert.deepEqual(scheduler.read(request('{"event":"other","triggerEvent":"MEETING_ENDED"}', {})), []);
    });

    test('a link of the page is filled in; a page of another has none', async () => {
      for (const type of types) await press(sandbox, `${name}/event-types`, type);
      const scheduler = make();
      const url = await scheduler.link(page, LEE);
      assert.match(String(url), link);
      assert.deepEqual(
        [new URL(String(url)).searchParams.get('name'), new URL(String(url)).searchParams.get('email')],
        [LEE.name, LEE.email],
      );
      assert.deepEqual(
        [await scheduler.link(`${page}x`, LEE), await scheduler.link('https://example.com/marcus/intro', LEE)],
        [undefined, undefined],
      );
    });

    test('one webhook at the address, made anew with another key', async () => {
      await make().watch(ADDRESS);
      await make().watch(ADDRESS);
      await make(undefined, { [signed.key]: 'another' }).watch(ADDRESS);
      const state = await look<Record<string, unknown[]>>(sandbox, `${name}/state`);
      assert.equal(state[webhooks]?.length, 1);
      await make().watch(`${ADDRESS}2`);
      await make().unwatch(ADDRESS);
      await make().unwatch(ADDRESS);
      const left = await look<Record<string, unknown[]>>(sandbox, `${name}/state`);
      assert.equal(left[webhooks]?.length, 1, 'another address is somebody else’s');
      await assert.rejects(make('wrong').unwatch(ADDRESS), CredentialsRejected);
    });

    test('a wrong key, too many calls, an outage, silence', async () => {
      await assert.rejects(make('wrong').prove(), CredentialsRejected);
      const fault = (more: object) => press(sandbox, 'fault', { service: name, path: first, ...more });
      await fault({ status: 429, headers: { 'retry-after': '30' } });
      await assert.rejects(
        make().prove(),
        (error: unknown) => error instanceof RateLimited && error.retryAt > clock.now(),
      );
      await fault({ status: 503 });
      await assert.rejects(make().prove(), Unavailable);
      await fault({ timeout: true });
      await assert.rejects(make().prove(), Unavailable);
      await fault({ status: 200, body: 'hello' });
      await assert.rejects(make().prove(), Unavailable);
      await make().prove();
    });
  });
}

test('a plan without webhooks: Rejected, with what it takes', async () => {
  await press(sandbox, 'calendly/plan', { paid: false });
  const [{ make }] = VENDORS;
  await assert.rejects(
    make().watch(ADDRESS),
    (error: unknown) => error instanceof Rejected && /paid plan/.test(error.message),
  );
});
