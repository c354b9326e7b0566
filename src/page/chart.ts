/** Charts of the shared page: ECharts draws them here as SVG, with a dark set of colours of their own. */
import { html, type Markup } from '../lib/markup.ts';

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

/** Colours are attributes in what ECharts writes, which a rule of the picture's own may overrule. */
const DARK = `<style>@media(prefers-color-scheme:dark){${[...Object.values(COLOURS), SOFT, INK, LINE]
  .flatMap(([light, dark]) => [`[fill="${light}"]{fill:${dark}}`, `[stroke="${light}"]{stroke:${dark}}`])
  .join('')}}</style>`;

/** Loaded when the first chart is drawn. */
export async function drawn({ categories, series, words }: Drawing, size: keyof typeof WIDTHS): Promise<string> {
  const { init } = await import('echarts');
  const [width, height] = WIDTHS[size];
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  const font = { fontFamily: 'system-ui, sans-serif', fontSize: 13, color: SOFT[0] };
  const totals = categories.map((_name, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  try {
    chart.setOption({
      animation: false,
      textStyle: font,
      grid: { left: 4, right: 4, top: 28, bottom: 26 },
      xAxis: {
        type: 'category',
        data: categories,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK[0] } },
        axisLabel: { ...font, interval: Math.ceil(categories.length / (size === 'wide' ? MOST_LABELS : 5)) - 1 },
      },
      yAxis: { type: 'value', axisLabel: { show: false }, splitLine: { lineStyle: { color: LINE[0] } } },
      series: series.map(({ name, colour, values }, at) => ({
        type: 'bar',
        stack: 'all',
        name,
        barMaxWidth: 84,
        itemStyle: { color: COLOURS[colour][0] },
        data: values,
        ...(at === series.length - 1 && {
          label: {
            show: categories.length <= MOST_LABELS,
            position: 'top',
            formatter: ({ dataIndex }: { dataIndex: number }) => words(totals[dataIndex] ?? 0),
            ...font,
            color: INK[0],
            fontWeight: 700,
          },
        }),
      })),
    });
    return chart.renderToSVGString().replace(/^<svg[^>]*>/, head => `${head}${DARK}`);
  } finally {
    chart.dispose();
  }
}

/** The picture of a part, in a size for phones too. `alt` says what it shows; a table beside it has the numbers. */
export function chartPicture(panel: string, query: string, alt: string): Markup {
  const address = (size: keyof typeof WIDTHS) =>
    `/page/chart.svg?${new URLSearchParams({ panel, size })}${query && '&'}${query}`;
  const [[width, height], [narrow, low]] = [WIDTHS.wide, WIDTHS.narrow];
  return html`<picture><source media="(max-width: 640px)" srcset="${address('narrow')}" width="${narrow}" height="${low}"><img class="chart" src="${address('wide')}" width="${width}" height="${height}" alt="${alt}"></picture>`;
}
