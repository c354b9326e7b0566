/** A report's charts as a picture, for where Slack draws none: ECharts makes SVG, resvg makes it a PNG. */
import { readFile } from 'node:fs/promises';
import type { Chart } from './charts.ts';

const WIDTH = 1_000;
const HEIGHT = 420;
const FONT = 'DejaVu Sans';

/** One below the other, on white. Parts that take memory are loaded when the first picture is drawn. */
export async function pictureOf(charts: readonly Chart[]): Promise<Uint8Array> {
  const { Resvg, fonts } = await renderer();
  const drawn = await Promise.all(charts.map(svgOf));
  const parts = drawn.map((svg, index) => svg.replace('<svg ', `<svg y="${index * HEIGHT}" `));
  const height = HEIGHT * Math.max(1, charts.length);
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">${parts.join('')}</svg>`;
  const picture = new Resvg(whole, {
    background: '#ffffff',
    font: { fontBuffers: fonts, defaultFontFamily: FONT, sansSerifFamily: FONT },
  });
  return picture.render().asPng();
}

let loaded: Promise<{ Resvg: typeof import('@resvg/resvg-wasm').Resvg; fonts: Uint8Array[] }> | undefined;

function renderer(): NonNullable<typeof loaded> {
  loaded ??= load();
  return loaded;
}

async function load() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(await readFile(new URL(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'))));
  const fonts = [
    import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ];
  return { Resvg, fonts: await Promise.all(fonts.map(font => readFile(new URL(font)))) };
}

async function svgOf({ title, categories, series }: Chart): Promise<string> {
  const { init } = await import('echarts');
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: FONT },
      title: { text: title, left: 20, top: 12 },
      legend: { top: 44, left: 20, itemGap: 36 },
      grid: { left: 60, right: 30, top: 90, bottom: 110 },
      xAxis: { type: 'category', data: categories, axisLabel: { interval: 0, rotate: categories.length > 6 ? 35 : 0 } },
      yAxis: { type: 'value' },
      series: series.map(({ name, values }) => ({ type: 'bar', name, data: values })),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
