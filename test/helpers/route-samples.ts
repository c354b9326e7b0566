/** For the tests of routing: a playbook, a lead and people, and short ways to read a decision. */

import type { Playbook } from '../../src/config/playbook.ts';
import type { CrmOwner } from '../../src/contracts/crm-records.ts';
import type { RouteFacts } from '../../src/handoff/route/facts.ts';
import type { RosterEntry, RouteInput, RouteOutcome } from '../../src/handoff/route/input.ts';
import { playbookIn } from './playbook.ts';

/** A Thursday: 11:00 in New York, 08:00 in Los Angeles, 16:00 in London. */
export const NOW = new Date('2026-11-19T16:00:00Z');
export const NIGHT = new Date('2026-11-19T06:00:00Z');
export const LATER = new Date('2026-12-24T00:00:00Z');

const PEOPLE = `
version: 1
mql: { threshold: 50 }
fit:
  industries: [Technology]
  points: { industry: 30, employees: 25, country: 20, title: 25 }
  priority: { high: 70, medium: 40 }
people:
  - { email: marcus@example.com, name: Marcus Chen, time_zone: America/Los_Angeles }
  - { email: priya@example.com, name: Priya Nair, time_zone: America/New_York }
  - { email: tom@example.com, name: Tom Okafor, time_zone: Europe/London }
  - { email: dana@example.com, name: Dana Ruiz, time_zone: America/New_York }
  - { email: chan@example.com, name: Chan Li, time_zone: America/New_York, hours: { from: "09:00", to: "17:00" } }
`;
export const TEAMS = `
teams:
  office: { name: Office, assign: weighted, members: [{ person: marcus@example.com, weight: 2, open_limit: 3 }, { person: priya@example.com }], hours: { from: "09:00", to: "18:00", holidays: US } }
  always: { name: Always, members: [{ person: marcus@example.com }, { person: priya@example.com }, { person: tom@example.com }] }
  least: { name: Least, assign: least_open, members: [{ person: marcus@example.com }, { person: priya@example.com }, { person: tom@example.com }] }
  pool: { name: Pool, assign: claim, channel: "#pool", members: [{ person: marcus@example.com }, { person: priya@example.com }] }
  emea: { name: EMEA, members: [{ person: tom@example.com }], hours: { from: "09:00", to: "18:00", holidays: GB } }
`;

export function playbook(
  routing: string,
  fallback = '{ team: always, person: dana@example.com }',
  teams = TEAMS,
): Playbook {
  return playbookIn(`${PEOPLE}${teams}\nrouting:\n${routing}\nfallback: ${fallback}\n`);
}

export const to = (target: string, when = '{}') => `  - { name: The rule, when: ${when}, to: ${target} }`;

export const LEAD: RouteFacts = {
  priority: 'HIGH',
  score: 63,
  employees: 750,
  country: 'US',
  answers: {},
  unsubscribed: false,
  source: 'hubspot',
  titleLevel: 'executive',
  emailKind: 'business',
  icpIndustries: [],
  properties: {},
  account: null,
};

export type Roster = Record<string, Partial<RosterEntry>>;

function roster(entries: Roster): Map<string, RosterEntry> {
  const known = { absences: [], slackActive: true, crmActive: true, open: 0 };
  return new Map(Object.entries(entries).map(([name, entry]) => [`${name}@example.com`, { ...known, ...entry }]));
}

export function input(
  rules: Playbook,
  more: Partial<Omit<RouteInput, 'roster'>> & { roster?: Roster } = {},
): RouteInput {
  const { roster: entries = {}, ...rest } = more;
  return { facts: LEAD, playbook: rules, rotation: {}, now: NOW, roster: roster(entries), ...rest };
}

/** Who got it and by which way: `marcus via team`, `pool office`, `nurture`. */
export function where({ decision: { to: place } }: RouteOutcome): string {
  if (place.kind === 'person') return `${place.email.split('@')[0]} via ${place.via}`;
  return place.kind === 'pool' ? `pool ${place.team}` : place.kind;
}

export function skips({ decision }: RouteOutcome): Record<string, string> {
  return Object.fromEntries(decision.skipped.map(({ email, code }) => [email.split('@')[0] ?? '', code]));
}

export const away = (until: Date | null = LATER): Partial<RosterEntry> => ({
  absences: [{ from: new Date(0), until }],
});
export const owner = (name: string, more: Partial<CrmOwner> = {}): CrmOwner => ({
  id: `005-${name}`,
  email: `${name}@example.com`,
  name: `${name} in the CRM`,
  active: true,
  kind: 'user',
  ...more,
});
