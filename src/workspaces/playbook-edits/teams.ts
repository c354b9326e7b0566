/** Teams and who is in them. */
import { changed, type Draft, entry, type Maker, refused, samePerson, type WrittenMember, written } from './change.ts';

export const team: Maker<'team'> = (draft, { key, team: given, members }) => {
  draft.teams ??= {};
  const before = key === undefined ? undefined : entry(draft.teams, key);
  if (key !== undefined && !before) return refused('This team is not in the playbook any more.');
  const own = key ?? freeKey(given.name, Object.keys(draft.teams), 'team');
  draft.teams[own] = written({ ...given, members: members.map(email => memberOf(before?.members ?? [], email)) });
  const at = `teams.${own}`;
  return changed({
    [at]: 'name',
    [`${at}.name`]: 'name',
    [`${at}.manager`]: 'manager',
    [`${at}.assign`]: 'assign',
    [`${at}.channel`]: 'channel',
    [`${at}.crm_queue`]: 'crm_queue',
    [`${at}.members`]: 'members',
    [`${at}.hours`]: 'from',
    [`${at}.hours.days`]: 'days',
    [`${at}.hours.to`]: 'to',
    [`${at}.hours.holidays`]: 'holidays',
  });
};

export const members: Maker<'members'> = (draft, { key, members: given }) => {
  const known = entry(draft.teams, key);
  if (!known) return refused('This team is not in the playbook any more.');
  const renewed = new Map(given.map(one => [one.person.trim().toLowerCase(), written(one)]));
  known.members = known.members.map(one => renewed.get(one.person.trim().toLowerCase()) ?? one);
  const fields = known.members.flatMap(({ person }, index): [string, string][] => [
    [`teams.${key}.members[${index}].weight`, `weight ${person.trim().toLowerCase()}`],
    [`teams.${key}.members[${index}].open_limit`, `limit ${person.trim().toLowerCase()}`],
  ]);
  return changed(Object.fromEntries(fields));
};

export const removeTeam: Maker<'remove_team'> = (draft, { key, instead }) => {
  const gone = entry(draft.teams, key);
  if (!draft.teams || !gone) return refused('This team is not in the playbook any more.');
  if (instead === key) return refused('Choose another team.', 'instead');
  const uses = usesOfTeam(draft, key);
  if (instead === undefined && uses.length > 0) {
    return refused(`${gone.name} is still needed: ${uses.join('; ')}. Choose which team takes its place.`, 'instead');
  }
  for (const rule of draft.routing ?? []) {
    if (rule.to !== 'nurture' && rule.to.team === key && instead !== undefined) rule.to.team = instead;
  }
  if (draft.fallback.team === key && instead !== undefined) draft.fallback.team = instead;
  delete draft.teams[key];
  return changed({ routing: 'instead', fallback: 'instead' });
};

/** Every rule that sends leads to the team, and the fallback, in words. */
export function usesOfTeam(draft: Draft, key: string): string[] {
  const rules = (draft.routing ?? []).filter(({ to }) => to !== 'nurture' && to.team === key);
  return [
    ...(rules.length > 0 ? [`target of rule ${rules.map(({ name }) => `“${name}”`).join(', ')}`] : []),
    ...(draft.fallback.team === key ? ['the fallback'] : []),
  ];
}

function memberOf(before: readonly WrittenMember[], email: string): WrittenMember {
  return before.find(({ person }) => samePerson(person, email)) ?? { person: email };
}

/** A short key out of a name, not taken yet: "Mid-market SDRs" → mid_market_sdrs. */
export function freeKey(name: string, taken: readonly string[], otherwise: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 50);
  const base = plain || otherwise;
  const tries = [base, ...Array.from({ length: taken.length + 1 }, (_, index) => `${base}_${index + 2}`)];
  return tries.find(one => !taken.includes(one)) ?? base;
}
