/** HubSpot is connected by installing its public app from Home; its webhooks come to one address for all portals. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { APP_ID, DEVELOPER_KEY } from '../../sandbox/hubspot/public-app.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { signatureHeaders } from '../../src/vendors/hubspot/api/signature.ts';
import { browser } from '../helpers/browser.ts';
import { storedOfLogins } from '../helpers/database-questions.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { addToSlack, hosted, workspaceOf } from '../helpers/hosted.ts';
import { connectHubspot } from '../helpers/hubspot-connect.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { messagesSaying, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { click, openModal, redrawn, submit } from '../helpers/slack.ts';
import { type System, type SystemOptions, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const BY_LOGIN = { HUBSPOT_ACCESS_TOKEN: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };
const APP_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

/** A Baton that nobody connected to HubSpot yet. */
async function unconnected(t: Parameters<typeof system>[0], options: SystemOptions = {}): Promise<System> {
  const baton = await system(t, { env: BY_LOGIN, ...options });
  await companyIsKnown(baton);
  return baton;
}

/** On Home, among the account's own. */
async function chooseScore(baton: System, score: string): Promise<void> {
  await openSetup(baton, DANA, 'start');
  await redrawn(baton, DANA, click('open_step', 'source'));
  await openModal(baton, DANA, click('score_fields'));
  await submit(baton, DANA, { score });
  await submit(baton, DANA);
}

const later = (baton: System, email: string) => leadCrosses(baton, { email });

test('installed from Home: the portal is learnt, its webhooks come by the app’s address, and tokens are renewed', async t => {
  const baton = await unconnected(t);
  assert.match(await connectHubspot(baton), /HubSpot is connected[\s\S]*portal-62515\.example\.com/);
  assert.doesNotMatch(await storedOfLogins(baton), /na1-/, 'sealed');
  baton.clock.move(MINUTE);
  await later(baton, 'early@acmecorp.com');
  const { source } = await baton.handoff('early@acmecorp.com');
  assert.equal(source, 'hubspot');
  baton.clock.move(2 * HOUR);
  await later(baton, 'later@acmecorp.com');
  await baton.handoff('later@acmecorp.com');
  const { outcomes } = await baton.get<{ outcomes: { url: string; status: number }[] }>('/_sandbox/hubspot/deliveries');
  assert.deepEqual(
    [...new Set(outcomes.map(({ url, status }) => `${new URL(url).pathname} ${status}`))],
    ['/hooks/hubspot 200'],
  );
});

test('with the developer account’s key Baton subscribes the app itself: at connecting, and to a score chosen later', async t => {
  const keys = { HUBSPOT_APP_ID: String(APP_ID), HUBSPOT_DEVELOPER_KEY: DEVELOPER_KEY };
  const baton = await unconnected(t, { env: { ...BY_LOGIN, ...keys } });
  await baton.post('/_sandbox/hubspot/app', { fresh: true });
  const subscribed = async () => (await baton.get<{ subscriptions: string[] }>('/_sandbox/hubspot/app')).subscriptions;
  await connectHubspot(baton);
  await until('it is subscribed', async () => (await subscribed()).includes('contact.propertyChange lifecyclestage'));
  baton.clock.move(MINUTE);
  await later(baton, 'told@acmecorp.com');
  assert.equal((await baton.handoff('told@acmecorp.com')).source, 'hubspot');
  await baton.post('/_sandbox/hubspot/properties', { name: 'fit_score', type: 'number' });
  await chooseScore(baton, 'fit_score');
  await until('the new score, too', async () => (await subscribed()).includes('contact.propertyChange fit_score'));
});

test('taken away in HubSpot: the admins are told with a button, and the lead that came meanwhile is handed off after', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  await baton.post('/_sandbox/hubspot/uninstall', {});
  baton.clock.move(MINUTE);
  await later(baton, 'meanwhile@acmecorp.com');
  const told = await untilSaid(baton, { user: DANA }, /HubSpot no longer accepts/);
  assert.match(wordsOf(told), /connect_workspace/);
  assert.match(await connectHubspot(baton), /HubSpot is connected/);
  assert.equal((await baton.handoff('meanwhile@acmecorp.com')).state, 'assigned');
});

test('installed once more, the installation that replaced the one before is left alone', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  assert.match(await connectHubspot(baton), /HubSpot is connected/);
  baton.clock.move(2 * HOUR);
  await later(baton, 'later@acmecorp.com');
  assert.equal((await baton.handoff('later@acmecorp.com')).source, 'hubspot');
});

/** A change of a contact's score, as HubSpot tells it. */
const change = (baton: System, objectId: number, portalId: number) => ({
  eventId: objectId,
  subscriptionId: 12346,
  portalId,
  appId: 54321,
  occurredAt: baton.clock.now().getTime(),
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId,
  propertyName: 'hubspotscore',
  propertyValue: '63',
  changeSource: 'CRM_UI',
});

