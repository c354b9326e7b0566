/** What reps do about leads, on both sides at once. */
import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../../src/lib/clock.ts';
import { beginReports } from '../../../src/reports/weekly.ts';
import { sweep } from '../../../src/sla/sweep.ts';
import { hurry } from '../../helpers/database-changes.ts';
import { pageAddressOf } from '../../helpers/forms.ts';
import { untilIdle } from '../../helpers/jobs.ts';
import { blocksOf, mql, untilSaid } from '../../helpers/messages.ts';
import { DANA, MARCUS, PRIYA, TEAM_CHANNEL } from '../../helpers/people.ts';
import { act, clickOn, closeModal, modalShows, openModal, outcomeOf, submit } from '../../helpers/slack.ts';
import type { System } from '../../helpers/system.ts';
import { breakCalls, mendCalls } from '../../helpers/vendors.ts';
import { addressOf, crosses, handedOff, onBoth, type Side, type Sides } from './sides.ts';

/** One lead from its card to the mail: claimed, called, put off, back, given on, rejected, opened again. */
async function worked(side: Side): Promise<void> {
  const { baton, at, mark } = side;
  const [marcus, priya, dana] = [at(MARCUS), at(PRIYA), at(DANA)];
  const { id, repEmail } = await handedOff(side, 'ann');
  assert.equal(repEmail, marcus, 'each company has a rotation of its own');
  const card = await baton.card(TEAM_CHANNEL, `ann ${mark}`);
  await act(baton, marcus, clickOn(card, 'claim'));
  await openModal(baton, marcus, clickOn(card, 'log_call'));
  const now = Math.floor(baton.clock.now().getTime() / 1_000);
  const call = {
    outcome: 'connected',
    at: now,
    notes: `Called ${mark}`,
    next_what: 'Send a proposal',
    next_on: '2026-12-01',
  };
  assert.equal(await outcomeOf(baton, marcus, call), 'closed');
  await openModal(baton, marcus, clickOn(card, 'email'));
  assert.equal(await outcomeOf(baton, marcus, { subject: `Hello ${mark}`, body: 'Hi' }), 'closed');
  await baton.settled();
  await openModal(baton, marcus, clickOn(card, 'more', `edit:${id}`));
  await modalShows(baton, marcus, /"lead Status"/);
  await submit(baton, marcus);
  await closeModal(baton, marcus);
  await openModal(baton, marcus, clickOn(card, 'more', `snooze:${id}`));
  assert.equal(await outcomeOf(baton, marcus, { until: 'Tomorrow morning' }), 'closed');
  await openModal(baton, dana, clickOn(card, 'more', `reassign:${id}`));
  assert.equal(await outcomeOf(baton, dana, { to: 'Priya Nair', note: `For ${mark}` }), 'closed');
  await baton.card({ user: priya }, `ann ${mark}`);
  await openModal(baton, priya, clickOn(card, 'more', `reject:${id}`));
  assert.equal(await outcomeOf(baton, priya, { reason: 'competitor', note: 'A rival' }), 'closed');
  await baton.settled();
}

/** One lead that is put off and comes back. */
async function snoozed(side: Side): Promise<void> {
  const { baton, mark } = side;
  const { id, repEmail } = await handedOff(side, 'ben');
  const card = await baton.card({ user: repEmail ?? '' }, `ben ${mark}`);
  await openModal(baton, repEmail ?? '', clickOn(card, 'more', `snooze:${id}`));
  assert.equal(
    await outcomeOf(baton, repEmail ?? '', { at: Math.floor(baton.clock.now().getTime() / 1_000) + 10_800 }),
    'closed',
  );
}

/** Made by hand, from the shortcut's form, and a test lead, which is taken away again in time. */
async function byHand({ baton, at, mark }: Side): Promise<void> {
  const dana = at(DANA);
  await openModal(baton, dana, { shortcut: { callback_id: 'hand_off' } });
  const lead = { email: addressOf('cleo'), name: `cleo ${mark}`, company: 'Acme Corp', title: 'VP Operations' };
  await submit(baton, dana, lead);
  await closeModal(baton, dana);
  await baton.handoff(addressOf('cleo'));
  await untilIdle(baton);
  await mql(baton, dana, 'test HIGH');
  await untilIdle(baton);
}

/** Somebody asks in a form of the company's own page, which the platform has not noted. */
async function asked({ baton, mark }: Side): Promise<void> {
  const fields = {
    email: addressOf('dora'),
    name: `dora ${mark}`,
    company: 'Acme Corp',
    use_case: 'demo',
    _embed: 'hubspot',
  };
  const headers = { origin: 'https://www.example.com' };
  const body = new URLSearchParams(fields);
  const { status } = await fetch(await pageAddressOf(baton), { method: 'POST', headers, body });
  assert.equal(status, 200);
  assert.equal((await baton.handoff(addressOf('dora'))).facts.contact.lastName, mark);
}

/** What reps and managers do about leads. */
export async function leadsAreWorked(sides: Sides): Promise<void> {
  await onBoth(sides, worked);
  await onBoth(sides, snoozed);
  for (const side of sides) await byHand(side);
  await onBoth(sides, asked);
  const [{ baton }] = sides;
  baton.clock.move(4 * HOUR);
  await hurry(baton);
  await untilIdle(baton);
}

/** The enrichers are silent when a lead is judged, and are asked again. */
export async function enrichedLate(sides: Sides): Promise<void> {
  const [{ baton }] = sides;
  for (const service of ['clearbit', 'apollo']) await breakCalls(baton, { service, status: 503, times: 1_000 });
  await onBoth(sides, side => crosses(side, 'eli', { email: 'eli@late.example', company: 'Late' }));
  await onBoth(sides, side => side.baton.handoff('eli@late.example'));
  await mendCalls(baton);
  await hurry(baton);
  await untilIdle(baton);
}

/** Ten o'clock in New York: the report of the week before is due. */
const MONDAY_MORNING = new Date('2026-11-30T15:00:00Z');

/** Time passes for both; what waits for Slack's pace is not waited for. */
async function minutesPass(baton: System, minutes: number): Promise<void> {
  baton.clock.move(minutes * MINUTE);
  await sweep(baton.app.deps);
  await baton.settled();
}

/** Nobody acts: nudge, reminder, the manager, the next in line; and the report of the week. */
export async function nobodyActs(sides: Sides): Promise<void> {
  const [{ baton }] = sides;
  await onBoth(sides, side => handedOff(side, 'fay'));
  for (const minutes of [45, 15, 30]) await minutesPass(baton, minutes);
  await onBoth(sides, managerActs);
  await minutesPass(baton, 150);
  baton.clock.move(MONDAY_MORNING.getTime() - baton.clock.now().getTime());
  await beginReports(baton.app.deps);
  await baton.settled();
  await onBoth(sides, side => untilSaid(side.baton, { user: side.at(DANA) }, /Sales, Nov 23 to 29/));
}

/** The manager's buttons under what the SLA says of a lead. */
async function managerActs({ baton, at, mark }: Side): Promise<void> {
  const dana = at(DANA);
  const said = await untilSaid(baton, { user: dana }, new RegExp(`No contact yet: fay ${mark}`));
  const ask = /"(ask:[^"]+)"/.exec(blocksOf(said))?.[1];
  await openModal(baton, dana, clickOn(said, 'sla_more', ask));
  await submit(baton, dana, { note: `Please call ${mark}` });
  await modalShows(baton, dana, /gets your message/);
  await closeModal(baton, dana);
  await baton.settled();
}
