/** People taken over from Slack, into a team; and a whole set of teams and rules by the shape of a company. */
import { changed, type Draft, type Maker, refused, samePerson, type WrittenRule, type WrittenTeam } from './change.ts';
import { addPeople } from './people.ts';
import type { Shape } from './shapes.ts';
import { freeKey } from './teams.ts';

/** When a team is asked for that has no hours yet: in each member's own zone. */
const HOURS = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' } satisfies WrittenTeam['hours'];

export const staff: Maker<'staff'> = (draft, { people, team, members, isFirst, manager }) => {
  if (members.length === 0) return refused('Choose at least one person who can get leads.', 'users');
  addPeople(draft, people);
  draft.teams ??= {};
  if ('name' in team) {
    const key = freeKey(team.name, Object.keys(draft.teams), 'team');
    draft.teams[key] = newTeam(team.name, members, manager);
    return changed({ [`teams.${key}`]: 'new_team' });
  }
  const known = draft.teams[team.key];
  if (!known) return refused('This team is not in the playbook any more.', 'team');
  const isNew = (email: string) => !known.members.some(({ person }) => samePerson(person, email));
  const isNamed = ({ person }: { person: string }) => members.some(email => samePerson(person, email));
  const staying = isFirst ? known.members.filter(isNamed) : known.members;
  known.members = [...staying, ...members.filter(isNew).map(person => ({ person }))];
  if (manager !== undefined) known.manager = manager;
  return changed({ [`teams.${team.key}`]: 'team' });
};

/** Addresses that differ in case alone are one person. */
export const viewers: Maker<'viewers'> = (draft, { viewers: all }) => {
  const once = all.filter((email, at) => all.findIndex(other => samePerson(other, email)) === at);
  if (once.length > 0) draft.viewers = once;
  else delete draft.viewers;
  return changed({ viewers: 'users' });
};

function newTeam(name: string, members: readonly string[], manager: string | undefined): WrittenTeam {
  return {
    name,
    ...(manager !== undefined && { manager }),
    assign: 'round_robin',
    members: members.map(person => ({ person })),
    hours: HOURS,
  };
}

/** One team of a shape, with what its leads are known by; the last of them takes what no other does. */
export interface ShapeTeam {
  key: string;
  name: string;
  when: NonNullable<WrittenRule['when']>;
}

/** Products that a form asks for. */
const MOST_PRODUCTS = 5;

/** The teams of a shape, in the order of their rules. Pure. */
export function teamsOfShape(shape: Shape, products: readonly string[] = []): ShapeTeam[] {
  switch (shape) {
    case 'one_team':
      return [{ key: 'sales', name: 'Sales', when: {} }];
    case 'by_size':
      return [
        { key: 'enterprise', name: 'Enterprise', when: { employees: { above: 1_000 } } },
        { key: 'mid_market', name: 'Mid-market', when: { employees: { from: 200, to: 1_000 } } },
        { key: 'small_business', name: 'Small business', when: {} },
      ];
    case 'by_region':
      return [
        { key: 'emea', name: 'EMEA', when: { region: 'EMEA' } },
        { key: 'apac', name: 'APAC', when: { region: 'APAC' } },
        { key: 'americas', name: 'Americas and others', when: {} },
      ];
    case 'by_product': {
      const named = products.slice(0, MOST_PRODUCTS).map((name, index) => ({
        key: freeKey(name, [], `product_${index + 1}`),
        name: `${name} team`,
        when: { product_interest: name },
      }));
      return [...named, { key: 'all_products', name: 'All products', when: {} }];
    }
  }
}

/**
 * Teams, rules and fallback as a shape has them, in the place of those that were there: known accounts stay with their
 * owner, LOW goes to nurture, everybody else to the first team whose leads they are.
 */
export const starter: Maker<'starter'> = (draft, { shape, products, people, members, manager }) => {
  const teams = teamsOfShape(shape, products);
  const empty = teams.find(({ key }) => (members[key] ?? []).length === 0);
  if (empty) return refused('Choose at least one person who can get leads.', empty.key);
  addPeople(draft, people);
  draft.teams = Object.fromEntries(teams.map(({ key, name }) => [key, newTeam(name, members[key] ?? [], manager)]));
  draft.routing = [
    { name: 'Known account goes to its owner', when: { account_owner: 'exists' }, to: { owner: 'account' } },
    { name: 'LOW to nurture', when: { priority: 'LOW' }, to: 'nurture' },
    ...teams.map(({ key, name, when }) => ({ name, when, to: { team: key } })),
  ];
  draft.fallback = { ...draft.fallback, team: teams.at(-1)?.key };
  withoutLostTeams(draft);
  return changed(Object.fromEntries(teams.map(({ key }) => [`teams.${key}`, key])));
};

/** What happens off shift may name a team that is gone: then the card waits for the first shift. */
function withoutLostTeams({ sla, teams = {} }: Draft): void {
  for (const priority of ['HIGH', 'MEDIUM', 'LOW'] as const) {
    const ladder = sla?.[priority];
    const { out_of_hours: off } = ladder ?? {};
    if (ladder && typeof off === 'object' && !Object.hasOwn(teams, off.team)) ladder.out_of_hours = 'wait';
  }
}
