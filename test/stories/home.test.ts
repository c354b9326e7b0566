/** Home: a rep's leads, a manager's team, and what whoever may not see them is shown instead. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED } from '../helpers/actions.ts';
import { forgetInSlack } from '../helpers/database-changes.ts';
import { homeShows, openHome, press } from '../helpers/home.ts';
import { timePasses } from '../helpers/jobs.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { DANA, MARCUS, PRIYA } from '../helpers/people.ts';
import {
  act,
  click,
  closeModal,
  modalShows,
  oldButton,
  openModal,
  showOldHome,
  slackIdOf,
  submit,
} from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** So many mid-market leads: of three, two are Marcus's and one is Priya's. */
async function leadsCross(t: TestContext, count: number): Promise<System> {
  const baton = await system(t);
  await companyIsKnown(baton);
  for (let index = 0; index < count; index += 1) {
    await leadCrosses(baton, { email: `lead${index}@acmecorp.com`, firstname: 'Lead', lastname: `Number ${index}` });
  }
  await until('every lead is assigned', async () => {
    const all = await baton.handoffs();
    return all.length === count && all.every(({ state }) => state === 'assigned');
  });
  await baton.settled();
  return baton;
}

const openOf = async (baton: System, email: string) =>
  (await baton.handoffs()).filter(({ repEmail }) => repEmail === email);
/** How many open leads Marcus and Priya have. */
const shares = async (baton: System) =>
  Promise.all([MARCUS, PRIYA].map(async email => (await openOf(baton, email)).length));

test('a rep works through Home: two pages of their leads, none of the team, and a lead claimed on the second', async t => {
  const baton = await leadsCross(t, 18);
  assert.deepEqual(await shares(baton), [12, 6]);
  await act(baton, MARCUS, { home: {} });
  const first = await homeShows(baton, MARCUS, /12 open leads/);
  assert.match(first, /Contact \{date_long_pretty\} by \{time\}/);
  assert.match(first, /Your week.*No SLA has come due yet.*12 leads, 0 contacted/);
  assert.match(first, /Page 1 of 2/);
  assert.match(first, /This month: \*12 of 18 leads\*\. Your share: 67%/);
  assert.doesNotMatch(first, /home_tab_team/);
  await press(baton, MARCUS, 'home_go', 'leads=1');
  const second = await homeShows(baton, MARCUS, /Page 2 of 2/);
  assert.equal(second.match(/"action_id":"log_call"/g)?.length, 1, 'the first of the page stands open');
  assert.equal(second.match(/"action_id":"details"/g)?.length, 1);
  await press(baton, MARCUS, 'home_claim');
  await homeShows(baton, MARCUS, /You claimed it/);
  assert.equal((await baton.handoffs()).filter(({ claimedBy }) => claimedBy === MARCUS).length, 1);
});

/** How often each of these people's Home went to Slack. */
const published = async (baton: System, ...people: string[]) => {
  const ids = await Promise.all(people.map(email => slackIdOf(baton, email)));
  const calls = (await baton.calls('slack')).filter(({ path }) => path.endsWith('views.publish'));
  return ids.map(id => calls.filter(call => JSON.stringify(call).includes(id)).length);
};

test('an open Home follows what happens: once for a burst, for whom it is about, while somebody looks', async t => {
  const baton = await leadsCross(t, 2);
  await openHome(baton, MARCUS);
  await openHome(baton, PRIYA);
  await baton.app.redrawHomes();
  const [marcus = 0, priya = 0] = await published(baton, MARCUS, PRIYA);
  const [emmas] = await openOf(baton, MARCUS);
  await actionsAs(baton, MARCUS, emmas?.id).claim();
  const later = new Date(baton.clock.now().getTime() + HOUR);
  for (let times = 0; times < 5; times += 1) await actionsAs(baton, MARCUS, emmas?.id).snooze({ until: later });
  await baton.app.redrawHomes();
  assert.deepEqual(await published(baton, MARCUS, PRIYA), [marcus, priya], 'Slack’s limits: not within ten seconds');
  baton.clock.move(10 * SECOND);
  await baton.app.redrawHomes();
  await homeShows(baton, MARCUS, /snoozed until/);
  baton.clock.move(10 * SECOND);
  await baton.app.redrawHomes();
  assert.deepEqual(await published(baton, MARCUS, PRIYA), [marcus + 1, priya], 'one drawing, and none for Priya');
  baton.clock.move(16 * MINUTE);
  await actionsAs(baton, MARCUS, emmas?.id).reject(NO_NEED);
  await baton.app.redrawHomes();
  assert.deepEqual(await published(baton, MARCUS, PRIYA), [marcus + 1, priya], 'nobody looks any more');
});

