/** Several alarms in one message: a line and a button each, the leads of one company under its name. Pure. */
import type { KnownBlock } from '@slack/types';
import type { AlertDigest, AlertLine } from '../../../contracts/notifier.ts';
import { mrkdwn, oneLine } from '../../escape.ts';
import { context, header, section } from '../block-parts.ts';
import { count, moment, PRIORITY } from '../block-words.ts';
import { leadButton } from '../buttons.ts';
import type { CardMessage } from '../card.ts';

const SHORT = 120;
const ENDING = 200;
/** Slack takes 50 blocks. */
const MOST_LINES = 47;

/** Slack draws this; nothing in it is longer than Slack takes. */
export function alertDigestMessage({ lines }: AlertDigest): CardMessage {
  const title = alertDigestTitle(lines);
  const all = byCompany(lines);
  const shown = all.slice(0, MOST_LINES);
  const more = all.length - shown.length;
  return {
    text: title,
    blocks: [
      header(title),
      ...shown.map(lineBlock),
      ...(more > 0 ? [context(`${count(more, 'more lead')} on the Team tab of this app’s Home.`)] : []),
    ],
  };
}

/** How many there are, and how many still wait. */
export function alertDigestTitle(lines: readonly AlertLine[]): string {
  const waiting = lines.filter(line => !line.ended).length;
  if (waiting === lines.length) return `Nobody has reached out to ${count(waiting, 'lead')}`;
  if (waiting === 0) return `All done: nothing is left to do about ${count(lines.length, 'lead')}`;
  return `${waiting} of ${count(lines.length, 'lead')} still ${waiting === 1 ? 'waits' : 'wait'} for first contact`;
}

/** A line that knows whether its company was named above it, and by which words a first one names it. */
type CompanyLine = AlertLine & { heading?: string; under?: boolean };

/** The leads of one company stand together, where the first of them stood; the company is named once. */
export function byCompany(lines: readonly AlertLine[]): CompanyLine[] {
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
  const { priority, name, company, score, holder, dueAt, ended, under } = line;
  const named = company && !under ? ` — ${mrkdwn(company, SHORT)}` : '';
  const who = `*${mrkdwn(oneLine(name) || 'Unknown person', SHORT)}*${named}`;
  if (ended) {
    const when = ended.at === undefined ? undefined : moment(ended.at);
    return `:white_check_mark: ${who}: ${mrkdwn(ended.text, ENDING)}${when ? ` (${when})` : ''}`;
  }
  const due = dueAt && moment(dueAt);
  const parts = [
    PRIORITY[priority],
    who,
    score === null ? '' : `score ${score}`,
    holder && `with ${mrkdwn(holder, SHORT)}`,
    due && `SLA ${due}`,
  ];
  return parts.filter(Boolean).join('  ·  ');
}
