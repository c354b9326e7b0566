/** Tables as files that spreadsheets open: RFC 4180, UTF-8 with a byte order mark, and nothing that runs. Pure. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { ReportLead } from '../db/reports/reports.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import { SECOND } from '../lib/clock.ts';

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
  leads: readonly ReportLead[],
  work: readonly (number | null)[],
  playbook: Playbook,
  zone: string,
): Uint8Array {
  const at = (date: Date | null) => date && clockTime(date, zone);
  const head = [
    'Lead',
    'E-mail',
    'Company',
    'Source',
    'Score',
    'Priority',
    'Outcome',
    'Reason',
    'Rep',
    'Team',
    ...['Crossed', 'In Slack', 'Claimed', 'First touch', 'Due'].map(name => `${name} (${zone})`),
    'Promise',
    'System seconds',
    'Seconds to first touch',
    'Working seconds to first touch',
  ];
  const lines = leads.map((lead, index) => [
    lead.name,
    lead.email,
    lead.company,
    lead.source,
    lead.score,
    lead.priority,
    lead.state,
    lead.closedReason && rejectionText(lead.closedReason, null),
    lead.repEmail && nameOf(playbook, lead.repEmail),
    lead.team && teamName(playbook, lead.team),
    at(lead.crossedAt),
    at(lead.deliveredAt),
    at(lead.claimedAt),
    at(lead.contactedAt),
    at(lead.dueAt),
    promiseWord(lead),
    rounded(lead.system),
    rounded(lead.touch),
    inSeconds(work[index]),
  ]);
  return csvOf([head, ...lines]);
}

function promiseWord({ dueAt, promised, kept }: ReportLead): string {
  if (!dueAt) return 'none';
  if (!promised) return 'running';
  return kept ? 'kept' : 'broken';
}

const rounded = (seconds: number | null) => seconds && Math.round(seconds * 10) / 10;

const inSeconds = (milliseconds: number | null | undefined) =>
  milliseconds === null || milliseconds === undefined ? null : rounded(milliseconds / SECOND);

/** "2026-11-24 13:00:05": what spreadsheets know as a time. */
function clockTime(at: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'second' })}`;
}
