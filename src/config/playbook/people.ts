/** People and teams of a playbook, by what is written down of them elsewhere. */
import type { Person, Playbook, Team } from './schema.ts';

const directories = new WeakMap<Playbook, Map<string, Person>>();

/** A person of the playbook by e-mail. A playbook is read once and asked at every lead, so the index is kept. */
export function personOf(playbook: Playbook, email: string | null | undefined): Person | undefined {
  if (email == null) return undefined;
  let people = directories.get(playbook);
  if (!people) {
    people = new Map(playbook.people.map(person => [person.email, person]));
    directories.set(playbook, people);
  }
  return people.get(email.toLowerCase());
}

/** A team by its key; undefined for anything else, `__proto__` included. */
export function teamOf(playbook: Playbook, key: string | null | undefined): Team | undefined {
  return key != null && Object.hasOwn(playbook.teams, key) ? playbook.teams[key] : undefined;
}

/** A team's name; one that is no more has its key alone. */
export function teamName(playbook: Playbook, key: string): string {
  return teamOf(playbook, key)?.name ?? key;
}

/** Somebody's name; whoever left the playbook has their address alone. */
export function nameOf(playbook: Playbook, email: string): string {
  return personOf(playbook, email)?.name ?? email;
}
