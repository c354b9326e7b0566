import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const MARCUS = 'marcus@example.com';
const PRIYA = 'priya@example.com';
const DANA = 'dana@example.com';
const LEADS = 18;
/** No listener wants to hear of it. */
const CLOSE = { close: {} };

/** As many mid-market leads as it takes to fill pages: of three, two are Marcus's and one is Priya's. */
async function leadsCross(baton: System): Promise<void> {
  await companyIsKnown(baton);
  for (let index = 0; index < LEADS; index += 1) {
    await leadCrosses(baton, { email: `lead${index}@acmecorp.com`, firstname: 'Lead', lastname: `Number ${index}` });
  }
  await until('every lead is assigned', async () => {
    const all = await baton.handoffs();
    return all.length === LEADS && all.every(({ state }) => state === 'assigned');
  });
  await baton.settled();
}

interface State {
  users: { id: string; profile: { email: string } }[];
  homes: Record<string, { blocks: unknown[] }>;
  views: Record<string, { title: { text: string }; blocks: { block_id: string }[] }[]>;
}

async function look(baton: System, user: string) {
  const state = await baton.get<State>('/_sandbox/slack/state');
  const id = state.users.find(({ profile }) => profile.email === user)?.id ?? '';
  return { home: JSON.stringify(state.homes[id] ?? {}), modal: state.views[id]?.at(-1) };
}

async function act(baton: System, user: string, deed: Record<string, unknown>): Promise<void> {
  const answer = await baton.post('/_sandbox/slack/act', { user, ...deed });
  assert.equal(answer.error, undefined, JSON.stringify(answer));
  if (deed !== CLOSE) assert.equal(answer.status, 200, JSON.stringify(answer));
}

const press = (baton: System, user: string, action_id: string, value?: string) =>
  act(baton, user, { click: { action_id, ...(value !== undefined && { value }) } });

const shows = (baton: System, user: string, what: RegExp) =>
  until(`Home of ${user} shows ${what}`, async () => {
    const { home } = await look(baton, user);
    return what.test(home) ? home : undefined;
  });

const opens = (baton: System, user: string, what: RegExp) =>
  until(`${user} sees a modal with ${what}`, async () => {
    const { modal } = await look(baton, user);
    return modal && what.test(JSON.stringify(modal)) ? modal : undefined;
  });

async function openOf(baton: System, email: string): Promise<number> {
  return (await baton.handoffs()).filter(({ repEmail }) => repEmail === email).length;
}

