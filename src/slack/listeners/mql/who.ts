/** People and teams as somebody types them in front of other words: `<@U123>`, `@marcus`, an address, a name. Pure. */

import { nearest } from '../../../config/playbook/suggest.ts';
import type { Playbook } from '../../../config/playbook.ts';
import type { Person } from '../../../db/people/people.ts';

export type Who = { kind: 'person'; email: string } | { kind: 'team'; team: string } | { kind: 'next' };

/** Everybody who can be meant. */
export interface Directory {
  playbook: Playbook;
  /** As Slack knows them. */
  people: readonly Person[];
  /** Who asks: "me". */
  me: string;
}

export type WhoRead =
  /** `rest`: what follows. */
  | { kind: 'found'; who: Who; rest: string }
  | { kind: 'ambiguous'; names: { name: string; who: Who }[]; rest: string }
  /** Somebody of Slack who is not in the playbook. */
  | { kind: 'stranger'; slackId: string }
  | { kind: 'none'; typed: string; meant?: string };

type Takes = Who['kind'];

/** Reads a person, a team or "next" from the beginning of a text; the longest name that fits counts. */
export function readWho(text: string, directory: Directory, takes: readonly Takes[] = ['person']): WhoRead {
  const said = text.trim();
  const mention = /^<@([A-Z0-9]+)>\s*/.exec(said);
  if (mention) return mentioned(mention[1] ?? '', said.slice(mention[0].length), directory);
  const bare = said.replace(/^[@#]\s*/, '').replace(/^(?:the )?team (?=\S)/i, '');
  const fitting = labelsOf(directory, takes).filter(({ label }) => startsWith(bare, label));
  const length = Math.max(0, ...fitting.map(({ label }) => label.length));
  const longest = distinct(fitting.filter(({ label }) => label.length === length));
  const rest = bare.slice(length).replace(/^[\s,:;–—-]+/, '');
  const [only, ...others] = longest;
  if (only && others.length === 0) return { kind: 'found', who: only.who, rest };
  if (only) return { kind: 'ambiguous', names: longest.map(({ name, who }) => ({ name, who })), rest };
  const typed = bare.split(/\s+/)[0] ?? '';
  const meant =
    typed &&
    nearest(
      typed,
      labelsOf(directory, takes).map(({ label }) => label),
    );
  return { kind: 'none', typed, ...(meant && { meant }) };
}

function mentioned(slackId: string, rest: string, { people, playbook }: Directory): WhoRead {
  const email = people.find(person => person.slackId === slackId)?.email;
  const known = playbook.people.some(person => person.email === email);
  if (email === undefined || !known) return { kind: 'stranger', slackId };
  return { kind: 'found', who: { kind: 'person', email }, rest: rest.replace(/^[\s,:;–—-]+/, '') };
}

interface Label {
  label: string;
  name: string;
  who: Who;
}

function labelsOf({ playbook, me }: Directory, takes: readonly Takes[]): Label[] {
  const people = playbook.people.flatMap(({ email, name }) => {
    const words = name.split(/\s+/);
    const own = email === me ? ['me', 'myself'] : [];
    const labels = new Set([words[0], name, words.at(-1), email, email.split('@')[0], ...own]);
    return [...labels].map(label => ({ label: label ?? '', name, who: { kind: 'person' as const, email } }));
  });
  const teams = Object.entries(playbook.teams).flatMap(([team, { name }]) =>
    [...new Set([team, name, team.replaceAll('_', ' ')])].map(label => ({
      label,
      name,
      who: { kind: 'team' as const, team },
    })),
  );
  const next = ['next in line', 'next rep', 'next one', 'next person', 'the next', 'next'].map(label => ({
    label,
    name: 'next in line',
    who: { kind: 'next' as const },
  }));
  return [...people, ...teams, ...next].filter(({ label, who }) => label !== '' && takes.includes(who.kind));
}

/** In front of the text, and a whole word of it. */
function startsWith(text: string, label: string): boolean {
  if (text.slice(0, label.length).toLowerCase() !== label.toLowerCase()) return false;
  return !/^[\p{L}\p{N}_@]|^\.\p{L}/u.test(text.slice(label.length));
}

function distinct(labels: readonly Label[]): Label[] {
  return [...new Map(labels.map(label => [JSON.stringify(label.who), label])).values()];
}
