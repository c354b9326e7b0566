/** Marketing's week: what became of the leads that it sent, by campaign and lead source. Pure: domain → Block Kit. */
import type { DataTableBlock, KnownBlock } from '@slack/types';
import type { LeadFates, MarketingReport, WaitingLead } from '../../domain/report.ts';
import { spanWords } from '../../domain/time-split.ts';
import { marketingCharts } from '../../reports/charts.ts';
import { clipLines, mrkdwn, plain } from '../escape.ts';
import { context, header, SECTION, section } from './block-parts.ts';
import { count, moment } from './block-words.ts';
import { chartBlock, daysWords, numberCell, openDays, percent, type ReportMessage, textCell } from './report-parts.ts';

const SHORT = 60;
const MOST_LINES = 12;
/** Slack takes 100 rows below the header; readers sort and page. */
const MOST_ROWS = 100;
const PAGE = 5;
const MOST_REASONS = 4;

type Named = LeadFates & { name: string };

/** The richest first: the chart and tables, tables alone, words alone. Whoever posts takes the first that Slack takes. */
export function marketingMessages(report: MarketingReport): ReportMessage[] {
  const title = `Marketing, ${daysWords(report)}`;
  const lines = summary(report);
  const text = clipLines([title, ...lines], SECTION);
  const head = [header(title), section(...lines)];
  const charts = marketingCharts(report);
  const tables = [tableOf('By campaign', report.campaigns), tableOf('By lead source', report.sources)].flat();
  const written = [linesOf('By campaign', report.campaigns), linesOf('By lead source', report.sources)].flat();
  const end = [...waitingLines(report), openDays(report), basis(report)];
  const pictured = charts.length > 0;
  const drawn = [...head, ...charts.map(chartBlock), ...tables, ...end];
  return [
    ...(pictured ? [{ text, blocks: drawn, pictured: false }] : []),
    ...(tables.length > 0 ? [{ text, blocks: [...head, ...tables, ...end], pictured }] : []),
    { text, blocks: [...head, ...written, ...end], pictured },
  ];
}

/** Five lines at most; the first is the answer. Numbers of the period before stand behind their own. */
function summary(report: MarketingReport): string[] {
  const { all, before, rejects } = report;
  if (all.leads === 0) return nothing(report);
  const last = before.at(-1);
  const reasons = rejects.slice(0, MOST_REASONS).map(({ name, count: times }) => `${mrkdwn(name, SHORT)} ${times}`);
  const rest = [
    ...(all.rejected > 0 ? [`Rejected: ${all.rejected}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`] : []),
    ...(all.nurture > 0 ? [`nurture: ${all.nurture}`] : []),
    ...(all.held > 0 ? [`on hold: ${all.held}`] : []),
  ];
  return [
    `*${contactedWords(all)}*${all.owed > 0 && last && last.owed > 0 ? `, was ${percent(last.reached / last.owed)}` : ''}`,
    `First contact: ${all.contactP50 === null ? 'none yet' : `median ${spanWords(all.contactP50)}${last && last.contactP50 !== null ? `, was ${spanWords(last.contactP50)}` : ''}`}`,
    `Opportunities: ${all.opportunities}${all.owed > 0 && all.opportunities > 0 ? ` (${percent(all.opportunities / all.owed)})` : ''} · won: ${all.won}`,
    ...bestWords(report.campaigns),
    ...(rest.length > 0 ? [rest.join(' · ')] : []),
  ];
}

const contactedWords = ({ owed, reached }: LeadFates) =>
  owed > 0 ? `${reached} of ${count(owed, 'MQL')} contacted (${percent(reached / owed)})` : 'No MQL went to sales';

/** The campaign that brought most opportunities. */
function bestWords(campaigns: readonly Named[]): string[] {
  const [best] = campaigns.toSorted((one, other) => other.opportunities - one.opportunities);
  if (!best || best.opportunities === 0 || campaigns.length < 2) return [];
  const found = best.opportunities === 1 ? '1 opportunity' : `${best.opportunities} opportunities`;
  return [`Best: ${mrkdwn(best.name, SHORT)}, ${found} from ${count(best.leads, 'MQL')}`];
}

