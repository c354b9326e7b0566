/** Every tool with sequences against its stand-in. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apollo as apolloStandIn } from '../../sandbox/apollo/service.ts';
import { API_KEY } from '../../sandbox/apollo/state.ts';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as hubspotStandIn } from '../../sandbox/hubspot/service.ts';
import { OUTREACH_TOKEN, outreach as outreachStandIn } from '../../sandbox/outreach/service.ts';
import { SALESLOFT_KEY, salesloft as salesloftStandIn } from '../../sandbox/salesloft/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { ServiceFactory } from '../../sandbox/service.ts';
import { connect } from '../../src/db/connection.ts';
import { effectsOf } from '../../src/db/connections/effects.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { clockFrom } from '../../src/lib/clock.ts';
import { Rejected } from '../../src/lib/errors.ts';
import { apolloSequencer } from '../../src/vendors/apollo/sequencer.ts';
import { hubspotSequencer } from '../../src/vendors/hubspot/sequencer.ts';
import { outreachSequencer } from '../../src/vendors/outreach/sequencer.ts';
import { salesloftSequencer } from '../../src/vendors/salesloft/sequencer.ts';
import { look, press } from '../helpers/control.ts';
import { testDatabase } from '../helpers/database.ts';
import {
  INBOUND,
  LEE,
  MARCUS,
  readyTicket,
  type SequencerBench,
  type Shown,
  sequencerSuite,
} from './sequencer.suite.ts';

const START = new Date('2026-11-24T18:00:00Z');
const database = await testDatabase();
const db = connect(database.url, 8);
after(async () => {
  await Promise.all(sandboxes.map(one => one.close()));
  await db.destroy();
  await database.drop();
});
const { id: workspaceId } = await ensureWorkspace(db, { slackTeamId: 'T1', name: 'Acme', hookKey: 'key', at: START });
const effectsFor = (vendor: string) => effectsOf(db, { workspaceId, vendor, clock });

const clock = clockFrom(START);
const sandboxes: Sandbox[] = [];
const started = async (...services: ServiceFactory[]) => {
  const sandbox = await startSandbox({ services, clock });
  sandboxes.push(sandbox);
  return sandbox;
};

const HUBSPOT: SequencerBench = {
  name: 'hubspot',
  async open() {
    const sandbox = await started(hubspotStandIn);
    await press(sandbox, 'hubspot/owners', { email: MARCUS, firstName: 'Marcus' });
    await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
    return sandbox;
  },
  make: (sandbox, { wrongKey } = {}) =>
    hubspotSequencer({
      apiUrl: `${sandbox.url}/hubspot`,
      apiVersion: '2026-03',
      webUrl: `${sandbox.url}/hubspot`,
      accessToken: async () => (wrongKey ? 'wrong' : ACCESS_TOKEN),
      clock,
      timeoutMs: 500,
    }),
  sequence: async (sandbox, name) => (await press<{ id: string }>(sandbox, 'hubspot/sequences', { name })).id,
  enrolled: sandbox => look<Shown[]>(sandbox, 'hubspot/sequences'),
  people: async sandbox =>
    (await look<{ contacts: { email: string }[] }>(sandbox, 'hubspot/contacts')).contacts.map(({ email }) => email),
  end: async (sandbox, email, how) => void (await press(sandbox, 'hubspot/sequences/end', { email, ...how })),
  paths: { first: '/owners', enrol: '/enrollments' },
};

/** Those that keep their world as `sandbox/sequence-tool.ts` has it. */
function toolBench(
  name: 'outreach' | 'salesloft' | 'apollo',
  standIn: ServiceFactory,
  { make, paths }: Pick<SequencerBench, 'make' | 'paths'>,
): SequencerBench {
  return {
    name,
    async open() {
      const sandbox = await started(standIn);
      await press(sandbox, `${name}/users`, { email: MARCUS });
      return sandbox;
    },
    make,
    sequence: async (sandbox, called) =>
      String((await press<{ id: string }>(sandbox, `${name}/sequences`, { name: called })).id),
    enrolled: sandbox => look<Shown[]>(sandbox, `${name}/sequences`),
    people: async sandbox =>
      (await look<{ email: string }[]>(sandbox, `${name}/${name === 'apollo' ? 'contacts' : 'people'}`)).map(
        ({ email }) => email,
      ),
    end: async (sandbox, email, how) => void (await press(sandbox, `${name}/sequences/end`, { email, ...how })),
    paths,
  };
}

