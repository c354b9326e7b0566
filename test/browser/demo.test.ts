import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { startDemo } from '../../sandbox/demo-world.ts';
import { freshPage, openBrowser, widerThanPhone } from '../helpers/chromium.ts';

test('the demo page: Emma’s card arrives; Marcus claims it, logs a call, hands it to Priya; story and record are there', async t => {
  const demo = await startDemo({ port: 0, log: 'silent' });
  t.after(() => demo.stop());
  const { page, broken } = await freshPage(await openBrowser(t), { width: 1440, height: 900 });
  await page.goto(demo.url);

  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  const card = page.locator('#messages article').filter({ hasText: 'Emma Thompson' });
  await card.waitFor();
  for (const fact of ['63', 'HIGH', 'VP Operations', 'Acme Corp']) {
    assert.ok((await card.textContent())?.includes(fact), `the card does not show ${fact}`);
  }
  await shot(page, 'demo');
  assert.ok((await fromTopOnPhone(page, card)) <= 420, 'Claim is within the first 420 px of the card on a phone');
  await card.getByRole('button', { name: 'Claim' }).click();
  await card.getByText('· yours').first().waitFor();
  await card.getByRole('group', { name: 'Thread' }).getByText('Marcus Chen claimed the lead').waitFor();

  const story = page.locator('#story');
  await story.getByText('Marcus Chen claimed the lead').waitFor();
  await story.getByText('Rule: HIGH mid-market').waitFor();
  await page.locator('#systems').getByRole('link', { name: 'Emma Thompson' }).waitFor();
  await shot(page, 'claimed');

  await logCall(page, card);
  await reassign(page, card);
  await page.getByRole('radio', { name: 'Priya Nair' }).click();
  await page.locator('#messages').getByText('Before: Marcus Chen').waitFor();

  await page.getByRole('radio', { name: 'Dana Ruiz' }).click();
  await page.getByText('No messages here yet').waitFor();
  await page.getByLabel('Slash command').fill('why emma');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('#messages').getByText('Rotation then').first().waitFor();
  await shot(page, 'why');

  // Another Emma, whom nobody calls: after ninety minutes Dana hears of it.
  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  await page.locator('#leads tbody tr').nth(1).waitFor();
  const newest = page.locator('#leads tbody tr').first();
  await newest
    .filter({ hasText: 'assigned' })
    .getByText(/^\d+\.\d\d s$/)
    .waitFor();
  await page.getByRole('button', { name: '90 min later' }).click();
  await page.locator('#messages').getByText('No contact yet: ').waitFor();
  await page
    .locator('#messages')
    .getByRole('button', { name: /30 more minutes/ })
    .waitFor();
  await shot(page, 'escalated');

  assert.ok((await widerThanPhone(page)) <= 0, 'on a phone the page is too wide');
  assert.deepEqual(broken, []);
});

/** What is missing is said at its field; filled in, the call is on the card and in Salesforce. */
async function logCall(page: Page, card: Locator): Promise<void> {
  await card.getByRole('button', { name: 'Log call' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('How did it go?').selectOption('Connected');
  await dialog.getByLabel('Minutes').fill('4');
  await dialog.getByLabel('Next step', { exact: false }).first().fill('Send the proposal');
  await dialog.getByRole('button', { name: 'Log call' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Next step on').fill('2030-01-15');
  await shot(page, 'log-call');
  await dialog.getByRole('button', { name: 'Log call' }).click();
  await card.getByText('Contacted').waitFor();
  await page.locator('#systems').getByText('Send the proposal').first().waitFor();
}

async function reassign(page: Page, card: Locator): Promise<void> {
  await card.getByLabel('More actions').last().click();
  await card.getByRole('button', { name: 'Reassign…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().selectOption({ label: 'Priya Nair' });
  await shot(page, 'reassign');
  await dialog.getByRole('button', { name: 'Reassign' }).click();
  await card.getByText('With Priya Nair now').waitFor();
}

/** How far below the top of the card Claim ends, where the card is as wide as a phone. */
async function fromTopOnPhone(page: Page, card: Locator): Promise<number> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const [whole, claim] = [await card.boundingBox(), await card.getByRole('button', { name: 'Claim' }).boundingBox()];
  await shot(page, 'card-phone');
  if (before) await page.setViewportSize(before);
  assert.ok(whole && claim);
  return claim.y + claim.height - whole.y;
}

async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env.BATON_SCREENSHOTS;
  if (dir) await page.screenshot({ path: `${dir}/${name}.png` });
}
