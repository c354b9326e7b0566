/** Watch mode: leads are decided about, the admins see what would have happened, and nobody else hears of anything. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { actionsAs } from '../helpers/actions.ts';
import { goLive, goWatching, homeShows, openSetup } from '../helpers/home.ts';
import { companyIsKnown, crosses, handedOff, leadCrosses } from '../helpers/leads.ts';
import { mql, onlyMessageSaying, untilSaid, wordsOf } from '../helpers/messages.ts';
import { ALL_CHANNEL, CHAN, DANA, EMMA, MARCUS, PRIYA, TEAM_CHANNEL, TOM } from '../helpers/people.ts';
import { CARDS_IN_DM_AND_CHANNEL } from '../helpers/playbooks.ts';
import { secondWorkspace } from '../helpers/second-workspace.ts';
import {
  act,
  click,
  clickOn,
  closeModal,
  modalShows,
  oldButton,
  openModal,
  showOldHome,
  slackIdOf,
  submit,
} from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';

/** Endpoints that change nothing there, whatever the method they are called by. */
const READS = /^GET |\/search$|\/batch\/read$|\/token$|\/query/;

/** What was written at the vendors, Slack aside: nothing, as long as Baton watches. */
async function writes(baton: System): Promise<string[]> {
  const vendors = ['salesforce', 'hubspot', 'marketo', 'activecampaign', 'clearbit', 'apollo', 'mail'];
  const calls = (await Promise.all(vendors.map(vendor => baton.calls(vendor)))).flat();
  return calls
    .filter(({ method, path, body }) => {
      if (/"method":"(POST|PATCH|PUT|DELETE)"/.test(JSON.stringify(body ?? ''))) return true;
      return !READS.test(`${method} ${path}`) && !path.endsWith('/composite');
    })
    .map(({ method, path }) => `${method} ${path}`);
}

/** Everything anybody but Dana could read of Baton. */
async function heardByOthers(baton: System): Promise<string[]> {
  const people = [MARCUS, PRIYA, TOM, CHAN].map(user => ({ user }));
  const all = await Promise.all([...people, TEAM_CHANNEL, ALL_CHANNEL].map(where => baton.messages(where)));
  return all.flat().map(({ text }) => text);
}

test('in watch mode a lead is decided about, an admin reads what would have been, and no vendor is written to', async t => {
  const baton = await system(t, { playbook: CARDS_IN_DM_AND_CHANNEL });
  await goWatching(baton, DANA);
  assert.deepEqual(await writes(baton), []);
  await crosses(baton);
  const told = await untilSaid(baton, { user: DANA }, /your first lead came in, and nothing was sent/);
  assert.match(
    wordsOf(told),
    /Emma Thompson: HIGH: would go to Marcus Chen, with a card in Slack and a record in Salesforce/,
  );
  await openSetup(baton, DANA, 'start');
  await homeShows(baton, DANA, /What would have happened.*1 lead.*Emma Thompson.*would go to Marcus Chen/);
  assert.match(wordsOf(await mql(baton, DANA, 'doctor')), /Watch mode: new MQLs are listed/);
  await baton.settled();
  assert.deepEqual([await writes(baton), await heardByOthers(baton), await baton.handoffs()], [[], [], []]);
  await goLive(baton, DANA);
  await leadCrosses(baton, { email: 'ann@acmecorp.com' });
  await baton.handoff('ann@acmecorp.com');
  assert.notDeepEqual([await writes(baton), await heardByOthers(baton)], [[], []]);
});

test('the rotation turns while Baton watches, and stands as before once it is live', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await goWatching(baton, DANA);
  for (const name of ['Ann', 'Bob', 'Cid']) {
    await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name, lastname: 'Watched' });
    await baton.settled();
  }
  await openSetup(baton, DANA, 'start');
  const home = await homeShows(baton, DANA, /3 leads/);
  assert.equal(home.match(/would go to Marcus Chen/g)?.length, 2);
  assert.equal(home.match(/would go to Priya Nair/g)?.length, 1);
  await goLive(baton, DANA);
  assert.equal((await handedOff(baton)).repEmail, MARCUS);
});

test('live is one press: new leads are handed off, watched ones stay as they were, and back is one press, too', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await goWatching(baton, DANA);
  await leadCrosses(baton, { email: 'ann@acmecorp.com', firstname: 'Ann', lastname: 'Watched' });
  await baton.settled();
  await goLive(baton, DANA);
  await onlyMessageSaying(baton, { user: DANA }, /Dana Ruiz went live/);
  const emma = await handedOff(baton);
  assert.equal(emma.state, 'assigned');
  await goWatching(baton, DANA);
  await leadCrosses(baton, { email: 'bob@acmecorp.com', firstname: 'Bob', lastname: 'Watched' });
  await baton.settled();
  assert.deepEqual(
    (await baton.handoffs()).map(({ email }) => email),
    [EMMA],
  );
  await actionsAs(baton, MARCUS, emma.id).claim();
});

test('in watch mode a test lead goes the whole way, to whoever made it and nobody else', async t => {
  const baton = await system(t, { playbook: CARDS_IN_DM_AND_CHANNEL });
  await goWatching(baton, DANA);
  await mql(baton, DANA, 'test');
  await baton.card({ user: DANA }, 'Test Lead');
  await baton.settled();
  assert.deepEqual(await heardByOthers(baton), []);
  await homeShows(baton, DANA, /Set up Baton|Baton is set up/);
});

test('a lead handed off by hand is only watched, too, and whoever did it hears so', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await goWatching(baton, DANA);
  await slackIdOf(baton, MARCUS);
  const values = { email: 'sam@acmecorp.com', name: 'Sam Lee', company: 'Acme Corp', title: 'VP Operations' };
  await openModal(baton, MARCUS, { shortcut: { callback_id: 'hand_off' } });
  await submit(baton, MARCUS, values);
  await untilSaid(baton, { user: MARCUS }, /Sam Lee .*was not handed off: Baton is in watch mode/);
  assert.deepEqual(await baton.handoffs(), []);
});

test('a workspace that is installed watches from the start: its installer is welcomed, and Home begins with the checklist', async t => {
  const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const own = await system(t, { env });
  const baton = await secondWorkspace(own, { name: 'hooli', isNew: true });
  const dana = 'dana@hooli.example.com';
  const welcome = await untilSaid(baton, { user: dana }, /nothing is sent before you go live/);
  await openModal(baton, dana, clickOn(welcome, 'sample_card'));
  const sample = await modalShows(
    baton,
    dana,
    /Emma Thompson · Acme Corp.*An invented lead|An invented lead.*Emma Thompson · Acme Corp/,
  );
  assert.match(sample, /Contact \{date.*Pricing page/);
  await closeModal(baton, dana);
  await act(baton, dana, clickOn(welcome, 'begin_setup'));
  await homeShows(baton, dana, /Set up Baton: \d of 6 done/);
  await companyIsKnown(baton);
  await leadCrosses(baton, { email: 'ann@acmecorp.com', firstname: 'Ann', lastname: 'Watched' });
  await untilSaid(baton, { user: dana }, /Ann Watched: HIGH: would go to/);
  assert.deepEqual(await baton.handoffs(), []);
});

test('only admins go live or back', async t => {
  const baton = await system(t);
  await showOldHome(baton, MARCUS, 'setup', oldButton('watch', 'watch'));
  await act(baton, MARCUS, click('watch'));
  await modalShows(baton, MARCUS, /Only Dana Ruiz can do this/);
  assert.equal((await handedOff(baton)).state, 'assigned');
});
