/** An answer to a question in words: the number, list, table or chart, and its receipt. Pure: domain → Block Kit. */
import type { Block, DataTableBlock, KnownBlock } from '@slack/types';
import type { Answered, AnswerLead, ListBody, NumberBody, TableBody, Unit } from '../../../domain/answer.ts';
import { valueWords } from '../../../domain/answer-words.ts';
import { clipLines, mrkdwn, plain } from '../../escape.ts';
import { context, SECTION, section } from '../block-parts.ts';
import { ago, count, moment, STATE } from '../block-words.ts';
import type { NameOf } from '../mql/lead.ts';

const SHORT = 60;
/** Lines of a table where Slack draws none. */
const MOST_LINES = 20;
const PAGE = 10;
/** Slack draws so many series and categories. */
const MOST_SERIES = 6;
const MOST_CATEGORIES = 20;

/** `data_visualization` is newer than @slack/types. */
interface ChartBlock extends Block {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'line' | 'bar';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; y_label?: string };
  };
}

/** The richest form first; whoever posts takes the first that Slack takes. The text says it all. */
export interface AnswerMessage {
  text: string;
  forms: (KnownBlock | ChartBlock)[][];
}

export function answeredMessage(answered: Answered, nameOf: NameOf, end: readonly KnownBlock[] = []): AnswerMessage {
  const head = `*${mrkdwn(answered.words, SECTION / 4)}*`;
  const lines = bodyLines(answered, nameOf);
  const receipt = receiptLines(answered);
  const drawn = drawnBlocks(answered);
  const written = [section(clipLines([head, ...lines], SECTION)), context(...receipt), ...end];
  const text = clipLines([head, ...lines, ...receipt], SECTION);
  if (drawn.length === 0) return { text, forms: [written] };
  return { text, forms: [[section(head), ...drawn, context(...receipt), ...end], written] };
}

function bodyLines({ body, asOf }: Answered, nameOf: NameOf): string[] {
  if (body.kind === 'number') return numberLines(body, asOf);
  return body.kind === 'list' ? listLines(body, nameOf) : tableLines(body);
}

function numberLines({ unit, value, of, spread, waiting, before }: NumberBody, now: Date): string[] {
  const found = unit === 'leads' ? count(value ?? 0, 'lead') : valueWords(value, unit);
  const nothing = value === null ? 'Nothing to measure yet: no lead of these has got that far.' : `*${found}*`;
  const parts = [
    of && value !== null ? `${of.part} of ${of.whole}` : '',
    spread && value !== null
      ? `median ${valueWords(spread.median, 'seconds')}, 9 of 10 within ${valueWords(spread.p90, 'seconds')}`
      : '',
    before === undefined || before === null ? '' : `${valueWords(before, unit)} in the period before`,
  ].filter(Boolean);
  const wait = waiting?.count
    ? [
        `${count(waiting.count, 'lead')} still ${waiting.count === 1 ? 'waits' : 'wait'}${waiting.since ? `, the oldest since ${ago(waiting.since, now)}` : ''}.`,
      ]
    : [];
  return [[nothing, ...parts].join(' · '), ...wait];
}

function listLines({ total, leads }: ListBody, nameOf: NameOf): string[] {
  if (total === 0) return ['No lead fits.'];
  const more = total - leads.length;
  return [
    `*${count(total, 'lead')}*`,
    ...leads.map(lead => leadLine(lead, nameOf)),
    ...(more > 0 ? [`and ${more.toLocaleString('en-US')} more: the CSV has them all`] : []),
  ];
}

function leadLine(
  { name, company, rep, team, state, priority, openedAt, dueAt, contactedAt }: AnswerLead,
  nameOf: NameOf,
): string {
  const who = [name, company ?? '']
    .map(part => mrkdwn(part, SHORT))
    .filter(Boolean)
    .join(' — ');
  const holder = rep ? nameOf(rep) : team ? `open to ${nameOf(team)}` : 'nobody';
  const due = dueAt && !contactedAt && ['assigned', 'claimed', 'opened', 'held'].includes(state);
  const when = due ? `due ${moment(dueAt.toISOString())}` : `MQL ${moment(openedAt.toISOString())}`;
  const stands = STATE[state as keyof typeof STATE] ?? state;
  return `• *${who}* · ${priority} · ${stands} · ${mrkdwn(holder, SHORT)} · ${when}`;
}

