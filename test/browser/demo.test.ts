import assert from 'node:assert/strict';
import { test } from 'node:test';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { startDemo } from '../../sandbox/demo.ts';

/** The browser comes from npm and, like every part of the demo, talks to nobody but this machine. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

test('the demo page: Emma’s card arrives at Marcus, he claims it, her story and record are there', async t => {
  const demo = await startDemo({ port: 0, log: 'silent' });
  t.after(() => demo.stop());
  const browser = await chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...sparticuz.args, ...FLAGS],
    headless: true,
  });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const broken: string[] = [];
  page.on('pageerror', error => broken.push(error.message));
  await page.goto(demo.url);

  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  const card = page.locator('#messages article').filter({ hasText: 'Emma Thompson' });
  await card.waitFor();
  for (const fact of ['63', 'HIGH', 'VP Operations', 'Acme Corp']) {
    assert.ok((await card.textContent())?.includes(fact), `the card does not show ${fact}`);
  }
  await page.screenshot({
    path: process.env.BATON_SCREENSHOTS ? `${process.env.BATON_SCREENSHOTS}/demo.png` : undefined,
  });
  await card.getByRole('button', { name: 'Claim' }).click();
  await card.getByText('Claimed by').waitFor();

  const story = page.locator('#story');
  await story.getByText('Marcus Chen claimed the lead').waitFor();
  await story.getByText('Rule: HIGH mid-market').waitFor();
  await page.locator('#systems').getByRole('link', { name: 'Emma Thompson' }).waitFor();
  await page.screenshot({
    path: process.env.BATON_SCREENSHOTS ? `${process.env.BATON_SCREENSHOTS}/claimed.png` : undefined,
  });

  await page.getByRole('radio', { name: 'Dana Ruiz' }).click();
  await page.getByText('No messages here yet').waitFor();
  await page.getByLabel('Slash command').fill('why emma');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('#messages').getByText('HIGH mid-market').first().waitFor();

  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.ok(wider <= 0, `on a phone the page is ${wider}px too wide`);
  await page.screenshot({
    path: process.env.BATON_SCREENSHOTS ? `${process.env.BATON_SCREENSHOTS}/phone.png` : undefined,
  });
  assert.deepEqual(broken, []);
});
