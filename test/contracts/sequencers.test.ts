/** Every tool with sequences against its stand-in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as hubspotStandIn } from '../../sandbox/hubspot/service.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { ServiceFactory } from '../../sandbox/service.ts';
import { clockFrom } from '../../src/lib/clock.ts';
import { Rejected } from '../../src/lib/errors.ts';
import { hubspotSequencer } from '../../src/vendors/hubspot/sequencer.ts';
import { look, press } from '../helpers/control.ts';
import { INBOUND, MARCUS, readyTicket, type SequencerBench, type Shown, sequencerSuite } from './sequencer.suite.ts';

const clock = clockFrom(new Date('2026-11-24T18:00:00Z'));
const sandboxes: Sandbox[] = [];
const started = async (...services: ServiceFactory[]) => {
  const sandbox = await startSandbox({ services, clock });
  sandboxes.push(sandbox);
  return sandbox;
};
/** One a file each; the last to close closes it. */
const close = async () => void (await sandboxes.shift()?.close());

const HUBSPOT: SequencerBench = {
  name: 'hubspot',
  async open() {
    const sandbox = await started(hubspotStandIn);
    await press(sandbox, 'hubspot/owners', { email: MARCUS, firstName: 'Marcus' });
    await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
    return sandbox;
  },
  close,
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

sequencerSuite(HUBSPOT);

test('HubSpot: a contact is in one sequence, a rep without a seat and an app without the scope are told what it takes', async t => {
  const sandbox = await HUBSPOT.open();
  t.after(HUBSPOT.close);
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
