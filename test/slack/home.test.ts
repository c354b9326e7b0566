import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Actions } from '../../src/handoff/commands.ts';
import type { Actor } from '../../src/handoff/core/rights.ts';
import type { Queries } from '../../src/handoff/queries/queries.ts';
import type { RepHome } from '../../src/handoff/queries/rep-home.ts';
import type { ChoiceOfLeads, TeamHome } from '../../src/handoff/queries/team-home.ts';
import { until } from '../helpers/until.ts';
import { type SlackBaton, slackBaton, unkeyed } from './baton.ts';
import { emmasCard } from './cards.ts';
import { emma, PLAYBOOK } from './emma.ts';

const REP: Actor = {
  email: 'marcus@example.com',
  name: 'Marcus Chen',
  slackUserId: 'U0MARCUS',
  admin: false,
  teams: ['mid_market_sdr'],
  manages: [],
  reports: [],
};
const MANAGER: Actor = {
  ...REP,
  teams: [],
  manages: ['mid_market_sdr'],
  reports: ['priya@example.com', 'tom@example.com'],
};
const ED = '018f0000-0000-7000-8000-00000000000e';
const ONE = { open: 1, untouched: 1, unclaimed: 1, breached: 0, atRisk: 0 };
const page = (rows = [emma], of = { page: 0, pages: 1 }) => ({ rows, total: rows.length, ...of });

const repHome = (over: Partial<RepHome> = {}): RepHome => ({
  counts: ONE,
  leads: page(),
  pools: [],
  standings: [],
  ...over,
});
const teamHome = (over: Partial<TeamHome> = {}): TeamHome => ({
  kept: { held: 0, nurture: 0 },
  counts: ONE,
  teams: [{ name: 'SDRs', counts: ONE, members: [] }],
  unattended: [
    { email: 'tom@example.com', name: 'Tom Okafor', leads: 7, why: { kind: 'away', from: new Date(0), until: null } },
  ],
  leads: page(),
  away: [],
  ...over,
});

interface View {
  id: string;
  hash: string;
  private_metadata: string;
  title?: { text: string };
  blocks: { block_id: string; type: string }[];
}

interface Screen extends SlackBaton {
  press: (action_id: string, value?: string) => Promise<void>;
  home: () => Promise<string>;
  homeView: () => Promise<View | undefined>;
  modal: () => Promise<View | undefined>;
  submit: (values: Record<string, unknown>) => Promise<{ outcome?: string; body: unknown }>;
  published: () => Promise<number>;
}

/** Home is opened, and every question and deed is the test's. */
async function screen(
  t: TestContext,
  actor: Actor | undefined,
  behind: { actions?: Partial<Actions>; queries?: Partial<Queries> } = {},
): Promise<Screen> {
  const baton = await slackBaton(t, {
    ...(behind.actions && { actions: behind.actions }),
    queries: {
      who: async () => actor,
      playbook: async () => ({ playbook: PLAYBOOK, version: 1 }),
      repHome: async () => repHome(),
      teamHome: async () => teamHome(),
      absences: async () => [],
      lead: async () => emma,
      card: async () => emmasCard(),
      ...behind.queries,
    },
  });
  const user = 'marcus@example.com';
  const state = async () =>
    (await baton.control('state')) as { homes: Record<string, View>; views: Record<string, View[]> };
  const homeView = async () => (await state()).homes.U0MARCUS;
  await baton.act({ user, home: {} });
  await baton.settled();
  return {
    ...baton,
    homeView,
    home: async () => JSON.stringify(await homeView()),
    modal: async () => (await state()).views.U0MARCUS?.at(-1),
    press: async (action_id, value) => {
      const answer = await baton.act({ user, click: { action_id, ...(value && { value }) } });
      assert.deepEqual([answer.status, answer.error], [200, undefined]);
      await baton.settled();
    },
    submit: async values => {
      const answer = await baton.act({ user, submit: { values } });
      assert.equal(answer.error, undefined);
      await baton.settled();
      return answer;
    },
    published: async () => {
      const response = await fetch(`${baton.sandbox.url}/_sandbox/calls?service=slack`);
      const { calls } = (await response.json()) as { calls: { path: string }[] };
      return calls.filter(({ path }) => path.endsWith('views.publish')).length;
    },
  };
}

