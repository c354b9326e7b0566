/** A vendor is connected from Home with keys that an admin types: tried first, and kept sealed. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { CALENDLY_TOKEN } from '../../sandbox/calendly/service.ts';
import { KEYS } from '../../sandbox/form/senders.ts';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { storedOfLogins } from '../helpers/database-questions.ts';
import { pageAddressOf, sendForm } from '../helpers/forms.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { EMMA_IN_MARKETO, inMarketo, setCampaign } from '../helpers/marketo.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { act, click, closeModal, modalShows, openModal, shown, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { breakCalls } from '../helpers/vendors.ts';

/** A system that Marketo's address is known to, and none of its keys. */
async function unconnected(t: TestContext) {
  const env = { MARKETO_CLIENT_ID: '', MARKETO_CLIENT_SECRET: '', MARKETO_WEBHOOK_KEY: '', MARKETO_DAILY_CALLS: '' };
  const baton = await system(t, {
    mayShow: { json: 'the template to paste into Marketo is JSON' },
    env: { ...env, ENCRYPTION_KEY: randomBytes(32).toString('base64') },
  });
  const given = baton.sandbox.env();
  const keys = {
    MARKETO_API_URL: String(given.MARKETO_API_URL),
    MARKETO_CLIENT_ID: String(given.MARKETO_CLIENT_ID),
    MARKETO_CLIENT_SECRET: String(given.MARKETO_CLIENT_SECRET),
  };
  return { baton, keys };
}

/** Dana opens the form on Home. */
async function openForm(baton: System): Promise<void> {
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('type_keys', 'marketo'));
}

test('keys are tried at Marketo, then kept; the template to paste is shown, and leads come by it', async t => {
  const { baton, keys } = await unconnected(t);
  await openForm(baton);
  await submit(baton, DANA, keys);
  const modal = await modalShows(baton, DANA, /Marketo is connected/);
  assert.match(modal, /\{\{lead\.Email Address\}\}/);
  assert.match(modal, new RegExp(RegExp.escape(`${baton.env.PUBLIC_URL}/hooks/${baton.env.HOOK_KEY}/marketo`)));
  const key = /X-Baton-Key: ([\w-]{32})/.exec(modal)?.[1];
  assert.ok(key);
  assert.doesNotMatch(await storedOfLogins(baton), new RegExp(keys.MARKETO_CLIENT_SECRET));
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  await setCampaign(baton, { headers: { 'Content-Type': 'application/json', 'X-Baton-Key': key } });
  await inMarketo(baton, { ...EMMA_IN_MARKETO, leadScore: 63 });
  assert.equal((await baton.handoff(EMMA)).source, 'marketo');
});

test('what Marketo says to wrong keys is shown beside the form, which keeps all but the secret', async t => {
  const { baton, keys } = await unconnected(t);
  await openForm(baton);
  await submit(baton, DANA, { ...keys, MARKETO_CLIENT_SECRET: 'wrong' });
  const refused = await modalShows(baton, DANA, /Bad client credentials/);
  assert.match(refused, new RegExp(keys.MARKETO_CLIENT_ID));
  assert.doesNotMatch(refused, /initial_value":"wrong/);
  await breakCalls(baton, { service: 'marketo', path: '/identity/oauth/token', status: 503 });
  await submit(baton, DANA, { MARKETO_CLIENT_SECRET: keys.MARKETO_CLIENT_SECRET });
  await modalShows(baton, DANA, /Marketo is not answering/);
  await submit(baton, DANA, { MARKETO_CLIENT_SECRET: keys.MARKETO_CLIENT_SECRET });
  await modalShows(baton, DANA, /Marketo is connected/);
});

test('keys go to nobody but Marketo, and only admins connect', async t => {
  const { baton, keys } = await unconnected(t);
  await openForm(baton);
  for (const address of ['http://169.254.169.254/latest', 'https://evil.example/x.mktorest.com', 'no address']) {
    const { outcome } = await submit(baton, DANA, { ...keys, MARKETO_API_URL: address });
    assert.equal(outcome, 'errors', address);
  }
  assert.deepEqual(await baton.calls('marketo'), []);
  await act(baton, MARCUS, click('type_keys', 'marketo')).catch(() => undefined);
  assert.doesNotMatch((await shown(baton, MARCUS)).modal, /MARKETO_CLIENT_SECRET/);
});

