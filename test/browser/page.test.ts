/** The shared page in a browser: without script, by the keyboard alone, by day and by night, on a phone. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { openBrowser } from '../helpers/chromium.ts';
import { crosses, handedOff, leadCrosses } from '../helpers/leads.ts';
import { pageLink } from '../helpers/page.ts';
import { DANA, MARCUS, SARAH } from '../helpers/people.ts';
import { type System, system } from '../helpers/system.ts';

const HOSTILE = { firstname: '<img src=x onerror=alert(1)>', lastname: '=HYPERLINK("http://evil.example","x")' };

/** Emma was called after ten minutes, a lead whose name is an attack was turned down, another waits. */
async function someLeads(baton: System): Promise<{ emma: string; hostile: string }> {
  const { id: emma } = await handedOff(baton);
  baton.clock.move(10 * MINUTE);
  await actionsAs(baton, MARCUS, emma).logCall(CONNECTED);
  await leadCrosses(baton, { email: 'attack@acmecorp.com', ...HOSTILE });
  const { id: hostile } = await baton.handoff('attack@acmecorp.com');
  await actionsAs(baton, DANA, hostile).reject({ ...NO_NEED, note: '<script>alert(2)</script>' });
  await crosses(baton, 'medium');
  await baton.settled();
  return { emma, hostile };
}

/** What the browser complained of: a policy that something broke, a script that threw. */
function complaintsOf(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' && !/status of 40[34]/.test(message.text())) heard.push(message.text());
  });
  page.on('pageerror', error => heard.push(error.message));
  page.on('dialog', dialog => heard.push(`a dialog: ${dialog.message()}`));
  return heard;
}

/** Nothing serious for whoever does not see, or sees little, by day and by night; nothing wider than a small phone. */
async function isAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Colours that are on their way to others are nobody's to read.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
    // By night nothing but the colours is another.
    if (colorScheme === 'dark') axe.withRules(['color-contrast']);
    const { violations } = await axe.analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(
      serious.map(({ id, nodes }) => `${page.url()} ${colorScheme} ${id}: ${nodes[0]?.html}`),
      [],
    );
  }
  assert.equal(await page.locator('h1').count(), 1, page.url());
  await page.setViewportSize({ width: 320, height: 800 });
  const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  assert.ok(wider <= 0, `${page.url()} is ${wider} pixels wider than a phone`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function signIn(page: Page, baton: System, user: string): Promise<void> {
  await page.goto(await pageLink(baton, user));
  await page.getByRole('button', { name: 'Open Baton' }).click();
}

async function browserOf(t: TestContext) {
  const browser = await openBrowser(t);
  return async (javaScriptEnabled: boolean) => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    page.setDefaultTimeout(30_000);
    return page;
  };
}

test('marketing and sales see the same leads, with any browser, and nothing that a lead typed runs', async t => {
  const baton = await system(t);
  const newPage = await browserOf(t);
  const page = await newPage(true);
  const complaints = complaintsOf(page);
  await signIn(page, baton, SARAH);
  await page.getByRole('heading', { name: /^Leads/, level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'No MQLs in this time', level: 1 }).waitFor();
  await isAccessible(page);

  const { emma, hostile } = await someLeads(baton);
  baton.clock.move(MINUTE);
  const paths = ['', 'funnel', 'speed', 'sla', 'rejects', 'books', 'leads', `leads/${emma}`];
  for (const path of [...paths, 'ask', 'ask?q=leads+by+priority', 'nothing']) {
    await page.goto(`${baton.app.url}/page/${path}`);
    assert.doesNotMatch(await page.content(), /<img src=x|<script/, path);
    await isAccessible(page);
  }
  await page.goto(`${baton.app.url}/page/leads/${hostile}`);
  await page.getByRole('heading', { name: /<img src=x onerror=alert\(1\)> =HYPERLINK/, level: 1 }).waitFor();
  assert.deepEqual(complaints, []);
  assert.ok(
    await page.request.get(`${baton.app.url}/page/chart.svg?panel=weeks&size=wide`).then(answer => answer.ok()),
  );

  // Without script and by the keyboard alone.
  const dana = await newPage(false);
  await dana.goto(await pageLink(baton, DANA));
  // Behind the last link the focus is the browser's own.
  const focused = async () => (await dana.locator(':focus').allTextContents()).join('');
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await dana.keyboard.press('Tab');
      if (name.test(await focused())) return dana.keyboard.press('Enter');
    }
    assert.fail(`the keyboard does not reach ${name}`);
  };
  await tabTo(/^Open Baton$/);
  await dana.getByRole('heading', { name: /^Leads/, level: 1 }).waitFor();
  await tabTo(/^Overview$/);
  await dana
    .getByRole('heading', { name: /^Sales contacted 1 of 3 leads\. 1 waits now, none of them overdue\.$/ })
    .waitFor();
  await tabTo(/^Funnel$/);
  await dana.getByRole('heading', { name: 'Of 3 MQLs, 1 was contacted and 0 became opportunities.' }).waitFor();
  await tabTo(/^Contacted$/);
  await dana.getByRole('heading', { name: '1 lead was contacted' }).waitFor();
  await tabTo(/^Emma Thompson/);
  await dana.getByRole('heading', { name: 'Why Marcus Chen' }).waitFor();
  await dana.getByText('Marcus Chen called: connected').waitFor();
  await tabTo(/^Sign out$/);
  await dana.getByRole('heading', { name: 'You are signed out' }).waitFor();
});
