/** A plain page with the script: forms of its own and embedded ones reach the rep, whatever the page does with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshPage, openBrowser, widerThanPhone } from '../helpers/chromium.ts';
import { companyIsKnown, handedOff } from '../helpers/leads.ts';
import { blocksOf, wordsOf } from '../helpers/messages.ts';
import { MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { mailsSent } from '../helpers/vendors.ts';

/** The stand-in's, by a name of its own, so that it is another site than Baton. */
const SITE = 'http://site.example';
const ANSWERING: [RegExp, string] = [/^ {2}enabled: false\n {2}to: forms/m, '  enabled: true\n  to: forms'];
/** The site stands for one in the internet, and Baton here for one there, too. */
const ANYWHERE = '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests';

/** As the makers' libraries for embedded forms are there: each calls back what listens, once its form was sent. */
const EMBEDS = `
window.HubSpotFormsV4 = { getFormFromEvent: () => ({ getFormId: () => 'guid-2', getFormFieldValues: async () =>
  [{ name: '0-1/email', value: 'newer@acmecorp.com' }, { name: '0-1/firstname', value: 'Nora' }, { name: 'use_case', value: 'Demo' }] }) };
window.MktoForms2 = { whenReady: tell => tell({ getId: () => 1042, onSuccess: heard => { window.mktoSuccess = heard; } }) };`;

test('a visitor fills in three forms of a page: each is a lead with the visit’s pages and campaign, a record, a card and a mail', async t => {
  const baton = await system(t, { playbook: exampleWith(['https://www.example.com', SITE], ANSWERING) });
  await companyIsKnown(baton);
  const resolved = `--host-resolver-rules=MAP site.example:80 127.0.0.1:${baton.sandbox.port}`;
  const { page, broken } = await freshPage(await openBrowser(t, ANYWHERE, resolved));
  await page.addInitScript(EMBEDS);
  await page.goto(`${SITE}/form/pricing?utm_campaign=fall&gclid=g1`);
  await page.goto(`${SITE}/form/demo?token=secret`);
  // The page keeps to itself what becomes of its form; the script hears it all the same.
  await page.getByLabel('E-mail', { exact: true }).fill('ann@acmecorp.com');
  await page.getByLabel('First name').fill('Ann');
  await page.getByLabel('Company', { exact: true }).fill('Acme Corp');
  await page.getByLabel('When').selectOption('now');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('#own[data-sent=yes]').waitFor();
  const ann = await baton.handoff('ann@acmecorp.com');
  const { campaign, properties, activities } = ann.facts.contact;
  assert.deepEqual([campaign, properties.gclid, properties.page], ['fall', 'g1', `${SITE}/form/demo`]);
  assert.deepEqual(activities.map(({ type, detail }) => [type, detail]).toSorted(), [
    ['form', 'Newsletter'],
    ['page_view', '/form/pricing'],
  ]);
  assert.ok(!JSON.stringify(ann.facts).includes('secret'), 'what stands behind a path stays in the browser');

  // What an embed of the platform says when it was sent, as its maker's script does.
  await page.evaluate(`window.postMessage({ type: 'hsFormCallback', eventName: 'onFormSubmitted', id: 'guid-1',
    data: { submissionValues: { '0-1/email': 'eve@acmecorp.com', firstname: 'Eve', use_case: 'Demo' } } }, '*')`);
  const eve = await baton.handoff('eve@acmecorp.com');
  assert.ok(eve.judgement.flags.includes('form_unconfirmed'));

  // The newer editor fires an event and is asked for its fields; the other platform calls back.
  await page.evaluate(`window.dispatchEvent(new CustomEvent('hs-form-event:on-submission:success', {}))`);
  const newer = await baton.handoff('newer@acmecorp.com');
  assert.deepEqual([newer.facts.contact.firstName, newer.facts.contact.unconfirmedBy], ['Nora', 'hubspot']);
  await page.evaluate(`window.mktoSuccess({ Email: 'mia@acmecorp.com', FirstName: 'Mia', Use_Case: 'Demo' })`);
  const mia = await baton.handoff('mia@acmecorp.com');
  assert.deepEqual([mia.facts.contact.firstName, mia.facts.contact.unconfirmedBy], ['Mia', 'marketo']);

  // Two seconds by Baton's clock: nobody is quicker.
  baton.clock.move(60_000);
  await page.getByLabel('Work e-mail').fill('bob@acmecorp.com');
  await page.getByLabel('Name', { exact: true }).fill('Bob Stone');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.waitForURL(`${SITE}/form/thanks`);
  const bob = await baton.handoff('bob@acmecorp.com');
  assert.match(wordsOf(await baton.card({ user: MARCUS }, 'Bob Stone')), /Use case: demo/);
  assert.equal(bob.facts.contact.activities.find(({ type }) => type === 'form')?.detail, 'Demo request');
  // The chain to its end: the record, the rep's card, the lead's mail, within the minute by Baton's clock.
  const [record] = (await baton.records('Lead')).filter(one => one.Email === 'bob@acmecorp.com');
  assert.equal(record?.Id, bob.recordId);
  const sentAt = await untilRecorded(baton, bob.id, 'answer_sent');
  assert.match(sentAt, /First answer sent to Bob Stone/);
  const [mail, ...more] = (await mailsSent(baton)).filter(({ to }) => to.includes('bob@acmecorp.com'));
  assert.deepEqual([mail?.replyTo, more], [MARCUS, []]);
  assert.match(String(mail?.text), /Hi Bob, thanks for filling in Demo request/);
  await until('the card says so', async () =>
    /First answer sent/.test(blocksOf(await baton.card({ user: MARCUS }, 'Bob Stone'))),
  );
  const times = (await baton.story(bob.id)).map(({ at }) => Date.parse(at));
  assert.ok(Math.max(...times) - Math.min(...times) < 60_000);
  assert.deepEqual(broken, []);
});

test('a rep without Slack opens the link of their mail on a phone: claims, is told what is wrong, logs the call', async t => {
  const baton = await system(t, { playbook: exampleWith([/marcus@example\.com/g, 'marta@example.com']) });
  const { id } = await handedOff(baton);
  const mail = await until('the card is mailed', async () => (await mailsSent(baton))[0]);
  const { page, broken } = await freshPage(await openBrowser(t), { width: 390, height: 844 });
  await page.goto(/https?:\S+\/act\/[\w-]+/.exec(mail.text)?.[0] ?? '');
  await page.getByRole('heading', { name: 'Emma Thompson, Acme Corp' }).waitFor();
  assert.deepEqual(await recorded(baton, id, 'claimed'), [], 'looking claims nothing');
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('You claimed it').waitFor();
  await page.getByLabel('How did the call go?').selectOption('connected');
  await page.getByLabel('Minutes').fill('a few');
  await page.getByLabel('Notes').fill('Wants prices');
  await page.getByRole('button', { name: 'Log call' }).click();
  await page.getByRole('alert').getByText('Write whole minutes').waitFor();
  assert.equal(await page.getByLabel('Notes').inputValue(), 'Wants prices', 'what was written is kept');
  await page.getByLabel('Minutes').fill('4');
  await page.getByRole('button', { name: 'Log call' }).click();
  await page.getByText('call: connected').waitFor();
  assert.equal((await recorded(baton, id, 'touched')).length, 1);
  assert.ok((await widerThanPhone(page)) <= 0, 'nothing is beside the screen');
  assert.deepEqual(
    broken.filter(one => !/409/.test(one)),
    [],
  );
});
