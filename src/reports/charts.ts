/** What of a report is drawn: bars side by side, for Slack's own charts and for pictures alike. Pure. */
import type { Group, MarketingReport, Report } from '../domain/report.ts';
import { MINUTE } from '../lib/clock.ts';

export interface Chart {
  /** A line for each of the series where Slack draws it; absent: bars. Pictures have bars. */
  kind?: 'bar' | 'line';
  title: string;
  /** What the bars count. */
  unit: string;
  /** One or more, no two alike. */
  categories: string[];
  /** Each with one value for every category. */
  series: { name: string; values: number[] }[];
}

/** Slack takes so many categories in a chart, and so many characters in a label. */
const MOST = 20;
const LABEL = 20;

/** At most two; none without anything to show. */
export function chartsOf(report: Report): Chart[] {
  return [trend(report), touches(report)].filter(chart => chart !== undefined);
}

/** Week by week: whom sales got, and to how many of them somebody reached out. */
export function marketingCharts({ all, before, from, zone }: MarketingReport): Chart[] {
  const periods = [...before, { ...all, from, zone }];
  if (periods.every(({ owed }) => owed === 0)) return [];
  return [
    {
      kind: 'line',
      title: 'MQLs for sales, and how many were contacted',
      unit: 'MQLs',
      categories: apart(periods.map(period => dayWords(period.from, period.zone))),
      series: [
        { name: 'MQLs for sales', values: periods.map(({ owed }) => owed) },
        { name: 'Contacted', values: periods.map(({ reached }) => reached) },
      ],
    },
  ];
}

function trend({ all, before, from, zone }: Report): Chart | undefined {
  const periods = [...before, { ...all, from, zone }];
  if (periods.every(({ handoffs }) => handoffs === 0)) return undefined;
  return {
    title: 'MQLs, and how many were contacted in time',
    unit: 'MQLs',
    categories: apart(periods.map(period => dayWords(period.from, period.zone))),
    series: [
      { name: 'MQLs', values: periods.map(({ handoffs }) => handoffs) },
      { name: 'Contacted in time', values: periods.map(({ kept }) => kept) },
    ],
  };
}

function touches({ reps }: Report): Chart | undefined {
  const measured = reps.filter(({ touchP50 }) => touchP50 !== null).slice(0, MOST);
  if (measured.length === 0) return undefined;
  const minutes = (pick: (group: Group) => number | null) =>
    measured.map(group => Math.round(((pick(group) ?? 0) / MINUTE) * 10) / 10);
  return {
    title: 'Minutes to first contact, by person',
    unit: 'minutes',
    categories: apart(measured.map(({ name }) => name)),
    series: [
      { name: 'Median', values: minutes(group => group.touchP50) },
      { name: '90% are faster', values: minutes(group => group.touchP90) },
    ],
  };
}

/** "Nov 16". */
export function dayWords(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, month: 'short', day: 'numeric' }).format(at);
}

/** Labels that fit, no two alike: whoever shares a name gets a number. */
function apart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    const visible = Array.from(
      name
        .toWellFormed()
        .replace(/[\s\p{C}]+/gu, ' ')
        .trim() || 'unnamed',
    );
    for (let number = 1; ; number += 1) {
      const end = number === 1 ? '' : ` ${number}`;
      const label = `${shorten(visible, LABEL - end.length)}${end}`;
      if (taken.size < taken.add(label).size) return label;
    }
  });
}

/** So many UTF-16 units at most, never half a character. */
function shorten(characters: readonly string[], most: number): string {
  let text = '';
  for (const character of characters) {
    if (text.length + character.length > most) break;
    text += character;
  }
  return text.trimEnd();
}
