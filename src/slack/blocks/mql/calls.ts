/** `/mql calls`: a rep's own leads to call, in order. Pure. */
import type { Button, KnownBlock } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { count } from '../block-words.ts';
import { phoneLink } from '../card.ts';
import { leadLine } from '../lead.ts';
import { ALSO, type Answer, answer, buttons, command } from './answer.ts';
import { promiseWords } from './lead.ts';

interface CallList {
  rows: readonly HandoffSummary[];
  total: number;
  /** From 0. */
  page: number;
  perPage: number;
  /** How many more of theirs wait and have no number. */
  withoutNumber: number;
  now: Date;
}

export function callsAnswer({ rows, total, page, perPage, withoutNumber, now }: CallList): Answer {
  const first = page * perPage + 1;
  const last = first + rows.length - 1;
  const shown = total > perPage ? `${first} to ${last} of ${total.toLocaleString('en-US')}` : count(total, 'lead');
  const heading = `*Your call list*: ${shown}`;
  const others = withoutNumber > 0 ? [withoutWords(withoutNumber)] : [];
  return {
    text: [heading, ...rows.map(leadLine), ...others].join('\n').slice(0, 3_000),
    blocks: [
      ...answer([heading]).blocks,
      ...rows.flatMap((lead, at) => entry(lead, first + at, now)),
      ...(others.length > 0 ? answer(others).blocks : []),
      ...turning({ page, total, last }),
    ],
  };
}

const withoutWords = (many: number): string =>
  `${count(many, 'more lead')} ${many === 1 ? 'has' : 'have'} no phone number: \`/mql list\` shows ${many === 1 ? 'it' : 'them'}.`;

function entry(lead: HandoffSummary, place: number, now: Date): KnownBlock[] {
  const number = phoneLink({ phone: lead.phone ?? '', ...(lead.country !== null && { country: lead.country }) });
  const lines = [`${place}. ${leadLine(lead)}`, [number, promiseWords(lead, now)].filter(Boolean).join('  ·  ')];
  return [...answer(lines).blocks, buttons(...pressed(lead))];
}

function pressed({ id, state }: HandoffSummary): Button[] {
  const also = (words: string, typed: string, primary = false) => command(words, typed, { id: ALSO, primary });
  return [
    ...(state === 'assigned' ? [also('Claim', `claim ${id}`, true)] : []),
    also('Log call', `log ${id}`),
    also('Email', `email ${id}`),
    also('Show', `show ${id}`),
  ];
}

function turning({ page, total, last }: { page: number; total: number; last: number }): KnownBlock[] {
  const turns = [
    ...(page > 0 ? [command('Previous', `calls page ${page}`)] : []),
    ...(last < total ? [command('Next', `calls page ${page + 2}`)] : []),
  ];
  return turns.length > 0 ? [buttons(...turns)] : [];
}
