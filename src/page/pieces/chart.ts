/** Charts of the shared page, as SVG with a dark set of colours of their own. Pure. */
import { nice, ticks } from 'd3-array';
import { html, type Markup } from '../../lib/markup.ts';

export interface Drawing {
  categories: string[];
  /** Stacked where there are several; with as many values as there are categories. */
  series: { name: string; colour: keyof typeof COLOURS; values: (number | null)[] }[];
  /** How a number is written above its bar. */
  words: (value: number) => string;
}

/** By day and by night, as page.css has them. */
const COLOURS = {
  s1: ['#1f6f5c', '#6fcbb0'],
  s2: ['#a66fc0', '#a06cc0'],
  s3: ['#b87410', '#e2aa45'],
  s0: ['#86837d', '#7d7970'],
} as const;
const SOFT = ['#5c5b60', '#b5b1a8'] as const;
const INK = ['#1d1c1d', '#f2efe9'] as const;
const LINE = ['#e3e1dc', '#36332e'] as const;

/** Slack of the space that labels need; more columns have a label each few. */
const MOST_LABELS = 14;
export const WIDTHS = { wide: [720, 260], narrow: [320, 220] } as const;

/** Classes, so that the picture can answer to the reader's night by itself. */
const STYLE = `text{fill:${SOFT[0]}}.ink{fill:${INK[0]};font-weight:700}.axis{stroke:${INK[0]}}.line{stroke:${LINE[0]}}${fills(0)}
@media(prefers-color-scheme:dark){text{fill:${SOFT[1]}}.ink{fill:${INK[1]}}.axis{stroke:${INK[1]}}.line{stroke:${LINE[1]}}${fills(1)}}`;

function fills(of: 0 | 1): string {
  return Object.entries(COLOURS)
    .map(([name, colours]) => `.${name}{fill:${colours[of]}}`)
    .join('');
}

/** Room above the bars and below them, and the widest bar, in pixels. */
const [ABOVE, BELOW, WIDEST, GAP] = [28, 26, 84, 1.5];

/** Columns, stacked where there are several series, lines at round numbers behind them, and their sum above each. */
export function drawn(drawing: Drawing, size: keyof typeof WIDTHS): string {
  const { categories, series } = drawing;
  const [width, height] = WIDTHS[size];
  const totals = categories.map((_name, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const [, most] = nice(0, Math.max(1, ...totals), 4);
  const floor = height - BELOW;
  const plot = { step: width / Math.max(1, categories.length), floor, perUnit: (floor - ABOVE) / most };
  const every = Math.ceil(categories.length / (size === 'wide' ? MOST_LABELS : 5));
  const lines = ticks(0, most, 4).map(value => {
    const y = floor - value * plot.perUnit;
    return html`<path class="${value === 0 ? 'axis' : 'line'}" d="M0 ${y}H${width}"/>`;
  });
  const columns = categories.map((_name, index) => column(drawing, plot, { index, total: totals[index] ?? 0 }));
  const labels = categories.map((name, index) =>
    index % every === 0 ? html`<text x="${plot.step * (index + 0.5)}" y="${height - 6}">${name}</text>` : undefined,
  );
  return String(
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" text-anchor="middle"><style>${STYLE}</style>${lines}${columns}${labels}</svg>`,
  );
}

interface Plot {
  /** Of one column to the next. */
  step: number;
  /** Where zero is. */
  floor: number;
  perUnit: number;
}

function column(
  { series, categories, words }: Drawing,
  plot: Plot,
  { index, total }: { index: number; total: number },
) {
  const middle = plot.step * (index + 0.5);
  const wide = Math.min(WIDEST, plot.step * 0.7);
  let top = plot.floor;
  const pieces = series.map(({ colour, values }) => {
    const high = (values[index] ?? 0) * plot.perUnit;
    if (high <= 0) return undefined;
    top -= high;
    const seen = Math.max(0.5, high - GAP);
    return html`<rect class="${colour}" x="${middle - wide / 2}" y="${top}" width="${wide}" height="${seen}"/>`;
  });
  const above = categories.length <= MOST_LABELS;
  return html`${pieces}${above && html`<text class="ink" x="${middle}" y="${top - 7}">${words(total)}</text>`}`;
}

/** The picture of a part, in a size for phones too. `alt` says what it shows; a table beside it has the numbers. */
export function chartPicture(panel: string, query: string, alt: string): Markup {
  const address = (size: keyof typeof WIDTHS) =>
    `/page/chart.svg?${new URLSearchParams({ panel, size })}${query && '&'}${query}`;
  const [[width, height], [narrow, low]] = [WIDTHS.wide, WIDTHS.narrow];
  return html`<picture><source media="(max-width: 640px)" srcset="${address('narrow')}" width="${narrow}" height="${low}"><img class="chart" src="${address('wide')}" width="${width}" height="${height}" alt="${alt}"></picture>`;
}
