/** Menus of the playbook's people and teams; what was chosen is read against the playbook of then. */
import { createHash } from 'node:crypto';
import type { MultiStaticSelect, PlainTextOption, StaticSelect } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import { label, option } from '../block-parts.ts';

const OPTIONS = 100;
const VALUE = 75;

/** A group of a menu: its name and its options. */
export type Group = [name: string, options: PlainTextOption[]];

export function peopleGroup({ people }: Playbook, name = 'People'): Group {
  const sorted = people.toSorted((one, other) => one.name.localeCompare(other.name));
  return [name, sorted.map(one => option(menuValue('person', one.email), one.name || one.email, one.email))];
}

export function teamsGroup({ teams }: Playbook): Group {
  return ['Teams', Object.entries(teams).map(([key, team]) => option(menuValue('team', key), team.name || key))];
}

/** Slack takes 100 options in a group, and 100 groups; none of them empty. */
function grouped(groups: readonly Group[]) {
  return groups.flatMap(([name, options]) =>
    Array.from({ length: Math.ceil(options.length / OPTIONS) }, (_, page) => ({
      label: label(page === 0 ? name : `${name} (${page + 1})`, VALUE),
      options: options.slice(page * OPTIONS, (page + 1) * OPTIONS),
    })),
  );
}

/** One of several groups; undefined when there is nothing to choose. */
export function menu(actionId: string, groups: readonly Group[], initial?: string): StaticSelect | undefined {
  const all = grouped(groups);
  if (all.length === 0) return undefined;
  const chosen = all.flatMap(({ options }) => options).find(({ value }) => value === initial);
  return {
    type: 'static_select',
    action_id: actionId,
    placeholder: label('Choose', 150),
    option_groups: all,
    ...(chosen && { initial_option: chosen }),
  };
}

export function multiMenu(actionId: string, groups: readonly Group[], initial: readonly string[]): MultiStaticSelect {
  const all = grouped(groups);
  const chosen = all.flatMap(({ options }) => options).filter(({ value }) => initial.includes(value ?? ''));
  return {
    type: 'multi_static_select',
    action_id: actionId,
    placeholder: label('Choose', 150),
    option_groups: all,
    ...(chosen.length > 0 && { initial_options: chosen.slice(0, OPTIONS) }),
  };
}

export function personValue(email: string | undefined): string | undefined {
  return email === undefined ? undefined : menuValue('person', email.trim().toLowerCase());
}

export function teamValue(key: string | undefined): string | undefined {
  return key === undefined ? undefined : menuValue('team', key);
}

export function personChosen({ people }: Playbook, value: string | undefined): string | undefined {
  return people.find(({ email }) => personValue(email) === value)?.email;
}

export function teamChosen({ teams }: Playbook, value: string | undefined): string | undefined {
  return Object.keys(teams).find(key => teamValue(key) === value);
}

/** Slack keeps 75 characters of a value; an address may have 254. */
export function menuValue(kind: string, id: string): string {
  const whole = `${kind}:${id}`;
  return whole.length <= VALUE ? whole : `${kind}#${createHash('sha256').update(id).digest('base64url')}`;
}