test('a rep works through Home and goes away; a manager hands the leads on, some by choice and the rest in one approval', async t => {
  const baton = await system(t);
  await leadsCross(baton);
  const [his, hers] = [await openOf(baton, MARCUS), await openOf(baton, PRIYA)];
  assert.deepEqual([his, hers], [12, 6]);

  await act(baton, MARCUS, { home: {} });
  const first = await shows(baton, MARCUS, /12 open leads/);
  assert.match(first, /due in 5\d minutes/);
  assert.match(first, /Page 1 of 2/);
  assert.match(first, /You had \*12 of 18 turns\* this month; your weight would be 12 \(67%\)/);
  assert.doesNotMatch(first, /home_tab_team/);
  await press(baton, MARCUS, 'home_go', 'leads=1');
  const second = await shows(baton, MARCUS, /Page 2 of 2/);
  assert.equal(second.match(/"action_id":"log_call"/g)?.length, 2);
  await press(baton, MARCUS, 'home_claim');
  await shows(baton, MARCUS, /You claimed it/);
  assert.equal((await baton.handoffs()).filter(({ claimedBy }) => claimedBy === MARCUS).length, 1);

  await press(baton, MARCUS, 'home_away');
  await opens(baton, MARCUS, /You get no new leads/);
  await act(baton, MARCUS, { submit: { values: { until: '2026-11-26', note: 'Flu' } } });
  await shows(baton, MARCUS, /You are away\* and back on Fri, Nov 27 \(Flu\)/);
  await act(baton, MARCUS, CLOSE);

  await slackIdOf(baton, DANA);
  await act(baton, DANA, { home: {} });
  const team = await shows(baton, DANA, /18 open leads/);
  assert.match(
    team,
    /Marcus Chen\* is away until Fri, Nov 27[^"]* and has \*12 open leads that nobody has contacted\*/,
  );
  assert.match(team, /17 not claimed/);

  await press(baton, DANA, 'home_bulk');
  const modal = await opens(baton, DANA, /All 18 listed below/);
  const leads = modal.blocks.find(({ block_id }) => block_id.startsWith('leads '));
  const chosen = (await baton.handoffs()).filter(({ repEmail }) => repEmail === MARCUS).slice(0, 2);
  const person = `person:${PRIYA}`;
  await act(baton, DANA, {
    submit: { values: { [leads?.block_id ?? '']: chosen.map(({ id }) => id), to: person, note: 'Marcus is ill' } },
  });
  await opens(baton, DANA, /2 leads moved: 2 to \*Priya Nair\*/);
  await act(baton, DANA, CLOSE);
  await shows(baton, DANA, /Marcus Chen\* is away[^"]*\*10 open leads/);
  assert.deepEqual([await openOf(baton, MARCUS), await openOf(baton, PRIYA)], [10, 8]);

  await press(baton, DANA, 'home_hand_over', MARCUS);
  const after = await shows(baton, DANA, /10 leads of \*Marcus Chen\* handed over/);
  assert.doesNotMatch(after, /home_hand_over/);
  assert.deepEqual([await openOf(baton, MARCUS), await openOf(baton, PRIYA)], [0, 18]);

  await press(baton, MARCUS, 'home_back');
  await shows(baton, MARCUS, /You are back.*no open lead\. You are \*next in line\* in Mid-market SDRs/);
});

test('a rep is shown nothing of the team, whatever they press; somebody outside the playbook is shown no lead', async t => {
  const baton = await system(t);
  await leadsCross(baton);
  const { deps, workspaceId } = baton.app;
  await act(baton, PRIYA, { home: {} });
  await shows(baton, PRIYA, /6 open leads/);
  // She managed a team yesterday: her Home still has the tab, and what she presses on it is judged today.
  const manager = await deps.db('people').where({ email: PRIYA, workspace_id: workspaceId }).first();
  const response = await fetch(`${baton.env.SLACK_API_URL}views.publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` },
    body: JSON.stringify({
      user_id: manager.slack_id,
      view: {
        type: 'home',
        private_metadata: JSON.stringify({ tab: 'team', at: {} }),
        blocks: [
          {
            type: 'actions',
            elements: ['home_tab_team', 'home_bulk', 'home_hand_over'].map(action_id => ({
              type: 'button',
              action_id,
              text: { type: 'plain_text', text: action_id },
              ...(action_id === 'home_hand_over' && { value: MARCUS }),
            })),
          },
        ],
      },
    }),
  });
  assert.equal(((await response.json()) as { ok: boolean }).ok, true);
  await press(baton, PRIYA, 'home_bulk');
  await opens(baton, PRIYA, /There is no open lead here to reassign/);
  await act(baton, PRIYA, CLOSE);
  await press(baton, PRIYA, 'home_hand_over', MARCUS);
  const own = await shows(baton, PRIYA, /Only Dana Ruiz or an admin can do this/);
  assert.equal(await openOf(baton, MARCUS), 12);
  assert.doesNotMatch(own, /Teams now|Marcus Chen/);
  const marcus = (await baton.handoffs()).filter(({ repEmail }) => repEmail === MARCUS);
  for (const { name } of marcus) assert.doesNotMatch(own, new RegExp(`${name}\\*`));

  await deps.db('people').where({ email: PRIYA }).update({ slack_id: null });
  await act(baton, PRIYA, { home: {} });
  const stranger = await shows(baton, PRIYA, /not among the people of Baton’s playbook yet/);
  assert.match(stranger, /Ask \*Dana Ruiz\* to add you/);
  assert.doesNotMatch(stranger, /Lead Number/);
});
