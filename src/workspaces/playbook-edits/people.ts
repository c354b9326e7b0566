/** People of the playbook: adding, changing and removing them wherever they are named. */
import {
  type Changed,
  changed,
  type Draft,
  type Maker,
  refused,
  samePerson,
  type WrittenPerson,
  written,
} from './change.ts';

export const person: Maker<'person'> = (draft, { at, person: given, admin }) => {
  const before = at === undefined ? undefined : draft.people[at];
  if (at !== undefined && !before) return refused('They are not in the playbook any more.');
  if (before && !samePerson(before.email, given.email)) rename(draft, before.email, given.email);
  const place = at ?? draft.people.length;
  draft.people[place] = written(given);
  const lost = setAdmin(draft, given.email, admin);
  if (lost) return refused(lost, 'admin');
  return changed(fieldsAt(place));
};

export const admin: Maker<'admin'> = (draft, { person: given }) => {
  addPeople(draft, [given]);
  const lost = setAdmin(draft, given.email, true);
  return lost ? refused(lost) : changed({}, `${given.name} is an admin`);
};

/** Those who are not in the playbook yet; whoever is stays as they are. */
export function addPeople(draft: Draft, people: readonly WrittenPerson[]): void {
  const isKnown = ({ email }: WrittenPerson) => draft.people.some(one => samePerson(one.email, email));
  draft.people = [...draft.people, ...people.filter(one => !isKnown(one)).map(written)];
}

export const removePerson: Maker<'remove_person'> = (draft, { at, instead }) => {
  const gone = draft.people[at];
  if (!gone) return refused('They are not in the playbook any more.');
  const { email } = gone;
  if (instead !== undefined && samePerson(instead, email)) return refused('Choose somebody else.', 'instead');
  const uses = usesOf(draft, email);
  if (instead === undefined && uses.length > 0) {
    return refused(`${gone.name} is still needed: ${uses.join('; ')}. Choose who takes their place.`, 'instead');
  }
  if (draft.people.length === 1) return refused('A playbook needs at least one person.', 'instead');
  const lost = setAdmin(draft, email, false);
  if (lost) return refused(lost, 'instead');
  if (instead !== undefined) rename(draft, email, instead);
  draft.people.splice(at, 1);
  return changed({ people: 'instead', teams: 'instead', routing: 'instead' });
};

function fieldsAt(index: number): Changed['fields'] {
  const at = `people[${index}]`;
  return {
    [at]: 'name',
    [`${at}.email`]: 'email',
    [`${at}.name`]: 'name',
    [`${at}.manager`]: 'manager',
    [`${at}.time_zone`]: 'time_zone',
    [`${at}.scheduling_url`]: 'scheduling_url',
    [`${at}.hours`]: 'from',
    [`${at}.hours.days`]: 'days',
    [`${at}.hours.to`]: 'to',
    [`${at}.hours.holidays`]: 'holidays',
  };
}

/** Makes somebody an admin or not; says why not when nobody would be left to edit the playbook. */
function setAdmin(draft: Draft, email: string, admin: boolean): string | undefined {
  const before = draft.admins ?? [];
  const listed = before.some(one => samePerson(one, email));
  if (admin === listed) return undefined;
  const after = admin ? [...before, email] : before.filter(one => !samePerson(one, email));
  if (after.length === 0) return 'They are the only admin: make somebody else an admin first.';
  draft.admins = after;
  return undefined;
}

/** Everything that names them and would be left without anybody, in words. */
export function usesOf(draft: Draft, email: string): string[] {
  const teams = Object.entries(draft.teams ?? {});
  const memberOf = teams.filter(([, team]) => team.members.some(member => samePerson(member.person, email)));
  const managerOf = teams.filter(([, team]) => samePerson(team.manager, email));
  const rules = (draft.routing ?? []).filter(({ to }) => to !== 'nurture' && samePerson(to.person, email));
  const reports = draft.people.filter(one => samePerson(one.manager, email));
  const all: [string, string[]][] = [
    ['member of', memberOf.map(([key, team]) => team.name || key)],
    ['manager of', [...managerOf.map(([key, team]) => team.name || key), ...reports.map(({ name }) => name)]],
    ['target of rule', rules.map(({ name }) => `“${name}”`)],
    ['the', samePerson(draft.fallback.person, email) ? ['fallback'] : []],
  ];
  return all.filter(([, names]) => names.length > 0).map(([what, names]) => `${what} ${names.join(', ')}`);
}

/** Another address wherever this one is named. Somebody who was there already is not there twice. */
function rename(draft: Draft, from: string, to: string): void {
  const renamed = <T extends string | undefined>(email: T) => (samePerson(email, from) ? to : email);
  for (const one of draft.people) {
    if (!samePerson(one.manager, from)) continue;
    if (samePerson(one.email, to)) delete one.manager;
    else one.manager = to;
  }
  for (const team of Object.values(draft.teams ?? {})) {
    if (team.manager !== undefined) team.manager = renamed(team.manager) ?? team.manager;
    const there = team.members.some(({ person }) => samePerson(person, to));
    team.members = team.members
      .filter(({ person }) => !(there && samePerson(person, from)))
      .map(member => ({ ...member, person: renamed(member.person) ?? member.person }));
  }
  for (const rule of draft.routing ?? []) {
    if (rule.to !== 'nurture' && rule.to.person !== undefined) rule.to.person = renamed(rule.to.person);
  }
  if (draft.fallback.person !== undefined) draft.fallback.person = renamed(draft.fallback.person);
  if (draft.admins?.some(one => samePerson(one, from))) {
    draft.admins = draft.admins.map(one => renamed(one) ?? one);
  }
}
