/** Choosing who gets a lead: the next in the rotation, a team or a person of the playbook, those away marked. */
import { createHash } from 'node:crypto';
import type { PlainTextOption, StaticSelect } from '@slack/types';
import type { Playbook } from '../../../config/playbook.ts';
import type { Absence } from '../../../db/people/people.ts';
import type { ReassignTo } from '../../../handoff/commands.ts';
import { label, option } from '../block-parts.ts';
import { dayWords } from './days.ts';

const OPTIONS = 100;
const VALUE = 75;
const NEXT = 'next';

export interface Choosing {
  playbook: Playbook;
  absences: readonly Absence[];
  now: Date;
  zone: string;
  /** Whoever has it now. */
  except?: string | null;
}

/** The menu; `chosenFrom` reads it. */
export function whoMenu(actionId: string, given: Choosing): StaticSelect {
  const { playbook, except } = given;
  const teams = Object.entries(playbook.teams).map(([key, { name }]) => option(teamValue(key), name || key));
  const people = playbook.people
    .filter(({ email }) => email !== except)
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map(({ email, name }) => option(personValue(email), `${name || email}${awayWords(email, given)}`));
  return {
    type: 'static_select',
    action_id: actionId,
    placeholder: label('Choose', 150),
    option_groups: [
      { label: label('Rotation'), options: [option(NEXT, 'Next in the rotation')] },
      ...groups('Teams', teams),
      ...groups('People', people),
    ],
  };
}

/** Who of the playbook owns the record; `ownerFrom` reads it. The present owner is always among them. */
export function ownerMenu(actionId: string, given: Choosing, owner: string | null): StaticSelect {
  const people = given.playbook.people
    .toSorted(
      (one, other) => Number(other.email === owner) - Number(one.email === owner) || one.name.localeCompare(other.name),
    )
    .slice(0, OPTIONS)
    .map(({ email, name }) => option(personValue(email), `${name || email}${awayWords(email, given)}`));
  const current = owner === null ? undefined : people.find(one => one.value === personValue(owner));
  return {
    ...{ type: 'static_select', action_id: actionId, placeholder: label('Nobody', 150) },
    ...(people.length > 0 && { options: people }),
    ...(current && { initial_option: current }),
  };
}

/** The address of whoever was chosen; undefined for nobody of the playbook. */
export function ownerFrom(playbook: Playbook, value: string | undefined): string | undefined {
  return playbook.people.find(({ email }) => personValue(email) === value)?.email;
}

/** What was chosen, read against the playbook of now: undefined when it is in it no more. */
export function chosenFrom(playbook: Playbook, value: string | undefined): ReassignTo | undefined {
  if (value === NEXT) return { kind: 'next' };
  const team = Object.keys(playbook.teams).find(key => teamValue(key) === value);
  if (team !== undefined) return { kind: 'team', team };
  const person = playbook.people.find(({ email }) => personValue(email) === value);
  return person && { kind: 'person', email: person.email };
}

const teamValue = (key: string) => fitting('team', key);
const personValue = (email: string) => fitting('person', email);

/** Slack keeps 75 characters of a value; an address may have 254. */
function fitting(kind: string, id: string): string {
  const whole = `${kind}:${id}`;
  return whole.length <= VALUE ? whole : `${kind}#${createHash('sha256').update(id).digest('base64url')}`;
}

function groups(name: string, options: PlainTextOption[]) {
  const pages = Array.from({ length: Math.ceil(options.length / OPTIONS) }, (_, page) =>
    options.slice(page * OPTIONS, (page + 1) * OPTIONS),
  );
  return pages.map((page, index) => ({
    label: label(index === 0 ? name : `${name} (${index + 1})`, 75),
    options: page,
  }));
}

function awayWords(email: string, { absences, now, zone }: Choosing): string {
  const absence = absences.find(one => one.email === email && one.from <= now && (!one.until || one.until > now));
  if (!absence) return '';
  return absence.until ? ` (away until ${dayWords(absence.until, zone)})` : ' (away)';
}
