/** Several alarms in one message, by whoever has the leads: that is where the trouble is. It shrinks as they are called. Pure. */
import type { KnownBlock, ModalView } from '@slack/types';
import type { AlertDigest, AlertLine } from '../../../contracts/notifier.ts';
import { mrkdwn, oneLine } from '../../escape.ts';
import { actions, button, context, header, modal, section } from '../block-parts.ts';
import { count, dated, moment, PRIORITY } from '../block-words.ts';
import { leadButton, named } from '../buttons.ts';
import type { CardMessage } from '../card.ts';
import { ALERT_ACTIONS, reachedWords } from './alarm.ts';

export const DIGEST_REASSIGN = 'sla_digest_reassign';
export const DIGEST_WAIT = 'sla_digest_wait';
export const DIGEST_SHOW = 'sla_digest_show';

const SHORT = 120;
const ENDING = 200;
/** Of one person's leads by name, and of people. */
const MOST_NAMES = 8;
const MOST_HOLDERS = 8;
/** Slack takes 100 blocks in a modal. */
const MOST_LINES = 90;

const liveOf = (lines: readonly AlertLine[]) => lines.filter(line => !line.ended);

/** Slack draws this; nothing in it is longer than Slack takes. */
export function alertDigestMessage({ digestId, lines }: AlertDigest): CardMessage {
  const live = liveOf(lines);
  const title = alertDigestTitle(lines);
  if (live.length === 0) return { text: title, blocks: [section(`:white_check_mark: ${title}`)] };
  return {
    text: `${title}: ${holderCounts(live)}.`,
    blocks: [
      header(title),
      section(...oldestLine(live), ...holderLines(live)),
      ...(lines.length > live.length ? [context(`${count(lines.length - live.length, 'lead')} of these done`)] : []),
      actions(
        [
          { ...button(DIGEST_REASSIGN, 'Reassign…', digestId), style: 'primary' },
          named(button(DIGEST_WAIT, 'Wait 30 min', digestId), `Give all ${live.length} leads 30 more minutes`),
          button(DIGEST_SHOW, 'Show all', digestId),
        ],
        ALERT_ACTIONS,
      ),
    ],
  };
}

/** How many still wait; when none does, what became of all. */
export function alertDigestTitle(lines: readonly AlertLine[]): string {
  const live = liveOf(lines);
  const all = count(lines.length, 'lead');
  if (live.length === 0) return `All done: nothing is left to do about ${all}.`;
  const leads = `${count(live.length, 'lead')} ${live.length === 1 ? 'is' : 'are'}`;
  return live.every(({ due }) => due?.breached) ? `${leads} overdue` : `${leads} without first contact`;
}

function oldestLine(live: readonly AlertLine[]): string[] {
  const dues = live.flatMap(({ due }) => (due ? [due] : [])).toSorted((one, other) => one.at.localeCompare(other.at));
  const [oldest] = dues;
  if (!oldest) return [];
  const words = dated(oldest.at, oldest.breached ? ' was due {day} at {time}' : ' is due {day} at {time}');
  return words ? [`:alarm_clock: ${live.length > 1 ? 'Oldest' : 'It'}${words}`] : [];
}

/** Whoever has most of them first. */
function byHolder(live: readonly AlertLine[]): [string, AlertLine[]][] {
  const groups = Map.groupBy(live, ({ holder }) => oneLine(holder ?? '') || 'Nobody');
  return [...groups].toSorted(([, one], [, other]) => other.length - one.length);
}

const holderCounts = (live: readonly AlertLine[]) =>
  byHolder(live)
    .slice(0, MOST_HOLDERS)
    .map(([holder, lines]) => `${lines.length} with ${mrkdwn(holder, SHORT)}`)
    .join(', ');

function holderLines(live: readonly AlertLine[]): string[] {
  const groups = byHolder(live);
  const lines = groups.slice(0, MOST_HOLDERS).map(([holder, leads]) => {
    const more = leads.length - MOST_NAMES;
    const names = leads.slice(0, MOST_NAMES).map(({ name }) => mrkdwn(oneLine(name) || 'Unknown person', SHORT));
    return `*${mrkdwn(holder, SHORT)} (${leads.length}):* ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  });
  const more = groups.length - MOST_HOLDERS;
  return more > 0 ? [...lines, `and ${count(more, 'more person')}`.replace('persons', 'people')] : lines;
}

/** Show all: a line and a View each, the leads of one company under its name. */
export function alertListModal({ lines }: AlertDigest): ModalView {
  const all = byCompany(lines);
  const more = all.length - MOST_LINES;
  return modal('Leads without contact', 'Done', [
    ...all.slice(0, MOST_LINES).map(lineBlock),
    more > 0 ? context(`${count(more, 'more lead')} on Home`) : undefined,
  ]);
}

/** A line that knows whether its company was named above it, and by which words a first one names it. */
type CompanyLine = AlertLine & { heading?: string; under?: boolean };

/** The leads of one company stand together, where the first of them stood; the company is named once. */
function byCompany(lines: readonly AlertLine[]): CompanyLine[] {
  const groups = new Map<string, AlertLine[]>();
  for (const line of lines) {
    const company = oneLine(line.company ?? '').toLowerCase();
    const key = company || `lead ${line.handoffId}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap(group => {
    if (group.length === 1) return group;
    const heading = `*${mrkdwn(oneLine(group[0]?.company ?? ''), SHORT)}*: ${count(group.length, 'lead')}`;
    return group.map((line, at) => ({ ...line, under: true, ...(at === 0 && { heading }) }));
  });
}

function lineBlock(line: CompanyLine): KnownBlock {
  const block = section(...(line.heading ? [line.heading] : []), alertLineWords(line));
  return line.ended ? block : { ...block, accessory: leadButton(line, 'sla_view', 'View') };
}

/** A line without its button, safe to show. */
export function alertLineWords(line: CompanyLine): string {
  const { priority, name, company, holder, due, ended, under } = line;
  const where = company && !under ? ` · ${mrkdwn(company, SHORT)}` : '';
  const who = `*${mrkdwn(oneLine(name) || 'Unknown person', SHORT)}*${where}`;
  if (ended?.reached) return `:white_check_mark: ${who}: ${reachedWords(ended, ended.reached)}`;
  if (ended) {
    const when = ended.at === undefined ? undefined : moment(ended.at);
    return `:white_check_mark: ${who}: ${mrkdwn(ended.text, ENDING)}${when ? ` (${when})` : ''}`;
  }
  const overdue = due?.breached ? ':alarm_clock: *Overdue*' : PRIORITY[priority];
  const when = due && dated(due.at, due.breached ? 'was due {day} at {time}' : 'due {day} by {time}');
  return [overdue, who, holder && `with ${mrkdwn(holder, SHORT)}`, when].filter(Boolean).join(' · ');
}