function tableLines({ groups, columns, rows, more }: TableBody): string[] {
  if (rows.length === 0) return ['No lead fits.'];
  const lines = rows.slice(0, MOST_LINES).map(({ names, values }) => {
    const numbers = values.map((value, index) => {
      const unit = columns[index]?.unit ?? 'leads';
      const words = valueWords(value, unit);
      return index === 0 ? `*${words}*` : `${columns[index]?.name.toLowerCase()} ${words}`;
    });
    return `• ${names.map(name => mrkdwn(name, SHORT)).join(' · ')}: ${numbers.join(', ')}`;
  });
  const left = rows.length - lines.length + more;
  const by = groups.map(name => mrkdwn(name, SHORT)).join(' and ');
  return [
    `_By ${by.charAt(0).toLowerCase()}${by.slice(1)}_`,
    ...lines,
    ...(left > 0 ? [`and ${left} more: the CSV has every lead`] : []),
  ];
}

function drawnBlocks({ body }: Answered): (DataTableBlock | ChartBlock)[] {
  if (body.kind === 'number' || body.kind === 'list' || body.rows.length === 0) return [];
  return [...(body.kind === 'series' ? chartOf(body) : []), tableOf(body)];
}

function tableOf({ groups, columns, rows }: TableBody): DataTableBlock {
  const cell = (words: string) => ({ type: 'raw_text' as const, text: plain(words, SHORT) || '–' });
  const head = [...groups, ...columns.map(({ name }) => name)].map(cell);
  return {
    type: 'data_table',
    caption: plain(columns[0]?.name ?? 'Leads', SHORT),
    rows: [
      head,
      ...rows.map(({ names, values }) => [
        ...names.map(cell),
        ...values.map((value, index) => cell(valueWords(value, columns[index]?.unit ?? 'leads'))),
      ]),
    ],
    page_size: PAGE,
  };
}

/** Over time, one line a group; the newest stretch where there is more than Slack draws. */
function chartOf({ columns, rows, groups }: TableBody): ChartBlock[] {
  const time = groups.findIndex(name => /^(?:Day|Week|Month)/.test(name));
  const unit = columns[0]?.unit ?? 'leads';
  if (time < 0) return [];
  const categories = [...new Set(rows.map(({ names }) => names[time] ?? ''))].slice(-MOST_CATEGORIES);
  const other = groups.length > 1 ? 1 - time : undefined;
  const nameOf = (names: readonly string[]) =>
    other === undefined ? (columns[0]?.name ?? 'Leads') : (names[other] ?? '');
  const names = [...new Set(rows.map(row => nameOf(row.names)))].slice(0, MOST_SERIES);
  const value = (name: string, category: string) => {
    const row = rows.find(one => one.names[time] === category && nameOf(one.names) === name);
    const found = row?.values[0] ?? 0;
    return unit === 'rate'
      ? Math.round(found * 100)
      : unit === 'seconds'
        ? Math.round(found / 6) / 10
        : Math.round(found * 10) / 10;
  };
  const label = (words: string) => plain(words, 20) || '–';
  return [
    {
      type: 'data_visualization',
      title: plain(columns[0]?.name ?? 'Leads', 50),
      chart: {
        type: 'line',
        series: names.map(name => ({
          name: label(name),
          data: categories.map(category => ({ label: label(category), value: value(name, category) })),
        })),
        axis_config: { categories: categories.map(label), y_label: UNIT_WORDS[unit] },
      },
    },
  ];
}

const UNIT_WORDS: Record<Unit, string> = { leads: 'leads', rate: 'percent', seconds: 'minutes', points: 'points' };

/** What it was made of, what was left out, and how fresh it is. */
function receiptLines({
  leads,
  leftOut,
  period,
  isUsualPeriod,
  zone,
  asOf,
  newestSignal,
  waitingWrites,
}: Answered): string[] {
  const out = [
    leftOut.nurture > 0 ? `${leftOut.nurture} in nurture` : '',
    leftOut.rejected > 0 ? `${leftOut.rejected} rejected` : '',
  ].filter(Boolean);
  const days = period && `${dayIn(period.from, zone)} to ${dayIn(new Date(period.to.getTime() - 1), zone)}`;
  return [
    [
      `From ${count(leads, 'lead')}`,
      days ? `${days}${isUsualPeriod ? ' (the last 30 days, as no other time was named)' : ''}` : 'whenever they came',
      ...(out.length > 0 ? [`left out: ${out.join(', ')}`] : []),
    ].join(' · '),
    [
      `As of ${moment(asOf.toISOString(), zone)}`,
      newestSignal ? `newest signal ${ago(newestSignal, asOf)}` : 'no signal yet',
      ...(waitingWrites > 0 ? [`${waitingWrites} waiting for the CRM`] : []),
    ].join(' · '),
  ];
}

function dayIn(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', month: 'short', day: 'numeric' }).format(
    at,
  );
}