test('disconnected from Home the keys are wiped, and its deliveries are refused', async t => {
  const { baton, keys } = await unconnected(t);
  await openForm(baton);
  await submit(baton, DANA, keys);
  await modalShows(baton, DANA, /Marketo is connected/);
  await act(baton, DANA, { close: {} });
  await openSetup(baton, DANA, 'connections');
  await press(baton, DANA, 'forget_keys', 'marketo');
  await homeShows(baton, DANA, /is disconnected, and its keys are wiped/);
  baton.clock.move(31 * SECOND);
  const address = `${baton.env.PUBLIC_URL}/hooks/${baton.env.HOOK_KEY}/marketo`;
  assert.equal((await fetch(address, { method: 'POST', body: '{"id":1}' })).status, 401);
});

test('forms are always there: Home shows the snippet and the addresses, and takes the secret of a form tool', async t => {
  const { baton } = await unconnected(t);
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('hook_setup', 'form'));
  const modal = await modalShows(baton, DANA, /form\.js\?key=/);
  assert.ok(modal.includes(await pageAddressOf(baton)));
  assert.ok(modal.includes(`${baton.env.PUBLIC_URL}/hooks/${baton.env.HOOK_KEY}/form`));
  await closeModal(baton, DANA);
  await openModal(baton, DANA, click('type_keys', 'typeform'));
  await modalShows(baton, DANA, /The first form that arrives shows whether it fits/);
  await submit(baton, DANA, { TYPEFORM_SECRET: KEYS.typeform });
  await modalShows(baton, DANA, /Typeform is connected/);
  await baton.settled();
  const heard = await sendForm(baton, { email: 'kim@acmecorp.com', timeline: 'now' }, { by: 'typeform' });
  assert.equal(heard.status, 200);
  assert.equal((await baton.handoff('kim@acmecorp.com')).source, 'typeform');
});

test('where meetings are booked: the token is tried, the webhook made by itself, and deleted when it is disconnected', async t => {
  const { baton } = await unconnected(t);
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('type_keys', 'calendly'));
  await submit(baton, DANA, { CALENDLY_TOKEN: 'wrong' });
  await modalShows(baton, DANA, /Calendly does not accept the token/);
  await submit(baton, DANA, { CALENDLY_TOKEN });
  await modalShows(baton, DANA, /Calendly is connected.*Nothing is to be set up there/);
  await baton.settled();
  const { subscriptions } = await baton.get<{ subscriptions: { callback_url: string }[] }>('/_sandbox/calendly/state');
  assert.match(subscriptions[0]?.callback_url ?? '', /\/hooks\/[^/]+\/calendly\?key=\w{8}$/);
  await closeModal(baton, DANA);
  const disconnect = async () => {
    await openSetup(baton, DANA, 'connections');
    await press(baton, DANA, 'forget_keys', 'calendly');
  };
  await disconnect();
  await homeShows(baton, DANA, /Calendly is disconnected, and its keys are wiped\.(?! Its webhook)/);
  const left = async () => (await baton.get<{ subscriptions: unknown[] }>('/_sandbox/calendly/state')).subscriptions;
  assert.deepEqual(await left(), []);
  await openModal(baton, DANA, click('type_keys', 'calendly'));
  await submit(baton, DANA, { CALENDLY_TOKEN });
  await modalShows(baton, DANA, /Calendly is connected/);
  await closeModal(baton, DANA);
  await baton.settled();
  await breakCalls(baton, { service: 'calendly', method: 'DELETE', path: '/webhook_subscriptions', status: 503 });
  await disconnect();
  await homeShows(baton, DANA, /keys are wiped\. Its webhook could not be deleted there: .*Delete it in Calendly/);
  assert.equal((await left()).length, 1);
});
