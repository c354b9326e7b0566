/** From nothing to leads that Baton hands over, in a browser, as those who run it and those who use it go: counted. */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Demo, startDemo } from '../../sandbox/demo-world.ts';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { demoPage } from '../../sandbox/page.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { start } from '../../src/app.ts';
import { withKept } from '../../src/config/kept-settings.ts';
import { MINUTE, systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { readSettings } from '../../src/settings.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { freshPage, openBrowser, widerThanPhone } from '../helpers/chromium.ts';
import { press as pressAt } from '../helpers/control.ts';
import { testDatabase } from '../helpers/database.ts';
import { MAKING_THE_APP, setUps, VALUES } from '../helpers/set-up.ts';
import { picture, type Steps, steps } from '../helpers/steps.ts';

/** Slack as it is drawn: what a person sees there and may press. */
function slackOn(page: Page) {
  const room = page.locator('#messages');
  const dialog = page.getByRole('dialog');
  const exact = true;
  return {
    client: page.locator('section.slack'),
    room,
    dialog,
    place: (name: string) => page.getByRole('radio', { name, exact }),
    button: (name: string | RegExp) => room.getByRole('button', { name, exact }),
    inDialog: (name: string) => dialog.getByRole('button', { name, exact }),
    says: (text: string | RegExp) => shows(room, text),
    formSays: (text: string | RegExp) => shows(dialog, text),
  };
}

async function shows(part: Locator, text: string | RegExp): Promise<void> {
  try {
    await part.getByText(text).first().waitFor();
  } catch (error) {
    throw new Error(`${text} is not shown, but: ${await part.textContent()}`, { cause: error });
  }
}

type Slack = ReturnType<typeof slackOn>;

/** A page somebody reads who came to nothing: what happened, on a phone as well, and where it goes on. */
async function leadsOn(page: Page, says: RegExp, onward: Locator): Promise<void> {
  await page.getByRole('heading', { name: says }).waitFor();
  assert.ok(await onward.first().isVisible(), `${says}: it leads on`);
  assert.ok((await widerThanPhone(page)) <= 0, `${says}: on a phone it is too wide`);
}

const again = (page: Page) => page.getByRole('link', { name: 'Add to Slack again' });

/** Everything that may go wrong between Add to Slack and Baton: each page is read, and its link begins anew. */
async function failuresOfInstalling(page: Page, { url, sandbox, clock }: Demo): Promise<void> {
  await page.goto(`${url}/slack/install`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await leadsOn(page, /You chose not to allow it/, again(page));
  await again(page).click();
  await page
    .locator('[name=scope]')
    .evaluate('input => { input.value = "chat:write"; }')
    .catch(() => undefined);
  await page.evaluate(`document.querySelector('[name=scope]').value = 'chat:write'`);
  await page.getByRole('button', { name: 'Allow' }).click();
  await leadsOn(page, /did not allow everything/, again(page));
  await again(page).click();
  clock.move(11 * MINUTE);
  await page.getByRole('button', { name: 'Allow' }).click();
  await leadsOn(page, /longer than ten minutes/, again(page));
  await again(page).click();
  const spent = { ok: false, error: 'code_already_used' };
  sandbox.fault({ service: 'slack', path: '/api/oauth.v2.access', body: spent, times: 1 });
  await page.getByRole('button', { name: 'Allow' }).click();
  await leadsOn(page, /code has expired/, again(page));
  await again(page).click();
  await page.getByLabel('Workspace').selectOption({ label: 'Hooli Sales' });
  await page.getByLabel('You are').selectOption({ label: 'Dana Ruiz, Hooli Sales' });
  await page.getByRole('button', { name: 'Allow' }).click();
  const other = page.getByRole('link', { name: /Not the workspace you meant/ });
  await leadsOn(page, /Baton is in Hooli Sales/, other);
  const played = page.url();
  await page.goto(played);
  await leadsOn(page, /has been used/, again(page));
}

/** From the button on Home through the vendor's page and back; `goOn`: what is done on the page that it ends on. */
async function connect(
  slack: Slack,
  by: Steps,
  vendor: string,
  { allow, goOn }: { allow: (tab: Page) => Promise<void>; goOn?: (tab: Page) => Promise<void> },
): Promise<void> {
  await by.press(slack.room.getByRole('button', { name: `Connect ${vendor}`, exact: true }));
  await slack.formSays('This link is for you alone');
  const tab = await by.follow(slack.dialog.getByRole('link', { name: `Continue to ${vendor}` }));
  await picture(tab, 'connect', tab.getByRole('main'));
  await by.press(tab.getByRole('button', { name: `Continue to ${vendor}` }));
  await allow(tab);
  await tab.getByRole('heading', { name: `${vendor} is connected` }).waitFor();
  await goOn?.(tab);
  await tab.close();
  await by.press(slack.inDialog('Done'));
}

/** The steps of Home's checklist after the marketing platform, each as it is first offered, to the press on Go live. */
async function fromCrmToLive(page: Page, slack: Slack, by: Steps): Promise<void> {
  await by.pressAndConfirm(slack.button('Make fields in Salesforce'));
  // Whoever goes on is not kept waiting.
  await slack.says('Next: who gets leads?');
  await by.press(slack.button('Choose people'));
  const people = slack.dialog.getByRole('group', { name: /^People/ });
  await by.tick(people.getByLabel('Marcus Chen'));
  await by.tick(people.getByLabel('Priya Nair'));
  await picture(page, 'home-people', slack.dialog);
  await by.press(slack.inDialog('Continue'));
  await slack.formSays('This would change');
  await by.press(slack.inDialog('Save'));
  await slack.says('Saved as version 2');
  await slack.says('Next: who gets which leads?');
  await by.press(slack.button('They are right'));
  await slack.says('Next: send a test lead');
  await by.press(slack.button('Send a test lead'));
  await slack.says('Your test lead: handed to Dana Ruiz');
  await slack.says('Next: go live');
  await picture(page, 'home-go-live', slack.client);
  await by.pressAndConfirm(slack.button('Go live'));
  await slack.says('Baton is set up');
}

/** Salesforce takes the access back: it is said in Slack, with the way to mend it; a Deny there is said, too. */
async function deadToken(page: Page, slack: Slack, { sandbox }: Demo): Promise<void> {
  await pressAt(sandbox, 'salesforce/_org', { login: { revokeTokens: true } });
  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  await slack.place('Baton').click();
  await slack.says(/no longer accepts/);
  await slack.button('Reconnect Salesforce').last().click();
  const by = steps(page);
  const tab = await by.follow(slack.dialog.getByRole('link', { name: 'Continue to Salesforce' }));
  await tab.getByRole('button', { name: 'Continue to Salesforce' }).click();
  await tab.getByRole('button', { name: 'Deny' }).click();
  await leadsOn(tab, /Salesforce was not connected/, tab.getByText('press Connect on Baton’s Home tab'));
  await tab.close();
}

test('hosted: from Add to Slack to the first lead and to going live, with everything that goes wrong on the way', async t => {
  const demo = await startDemo({ port: 0, log: 'silent', fresh: true });
  t.after(() => demo.stop());
  const { page, broken } = await freshPage(await openBrowser(t));
  await pressAt(demo.sandbox, 'slack/workspaces', { id: 'T0HOOLI', name: 'Hooli Sales', domain: 'hooli' });
  await failuresOfInstalling(page, demo);

  const by = steps(page);
  await page.goto(demo.url);
  await picture(page, 'landing');
  assert.ok((await widerThanPhone(page)) <= 0, 'the landing page fits a phone');
  await by.press(page.getByRole('link', { name: 'Add to Slack' }).first());
  await by.press(page.getByRole('button', { name: 'Allow' }));
  await page.getByRole('heading', { name: 'Baton is in Acme Sales' }).waitFor();
  await picture(page, 'installed', page.getByRole('main'));
  await by.press(page.getByRole('link', { name: 'Open Slack' }));
  const slack = slackOn(page);
  await slack.says('you are its admin');
  await picture(page, 'welcome', slack.client);
  await by.press(slack.place('Baton · Home'));
  await slack.says('Set up Baton: 0 of 6 done');
  await picture(page, 'home-begin', slack.client);
  await connect(slack, by, 'HubSpot', {
    async allow(tab) {
      await by.press(tab.getByRole('link', { name: /^Connect app in account/ }));
    },
    async goOn(tab) {
      await by.press(tab.getByRole('button', { name: 'Continue to Salesforce' }));
      await by.press(tab.getByRole('button', { name: 'Allow' }));
      await tab.getByRole('heading', { name: 'Salesforce is connected' }).waitFor();
    },
  });
  await slack.says('So far: HubSpot is connected; nobody said yet');
  await by.press(slack.button('Score and stages'));
  await by.press(slack.inDialog('Continue'));
  await slack.says('So far: Salesforce is connected; Baton’s fields are not made yet');
  const toFirstLead = { ...by.count };
  assert.ok(toFirstLead.actions <= 15 && toFirstLead.pasted === 0, JSON.stringify(toFirstLead));
  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  await slack.place('Baton').click();
  await slack.says(/nothing was sent.*Emma Thompson/);
  await slack.place('Baton · Home').click();
  await slack.says(/Emma Thompson, just now: .*would go to Dana Ruiz/);
  await slack.room.getByText(/Emma Thompson, just now/).scrollIntoViewIfNeeded();
  await picture(page, 'home-watch', slack.client);

  await fromCrmToLive(page, slack, by);
  assert.deepEqual([toFirstLead.actions, by.count], [13, { actions: 24, pasted: 0 }]);
  await page.getByRole('button', { name: 'Emma visits the pricing page' }).click();
  await page
    .locator('#leads tbody tr')
    .first()
    .filter({ hasText: /Emma Thompson.*assigned/ })
    .waitFor();
  const rep = await page.locator('#leads tbody tr').first().locator('td').nth(2).textContent();
  await slack.place(rep ?? '').click();
  await slack.place('Baton').click();
  await slack.room
    .locator('article')
    .filter({ hasText: 'Emma Thompson' })
    .getByRole('button', { name: 'Claim' })
    .waitFor();
  await picture(page, 'first-card', slack.client);
  await slack.place('Dana Ruiz').click();
  await deadToken(page, slack, demo);
  assert.ok((await widerThanPhone(page)) <= 0, 'Slack, drawn, fits a phone');
  assert.deepEqual(broken, []);
});

/** Baton as `npm start` goes on once the set-up is finished, with Slack drawn beside it. */
async function goOn(t: TestContext, { server, dir, sandbox }: Finished): Promise<void> {
  const database = await testDatabase();
  const { SLACK_API_URL, HUBSPOT_API_URL, HUBSPOT_WEB_URL } = sandbox.env();
  const given = { SLACK_API_URL, HUBSPOT_API_URL, HUBSPOT_WEB_URL, DATABASE_URL: database.url, DATA_DIR: dir };
  const env = await readSettings(await withKept(given), VENDORS);
  const running = await start({
    env,
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    server,
    mount: web =>
      web.use(
        demoPage({
          ...{ sandboxUrl: sandbox.url, now: () => systemClock.now(), at: '/demo' },
          ...{ move() {}, leads: async () => [], story: async () => [] },
        }),
      ),
  });
  t.after(async () => {
    await running.stop();
    await database.drop();
  });
}

interface Finished {
  server: Server;
  dir: string;
  sandbox: Sandbox;
}

test('one company: from the code in the terminal to HubSpot’s leads, with at most 30 actions and 8 pasted values', async t => {
  const { begin, sandbox, dir } = await setUps(t);
  const { url, code, server, finished } = await begin();
  sandbox.setAppUrl(url);
  await pressAt(sandbox, 'slack/client', { url: `${url}/demo/` });
  const browser = await openBrowser(t);
  const { page, broken } = await freshPage(browser);
  const by = steps(page);
  await page.goto(url);
  await picture(page, 'setup-code', page.getByRole('main'));
  await by.paste(page.getByLabel('Code'), code());
  await by.press(page.getByRole('button', { name: 'Go on' }));
  await secondAdmin(browser, url, code());
  await by.press(page.getByRole('button', { name: 'Make the keys' }));
  await by.paste(page.getByLabel('Address'), url);
  await by.press(page.getByRole('button', { name: 'Check' }));
  await page.getByRole('link', { name: 'Create the Slack app' }).waitFor();
  await picture(page, 'setup-app', page.locator('li.now form'));
  by.elsewhere(MAKING_THE_APP);
  await by.paste(page.getByLabel('Client ID'), VALUES.client_id);
  await by.paste(page.getByLabel('Client Secret'), VALUES.client_secret);
  await by.paste(page.getByLabel('Signing Secret'), VALUES.signing_secret);
  assert.ok((await widerThanPhone(page)) <= 0, 'the set-up fits a phone');
  await by.press(page.getByRole('button', { name: 'Save and install' }));
  await finished;
  await goOn(t, { server, dir, sandbox });
  await by.press(page.getByRole('button', { name: 'Allow' }));
  await by.press(page.getByRole('link', { name: 'Open Slack' }));
  const slack = slackOn(page);
  await slack.says('you are its admin');
  await by.press(slack.place('Baton · Home'));
  await by.press(slack.room.getByRole('button', { name: 'Connect HubSpot', exact: true }));
  await by.paste(slack.dialog.getByLabel('Access token'), 'pat-na1-of-another-app');
  await slack.inDialog('Connect').click();
  await slack.formSays('HubSpot does not accept this');
  await slack.dialog.getByLabel('Access token').fill(ACCESS_TOKEN);
  await by.press(slack.inDialog('Connect'));
  await slack.formSays('HubSpot is connected');
  await by.press(slack.inDialog('Close'));
  await by.press(slack.button('Score and stages'));
  await by.press(slack.inDialog('Continue'));
  await slack.says('Next: where are leads kept?');
  assert.deepEqual(by.count, { actions: 24, pasted: 6 });
  assert.deepEqual(broken, []);
});

/** A colleague who types the same code is told whom to ask, and learns nothing. */
async function secondAdmin(browser: Browser, url: string, code: string): Promise<void> {
  const { page } = await freshPage(browser);
  await page.goto(url);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Go on' }).click();
  await leadsOn(page, /Type the code from your terminal/, page.getByText('has been used'));
}