test('a manager’s Home begins with what is at risk: one press gives it on; lists are chosen', async t => {
  const baton = await leadsCross(t, 3);
  await actionsAs(baton, MARCUS, (await openOf(baton, MARCUS))[0]?.id).reject(NO_NEED);
  await timePasses(baton, 50 * MINUTE);
  await openHome(baton, DANA);
  await press(baton, DANA, 'home_tab_team');
  const risk = await homeShows(baton, DANA, /2 leads at risk now/);
  assert.match(risk, /Give to (Priya|Marcus).*Wait 30 min.*Move leads….*Your people now.*Marcus Chen 1 of 20 open/s);
  await press(baton, DANA, 'sla_give');
  await homeShows(baton, DANA, /has the lead now/);
  await press(baton, DANA, 'home_list', 'team:closed');
  const closed = await homeShows(baton, DANA, /"initial_option":[^}]*\{[^}]*"Closed"/);
  assert.equal(closed.match(/Lead Number/g)?.length, 1);
});

/** Of 18 leads 12 are Marcus's; he has claimed one, and is away until Friday. */
async function marcusIsAway(t: TestContext): Promise<System> {
  const baton = await leadsCross(t, 18);
  const [one] = await openOf(baton, MARCUS);
  await actionsAs(baton, MARCUS, one?.id).claim();
  await openHome(baton, MARCUS);
  await openModal(baton, MARCUS, click('home_away'));
  await modalShows(baton, MARCUS, /No new leads while you’re out/);
  await submit(baton, MARCUS, { until: '2026-11-26', note: 'Flu' });
  await homeShows(baton, MARCUS, /You are away\* and back on Fri, Nov 27 \(Flu\)/);
  await closeModal(baton, MARCUS);
  await openHome(baton, DANA);
  return baton;
}

test('a rep goes away; a manager hands the leads on, some by choice and the rest in one approval', async t => {
  const baton = await marcusIsAway(t);
  const team = await homeShows(baton, DANA, /18 open leads/);
  assert.match(
    team,
    /Marcus Chen\* is away until Fri, Nov 27[^"]* and has \*12 open leads that nobody has contacted\*/,
  );
  assert.match(team, /17 not claimed/);
  const modal = await openModal(baton, DANA, click('home_bulk'));
  await modalShows(baton, DANA, /All 18 listed below/);
  const list = modal.blocks.find(({ block_id }) => block_id.startsWith('leads '))?.block_id ?? '';
  const chosen = (await openOf(baton, MARCUS)).slice(0, 2).map(({ id }) => id);
  await submit(baton, DANA, { [list]: chosen, to: `person:${PRIYA}`, note: 'Marcus is ill' });
  await modalShows(baton, DANA, /2 leads moved: 2 to \*Priya Nair\*/);
  await closeModal(baton, DANA);
  await homeShows(baton, DANA, /Marcus Chen\* is away[^"]*\*10 open leads/);
  assert.deepEqual(await shares(baton), [10, 8]);

  await press(baton, DANA, 'home_hand_over', MARCUS);
  const after = await homeShows(baton, DANA, /10 leads of \*Marcus Chen\* handed over/);
  assert.doesNotMatch(after, /home_hand_over/);
  assert.deepEqual(await shares(baton), [0, 18]);
  await press(baton, MARCUS, 'home_back');
  await homeShows(baton, MARCUS, /You are back.*No open leads\. You’re \*next\* in Mid-market SDRs/);
});

test('a rep is shown nothing of the team, whatever they press; somebody outside the playbook is shown no lead', async t => {
  const baton = await leadsCross(t, 9);
  await act(baton, PRIYA, { home: {} });
  await homeShows(baton, PRIYA, /3 open leads/);
  // She managed a team yesterday: her Home still has the tab, and what she presses on it is judged today.
  const handOver = oldButton('home_hand_over', MARCUS);
  await showOldHome(baton, PRIYA, 'team', oldButton('home_tab_team'), oldButton('home_bulk'), handOver);
  await openModal(baton, PRIYA, click('home_bulk'));
  await modalShows(baton, PRIYA, /There is no open lead here to reassign/);
  await closeModal(baton, PRIYA);
  await press(baton, PRIYA, 'home_hand_over', MARCUS);
  const own = await homeShows(baton, PRIYA, /Only Dana Ruiz or an admin can do this/);
  assert.doesNotMatch(own, /Teams now|Marcus Chen/);
  const his = await openOf(baton, MARCUS);
  assert.equal(his.length, 6);
  for (const { name } of his) assert.doesNotMatch(own, new RegExp(`${name}\\*`));

  await forgetInSlack(baton, PRIYA);
  await act(baton, PRIYA, { home: {} });
  const stranger = await homeShows(baton, PRIYA, /Baton brings marketing-qualified leads to sales/);
  assert.match(stranger, /Ask \*Dana Ruiz\* to add you/);
  assert.doesNotMatch(stranger, /Lead Number/);
});