test('Home shows a rep their leads, no tab of anybody else, and turns pages', async t => {
  const asked: unknown[] = [];
  const shown = await screen(t, REP, {
    queries: {
      repHome: async (workspaceId, { actor, page: at }) => {
        asked.push([workspaceId, actor.email, at]);
        return repHome({ leads: page([emma], { page: at, pages: 3 }) });
      },
    },
  });
  assert.match(await shown.home(), /Emma Thompson.*Page 1 of 3/);
  assert.doesNotMatch(await shown.home(), /home_tab_/);
  await shown.press('home_go', 'leads=1');
  await shown.press('home_go', 'leads=2');
  assert.match(await shown.home(), /Page 3 of 3/);
  await shown.press('home_go_back', 'leads=1');
  // Opened again, it is where it was left.
  await shown.act({ user: 'marcus@example.com', home: {} });
  await shown.act({ user: 'marcus@example.com', home: { tab: 'messages' } });
  await shown.settled();
  assert.deepEqual(
    asked,
    [0, 1, 2, 1, 1].map(at => ['w1', 'marcus@example.com', at]),
  );
});

test('a stranger is shown no lead, but what Baton is and who lets them in', async t => {
  const shown = await screen(t, undefined, {
    queries: {
      repHome: async () => assert.fail('a lead was read'),
      teamHome: async () => assert.fail('a lead was read'),
    },
  });
  assert.match(await shown.home(), /Baton brings marketing-qualified leads to sales.*Dana Ruiz.*\/mql why LEAD/);
});

test('tabs: those one has, the one that is most theirs first; a tab that is not theirs shows nothing', async t => {
  const shown = await screen(t, { ...MANAGER, admin: true });
  assert.match(await shown.home(), /home_tab_leads.*home_tab_team.*home_tab_setup.*Tom Okafor/);
  await shown.press('home_tab_leads');
  assert.match(await shown.home(), /My open leads/);
  assert.equal(JSON.parse((await shown.homeView())?.private_metadata ?? '').tab, 'leads');

  const rep = await screen(t, REP, { queries: { teamHome: async () => assert.fail('a rep reads no team') } });
  // A Home that was drawn while they were a manager, and the press that Slack still delivers.
  await rep.send(
    `payload=${encodeURIComponent(
      JSON.stringify({
        type: 'block_actions',
        team: { id: 'T0BATON' },
        user: { id: 'U0MARCUS' },
        view: { type: 'home', private_metadata: '{"tab":"team","at":{}}' },
        container: { type: 'view' },
        trigger_id: '1.2.x',
        actions: [{ type: 'button', action_id: 'home_tab_team', block_id: 'b', action_ts: '1' }],
      }),
    )}`,
  );
  await rep.settled();
  assert.match(await rep.home(), /My open leads/);
});

test('Claim, Log call, Email and the menu work on Home as on the card, and Home shows what became of it', async t => {
  const claimed: unknown[] = [];
  let outcome: Awaited<ReturnType<Actions['claim']>> = { kind: 'claimed' };
  const logged: unknown[] = [];
  const shown = await screen(t, REP, {
    actions: {
      claim: async on => {
        claimed.push(on);
        return outcome;
      },
      logCall: async call => {
        logged.push(call);
        return { kind: 'done' };
      },
    },
  });
  await shown.press('home_claim');
  assert.deepEqual(unkeyed(claimed), [{ workspaceId: 'w1', slackUserId: 'U0MARCUS', handoffId: emma.id }]);
  assert.match(await shown.home(), /You claimed it/);
  outcome = { kind: 'taken', by: 'Priya Nair', at: new Date(), yours: false };
  await shown.press('home_claim');
  assert.match(JSON.stringify(await shown.modal()), /Priya Nair\* claimed this just now/);
  assert.doesNotMatch(await shown.home(), /You claimed it/);
  await shown.act({ user: 'marcus@example.com', close: {} });

  await shown.press('log_call');
  const before = await shown.published();
  await shown.submit({ outcome: 'no_answer', direction: 'outbound' });
  assert.equal(logged.length, 1);
  assert.match(JSON.stringify(await shown.modal()), /logged/i);
  assert.equal(await shown.published(), before + 1, 'Home is drawn anew after a modal that was opened there');
  await shown.act({ user: 'marcus@example.com', close: {} });
  await shown.press('more', `snooze:${emma.id}`);
  assert.match((await shown.modal())?.title?.text ?? '', /Snooze/);
});

