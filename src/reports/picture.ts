/** A report's charts as a picture, for where Slack draws none: resvg makes a PNG of the drawing. */
import { readFile } from 'node:fs/promises';
import { svgOf } from './chart-svg.ts';
import type { Chart } from './charts.ts';

const WIDTH = 1_000;
const HEIGHT = 420;
const FONT = 'DejaVu Sans';

/** One below the other, on white. Parts that take memory are loaded when the first picture is drawn. */
export async function pictureOf(charts: readonly Chart[]): Promise<Uint8Array> {
  const { Resvg, fonts } = await renderer();
  const drawing = { width: WIDTH, height: HEIGHT, font: FONT };
  const parts = charts.map((chart, index) => svgOf(chart, drawing).replace('<svg ', `<svg y="${index * HEIGHT}" `));
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
