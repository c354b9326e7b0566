/** A chart drawn as SVG: the series side by side over each category, numbers above the bars. Pure. */
import { nice, ticks } from 'd3-array';
import { html, type Markup } from '../lib/markup.ts';
import type { Chart } from './charts.ts';

export interface Drawing {
  width: number;
  height: number;
  /** As CSS names it. */
  font: string;
}

interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The value at the top line. */
  most: number;
}

/** What was there, what came of it, and two more: neighbours stay apart for the colour-blind. */
const COLOURS = ['#86837d', '#1f6f5c', '#b87410', '#a66fc0'];
const [TEXT, QUIET, LINE] = ['#1d1c1d', '#5c5b60', '#e3e1dc'];
const [LINES, GAP, KEY] = [4, 1.5, 14];
/** With more categories than this their labels stand aslant, else they would run into one another. */
const MOST_LEVEL = 6;

/** A whole `<svg>`, whose texts any strict reader of XML takes. */
export function svgOf(chart: Chart, { width, height, font }: Drawing): string {
  const highest = Math.max(1, ...chart.series.flatMap(({ values }) => values));
  const [, most] = nice(0, highest, LINES);
  const plot: Plot = { left: isAslant(chart) ? 120 : 60, right: width - 30, top: 90, bottom: height - 110, most };
  const parts = [
    text(chart.title, { x: 20, y: 32, size: 18, colour: TEXT, bold: true }),
    ...chart.series.map(({ name }, index) => legend(name, 20 + index * 240, index)),
    ...ticks(0, most, LINES).map(value => gridLine(plot, value)),
    ...chart.categories.map((category, index) => group(chart, plot, category, index)),
  ];
  return String(
    html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}">${parts}</svg>`,
  );
}

/** A square of the series' colour and its name. */
function legend(name: string, x: number, index: number): Markup {
  const words = text(name, { x: x + KEY + 8, y: 60, size: 13, colour: QUIET });
  return html`<rect x="${x}" y="48" width="${KEY}" height="${KEY}" fill="${colourOf(index)}"/>${words}`;
}

function gridLine(plot: Plot, value: number): Markup {
  const y = heightOf(plot, value);
  const words = text(String(value), { x: plot.left - 10, y: y + 4, size: 13, colour: QUIET, anchor: 'end' });
  return html`<path d="M${plot.left} ${y}H${plot.right}" stroke="${value === 0 ? TEXT : LINE}"/>${words}`;
}

/** The bars of one category, each with its number, and the category below. */
function group(chart: Chart, plot: Plot, category: string, index: number): Markup {
  const { series, categories } = chart;
  const step = (plot.right - plot.left) / categories.length;
  const bar = Math.min(60, (step * 0.7) / series.length);
  const middle = plot.left + step * (index + 0.5);
  const first = middle - (bar * series.length) / 2;
  const bars = series.map(({ values }, place) => {
    const value = values[index] ?? 0;
    const [x, y] = [first + place * bar, heightOf(plot, value)];
    const words = text(String(value), { x: x + bar / 2, y: y - 5, size: 12, colour: TEXT, anchor: 'middle' });
    return html`<rect x="${x}" y="${y}" width="${bar - GAP}" height="${plot.bottom - y}" fill="${colourOf(place)}"/>${words}`;
  });
  const below = { x: middle, y: plot.bottom + 20, size: 13, colour: QUIET };
  return html`${bars}${text(category, { ...below, ...(isAslant(chart) ? { anchor: 'end', turned: -35 } : { anchor: 'middle' }) })}`;
}

interface Words {
  x: number;
  y: number;
  size: number;
  colour: string;
  bold?: boolean;
  anchor?: 'start' | 'middle' | 'end';
  /** Degrees about its own place. */
  turned?: number;
}

function text(words: string, { x, y, size, colour, bold, anchor = 'start', turned = 0 }: Words): Markup {
  return html`<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" font-weight="${bold ? 700 : 400}" text-anchor="${anchor}" transform="rotate(${turned} ${x} ${y})">${words}</text>`;
}

const isAslant = ({ categories }: Chart) => categories.length > MOST_LEVEL;
const colourOf = (index: number) => COLOURS[index % COLOURS.length] ?? TEXT;
const heightOf = ({ top, bottom, most }: Plot, value: number) => bottom - ((bottom - top) * value) / most;