test('away and back: the modal, the switch, and Home that shows it', async t => {
  let away: RepHome['away'];
  const done: unknown[] = [];
  const shown = await screen(t, REP, {
    queries: { repHome: async () => repHome({ ...(away && { away }) }) },
    actions: {
      away: async given => {
        done.push(given);
        away = { email: REP.email, from: new Date(0), until: null, note: '' };
        return { kind: 'done', name: 'Marcus Chen', openLeads: 0 };
      },
      back: async () => {
        away = undefined;
        return { kind: 'done', name: 'Marcus Chen', wasAway: true };
      },
    },
  });
  assert.match(await shown.home(), /in the rotation/);
  await shown.press('home_away');
  await shown.submit({});
  assert.equal(done.length, 1);
  assert.match(await shown.home(), /You are away\* until further notice/);
  await shown.act({ user: 'marcus@example.com', close: {} });
  await shown.press('home_back');
  assert.match(await shown.home(), /You are back.*in the rotation/);
});

test('an absentee’s leads: handed over in one approval, told on Home; kept when so wished; refused with who may', async t => {
  const moves: unknown[] = [];
  let outcome: Awaited<ReturnType<Actions['moveAll']>> = { kind: 'done', moved: 6, left: 1 };
  const shown = await screen(t, MANAGER, {
    actions: {
      moveAll: async given => {
        moves.push(given);
        return outcome;
      },
    },
  });
  await shown.press('home_hand_over');
  const by = { workspaceId: 'w1', slackUserId: 'U0MARCUS' };
  assert.deepEqual(unkeyed(moves), [{ ...by, from: 'tom@example.com', to: { kind: 'next' } }]);
  assert.match(await shown.home(), /6 leads of \*Tom Okafor\* handed over\. 1 lead stays: contacted already/);
  outcome = { kind: 'not_allowed', who: 'Dana Ruiz' };
  await shown.press('home_hand_over');
  assert.match(await shown.home(), /:warning: Only Dana Ruiz can do this/);
  await shown.press('home_keep');
  assert.match(await shown.home(), /Left as they are: leads of Tom Okafor/);
  assert.doesNotMatch(await shown.home(), /home_hand_over/);
});

const choice = (over: Partial<ChoiceOfLeads> = {}): ChoiceOfLeads => ({
  ...page([emma, { ...emma, id: ED, name: 'Ed Stone' }]),
  reps: [
    { email: 'priya@example.com', name: 'Priya Nair', open: 2 },
    { email: 'tom@example.com', name: 'Tom Okafor', open: 1 },
  ],
  ...over,
});

function bulkScreen(t: TestContext, asked: unknown[], moved: unknown[]) {
  return screen(t, MANAGER, {
    queries: {
      leadsToChoose: async (_workspaceId, { rep, page: at }) => {
        asked.push([rep, at]);
        return choice({ page: at, pages: 2, total: 102 });
      },
      lead: async (_workspaceId, id) => ({ ...emma, id, name: id === ED ? 'Ed Stone' : 'Emma Thompson' }),
    },
    actions: {
      reassign: async given => {
        moved.push(given);
        return given.handoffId === ED
          ? { kind: 'closed', state: 'contacted', by: 'Priya Nair' }
          : { kind: 'done', to: 'Tom Okafor', from: 'Priya Nair' };
      },
    },
  });
}