const tokens = (token: string) => ({ accessToken: async () => token });

const OUTREACH = toolBench('outreach', outreachStandIn, {
  make: (sandbox, { wrongKey } = {}) =>
    outreachSequencer({
      apiUrl: `${sandbox.url}/outreach`,
      webUrl: 'https://web.outreach.io',
      tokens: tokens(wrongKey ? 'wrong' : OUTREACH_TOKEN),
      clock,
      timeoutMs: 500,
      effects: effectsFor('outreach'),
    }),
  paths: { first: '/sequences', enrol: '/sequenceStates' },
});
const SALESLOFT = toolBench('salesloft', salesloftStandIn, {
  make: (sandbox, { wrongKey } = {}) =>
    salesloftSequencer({
      apiUrl: `${sandbox.url}/salesloft`,
      webUrl: 'https://app.salesloft.com',
      tokens: tokens(wrongKey ? 'wrong' : SALESLOFT_KEY),
      clock,
      timeoutMs: 500,
    }),
  paths: { first: '/v2/me', enrol: '/cadence_memberships' },
});
const APOLLO = toolBench('apollo', apolloStandIn, {
  make: (sandbox, { wrongKey } = {}) =>
    apolloSequencer({
      apiUrl: `${sandbox.url}/apollo`,
      apiKey: wrongKey ? 'wrong' : API_KEY,
      webUrl: 'https://app.apollo.io',
      clock,
      timeoutMs: 500,
      effects: effectsFor('apollo'),
    }),
  paths: { first: '/email_accounts', enrol: '/add_contact_ids' },
});

for (const bench of [HUBSPOT, OUTREACH, SALESLOFT, APOLLO]) sequencerSuite(bench);

test('Apollo: a key that is no master key is told so, and may look companies up all the same', async () => {
  const sandbox = await APOLLO.open();
  await press(sandbox, 'apollo/master', { master: false });
  await assert.rejects(APOLLO.make(sandbox).prove(), /master API key/);
});

test('Salesloft: whoever made the person a moment earlier is met; the address is one person’s', async () => {
  const sandbox = await SALESLOFT.open();
  await SALESLOFT.sequence(sandbox, INBOUND.sequence);
  await Promise.all([readyTicket(SALESLOFT.make(sandbox)), readyTicket(SALESLOFT.make(sandbox))]);
  assert.equal((await SALESLOFT.people(sandbox)).length, 1);
});

test('Outreach and Apollo: two who add one person at once make one', async () => {
  for (const bench of [OUTREACH, APOLLO]) {
    const sandbox = await bench.open();
    await bench.sequence(sandbox, INBOUND.sequence);
    const lead = { ...LEE, email: 'twice@acme.example' };
    await Promise.all([1, 2, 3].map(() => readyTicket(bench.make(sandbox), { ...INBOUND, lead })));
    assert.equal((await bench.people(sandbox)).length, 1, bench.name);
  }
});

test('HubSpot: a contact is in one sequence, a rep without a seat and an app without the scope are told what it takes', async () => {
  const sandbox = await HUBSPOT.open();
  const make = () => HUBSPOT.make(sandbox);
  await HUBSPOT.sequence(sandbox, INBOUND.sequence);
  await HUBSPOT.sequence(sandbox, 'Outbound');
  const ticket = await readyTicket(make(), { ...INBOUND, sequence: 'Outbound' });
  await make().enrol(ticket);
  const says = (words: RegExp) => (error: unknown) => error instanceof Rejected && words.test(error.message);
  await assert.rejects(make().prepare(INBOUND), says(/in the sequence “Outbound” already/));
  await press(sandbox, 'hubspot/sequences/settings', { withoutSeat: [MARCUS] });
  await assert.rejects(make().enrol(ticket), says(/seat for the rep/));
  await press(sandbox, 'hubspot/sequences/settings', { granted: false });
  await assert.rejects(make().prove(), says(/automation\.sequences\.read/));
});
