/** `/mql list`: a page of leads, those with the least time left first. */
import type { KnownBlock } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { mrkdwn } from '../../escape.ts';
import { count, moment } from '../block-words.ts';
import { leadLine } from '../lead.ts';
import { ALSO, type Answer, answer, buttons, command, row } from './answer.ts';
import { type NameOf, promiseWords } from './lead.ts';

const SHORT = 120;
const SENTENCE = 300;

export interface Listed {
  /** "Your open leads", "Unclaimed leads of Mid-market SDRs". */
  title: string;
  rows: readonly HandoffSummary[];
  total: number;
  /** From 0. */
  page: number;
  perPage: number;
  /** The command without its page. */
  command: string;
  /** What to do when there are none. */
  empty: string;
  nameOf: NameOf;
  now: Date;
}

export function listAnswer(listed: Listed): Answer {
  const { title, rows, total, page, perPage, now, nameOf } = listed;
  if (total === 0 || rows.length === 0) return answer([`*${mrkdwn(title, 300)}*: none.`, listed.empty]);
  const first = page * perPage + 1;
  const last = first + rows.length - 1;
  const heading = `*${mrkdwn(title, 300)}*: ${total > perPage ? `${first} to ${last} of ${total.toLocaleString('en-US')}` : count(total, 'lead')}`;
  return {
    text: [heading, ...rows.map(leadLine)].join('\n').slice(0, 3_000),
    blocks: [
      ...answer([heading]).blocks,
      ...rows.map(lead => row([leadLine(lead), detail(lead, nameOf, now)], actionButton(lead))),
      ...turning(listed, last),
    ],
  };
}

function detail(lead: HandoffSummary, nameOf: NameOf, now: Date): string {
  const { repEmail, team, snoozedUntil, openedAt } = lead;
  const kept = lead.state === 'held' || lead.state === 'nurture';
  const who = repEmail ? nameOf(repEmail) : team ? `open to ${nameOf(team)}` : kept ? (lead.why ?? '') : 'nobody';
  const asleep = snoozedUntil && snoozedUntil > now ? `snoozed until ${moment(snoozedUntil.toISOString())}` : '';
  const since = moment(openedAt.toISOString());
  return [mrkdwn(who, kept ? SENTENCE : SHORT), promiseWords(lead, now), asleep, since && `since ${since}`]
    .filter(Boolean)
    .join('  ·  ');
}

function actionButton(lead: HandoffSummary) {
  if (lead.state === 'held' || lead.state === 'nurture') return command('Why?', `why ${lead.id}`, { id: ALSO });
  return lead.state === 'assigned' && lead.repEmail === null
    ? command('Claim', `claim ${lead.id}`, { id: ALSO })
    : command('Show', `show ${lead.id}`, { id: ALSO });
}

function turning({ total, page, command: typed }: Listed, last: number): KnownBlock[] {
  const previous = page > 0 ? [command('Previous', `${typed} page ${page}`)] : [];
  const next = last < total ? [command('Next', `${typed} page ${page + 2}`)] : [];
  return previous.length + next.length > 0 ? [buttons(...previous, ...next)] : [];
}