/** A week without leads is more often a broken connection than a quiet market. */
function nothing(report: MarketingReport): string[] {
  const earlier = report.before.reduce((sum, { leads }) => sum + leads, 0);
  return [
    `*No MQLs, ${daysWords(report)}*${earlier > 0 ? ` (${earlier} in the five weeks before)` : ''}.`,
    `Did anybody reach a score of ${report.threshold}? If so, ask an admin to run \`/mql doctor\`: a connection may be down.`,
  ];
}

/** The leads that nobody has called: who has them, by what brought them. */
function waitingLines({ waiting }: MarketingReport): KnownBlock[] {
  if (waiting.total === 0) return [];
  const more = waiting.total - waiting.first.length;
  return [
    section(
      `*Not contacted yet: ${waiting.total}*`,
      ...waiting.first.map(waitingLine),
      ...(more > 0 ? [`and ${more} more, in the file below`] : []),
    ),
  ];
}

function waitingLine({ name, company, campaign, holder, since }: WaitingLead): string {
  const who = [name, company ?? ''].map(part => mrkdwn(part, SHORT)).filter(Boolean);
  const parts = [
    who.join(' · '),
    campaign ? mrkdwn(campaign, SHORT) : '',
    holder ? `with ${mrkdwn(holder, SHORT)}` : 'with nobody',
    `MQL since ${moment(since.toISOString())}`,
  ];
  return `• ${parts.filter(Boolean).join(', ')}`;
}

const COLUMNS = [
  ['MQLs', 'leads'],
  ['Contacted', 'contacted'],
  ['Opportunities', 'opportunities'],
  ['Won', 'won'],
  ['Rejected', 'rejected'],
  ['Nurture', 'nurture'],
  ['Not yet', 'waiting'],
] as const satisfies readonly (readonly [string, keyof LeadFates])[];

function tableOf(caption: string, groups: readonly Named[]): DataTableBlock[] {
  if (groups.length === 0) return [];
  const head = [caption.replace(/^By (.)/, (_, first) => first.toUpperCase()), ...COLUMNS.map(([name]) => name)];
  const rows = groups
    .slice(0, MOST_ROWS)
    .map(group => [textCell(plain(group.name, SHORT)), ...COLUMNS.map(([, key]) => numberCell(group[key]))]);
  const all = [head.map(textCell), ...rows] as DataTableBlock['rows'];
  return [{ type: 'data_table', caption: `${caption}, most MQLs first`, rows: all, page_size: PAGE }];
}

const TOLD = [
  ['contacted', 'contacted'],
  ['opportunities', 'opportunity', 'opportunities'],
  ['won', 'won'],
  ['rejected', 'rejected'],
  ['nurture', 'in nurture'],
  ['waiting', 'not contacted yet'],
] as const satisfies readonly (readonly [keyof LeadFates, string, string?])[];

function linesOf(title: string, groups: readonly Named[]): KnownBlock[] {
  if (groups.length === 0) return [];
  const more = groups.length - MOST_LINES;
  const lines = groups.slice(0, MOST_LINES).map(group => {
    const told = TOLD.flatMap(([key, one, several]) =>
      group[key] > 0 ? [`${group[key]} ${group[key] === 1 ? one : (several ?? one)}`] : [],
    );
    return `• ${mrkdwn(group.name, SHORT)}: ${[count(group.leads, 'MQL'), ...told].join(', ')}`;
  });
  return [section(`*${title}*`, ...lines, ...(more > 0 ? [`and ${more} more, in the file below`] : []))];
}

function basis({ asOf, zone }: MarketingReport): KnownBlock {
  return context(
    `As of ${moment(asOf.toISOString(), zone)}. Every lead and what became of it is in the file below. Ask me for more: \`/mql ask MQLs by campaign this quarter\`.`,
  );
}
