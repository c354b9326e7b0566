/** list: leads that are still work, those with the least time left first. */
import { nameOf, personOf, teamName, teamOf } from '../../../config/playbook/people.ts';
import type { Playbook } from '../../../config/playbook.ts';
import type { HandoffFilter } from '../../../db/handoffs/handoff-list.ts';
import { OPEN_STATES } from '../../../domain/handoff.ts';
import { type Actor, isManager, mayManage, seesAll } from '../../../handoff/core/rights.ts';
import { riskBefore } from '../../../handoff/queries/rep-home.ts';
import { type Answer, answer } from '../../blocks/mql/answer.ts';
import { listAnswer } from '../../blocks/mql/list.ts';
import { ambiguousWhoAnswer, strangerWhoAnswer, strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { type Asked, directoryOf, namesOf, type Word } from './asked.ts';
import { keyOf } from './decide.ts';
import { type ListAsked, type ListKind, readList } from './list-words.ts';

const PER_PAGE = 8;
const USAGE = 'list [mine|team|open|at-risk|unclaimed|held|nurture] [@rep]';

export const list: Word = {
  word: 'list',
  group: 'leads',
  usage: '[mine|team|open|at-risk|unclaimed|held|nurture] [@rep]',
  does: 'leads that are still work, least time left first; or on hold, or in nurture',
  who: 'yours: you; a team’s: its members and managers; everybody’s: admins and viewers; on hold and in nurture: managers, viewers and admins',
  examples: [
    'list',
    'list team',
    'list at-risk',
    'list unclaimed',
    'list @priya',
    'list held',
    'list nurture',
    'list unclaimed Mid-market SDRs',
  ],
  aliases: ['ls', 'leads', 'mine', 'queue'],
  async run(asked) {
    const read = readList(asked.text, await directoryOf(asked));
    if (read.kind === 'stranger') return strangerWhoAnswer();
    if (read.kind === 'ambiguous') {
      return ambiguousWhoAnswer(read.names.map(({ name, who }) => ({ name, typed: `list ${keyOf(who)}` })));
    }
    if (read.kind === 'unknown') return strangeWordAnswer(read.typed, read.meant, `/mql ${USAGE}`);
    return listed(asked, read.asked);
  },
};

async function listed(asked: Asked, wanted: ListAsked): Promise<Answer> {
  const { deps, by, actor, playbook, now } = asked;
  const scope = isKept(wanted.kind) ? scopeOfKept(actor) : scopeOf(actor, playbook, wanted.whose);
  if ('refused' in scope) return answer([scope.refused]);
  const { kind, page } = wanted;
  const filter: HandoffFilter = { ...scope.filter, states: OPEN_STATES, ...narrower(kind, playbook, now) };
  const slice = { limit: PER_PAGE, offset: page * PER_PAGE };
  const order = isKept(kind) ? 'newest' : 'time_left';
  const { rows, total } = await deps.queries.list(by.workspaceId, filter, slice, order);
  // Leads were dealt with since the page before was drawn.
  if (rows.length === 0 && page > 0) return listed(asked, { ...wanted, page: 0 });
  const title = `${KINDS[kind]}${scope.of}`;
  return listAnswer({
    title: title.charAt(0).toUpperCase() + title.slice(1),
    rows,
    total,
    page,
    perPage: PER_PAGE,
    command: `list ${asked.text.replace(/(?:^|\s)page \d+$/, '')}`.trim(),
    empty: total === 0 && (await deps.queries.lacksSource(by.workspaceId)) ? noSource(actor) : EMPTY[kind],
    nameOf: namesOf(asked),
    now,
  });
}

const KINDS: Record<ListKind, string> = {
  open: 'open leads',
  'at-risk': 'leads at risk',
  unclaimed: 'unclaimed leads',
  held: 'leads on hold',
  nurture: 'leads in nurture',
};

/** Before the set-up is done there is nothing to wait for. */
function noSource({ admin }: Actor): string {
  const who = admin ? 'Connect one' : 'An admin connects one';
  return `No marketing platform is connected yet, so no lead can arrive. ${who} on Baton’s Home, under Set-up; \`/mql test\` tries the rest.`;
}

const EMPTY: Record<ListKind, string> = {
  open: 'A new lead arrives as a card in the Messages tab. `/mql list team` shows what others have.',
  'at-risk': 'Every SLA is met so far. `/mql list open` shows what is still to do.',
  unclaimed: 'Somebody has each of them. `/mql list open` shows who.',
  held: 'No lead waits for a decision. `/mql list nurture` shows what stayed with marketing.',
  nurture: 'Every lead went to sales. `/mql list held` shows what waits for a decision.',
};

/** Kept from sales: no rep's and no team's, so whoever answers for others looks after them. */
const isKept = (kind: ListKind): kind is 'held' | 'nurture' => kind === 'held' || kind === 'nurture';

function scopeOfKept(actor: Actor): Scope {
  if (isManager(actor) || seesAll(actor)) return { filter: {}, of: '' };
  return { refused: refusalText({ kind: 'not_allowed', who: 'a manager or an admin' }, new Date(0)) };
}

/** At risk is what is late too. */
function narrower(kind: ListKind, playbook: Playbook, now: Date): HandoffFilter {
  if (kind === 'unclaimed') return { unclaimed: true };
  if (isKept(kind)) return { states: [kind] };
  return kind === 'at-risk' ? { dueBefore: riskBefore(playbook, now) } : {};
}

type Scope = { filter: HandoffFilter; of: string } | { refused: string };

/** Whose leads this person may see in a list, and how they are called. */
function scopeOf(actor: Actor, playbook: Playbook, whose: ListAsked['whose']): Scope {
  const own = [...new Set([...actor.teams, ...actor.manages])];
  switch (whose.kind) {
    case 'mine':
      return { filter: { reps: [actor.email] }, of: ' of yours' };
    case 'all':
      if (seesAll(actor)) return { filter: {}, of: '' };
      return { filter: { reps: [actor.email, ...actor.reports], teams: own }, of: ' you may see' };
    case 'teams':
      if (own.length > 0)
        return { filter: ofTeams(playbook, own, actor.reports), of: ` of ${teamNames(playbook, own)}` };
      if (seesAll(actor)) return { filter: {}, of: '' };
      if (actor.reports.length > 0) return { filter: { reps: actor.reports }, of: ' of your people' };
      return {
        refused:
          'You are in no team of the playbook. `/mql list` shows your own leads; an admin can add you to a team.',
      };
    case 'team':
      return ofOneTeam(actor, playbook, whose.team, own);
    case 'person':
      return ofPerson(actor, playbook, whose.email, own);
  }
}

function ofTeams(playbook: Playbook, keys: readonly string[], more: readonly string[] = []): HandoffFilter {
  const members = keys.flatMap(key => teamOf(playbook, key)?.members.map(member => member.person) ?? []);
  return { teams: keys, reps: [...new Set([...members, ...more])] };
}

const teamNames = (playbook: Playbook, keys: readonly string[]) => keys.map(key => teamName(playbook, key)).join(', ');

function ofOneTeam(actor: Actor, playbook: Playbook, key: string, own: readonly string[]): Scope {
  const name = teamNames(playbook, [key]);
  if (seesAll(actor) || own.includes(key)) return { filter: { teams: [key] }, of: ` of ${name}` };
  const manager = personOf(playbook, teamOf(playbook, key)?.manager)?.name;
  const who = [`the members of ${name}`, manager, 'an admin']
    .filter(Boolean)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  return { refused: refusalText({ kind: 'not_allowed', who }, new Date(0)) };
}

function ofPerson(actor: Actor, playbook: Playbook, email: string, own: readonly string[]): Scope {
  const name = nameOf(playbook, email);
  const filter = { reps: [email] };
  if (email === actor.email) return { filter, of: ' of yours' };
  const teammate = own.some(key => teamOf(playbook, key)?.members.some(member => member.person === email));
  const may = teammate || seesAll(actor) ? { ok: true as const } : mayManage(actor, email, playbook);
  if (may.ok) return { filter, of: ` of ${name}` };
  return { refused: refusalText({ kind: 'not_allowed', who: may.who }, new Date(0)) };
}
