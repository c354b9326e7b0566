/** The numbers of a period: charts and a table where Slack draws them, words everywhere. Pure: domain → Block Kit. */
import type { DataTableBlock, KnownBlock } from '@slack/types';
import type { HandoffState } from '../../domain/handoff.ts';
import type { Counted, Group, Noted, Report } from '../../domain/report.ts';
import { atMost, spanWords } from '../../domain/time-split.ts';
import { MINUTE } from '../../lib/clock.ts';
import { chartsOf } from '../../reports/charts.ts';
import { clipLines, mrkdwn, plain } from '../escape.ts';
import { context, header, SECTION, section } from './block-parts.ts';
import { count, moment, STATE, vendorName } from './block-words.ts';
import { chartBlock, daysWords, numberCell, openDays, percent, type ReportMessage, textCell } from './report-parts.ts';

const SHORT = 60;
const MOST_GROUPS = 12;
const MOST_REPS = 40;
/** Slack takes 100 rows below the header; readers sort and page. */
const MOST_ROWS = 100;
const PAGE = 10;

/** The richest first: charts and a table, the table alone, words alone. Whoever posts takes the first Slack takes. */
export function reportMessages(report: Report): ReportMessage[] {
  const charts = chartsOf(report);
  const table = tableOf(report);
  const text = clipLines(summary(report), SECTION);
  const [head, details] = [[title(report), section(...summary(report))], detailsOf(report)];
  const undrawn = charts.length > 0;
  const end = [openDays(report), basis(report)];
  return [
    ...(undrawn
      ? [{ text, blocks: [...head, ...charts.map(chartBlock), ...table, ...details, ...end], pictured: false }]
      : []),
    ...(table.length > 0 ? [{ text, blocks: [...head, ...table, ...details, ...end], pictured: undrawn }] : []),
    { text, blocks: [...head, ...repSection(report), ...details, ...end], pictured: undrawn },
  ];
}

function title(report: Report): KnownBlock {
  return header(`Sales, ${daysWords(report)}`);
}

/** Five lines at most; the first is the answer. Numbers of the periods before stand behind their own. */
function summary(report: Report): string[] {
  const { all, outcomes, cold, unrouted } = report;
  if (all.handoffs === 0) return nothing(report);
  const noted = [
    ...(unrouted.total > 0 ? [`With nobody: ${unrouted.total}`] : []),
    ...(cold.total > 0 ? [`Gone cold: ${cold.total}`] : []),
  ];
  return [
    `*${inTime(all)}*${trendWords(report, 'kept')}${leftOutWords(all)}`,
    `First contact: ${touchWords(all)}${trendWords(report, 'touchP50')}`,
    `${count(all.handoffs, 'MQL')}${trendWords(report, 'handoffs')}: ${outcomeWords(outcomes)}`,
    ...lateWords(report),
    [`Delivery: ${systemWords(all)}`, ...noted].join(' · '),
  ];
}

/** Where the trouble is: the team, else the person, who was late most often. */
function lateWords({ teams, reps }: Report): string[] {
  const late = ({ promised, kept }: Group) => promised - kept;
  const [worst] = (teams.length > 1 ? teams : reps).toSorted((one, other) => late(other) - late(one));
  if (!worst || late(worst) === 0) return [];
  return [`Late most often: ${mrkdwn(worst.name, SHORT)}, ${late(worst)} of ${worst.promised}`];
}

/** A week without leads is more often a broken connection than a quiet market. */
function nothing(report: Report): string[] {
  const { threshold, before } = report;
  const earlier = before.reduce((sum, period) => sum + period.handoffs, 0);
  return [
    `*No MQLs, ${daysWords(report)}*${earlier > 0 ? ` (${earlier} in the four periods before)` : ''}.`,
    'What to check:',
    '• `/mql doctor`: are the marketing platform and Slack connected, and when did the last signal come?',
    `• The threshold is a score of ${threshold}: does anybody reach it?`,
    '• `/mql simulate EMAIL` with somebody who should have come says what Baton would do with them.',
  ];
}

/** How it was in the periods before; empty without any to compare with. */
function trendWords({ all, before }: Report, what: 'handoffs' | 'kept' | 'touchP50'): string {
  if (what === 'handoffs') {
    const mean = before.reduce((sum, { handoffs }) => sum + handoffs, 0) / Math.max(1, before.length);
    return mean > 0 ? `, was ${Math.round(mean)}` : '';
  }
  if (what === 'kept') {
    const [promised, kept] = [sumOf(before, 'promised'), sumOf(before, 'kept')];
    return promised > 0 && all.promised > 0 ? `, was ${percent(kept / promised)}` : '';
  }
  const known = before.map(period => period[what]).filter(one => one !== null);
  const mean = known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length);
  return known.length > 0 && all[what] !== null ? `, was ${spanWords(mean)}` : '';
}

function sumOf(periods: Report['before'], what: 'promised' | 'kept'): number {
  return periods.reduce((sum, period) => sum + period[what], 0);
}

function outcomeWords(outcomes: readonly Counted[]): string {
  return outcomes
    .map(({ name, count: times }) => `${times} ${STATE[name as HandoffState] ?? mrkdwn(name, SHORT)}`)
    .join(', ');
}