function deliver(baton: System, body: string, { secret = APP_SECRET, to = '' } = {}) {
  const url = `${baton.env.PUBLIC_URL}/hooks/hubspot${to}`;
  const headers = signatureHeaders({ method: 'POST', url, body, at: baton.clock.now() }, secret);
  return fetch(url, { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } });
}

test('of a delivery that mixes portals each event goes to its own; those of strangers, and forged ones, to nobody', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  const mixed = JSON.stringify([change(baton, 1, 62515), change(baton, 2, 777), { objectId: 3 }]);
  const answer = await deliver(baton, mixed);
  assert.deepEqual([answer.status, await answer.json()], [200, { received: 1, new: 1 }]);
  assert.equal((await deliver(baton, mixed, { secret: 'guessed' })).status, 401);
  assert.equal((await deliver(baton, '{}')).status, 400);
  assert.equal((await deliver(baton, '[')).status, 400);
});

test('a contact that comes to Baton’s step in a workflow is a lead; HubSpot hears what it wants, and forgers nothing', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  baton.clock.move(MINUTE);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'workflow', shape: 'action' });
  await later(baton, 'step@acmecorp.com');
  assert.equal((await baton.handoff('step@acmecorp.com')).source, 'hubspot');
  const { outcomes } = await baton.get<{ outcomes: { url: string; status: number }[] }>('/_sandbox/hubspot/deliveries');
  assert.deepEqual(
    outcomes.map(({ url, status }) => `${new URL(url).pathname} ${status}`),
    ['/hooks/hubspot/action 200'],
  );
  const strange = JSON.stringify({ callbackId: 'ap-1', origin: { portalId: 777 }, object: { objectId: 1 } });
  const dropped = await deliver(baton, strange, { to: '/action' });
  assert.deepEqual([dropped.status, await dropped.json()], [200, { outputFields: {} }]);
  assert.equal((await deliver(baton, strange, { to: '/action', secret: 'guessed' })).status, 401);
  assert.equal((await deliver(baton, '{"object":{}}', { to: '/action' })).status, 400);
});

test('Cancel on HubSpot’s page changes nothing, and nobody is offered a log-in of their own there', async t => {
  const baton = await unconnected(t);
  assert.match(await connectHubspot(baton, /href="([^"]+)">Cancel/), /not pressed|did not|denied|stays/i);
  await openSetup(baton, DANA, 'connections');
  const home = await homeShows(baton, DANA, /HubSpot\* {2}· {2}not connected/);
  assert.doesNotMatch(home, /their own HubSpot user/);
});

test('while no CRM is connected the page goes straight on to its log-in, until somebody says that none is needed', async t => {
  const whole = await hosted(t, { env: { HUBSPOT_ACCESS_TOKEN: '', SALESFORCE_FLOW: 'web_server' } });
  await addToSlack(whole);
  const baton = await workspaceOf(whole);
  const page = await connectHubspot(baton);
  const [, ticket = '', path] = /value="([^"]+)" formaction="([^"]+)">Continue to Salesforce/.exec(page) ?? [];
  assert.equal(path, '/connect/salesforce', page);
  const left = await browser()(`${baton.env.PUBLIC_URL}${path}`, { ticket });
  assert.match(left.location, /\/salesforce\/services\/oauth2\/authorize/);
  assert.doesNotMatch(page, /had waited/);
  await openSetup(baton, DANA, 'start');
  await redrawn(baton, DANA, click('open_step', 'crm'));
  await press(baton, DANA, 'say_step', 'skip:crm');
  await homeShows(baton, DANA, /\*Done:\* not needed here/);
  assert.doesNotMatch(await connectHubspot(baton), /Continue to Salesforce/);
});

test('for a CRM, HubSpot that is connected for leads alone is not offered to be connected again', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  await openSetup(baton, DANA, 'start');
  await redrawn(baton, DANA, click('open_step', 'crm'));
  assert.doesNotMatch(await homeShows(baton, DANA, /where are leads kept/), /"value":"hubspot"/);
});

test('disconnected from Home the app is uninstalled there and its tokens are wiped here', async t => {
  const baton = await unconnected(t);
  await connectHubspot(baton);
  await openSetup(baton, DANA, 'connections');
  await press(baton, DANA, 'disconnect_workspace', 'hubspot');
  await homeShows(baton, DANA, /HubSpot is disconnected, and its tokens are wiped/);
  await until('it is revoked', async () =>
    (await baton.calls('hubspot')).some(({ path, status }) => path.endsWith('/token/revoke') && status === 204),
  );
  assert.equal((await messagesSaying(baton, { user: DANA }, /disconnected Baton from HubSpot/)).length, 1);
});
