/** The words of `/mql list`, in any order. Pure. */
import { nearest } from '../../../config/playbook/suggest.ts';
import { type Directory, readWho, type Who } from './who.ts';

/** Which of the leads that are still work, or that judging kept from sales. */
export type ListKind = 'open' | 'at-risk' | 'unclaimed' | 'held' | 'nurture';

export interface ListAsked {
  kind: ListKind;
  /** Whose: the asker's own, all they may see of others', one team's or one person's. */
  whose:
    | { kind: 'mine' }
    | { kind: 'all' }
    | { kind: 'teams' }
    | { kind: 'team'; team: string }
    | { kind: 'person'; email: string };
  /** From 0. */
  page: number;
}

export type ListRead =
  | { kind: 'found'; asked: ListAsked }
  | { kind: 'ambiguous'; names: { name: string; who: Who }[] }
  | { kind: 'stranger' }
  | { kind: 'unknown'; typed: string; meant?: string };

const KINDS: Record<string, ListKind> = {
  'at-risk': 'at-risk',
  'at risk': 'at-risk',
  atrisk: 'at-risk',
  risk: 'at-risk',
  late: 'at-risk',
  overdue: 'at-risk',
  breached: 'at-risk',
  unclaimed: 'unclaimed',
  pool: 'unclaimed',
  held: 'held',
  'on hold': 'held',
  hold: 'held',
  nurture: 'nurture',
  nurtured: 'nurture',
  'in nurture': 'nurture',
};
const MINE = ['mine', 'my', 'me'];
const TEAMS = ['team', 'teams', 'my team', 'our team', "my team's", "team's"];
const ALL = ['open', 'all', 'everybody', 'everyone'];
const FILLERS = ['leads', 'lead', 'of', 'for', 'the', 'and', 'mqls', 'please'];
const KNOWN = [...Object.keys(KINDS), ...MINE, ...TEAMS, ...ALL, ...FILLERS];

/** Nothing is the asker's own; `unclaimed`, `at-risk` and `open` alone are all they may see. */
export function readList(text: string, directory: Directory): ListRead {
  const paged = /(?:^|\s)page (\d{1,4})$/.exec(text);
  const page = Math.max(0, Number(paged?.[1] ?? 1) - 1);
  let left = (paged ? text.slice(0, paged.index) : text).trim();
  let kind: ListKind | undefined;
  let whose: ListAsked['whose'] | undefined;
  let all = false;
  while (left !== '') {
    const word = frontWord(left);
    if (word !== undefined) {
      left = left.slice(word.length).replace(/^[\s,+]+/, '');
      const lower = word.toLowerCase();
      if (Object.hasOwn(KINDS, lower)) kind = KINDS[lower];
      else if (MINE.includes(lower)) whose = { kind: 'mine' };
      else if (TEAMS.includes(lower)) whose = { kind: 'teams' };
      else if (ALL.includes(lower)) all = true;
      continue;
    }
    const read = readWho(left, directory, ['person', 'team']);
    if (read.kind === 'ambiguous') return { kind: 'ambiguous', names: read.names };
    if (read.kind === 'stranger') return { kind: 'stranger' };
    if (read.kind === 'none') return unknown(read.typed, read.meant);
    if (read.who.kind !== 'next') whose = read.who;
    left = read.rest;
  }
  const everybodys = all || kind !== undefined;
  return {
    kind: 'found',
    asked: { kind: kind ?? 'open', whose: whose ?? { kind: everybodys ? 'all' : 'mine' }, page },
  };
}

/** The longest of our own words in front of the text. */
function frontWord(text: string): string | undefined {
  const lower = text.toLowerCase();
  const word = KNOWN.filter(known => lower.startsWith(known) && !/^[\p{L}\p{N}_'-]/u.test(lower.slice(known.length)))
    .sort((one, other) => other.length - one.length)
    .at(0);
  return word && text.slice(0, word.length);
}

function unknown(typed: string, person: string | undefined): ListRead {
  const meant = nearest(typed, [...Object.keys(KINDS), ...MINE, 'team', 'open']) ?? person;
  return { kind: 'unknown', typed, ...(meant && { meant }) };
}
