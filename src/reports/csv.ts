/** Tables as files that spreadsheets open: RFC 4180, UTF-8 with a byte order mark, and nothing that runs. Pure. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import { serviceName } from '../domain/service-name.ts';
import { SECOND } from '../lib/clock.ts';
import { groupNames } from './answer-names.ts';
import type { LeadRow } from './question.ts';

type Cell = string | number | null;

/** What a spreadsheet takes for the beginning of a formula, also behind what it skips. */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** The bytes of a CSV file. A text that looks like a formula is shown as text. */
export function csvOf(rows: readonly (readonly Cell[])[]): Uint8Array {
  return Buffer.from(`\ufeff${rows.map(row => `${row.map(field).join(',')}\r\n`).join('')}`, 'utf8');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = cell.toWellFormed().replaceAll('\u0000', '');
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line a lead, times as clocks in `zone` show them. `work`: milliseconds of working time until each one's touch. */
export function leadsCsv(
  leads: readonly LeadRow[],
  work: readonly (number | null)[],
  playbook: Playbook,
  zone: string,
): Uint8Array {
  const at = (date: Date | null) => date && clockTime(date, zone);
  const outcome = groupNames(['outcome'], playbook, zone);
  const head = [
    'Lead',
    'E-mail',
    'Company',
    'Source',
    'Lead source',
    'Campaign',
    'Score',
    'Priority',
    'Outcome',
    'Reason',
    'Rep',
    'Team',
    ...['Became an MQL', 'In Slack', 'Claimed', 'First contact', 'Due'].map(name => `${name} (${zone})`),
    'SLA',
    'Delivery seconds',
    'Seconds to first contact',
    'Working seconds to first contact',
  ];
  const lines = leads.map((lead, index) => [
    lead.name,
    lead.email,
    lead.company,
    serviceName(lead.source),
    lead.leadSource,
    lead.campaign,
    lead.score,
    lead.priority,
    outcome.of([lead.state])[0] ?? lead.state,
    lead.closedReason && rejectionText(lead.closedReason, null),
    lead.repEmail && nameOf(playbook, lead.repEmail),
    lead.team && teamName(playbook, lead.team),
    at(lead.crossedAt),
    at(lead.deliveredAt),
    at(lead.claimedAt),
    at(lead.contactedAt),
    at(lead.dueAt),
    slaWord(lead),
    rounded(lead.system),
    inSeconds(touchTime(lead)),
    inSeconds(work[index]),
  ]);
  return csvOf([head, ...lines]);
}

function slaWord({ dueAt, kept, state, contactedAt }: LeadRow): string {
  if (kept !== null) return kept ? 'met' : 'missed';
  if (!dueAt) return 'none';
  return state === 'rejected' && !contactedAt ? 'rejected before due' : 'running';
}

function touchTime({ touchedFrom, touchedAt }: LeadRow): number | null {
  return touchedFrom && touchedAt && touchedAt.getTime() - touchedFrom.getTime();
}

const rounded = (seconds: number | null) => seconds && Math.round(seconds * 10) / 10;

const inSeconds = (milliseconds: number | null | undefined) =>
  milliseconds === null || milliseconds === undefined ? null : rounded(milliseconds / SECOND);

/** "2026-11-24 13:00:05": what spreadsheets know as a time. */
function clockTime(at: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'second' })}`;
}
