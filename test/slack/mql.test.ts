import '../helpers/labels.ts';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { PLAIN_WORDS } from '../../src/contracts/crm-traits.ts';
import type { HandoffFilter, HandoffSummary } from '../../src/db/handoffs/handoff-list.ts';
import type { Person } from '../../src/db/people/people.ts';
import type { Actions } from '../../src/handoff/commands.ts';
import { type Actor, actorIn } from '../../src/handoff/core/rights.ts';
import type { Health } from '../../src/handoff/queries/health.ts';
import type { Queries, Simulation } from '../../src/handoff/queries/queries.ts';
import type { Stats } from '../../src/reports/stats.ts';
import type { AdminService } from '../../src/workspaces/admin.ts';
import { slackBaton, unkeyed } from './baton.ts';
import { emmasCard } from './cards.ts';
import { emma, PLAYBOOK } from './emma.ts';

const USERS = { marcus: 'U0MARCUS', priya: 'U0PRIYA', dana: 'U0DANA', chan: 'U0CHAN', tom: 'U0TOM' };

const actor = (name: keyof typeof USERS): Actor => {
  const found = actorIn(PLAYBOOK, `${name}@example.com`, USERS[name]);
  assert.ok(found);
  return found;
};

const people: Person[] = Object.entries(USERS).map(([name, slackId]) => ({
  email: `${name}@example.com`,
  slackId,
  slackActive: true,
  slackAsked: true,
  crmUserId: null,
  crmActive: name !== 'marcus',
  crmAsked: name !== 'tom',
}));

const ed: HandoffSummary = {
  ...emma,
  id: '7f6b4c1e-0000-4000-8000-000000000002',
  name: '*Ed* <!channel>',
  email: 'ed@acme.example',
};

const health: Health = {
  connections: [
    {
      vendor: 'hubspot',
      role: 'source',
      paused: true,
      pausedReason: 'token <revoked>',
      awaySince: null,
      calls: null,
      connectedAt: new Date('2026-11-01T00:00:00Z'),
      lastSignalAt: new Date(Date.now() - 120_000),
    },
    {
      vendor: 'slack',
      role: 'chat',
      paused: false,
      pausedReason: null,
      awaySince: null,
      calls: null,
      connectedAt: new Date('2026-11-01T00:00:00Z'),
      lastSignalAt: null,
    },
    {
      vendor: 'salesforce',
      role: 'crm',
      paused: false,
      pausedReason: 'HTTP 503',
      awaySince: new Date(Date.now() - 12 * 60_000),
      calls: null,
      connectedAt: new Date('2026-11-01T00:00:00Z'),
      lastSignalAt: null,
    },
    {
      vendor: 'apollo',
      role: 'enricher',
      paused: false,
      pausedReason: null,
      awaySince: null,
      calls: { calls: 1_200, allowed: 24_500, meter: { used: 8_100, limit: 100_000 } },
      connectedAt: new Date('2026-11-01T00:00:00Z'),
      lastSignalAt: null,
    },
  ],
  backlog: {
    jobs: 1,
    oldestJobSeconds: 3,
    signals: 2,
    oldestSignalSeconds: 600,
    parkedForConnection: 4,
    parkedForPeople: 1,
  },
  lacking: [],
  notes: [],
  unmatched: { slack: ['Chan Li'], crm: [] },
  playbook: { version: 3, author: 'dana@example.com', note: 'Threshold 50', at: new Date('2026-11-20T10:00:00Z') },
};