test('bulk reassign: chosen leads or all listed, each moved or told why not', async t => {
  const [asked, moved]: unknown[][] = [[], []];
  const shown = await bulkScreen(t, asked ?? [], moved ?? []);
  await shown.press('home_bulk');
  const none = await shown.submit({ to: 'next' });
  assert.match(JSON.stringify(none.body), /"response_action":"errors".*Choose at least one lead/);
  await shown.submit({ all: ['all'], to: 'next', note: 'Priya is ill' });
  const by = { workspaceId: 'w1', slackUserId: 'U0MARCUS', to: { kind: 'next' }, note: 'Priya is ill' };
  assert.deepEqual(unkeyed(moved ?? []), [
    { ...by, handoffId: emma.id },
    { ...by, handoffId: ED },
  ]);
  assert.match(
    JSON.stringify(await shown.modal()),
    /1 lead moved: 1 to \*Tom Okafor\*.*1 lead stayed.*Ed Stone\*: \*Priya Nair\* contacted this lead/,
  );
  assert.equal(await shown.published(), 3, 'opened, and after each submit');
});

test('bulk reassign: whose leads and which hundred can be changed; one lead alone can be chosen', async t => {
  const [asked, moved]: [unknown[], unknown[]] = [[], []];
  const shown = await bulkScreen(t, asked, moved);
  await shown.press('home_bulk');
  const menu = JSON.stringify(await shown.modal());
  const tom = /"text":"Tom Okafor \(1\)"[^{]*?\},"value":"([^"]+)"/.exec(menu)?.[1];
  assert.ok(tom, menu);
  await shown.press('home_bulk_whose', tom);
  await shown.press('home_bulk_go');
  assert.deepEqual(asked, [
    [undefined, 0],
    [undefined, 0],
    ['tom@example.com', 0],
    [undefined, 1],
    ['tom@example.com', 1],
  ]);
  const leads = (await shown.modal())?.blocks.find(block => block.block_id.startsWith('leads '));
  assert.ok(leads);
  await shown.submit({ [leads.block_id]: [ED], to: 'next' });
  assert.equal(moved.length, 1);
  assert.match(JSON.stringify(await shown.modal()), /No lead was moved/);
});

test('a bulk reassign whose modal was closed meanwhile tells its result in the DM', async t => {
  let go = () => {};
  const closed = new Promise<void>(resolve => {
    go = resolve;
  });
  const shown = await screen(t, MANAGER, {
    queries: { leadsToChoose: async () => choice() },
    actions: {
      reassign: async () => {
        await closed;
        return { kind: 'done', to: 'Tom Okafor' };
      },
    },
  });
  await shown.press('home_bulk');
  await shown.act({ user: 'marcus@example.com', submit: { values: { all: ['all'], to: 'next' } } });
  await shown.act({ user: 'marcus@example.com', close: {} });
  go();
  await shown.settled();
  const told = (await shown.shown({ user: 'marcus@example.com' })).map(({ text }) => text);
  assert.deepEqual(told, ['2 leads moved: 2 to *Tom Okafor*.']);
});

test('two presses at once: neither is lost to the other, and Home shows what is true after both', async t => {
  let claims = 0;
  let both = () => {};
  const pressed = new Promise<void>(resolve => {
    both = resolve;
  });
  const shown = await screen(t, REP, {
    queries: { repHome: async () => repHome({ counts: { ...ONE, open: 10 - claims } }) },
    actions: {
      claim: async () => {
        claims += 1;
        if (claims === 2) both();
        await pressed;
        return { kind: 'claimed' };
      },
    },
  });
  const user = 'marcus@example.com';
  await Promise.all([
    shown.act({ user, click: { action_id: 'home_claim' } }),
    shown.act({ user, click: { action_id: 'home_claim' } }),
  ]);
  await shown.settled();
  assert.match(await shown.home(), /\*8 open leads\*/);
  assert.equal(
    await shown.published(),
    4,
    'opened, drawn by each, and once more by the one that saw the other land, from what is true now',
  );
  const failures = shown.lines().filter(line => line.msg === 'a Slack listener failed');
  assert.deepEqual(failures, []);
});

