/** What the weekly reports of sales and of marketing are built from. Pure. */
import type { Block, KnownBlock } from '@slack/types';
import type { Period } from '../../domain/report.ts';
import { type Chart, dayWords } from '../../reports/charts.ts';
import { plain } from '../escape.ts';
import { actions } from './block-parts.ts';
import { openPageButton } from './open-page.ts';

/** `data_visualization` is newer than @slack/types. */
interface ChartBlock extends Block {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'bar' | 'line';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; x_label?: string; y_label?: string };
  };
}

export interface ReportMessage {
  text: string;
  blocks: (KnownBlock | ChartBlock)[];
  /** A picture belongs under it: it has charts that are not drawn. */
  pictured: boolean;
}

export function chartBlock({ kind = 'bar', title, unit, categories, series }: Chart): ChartBlock {
  return {
    type: 'data_visualization',
    title: plain(title, 50),
    chart: {
      type: kind,
      series: series.map(({ name, values }) => ({
        name: plain(name, 20),
        data: categories.map((label, index) => ({ label, value: values[index] ?? 0 })),
      })),
      axis_config: { categories, y_label: plain(unit, 50) },
    },
  };
}

/** Numbers that readers sort by: newer than @slack/types. */
interface NumberCell {
  type: 'raw_number';
  value: number;
  text: string;
}

export const numberCell = (value: number): NumberCell => ({ type: 'raw_number', value, text: String(value) });

/** Slack's cells are never empty. */
export const textCell = (text: string) => ({ type: 'raw_text' as const, text: text || '–' });

/** "Nov 23 to 29", or the only day. */
export function daysWords({ from, to, zone }: Period): string {
  const [first, end] = [dayWords(from, zone), dayWords(new Date(to.getTime() - 1), zone)];
  return first === end ? first : `${first} to ${end.replace(`${first.split(' ')[0]} `, '')}`;
}

export const percent = (part: number) => `${Math.round(part * 100)}%`;

/** The same days on the shared page. */
export function openDays({ from, to, zone }: Period): KnownBlock {
  const day = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return actions([openPageButton({ kind: 'days', days: `${day(from)}/${day(new Date(to.getTime() - 1))}` })]);
}