const stats: Stats = {
  rejectedEarly: 0,
  given: 12,
  claimed: 10,
  contacted: 9,
  promised: 8,
  kept: 6,
  medianMs: 23 * 60_000,
  open: 1,
  rejected: [
    { reason: 'student', count: 2 },
    { reason: 'old_reason', count: 1 },
  ],
  shares: [
    {
      team: 'mid_market_sdr',
      teamName: 'Mid-market SDRs',
      email: 'marcus@example.com',
      name: 'Marcus Chen',
      turns: 7,
      of: 10,
      ideal: 2 / 3,
    },
    {
      team: 'mid_market_sdr',
      teamName: 'Mid-market SDRs',
      email: 'priya@example.com',
      name: 'Priya Nair',
      turns: 3,
      of: 10,
      ideal: 1 / 3,
    },
  ],
};

const simulation: Simulation = {
  email: 'new@acmecorp.com',
  found: true,
  score: 63,
  crossing: 'The score 63 is over the threshold of 50.',
  judgement: emmasCard().judgement,
  decision: emmasCard().decision,
  record: 'A new Lead would be made.',
  notes: ['Clearbit was not asked.'],
};

interface World {
  as?: keyof typeof USERS | 'stranger';
  queries?: Partial<Queries>;
  actions?: Partial<Actions>;
  admin?: Partial<AdminService>;
}

/** What one person hears; everything behind it is set. `calls`: what was asked of actions and lists. */
async function world(t: TestContext, { as = 'marcus', queries, actions, admin }: World = {}) {
  const calls: unknown[] = [];
  const noted =
    <T>(name: string, outcome: T) =>
    async (given: object) => {
      calls.push([name, given]);
      return outcome;
    };
  const baton = await slackBaton(t, {
    actions: {
      claim: noted('claim', { kind: 'claimed' }),
      reassign: noted('reassign', { kind: 'done', to: 'Priya Nair', from: 'Marcus Chen' }),
      snooze: async given => {
        calls.push(['snooze', given]);
        return { kind: 'done', until: given.until };
      },
      away: noted('away', { kind: 'done', name: 'Marcus Chen', openLeads: 0 }),
      back: noted('back', { kind: 'done', name: 'Marcus Chen', wasAway: true }),
      testLead: noted('testLead', { kind: 'done', email: 'test-1@example.com' }),
      ...actions,
    },
    queries: {
      who: async () => (as === 'stranger' ? undefined : actor(as)),
      people: async () => people,
      find: async (_workspace, text) =>
        [emma, ed].filter(lead => JSON.stringify(lead).toLowerCase().includes(text.toLowerCase())),
      lead: async () => emma,
      card: async () => emmasCard(),
      timeline: async () => ({ entries: [], decision: emmasCard().decision, judgement: emmasCard().judgement }),
      rotationOrder: async () => ({
        candidates: [
          { email: 'marcus@example.com', standing: '1 lead behind' },
          { email: 'priya@example.com', standing: 'slightly ahead' },
        ],
        skipped: [{ email: 'chan@example.com', code: 'absent', reason: 'away until Monday' }],
      }),
      list: async (_workspace, filter, page) => {
        calls.push(['list', filter, page]);
        return { rows: [emma], total: 1 };
      },
      absences: async () => [
        { email: 'marcus@example.com', from: new Date('2026-12-24T00:00:00Z'), until: null, note: '<b>' },
      ],
      playbookNews: async () => health.playbook,
      health: async () => health,
      simulate: async () => simulation,
      ...queries,
    },
    reports: {
      stats: async (_workspace, filter) => {
        calls.push(['stats', filter]);
        return stats;
      },
    },
    admin: { inspection: async () => ({ kind: 'done', last: undefined }), ...admin },
  });
  const user = as === 'stranger' ? 'marcus@example.com' : `${as}@example.com`;
  let seen = 0;

  /** What was shown since the last question; ephemeral, every one. */
  async function heard(): Promise<{ ts: string; channel: string; text: string; blocks: unknown[] }[]> {
    await baton.settled();
    const all = await baton.shown({ user });
    const news = all.slice(seen);
    seen = all.length;
    assert.ok(
      news.every(one => one.ephemeral),
      'for the asker alone',
    );
    return news as unknown as { ts: string; channel: string; text: string; blocks: unknown[] }[];
  }

  async function say(text: string) {
    const { status, error } = await baton.act({ user, command: { text } });
    assert.deepEqual([status, error], [200, undefined]);
    return heard();
  }

  const modal = async () => {
    const { modal: open } = (await baton.control(`views?user=${user}`)) as {
      modal: { title: { text: string } } | null;
    };
    return open;
  };
  return { baton, calls, say, heard, modal, user };
}

