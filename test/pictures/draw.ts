/** Slack's surfaces as pictures, drawn by the demo page's own renderer: nothing of it reaches the network. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** What a picture shows: blocks of a message or of Home, or a modal with its title and buttons. */
export interface Surface {
  name: string;
  /** What stands under it in the index. */
  says: string;
  blocks: readonly unknown[];
  modal?: { title: string; submit?: string | undefined; close?: string | undefined };
  /** When it was looked at: days are counted from then. */
  at?: Date;
  /** Drawn as wide as a phone unless it says so. */
  isWide?: true;
}

const PAGE = fileURLToPath(new URL('../../sandbox/page/', import.meta.url));
const EMOJI = fileURLToPath(import.meta.resolve('twemoji-colr-font/twemoji.woff2'));
const TYPES: Record<string, string> = {
  js: 'text/javascript',
  css: 'text/css',
  html: 'text/html',
  woff2: 'font/woff2',
};
const ORIGIN = 'http://pictures.localhost';
const [PHONE, DESKTOP] = [390, 640];
/** A picture is twice as fine as this many of a page's points, and no longer than some screens. */
const TALLEST = 2_400;

const HTML = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="style.css">
<style>body{display:block;height:auto;min-height:0;background:#fff}#surface{padding:10px 14px}#surface .bar{display:flex;justify-content:space-between;border-top:1px solid #e3e1dc;margin-top:10px;padding-top:8px}</style>
<div id="surface" class="message" style="display:block"></div>
<script type="module">
import { surface } from './blocks.js';
import { h } from './dom.js';
import { setToday } from './mrkdwn.js';
import { PEOPLE } from './workspace.js';
globalThis.draw = ({ blocks, modal, now }) => {
  setToday(new Date(now));
  const drawn = surface(blocks, { people: PEOPLE, act: () => {} });
  const bar = modal && h('div', { class: 'bar' }, h('button', {}, modal.close ?? 'Close'), modal.submit && h('button', { class: 'primary' }, modal.submit));
  document.getElementById('surface').replaceChildren(...(modal ? [h('h3', {}, modal.title)] : []), ...drawn, ...(bar ? [bar] : []));
};
globalThis.ready = true;
</script>`;

/** Opens the page that draws. */
export async function openDrawing(page: Page): Promise<void> {
  await page.route(`${ORIGIN}/**`, async route => {
    const { pathname } = new URL(route.request().url());
    const name = pathname.slice(1) || 'index.html';
    const body = name === 'index.html' ? HTML : await readFile(name.endsWith('.woff2') ? EMOJI : join(PAGE, name));
    await route.fulfill({ body, contentType: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain' });
  });
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction('globalThis.ready === true');
}

export interface Measured {
  height: number;
  /** Where the first primary button ends, from the top; none: it has no such button. */
  primary: number | null;
  /** Points by which something stands out of the page. */
  wider: number;
}

/** Draws one, and writes it into the folder. */
export async function drawSurface(
  page: Page,
  { name, blocks, modal, isWide }: Surface,
  folder: string,
  now: Date,
): Promise<Measured> {
  await page.setViewportSize({ width: isWide ? DESKTOP : PHONE, height: 400 });
  await page.evaluate(given => (globalThis as unknown as { draw(given: unknown): void }).draw(given), {
    blocks,
    modal,
    now: now.toISOString(),
  } as never);
  await page.evaluate('document.fonts.ready.then(() => true)');
  const measured = (await page.evaluate(`(() => {
    const box = document.getElementById('surface');
    const first = box.querySelector('.primary');
    return {
      height: Math.ceil(box.getBoundingClientRect().height),
      primary: first ? Math.ceil(first.getBoundingClientRect().bottom) : null,
      wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  })()`)) as Measured;
  const clip = { x: 0, y: 0, width: isWide ? DESKTOP : PHONE, height: Math.min(TALLEST, measured.height) };
  await page.setViewportSize({ width: clip.width, height: clip.height });
  await page.screenshot({ path: join(folder, `${name}.png`), clip, animations: 'disabled' });
  return measured;
}

/** An empty folder. */
export async function emptied(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