function inTime({ promised, kept }: Group): string {
  return promised > 0
    ? `${kept} of ${promised} contacted in time (${percent(kept / promised)})`
    : 'No lead was due yet';
}

/** A lead that was rejected before contact was due is no missed promise, and that is said. */
function leftOutWords({ rejectedEarly = 0 }: Group): string {
  return rejectedEarly > 0 ? `; ${count(rejectedEarly, 'lead')} rejected before contact was due, not counted` : '';
}

function touchWords({ touchP50, touchP90 }: Group): string {
  if (touchP50 === null || touchP90 === null) return 'none yet';
  return `median ${spanWords(touchP50)}, 90% within ${atMost(touchP90)}`;
}

function systemWords({ systemP50, systemP95 }: Group): string {
  if (systemP50 === null || systemP95 === null) return 'no card yet';
  return `median ${spanWords(systemP50)}, 95% within ${atMost(systemP95)}`;
}

/** Everybody who was given a lead, whoever was late most often first. */
function tableOf({ reps }: Report): DataTableBlock[] {
  if (reps.length === 0) return [];
  const late = ({ promised, kept }: Group) => promised - kept;
  const head = ['Person', 'Leads', 'Contacted', 'In time', 'Late', 'Median (min)'].map(textCell);
  const rows = reps
    .toSorted((one, other) => late(other) - late(one))
    .slice(0, MOST_ROWS)
    .map(group => [
      textCell(plain(group.name, SHORT)),
      numberCell(group.handoffs),
      numberCell(group.contacted),
      numberCell(group.kept),
      numberCell(late(group)),
      group.touchP50 === null ? textCell('–') : numberCell(Math.round(group.touchP50 / MINUTE)),
    ]);
  const all = [head, ...rows] as DataTableBlock['rows'];
  return [{ type: 'data_table', caption: 'By person, most late first', rows: all, page_size: PAGE }];
}

function repSection({ reps }: Report): KnownBlock[] {
  if (reps.length === 0) return [];
  const more = reps.length - MOST_REPS;
  const lines = reps.slice(0, MOST_REPS).map(group => groupLine(group, mrkdwn(group.name, SHORT)));
  return [section('*By person*', ...lines, ...(more > 0 ? [`and ${more} more`] : []))];
}

function detailsOf(report: Report): KnownBlock[] {
  if (report.all.handoffs + report.cold.total + report.unrouted.total + report.rejects.length === 0) return [];
  const { priorities, sources, teams, hours, rejects, cold, unrouted } = report;
  return [
    groups('By priority', priorities, name => name),
    groups('By source', sources, vendorName),
    groups('By team', teams, name => name),
    hourLines(hours),
    rejects.length > 0
      ? [
          `*Rejected*: ${rejects
            .slice(0, MOST_GROUPS)
            .map(({ name, count: times }) => `${mrkdwn(name, SHORT)} ${times}`)
            .join(', ')}`,
        ]
      : [],
    listed('Gone cold', cold, 'last contact'),
    listed('With nobody: `/mql show` tells why', unrouted, 'since'),
  ]
    .filter(lines => lines.length > 0)
    .map(lines => section(...lines));
}

function groups(title: string, all: readonly Group[], name: (key: string) => string): string[] {
  if (all.length === 0) return [];
  const more = all.length - MOST_GROUPS;
  const lines = all.slice(0, MOST_GROUPS).map(group => groupLine(group, mrkdwn(name(group.name), SHORT)));
  return [`*${title}*`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])];
}

function groupLine(group: Group, name: string): string {
  return `• ${name}: ${count(group.handoffs, 'lead')}, ${lowerFirst(inTime(group))}, first contact ${touchWords(group)}`;
}

const lowerFirst = (text: string) => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** "09:00 12 (92% in time, 4 m)". */
function hourLines(hours: readonly Group[]): string[] {
  if (hours.length === 0) return [];
  const words = hours.map(({ name, handoffs, promised, kept, touchP50 }) => {
    const parts = [
      promised > 0 ? `${percent(kept / promised)} in time` : '',
      touchP50 === null ? '' : spanWords(touchP50),
    ].filter(Boolean);
    return `${name.padStart(2, '0')}:00 *${handoffs}*${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  });
  return ['*By the hour at which they came*', words.join('  ·  ')];
}

function listed(title: string, { total, first }: Report['cold'], since: string): string[] {
  if (total === 0) return [];
  const more = total - first.length;
  return [`*${title}*`, ...first.map(lead => notedLine(lead, since)), ...(more > 0 ? [`and ${more} more`] : [])];
}

function notedLine({ name, company, rep, since: at }: Noted, since: string): string {
  const who = [name, company ?? ''].map(part => mrkdwn(part, SHORT)).filter(Boolean);
  const parts = [who.join(' — '), rep ? `with ${mrkdwn(rep, SHORT)}` : '', `${since} ${moment(at.toISOString())}`];
  return `• ${parts.filter(Boolean).join(', ')}`;
}

function basis({ asOf, zone }: Report): KnownBlock {
  return context(
    `As of ${moment(asOf.toISOString(), zone)}. Days are those of ${mrkdwn(zone, SHORT)}. First contact counts from when somebody got the lead. \`/mql report last month\` shows another time.`,
  );
}
