/** A table of the page as a file: the same cells, unrounded. Pure. */
import type { TableBody, Unit } from '../../domain/answer.ts';
import { csvOf } from '../../reports/csv.ts';
import type { File, Visiting } from '../visiting.ts';

/** As spreadsheets say what a number is. */
const UNITS: Record<Unit, string> = { leads: '', rate: ' (0 to 1)', seconds: ' (seconds)', points: '' };

export function tableFile(body: TableBody, name: string, { now, zone }: Visiting['by']): File {
  const head = [...body.groups, ...body.columns.map(column => `${column.name}${UNITS[column.unit]}`)];
  const rows = body.rows.map(({ names, values }) => [...names, ...values]);
  const day = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return { name: `baton-${name}-${day}.csv`, bytes: csvOf([head, ...rows]) };
}
