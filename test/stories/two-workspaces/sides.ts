/** Two companies on one Baton, by the same rules: what stands on each side, and that nothing of the other does. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { storedOfWorkspace } from '../../helpers/database-questions.ts';
import { leadCrosses } from '../../helpers/leads.ts';
import { domainOf, secondWorkspace } from '../../helpers/second-workspace.ts';
import { type System, system, tools } from '../../helpers/system.ts';
import { mailsSent } from '../../helpers/vendors.ts';
import type { Recorder } from './recorder.ts';

export interface Side {
  baton: System;
  /** Last name of all its leads: it stands on everything that is made for one. */
  mark: string;
  /** A person of the example playbook, as they are called here. */
  at(email: string): string;
}

export type Sides = readonly [Side, Side];

const OTHER = 'hooli';

export async function twoSides(t: TestContext, { jobs, listeners }: Recorder, playbook: string): Promise<Sides> {
  const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const own = await system(t, { env, jobs, listeners, playbook });
  const other = await secondWorkspace(own, { name: OTHER, playbook });
  return [
    { baton: tools(own, { mail: { login: 'baton' } }), mark: 'Ownlead', at: email => email },
    { baton: other, mark: 'Hoolilead', at: email => email.replace('@example.com', `@${domainOf(OTHER)}`) },
  ];
}

/** The same on both sides at once. */
export const onBoth = <T>(sides: Sides, work: (side: Side) => Promise<T>): Promise<[T, T]> =>
  Promise.all([work(sides[0]), work(sides[1])]);

/** The address of a lead: people of the same address become leads of both companies. */
export const addressOf = (name: string): string => `${name}@acmecorp.com`;

/** Somebody of this first name is over the threshold at this side's source. */
export const crosses = ({ baton, mark }: Side, name: string, more: Record<string, string> = {}): Promise<void> =>
  leadCrosses(baton, { email: addressOf(name), firstname: name, lastname: mark, ...more });

/** The same, and all that Baton does about it; answers the handoff. */
export async function handedOff(side: Side, name: string, more: Record<string, string> = {}) {
  await crosses(side, name, more);
  return side.baton.handoff(more.email ?? addressOf(name));
}

interface State {
  users: { profile: { email?: string } }[];
  channels: { name?: string }[];
}

/** Everything that this company's people, vendors and rows show, by where it is. */
async function everythingOf({ baton }: Side): Promise<Record<string, string>> {
  const state = await baton.get<State>('/_sandbox/slack/state');
  const shown: Record<string, string> = { 'Homes and modals': JSON.stringify(state) };
  const places = [
    ...state.users.flatMap(({ profile: { email } }) => (email ? [{ user: email }] : [])),
    ...state.channels.flatMap(({ name }) => (name ? [{ channel: `#${name}` }] : [])),
  ];
  for (const place of places) shown[JSON.stringify(place)] = JSON.stringify(await baton.messages(place));
  for (const object of ['Lead', 'Contact', 'Account', 'Opportunity', 'Task', 'User'])
    shown[object] = JSON.stringify(await baton.records(object));
  shown.contacts = JSON.stringify(await baton.get('/_sandbox/hubspot/contacts'));
  shown.mails = JSON.stringify(await mailsSent(baton));
  for (const [table, rows] of Object.entries(await storedOfWorkspace(baton))) shown[table] = JSON.stringify(rows);
  return shown;
}

/** What gives away that something is this side's. */
async function marksOf({ baton, mark, at }: Side): Promise<RegExp> {
  const ids = (await baton.handoffs()).map(({ id }) => id);
  const people = at('@example.com').replaceAll('.', '\\.');
  return new RegExp([mark, baton.app.workspaceId, `[a-z]${people}`, ...ids].join('|'));
}

/** Nothing of one side stands on the other, wherever people, vendors or the database show something. */
export async function assertNothingCrossed([own, other]: Sides): Promise<void> {
  for (const [here, there] of [
    [own, other],
    [other, own],
  ] as const) {
    const foreign = await marksOf(there);
    for (const [where, text] of Object.entries(await everythingOf(here))) {
      const found = foreign.exec(text);
      const around = found && text.slice(Math.max(0, found.index - 100), found.index + 100);
      assert.equal(found, null, `${where} of ${here.mark} shows ${there.mark}: ${around}`);
    }
    assert.match(JSON.stringify(await everythingOf(here)), await marksOf(here), 'and it does show its own');
  }
}