const said: [typed: string, answer: RegExp, as?: keyof typeof USERS | 'stranger'][] = [
  ['', /^\*1 open lead.*\n.*\*Emma Thompson\*, Acme Corp/],
  ['help', /\/mql reassign emma to @priya.*\/mql list held.*\/mql doctor.*\/mql help all/s, 'dana'],
  ['help', /\/mql reassign emma.*\/mql stats`(?!.*list held)/s, 'chan'],
  ['HELP', /\/mql why emma/],
  ['help', /\/mql why emma/, 'stranger'],
  ['help ressign', /\*Baton\* brings each/],
  [
    'help all',
    /\*Look\*.*\/mql list \[mine.*\*Act on a lead\*.*\/mql snooze LEAD until.*\*Baton itself\*.*\/mql doctor/s,
  ],
  [
    'help reassign',
    /\*\/mql reassign LEAD to @rep\|team\|next \[note\]\*.*Who may: whoever has the lead.*For example:/s,
  ],
  ['hepl', /^`\/mql hepl` isn’t a command\. Did you mean \*help\*\?$/],
  ['lsit team', /Did you mean \*list\*\?\n• `\/mql list \[[^\n]*$/],
  ['&lt;!here&gt;', /^`\/mql &lt;!here&gt;` isn’t a command\. `\/mql help` shows what is\.$/],
  ['&lt;!channel&gt;', /^\*∗Ed∗ &lt;!channel&gt;\*/],
  ['constructor', /`\/mql constructor` isn’t a command/],
  ['emma', /^\*Emma Thompson\*.*What happened/s],
  ['list', /Only people of Baton’s playbook.*Ask Dana Ruiz to add you/, 'stranger'],
  ['emma', /Only people of Baton’s playbook/, 'stranger'],
  ['show', /Whose\? For example: `\/mql show emma@acmecorp\.com`/],
  [
    'show emma',
    /\*Emma Thompson\* — Acme Corp.*\n\*With:\* Marcus Chen \(Mid-market SDRs\).*<tel:\+14155550100\|.*\|Record in Salesforce>.*Nothing yet\./s,
  ],
  ['show nobody', /No lead fits “nobody”.*\nTry part of the name/],
  ['show *bold* &lt;!here&gt;', /fits “∗bold∗ &lt;!here&gt;”/],
  [
    'why emma thompson',
    /\*Rule:\* HIGH mid-market\n\*Why:\*.*\*Rotation then, next first:\*\n• Marcus Chen: slightly behind.*\*Next now\* in Mid-market SDRs: Priya Nair \(slightly ahead\)\n• Skipped: Chan Li, away until Monday/s,
  ],
  ['why acme', /2 leads fit\. Which one is it\?/],
  ['claim emma', /You have \*Emma Thompson\*\. Now call or write/],
  ['reassign emma to @zed', /nobody called “zed”.*\nName a person, a team, or `next`/],
  ['reassign emma to @prija', /Did you mean \*Priya\*\?/],
  ['reassign emma to <@U0NOBODY|x>', /not in Baton’s playbook/],
  [
    'reassign emma to <@U0PRIYA|priya> because she knows them',
    /\*Emma Thompson\* went from \*Marcus Chen\* to \*Priya Nair\* with your note\./,
  ],
  ['snooze emma until yesterday', /isn’t a time I understand.*`until tomorrow 9am`/s],
  ['snooze emma until 2020-01-01', /That time has passed/],
  ['snooze emma for 2 hours', /is snoozed until <!date\^/],
  ['snooze nobody in space until Monday', /No lead fits “nobody in space”/],
  ['away for a fortnight', /isn’t a time I understand/],
  ['away @zed', /nobody called “zed”/],
  ['away until Monday', /^You are away, and back on .*Mon|^You are away, and back on /],
  ['back', /Welcome back: leads come to you again\./],
  [
    'stats',
    /\*You, this month\*.*• Given: 12 leads, 10 claimed, 9 contacted\n• SLA kept: 6 of 8 \(75%\)\n• First contact: median 23 minutes\n• Rejected: 3 \(student 2, old_reason 1\)\n• Open now: 1\n\*Share of the rotation\*\n• Mid-market SDRs: 7 of 10 leads \(70%\), share 67%$/s,
  ],
  [
    'stats team last week',
    /last week.*• Marcus Chen \(Mid-market SDRs\): 7 of 10.*• Priya Nair \(Mid-market SDRs\): 3 of 10/s,
  ],
  ['stats team', /You are in no team/, 'chan'],
  ['stats montj', /don’t understand “montj”\. Did you mean \*month\*\?/],
  ['test', /A HIGH test lead \(test-1@example\.com\) is on its way/],
  ['test hihg', /Did you mean \*high\*\?/],
  ['simulate', /Whose e-mail address\? For example: `\/mql simulate/],
  ['simulate acme', /Whose e-mail address\?/],
  [
    'simulate <mailto:new@acmecorp.com|new@acmecorp.com>',
    /\*If new@acmecorp\.com became an MQL now\* \(nothing was sent\).*known, with a score of 63.*over the threshold.*HIGH, fit 100 of 100.*\*Rule:\* HIGH mid-market.*\*CRM:\* A new Lead would be made\.\n• Clearbit was not asked\./s,
  ],
  [
    'settings',
    /score of 50 on.*HIGH: contact within 1 hour; nudge after 45 minutes.*Team \*Mid-market SDRs\*: leads go in turn, by weight, your weight 2, at most 20 open, Mon, Tue, Wed, Thu, Fri, 09:00 to 18:00.*America\/Los_Angeles.*until further notice \(&lt;b&gt;\).*in the CRM: no active user.*Admins: Dana Ruiz.*Playbook version 3, saved by dana@example\.com/s,
  ],
  ['settings', /You manage .*You are an admin: rules, teams and templates are edited on the \*Home\* tab/s, 'dana'],
  ['settings', /You are in no team.*in the CRM: found/s, 'chan'],
  ['doctor', /Something needs attention; no lead is lost\. Ask Dana Ruiz/],
  [
    'doctor',
    /Something needs you.*HubSpot: paused, token &lt;revoked&gt;.*Slack: works, connected.*Salesforce: stopped answering 12 minutes ago \(HTTP 503\).*Apollo API today: Baton 1,200 of 24,500, org 8,100 of 100,000.*1 job due; 2 signals not read yet, the oldest for 10 minutes.*4 jobs waiting for a connection.*1 job failed: fix the cause.*Not active in Slack: Chan Li.*version 3/s,
    'dana',
  ],
];

for (const [typed, wanted, as] of said) {
  test(`/mql ${typed}${as ? ` by ${as}` : ''}`, async t => {
    const { say } = await world(t, as ? { as } : {});
    const [shown, ...more] = await say(typed);
    assert.match(shown?.text ?? '', wanted);
    assert.deepEqual(more, []);
  });
}

const isoDay = (at: unknown) => (at as Date).toISOString();

test('what people type reaches the actions as they mean it', async t => {
  const { say, calls, modal } = await world(t);
  const by = { workspaceId: 'w1', slackUserId: USERS.marcus };
  const done = async (typed: string) => {
    calls.length = 0;
    await say(typed);
    return calls.at(-1);
  };
  const on = { ...by, handoffId: emma.id };
  assert.deepEqual(await done(`claim ${emma.id}`), ['claim', on]);
  assert.deepEqual(await done('take https://baton.example.com/open/7f6b4c1e-0000-4000-8000-000000000002'), [
    'claim',
    { ...by, handoffId: ed.id },
  ]);
  assert.deepEqual(await done('reassign emma to next'), ['reassign', { ...on, to: { kind: 'next' } }]);
  assert.deepEqual(await done('reassign emma to EMEA SDRs "they are in London"'), [
    'reassign',
    { ...on, to: { kind: 'team', team: 'emea_sdr' }, note: 'they are in London' },
  ]);
  assert.deepEqual(await done('reassign emma <@U0PRIYA|priya>'), [
    'reassign',
    { ...on, to: { kind: 'person', email: 'priya@example.com' } },
  ]);
  const [, snoozed] = (await done('snooze emma tomorrow 9am')) as [string, { until: Date; handoffId: string }];
  assert.equal(snoozed.handoffId, emma.id);
  assert.match(isoDay(snoozed.until), /T1[67]:00:00\.000Z$/, 'nine in Los Angeles');
  assert.equal(await done('away'), undefined, 'it asks from when until when');
  assert.equal((await modal())?.title.text, 'Out of office');
  assert.deepEqual(await done('back'), ['back', by]);
  assert.deepEqual(await done('test medium'), ['testLead', { ...by, priority: 'MEDIUM' }]);
  const [, away] = (await done('ooo from 2027-01-04 until 2027-01-11')) as [string, { from: Date; until: Date }];
  assert.deepEqual([away.from, away.until].map(isoDay), ['2027-01-04T08:00:00.000Z', '2027-01-11T08:00:00.000Z']);
});

test('somebody else is away in their own zone; a manager is offered to hand their leads over', async t => {
  const { say, calls, baton, user, modal } = await world(t, {
    as: 'dana',
    actions: {
      away: async given => {
        calls.push(given);
        return { kind: 'done', name: 'Tom Okafor', openLeads: 2 };
      },
    },
  });
  const [shown] = await say('away <@U0TOM|tom> until 2027-01-11');
  assert.deepEqual(calls.at(-1), {
    workspaceId: 'w1',
    slackUserId: USERS.dana,
    email: 'tom@example.com',
    until: new Date('2027-01-11T00:00:00Z'),
  });
  assert.match(shown?.text ?? '', /\*Tom Okafor\* is away, and back on Jan 11, 2027.*They have 2 open leads/s);
  await baton.act({ user, click: { channel: shown?.channel, ts: shown?.ts, action_id: 'mql_also.0' } });
  await baton.settled();
  assert.equal((await modal())?.title.text, 'Hand open leads over');
});

test('the connected CRM is compared with the rules by its name, a nickname or "crm"', async t => {
  const { say } = await world(t, { as: 'dana', admin: { inspect: async () => ({ kind: 'begun' }) } });
  for (const typed of ['doctor crm', 'doctor Salesforce', 'doctor sf']) {
    assert.match((await say(typed))[0]?.text ?? '', /comparing Salesforce with the rules: .*people, queues/, typed);
  }
  assert.match((await say('doctor hubspto'))[0]?.text ?? '', /Did you mean \*crm\*\?/);

  const crm = { connected: false, comparable: false, label: 'the CRM', words: PLAIN_WORDS, names: [] };
  const none = await world(t, {
    as: 'dana',
    queries: { crm: async () => crm },
    admin: { inspect: async () => ({ kind: 'no_crm' }) },
  });
  assert.match((await none.say('doctor crm'))[0]?.text ?? '', /No CRM is connected/);
  assert.match((await none.say('doctor findings'))[0]?.text ?? '', /The CRM was not compared with the rules yet/);

  const bare = await world(t, {
    as: 'dana',
    queries: { crm: async () => ({ ...crm, connected: true, label: 'Books' }), health: async () => health },
    admin: { inspect: async () => ({ kind: 'no_crm' }) },
  });
  assert.match(
    (await bare.say('doctor crm'))[0]?.text ?? '',
    /nothing in Books that Baton could compare with the rules/,
  );
  assert.doesNotMatch(JSON.stringify(await bare.say('doctor')), /Check Books/);
});

test('a refusal says who can, whatever was asked', async t => {
  const refused = async () => ({ kind: 'not_allowed' as const, who: 'Dana <Ruiz> or an admin' });
  const { say } = await world(t, {
    as: 'chan',
    actions: { claim: refused, reassign: refused, snooze: refused, away: refused, back: refused, testLead: refused },
  });
  const commands = [
    'claim emma',
    'reassign emma to me',
    'snooze emma for 1h',
    'away @priya',
    'back @priya',
    'test low',
  ];
  for (const typed of commands) {
    const [shown] = await say(typed);
    assert.equal(shown?.text, 'Only Dana &lt;Ruiz&gt; or an admin can do this.', typed);
  }
  assert.match((await say('list @tom'))[0]?.text ?? '', /^Only Dana Ruiz or an admin can do this\./);
  assert.match(
    (await say('list EMEA SDRs'))[0]?.text ?? '',
    /^Only the members of EMEA SDRs, Dana Ruiz or an admin can do this\./,
  );
  assert.match((await say('handover @priya'))[0]?.text ?? '', /^Only Dana Ruiz or an admin can do this\./);
  assert.match((await say('list team'))[0]?.text ?? '', /You are in no team/);
});

test('old news of a lead is told instead of done', async t => {
  const closed = async () => ({
    kind: 'closed' as const,
    state: 'rejected' as const,
    by: 'Priya Nair',
    at: new Date(),
  });
  const { say } = await world(t, { actions: { reassign: closed, snooze: closed } });
  assert.match((await say('reassign emma to next'))[0]?.text ?? '', /\*Priya Nair\* rejected this lead just now/);
  assert.match(
    (await say('snooze emma until 2027-01-11'))[0]?.text ?? '',
    /\*Priya Nair\* rejected this lead just now/,
  );
});

test('whose leads a list shows is a matter of who asks', async t => {
  const asked: HandoffFilter[] = [];
  let who: keyof typeof USERS = 'marcus';
  const { say } = await world(t, {
    queries: {
      who: async () => actor(who),
      list: async (_workspace, filter) => {
        asked.push(filter);
        return { rows: [], total: 0 };
      },
      lacksSource: async () => false,
    },
  });
  const filterOf = async (name: keyof typeof USERS, typed: string) => {
    who = name;
    const [shown] = await say(typed);
    const { states, dueBefore, ...rest } = asked.at(-1) ?? {};
    assert.deepEqual(states, ['assigned', 'claimed', 'contacted']);
    return [rest, shown?.text.split('\n')[0], Boolean(dueBefore)];
  };
  const sdrs = ['marcus@example.com', 'priya@example.com'];
  const own = ['mid_market_sdr', 'sdr'];
  assert.deepEqual(await filterOf('marcus', 'list'), [
    { reps: ['marcus@example.com'] },
    '*Open leads of yours*: none.',
    false,
  ]);
  assert.deepEqual(await filterOf('marcus', 'list open'), [
    { reps: ['marcus@example.com'], teams: own },
    '*Open leads you may see*: none.',
    false,
  ]);
  assert.deepEqual(await filterOf('marcus', 'list team unclaimed'), [
    { reps: sdrs, teams: own, unclaimed: true },
    '*Unclaimed leads of Mid-market SDRs, SDRs*: none.',
    false,
  ]);
  assert.deepEqual(await filterOf('marcus', 'list priya at-risk'), [
    { reps: ['priya@example.com'] },
    '*Leads at risk of Priya Nair*: none.',
    true,
  ]);
  assert.deepEqual(await filterOf('marcus', 'list SDRs'), [{ teams: ['sdr'] }, '*Open leads of SDRs*: none.', false]);
  assert.deepEqual(await filterOf('dana', 'list open'), [{}, '*Open leads*: none.', false]);
  assert.deepEqual(await filterOf('dana', 'list @tom'), [
    { reps: ['tom@example.com'] },
    '*Open leads of Tom Okafor*: none.',
    false,
  ]);
});

test('a list is paged in place, and each lead opens beside it', async t => {
  const rows = Array.from({ length: 19 }, (_, index) => ({
    ...emma,
    name: `Lead ${index + 1}`,
    dueAt: new Date(Date.now() - 3_600_000),
  }));
  const { say, heard, baton, user } = await world(t, {
    queries: {
      list: async (_workspace, _filter, { limit, offset = 0 }) => ({
        rows: rows.slice(offset, offset + limit),
        total: rows.length,
      }),
    },
  });
  const [first] = await say('list team');
  assert.match(first?.text ?? '', /^\*Open leads of Mid-market SDRs, SDRs\*: 1 to 8 of 19\n\*Lead 1\*/);
  assert.match(JSON.stringify(first?.blocks), /\*late by 1 hour\*/);
  const { channel, ts } = first ?? {};
  const press = async (action_id: string) => {
    await baton.act({ user, click: { channel, ts, action_id } });
    await baton.settled();
    return (await baton.shown({ user })).find(one => one.ts === ts)?.text ?? '';
  };
  assert.match(await press('mql_run.0'), /9 to 16 of 19\n\*Lead 9\*/);
  assert.match(await press('mql_run.1'), /17 to 19 of 19\n\*Lead 17\*/);
  assert.match(await press('mql_run.0'), /9 to 16 of 19/);
  assert.deepEqual(await heard(), [], 'nothing new was posted');
  await press('mql_also');
  const [beside] = await heard();
  assert.match(beside?.text ?? '', /^\*Emma Thompson\*/);
});

test('the call list: numbers in order with what to press, what has none is counted, and an empty one says so', async t => {
  let rows = [
    { ...emma, phone: '+14155550134', country: 'US' },
    { ...emma, state: 'claimed' as const, name: 'Ed', phone: '<!channel> 030 901820', country: 'DE' },
  ];
  const { say } = await world(t, {
    queries: {
      list: async (_workspace, { noPhone }) =>
        noPhone ? { rows: [], total: rows.length / 2 } : { rows, total: rows.length },
    },
  });
  const [list] = await say('calls');
  assert.match(list?.text ?? '', /^\*Your call list\*: 2 leads\n.*Emma.*\n\*Ed\*.*\n1 more lead has no phone number/s);
  const blocks = JSON.stringify(list?.blocks);
  assert.match(blocks, /1\. \*Emma Thompson\*.*tel:\+14155550134.*Claim.*Log call.*Email.*2\. \*Ed\*.*Log call/s);
  assert.doesNotMatch(blocks, /<!channel>/);
  rows = [];
  assert.match((await say('call-list'))[0]?.text ?? '', /^\*Your call list\* is empty\.\nA lead you were given/);
});

test('several leads fit: the chosen one goes on with the whole command', async t => {
  const { say, baton, user, calls, heard } = await world(t);
  const [question] = await say('reassign acme to <@U0PRIYA|priya> she asked for it');
  assert.match(question?.text ?? '', /2 leads fit/);
  assert.match(JSON.stringify(question?.blocks), /∗Ed∗ &lt;!channel&gt;/);
  await baton.act({ user, click: { channel: question?.channel, ts: question?.ts, action_id: 'mql_run' } });
  await baton.settled();
  const [deed, given] = calls.at(-1) as [string, unknown];
  assert.equal(deed, 'reassign');
  assert.deepEqual(unkeyed([given]), [
    {
      workspaceId: 'w1',
      slackUserId: USERS.marcus,
      handoffId: emma.id,
      to: { kind: 'person', email: 'priya@example.com' },
      note: 'she asked for it',
    },
  ]);
  assert.deepEqual(await heard(), [], 'the answer took the place of the question');
  assert.match((await baton.shown({ user })).find(one => one.ts === question?.ts)?.text ?? '', /went from/);
});

test('a mistyped word is one press away', async t => {
  const { say, baton, user } = await world(t);
  const [shown] = await say('shwo emma');
  await baton.act({ user, click: { channel: shown?.channel, ts: shown?.ts, action_id: 'mql_run.0' } });
  await baton.settled();
  assert.match((await baton.shown({ user })).find(one => one.ts === shown?.ts)?.text ?? '', /^\*Emma Thompson\*/);
});

const modals: [typed: string, title: string][] = [
  ['reject emma', 'Reject a lead'],
  ['log emma', 'Log a call'],
  ['snooze emma', 'Snooze a lead'],
  ['reassign emma', 'Reassign a lead'],
  ['timeline emma', 'Timeline'],
];

for (const [typed, title] of modals) {
  test(`/mql ${typed} opens “${title}”`, async t => {
    const { say, modal } = await world(t);
    assert.deepEqual(await say(typed), []);
    assert.equal((await modal())?.title.text, title);
  });
}

test('email opens the mail, from the chooser too, which goes away', async t => {
  const draft = {
    template: 'a',
    templates: [],
    to: emma.email,
    subject: 'Hi',
    body: 'Hi',
    canSend: true,
    replyTo: 'marcus@example.com',
  };
  const { say, modal, baton, user } = await world(t, {
    actions: { draftEmail: async () => ({ kind: 'done', draft }) },
  });
  const [question] = await say('email acme');
  await baton.act({ user, click: { channel: question?.channel, ts: question?.ts, action_id: 'mql_run' } });
  await baton.settled();
  assert.ok(await modal());
  assert.deepEqual(await baton.shown({ user }), []);
});

test('whatever a lead is called and whatever is typed, Slack takes the answer and nobody is called', async t => {
  let hostile = emma;
  const entry = () => ({
    at: new Date().toISOString(),
    kind: 'claimed' as const,
    actor: 'x',
    text: hostile.name,
    detail: {},
  });
  const { say } = await world(t, {
    queries: {
      find: async () => [hostile, { ...hostile, email: `x${hostile.email}` }],
      list: async () => ({ rows: Array.from({ length: 8 }, () => hostile), total: 9_999 }),
      timeline: async () => ({
        entries: Array.from({ length: 60 }, entry),
        decision: { ...emmasCard().decision, rule: hostile.name, reason: hostile.name.repeat(20) },
        judgement: { ...emmasCard().judgement, reason: hostile.name.repeat(20), flags: [hostile.name] },
      }),
    },
  });
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.constantFrom('<!channel> <@U0MARCUS|x>', '*_~`>|&', 'x'.repeat(5_000), '\u202e:fire:', '&lt;!here&gt;'),
  );
  await fc.assert(
    fc.asyncProperty(text, text, async (name, typed) => {
      hostile = { ...emma, name, company: name, email: `${name.slice(0, 20)}@acme.example` };
      for (const words of ['show', 'list team', 'claim', `why ${emma.id}`, `simulate`, '']) {
        for (const shown of await say(`${words} ${words === 'list team' ? '' : typed}`)) {
          // In plain_text nothing is parsed: a button may carry any name.
          const parsed = JSON.stringify(shown.blocks, (_key, value) => (value?.type === 'plain_text' ? '' : value));
          assert.doesNotMatch(`${shown.text}${parsed}`, /<!(channel|here|everyone)|<@U0MARCUS\|/);
        }
      }
    }),
    { numRuns: 15 },
  );
});