test('a drawing that was read earlier and lands later does not stay: Home ends with what is true, where one is', async t => {
  let open = 20;
  const [read, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // Taking the screen down waits for what is drawn.
  t.after(() => go.resolve());
  const shown = await screen(t, MANAGER, {
    queries: {
      repHome: async () => {
        const found = repHome();
        read.resolve();
        await go.promise;
        return found;
      },
      teamHome: async () => teamHome({ counts: { ...ONE, open } }),
    },
    actions: {
      claim: async () => ({ kind: 'taken', by: 'Zoe Quick', at: new Date('2026-11-24T18:00:00Z'), yours: false }),
    },
  });
  const user = 'marcus@example.com';
  await shown.act({ user, click: { action_id: 'home_tab_leads' } });
  await read.promise;
  open = 19;
  await shown.act({ user, click: { action_id: 'home_tab_team' } });
  await until('the later press is drawn', async () => (await shown.published()) === 2);
  go.resolve();
  await shown.settled();
  assert.match(await shown.home(), /\*19 open leads\*/);
  assert.equal(await shown.published(), 4, 'opened, by each press, and once more as the two had crossed');
});

test('a drawing that lands later takes nothing of what another press was told', async t => {
  let drawn = 0;
  const [read, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  t.after(() => go.resolve());
  const shown = await screen(t, REP, {
    queries: {
      repHome: async () => {
        drawn += 1;
        if (drawn === 2) {
          read.resolve();
          await go.promise;
        }
        return repHome();
      },
    },
    actions: { claim: async () => ({ kind: 'claimed' }) },
  });
  const user = 'marcus@example.com';
  await shown.act({ user, home: {} });
  await read.promise;
  await shown.act({ user, click: { action_id: 'home_claim' } });
  await until('the later press is drawn', async () => (await shown.published()) === 2);
  go.resolve();
  await shown.settled();
  assert.equal(await shown.published(), 4);
  assert.match(await shown.home(), /You claimed it/);
});

test('a modal that is done late leaves the person on the page they have gone to since', async t => {
  const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  t.after(() => go.resolve());
  const shown = await screen(t, REP, {
    queries: { repHome: async (_, { page: at }) => repHome({ leads: page([emma], { page: at, pages: 3 }) }) },
    actions: {
      away: async () => {
        asked.resolve();
        await go.promise;
        return { kind: 'done', name: 'Marcus Chen', openLeads: 0 };
      },
    },
  });
  const user = 'marcus@example.com';
  await shown.press('home_away');
  const submitted = shown.act({ user, submit: { values: {} } });
  await asked.promise;
  await shown.act({ user, close: {} });
  await shown.act({ user, click: { action_id: 'home_go', value: 'leads=1' } });
  await until('the page is turned', async () => /Page 2 of 3/.test(await shown.home()));
  go.resolve();
  await submitted;
  await shown.settled();
  assert.equal(await shown.published(), 3, 'opened, turned, and after the modal');
  assert.match(await shown.home(), /Page 2 of 3/);
});

test('Slack that does not take Home says so to the person, and a modal’s deed is done all the same', async t => {
  const shown = await screen(t, REP, {
    actions: { snooze: async ({ until }) => ({ kind: 'done', until }) },
  });
  await shown.press('more', `snooze:${emma.id}`);
  shown.sandbox.fault({
    service: 'slack',
    path: '/api/views.publish',
    body: { ok: false, error: 'user_not_found' },
    status: 200,
    times: 2,
  });
  const [later] = /"value":"(\d{10})"/.exec(JSON.stringify(await shown.modal()))?.slice(1) ?? [];
  await shown.submit({ until: later });
  assert.match(JSON.stringify(await shown.modal()), /The lead is quiet until/);
  assert.ok(shown.lines().some(line => line.msg === 'Home could not be drawn anew after a modal'));
  await shown.act({ user: 'marcus@example.com', close: {} });
  await shown.press('home_claim');
  const told = (await shown.shown({ user: 'marcus@example.com' })).map(({ text }) => text);
  assert.match(told.at(-1) ?? '', /reference/);
});
