/** The browser comes from npm and, like every part of the demo, talks to nobody but this machine. */
import type { TestContext } from 'node:test';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** A machine that does much else only takes longer. */
const PATIENCE_MS = 90_000;

/** Ends with the test. */
export async function openBrowser(t: TestContext, ...flags: string[]): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...sparticuz.args, ...FLAGS, ...flags],
    headless: true,
  });
  t.after(() => browser.close());
  return browser;
}

/** A page of a browser that knows nobody yet; `broken` collects what its scripts threw. */
export async function freshPage(browser: Browser, size = { width: 1280, height: 800 }) {
  const context = await browser.newContext({ viewport: size });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const broken: string[] = [];
  page.on('pageerror', error => broken.push(error.message));
  return { page, broken };
}

/** How many pixels a page is wider than a phone. */
export async function widerThanPhone(page: Page): Promise<number> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  if (before) await page.setViewportSize(before);
  return wider;
}
