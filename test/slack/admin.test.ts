import '../helpers/labels.ts';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nurtureKinds, sourceLabels } from '../../src/config/playbook.ts';
import type { Actor } from '../../src/handoff/core/rights.ts';
import type { AdminService, Condition } from '../../src/workspaces/admin.ts';
import { writtenIn } from '../../src/workspaces/playbook-edits/document.ts';
import { differenceInWords, edit, type PlaybookChange } from '../../src/workspaces/playbook-edits.ts';
import type { Text } from '../../src/workspaces/playbook-service.ts';
import type { Saved } from '../../src/workspaces/playbook-versions.ts';
import { factsOf, tryLead } from '../../src/workspaces/sample-lead.ts';
import { EXAMPLE, PLAYBOOK_VENDORS, playbookIn } from '../helpers/playbook.ts';
import { type SlackBaton, slackBaton } from './baton.ts';
import { emma } from './emma.ts';

const DANA: Actor = {
  email: 'dana@example.com',
  name: 'Dana Ruiz',
  slackUserId: 'U0DANA',
  admin: true,
  teams: [],
  manages: [],
  reports: [],
};
const AT = new Date('2026-11-24T17:58:00Z');
const USER = 'dana@example.com';

const NONE = { open: 0, untouched: 0, unclaimed: 0, breached: 0, atRisk: 0 };
const EMPTY = { rows: [], total: 0, page: 0, pages: 1 };

interface View {
  id: string;
  title?: { text: string };
  blocks: { type: string; block_id: string }[];
}

interface TestWorkspace extends SlackBaton {
  changes: PlaybookChange[];
  asked: unknown[];
  /** Somebody else saves. */
  saveElsewhere: (change: PlaybookChange) => void;
  press: (action_id: string, value?: unknown) => Promise<void>;
  submit: (values?: Record<string, unknown>) => Promise<{ outcome?: string; body: unknown; error?: string }>;
  home: () => Promise<string>;
  modal: () => Promise<string>;
}

function textOf(yaml: string, version: number): Text {
  const { sequencers } = PLAYBOOK_VENDORS;
  const offered = { sources: sourceLabels(PLAYBOOK_VENDORS), nurtures: nurtureKinds(PLAYBOOK_VENDORS), sequencers };
  return { version, yaml, written: writtenIn(yaml), playbook: playbookIn(yaml), ...offered };
}

const line = (version: number, note: string) => ({ version, by: 'Priya Nair', at: AT, note });

/** Home's Set-up is open, over a playbook in memory. */
async function workspace(
  t: TestContext,
  given: { actor?: Actor; yaml?: string; admin?: Partial<AdminService> } = {},
): Promise<TestWorkspace> {
  let text = textOf(given.yaml ?? EXAMPLE, 1);
  const notes = ['read from the file'];
  const changes: PlaybookChange[] = [];
  const drafts: PlaybookChange[] = [];
  const asked: unknown[] = [];
  const apply = (change: PlaybookChange): Saved => {
    const edited = edit(text.yaml, change, PLAYBOOK_VENDORS);
    if (!edited.ok) return { kind: 'unfit', problems: edited.problems };
    if (edited.summary === undefined) return { kind: 'same' };
    text = textOf(edited.yaml, text.version + 1);
    notes.push(edited.summary);
    return { kind: 'saved', version: text.version, note: edited.summary, underWay: 3 };
  };
  const baton = await slackBaton(t, {
    queries: {
      who: async () => given.actor ?? DANA,
      playbook: async () => ({ playbook: text.playbook, version: text.version }),
      teamHome: async () => ({
        counts: NONE,
        teams: [],
        unattended: [],
        leads: EMPTY,
        kept: { held: 0, nurture: 0 },
        away: [],
      }),
    },
    admin: {
      text: async () => text,
      savedBefore: async () => undefined,
      edit: async (_by, { basedOn, change }) => {
        changes.push(change);
        if (basedOn !== text.version) return { kind: 'conflict', ...line(text.version, notes.at(-1) ?? '') };
        return apply(change);
      },
      problemsOf: async (_workspace, { change }) => {
        const edited = edit(text.yaml, change, PLAYBOOK_VENDORS);
        return edited.ok ? [] : edited.problems;
      },
      propose: async (_by, { change }) => {
        const edited = edit(text.yaml, change, PLAYBOOK_VENDORS);
        changes.push(change);
        if (!edited.ok) return { kind: 'unfit', problems: edited.problems };
        if (edited.summary === undefined) return { kind: 'same' };
        drafts.push(change);
        const difference = differenceInWords(text.yaml, edited.yaml);
        return {
          kind: 'ready',
          draft: String(drafts.length - 1),
          basedOn: text.version,
          difference,
          summary: edited.summary,
        };
      },
      approveImport: async (_by, draft) => {
        const change = drafts[Number(draft)];
        return change ? apply(change) : { kind: 'not_found' };
      },
      version: async (_workspace, version) => {
        const note = notes[version - 1];
        return note === undefined ? undefined : { ...line(version, note), difference: [note] };
      },
      versions: async () => ({
        rows: notes.map((note, index) => line(index + 1, note)).reverse(),
        total: notes.length,
        page: 0,
        pages: 1,
      }),
      restore: async (_by, which) => {
        asked.push(which);
        return { kind: 'saved', version: 9, note: `Version ${which.version} restored`, underWay: 1 };
      },
      condition: async () => condition(),
      recentLeads: async () => [emma],
      tryRules: async (_workspace, on) => {
        asked.push(on);
        return 'handoffId' in on ? undefined : tryLead(text.playbook, factsOf(on), AT);
      },
      ...given.admin,
    },
  });
  const state = async () =>
    (await baton.control('state')) as { homes: Record<string, View>; views: Record<string, View[]> };
  await baton.act({ user: USER, home: {} });
  await baton.settled();
  await baton.act({ user: USER, click: { action_id: 'home_tab_setup' } });
  await baton.settled();
  return {
    ...baton,
    changes,
    asked,
    saveElsewhere: change => void apply(change),
    press: async (action_id, value) => {
      const answer = await baton.act({ user: USER, click: { action_id, ...(value !== undefined && { value }) } });
      assert.deepEqual([answer.status, answer.error], [200, undefined]);
      await baton.settled();
    },
    submit: async (values = {}) => {
      const answer = await baton.act({ user: USER, submit: { values } });
      await baton.settled();
      return answer;
    },
    home: async () => JSON.stringify((await state()).homes.U0DANA),
    modal: async () => JSON.stringify((await state()).views.U0DANA?.at(-1) ?? null),
  };
}

function condition(over: Partial<Condition> = {}): Condition {
  return {
    mode: 'live',
    health: {
      connections: [],
      backlog: {
        jobs: 0,
        oldestJobSeconds: 0,
        signals: 0,
        oldestSignalSeconds: 0,
        parkedForConnection: 0,
        parkedForPeople: 2,
      },
      lacking: [],
      notes: [],
      unmatched: { slack: ['Marcel Chen'], crm: [] },
      playbook: { version: 1, author: 'file', note: '', at: AT },
    },
    connections: [
      {
        vendor: 'hubspot',
        role: 'source',
        status: 'active',
        pausedReason: null,
        pausedAt: null,
        connectedAt: AT,
        cursor: null,
        lastSignalAt: AT,
      },
      {
        vendor: 'salesforce',
        role: 'crm',
        status: 'paused',
        pausedReason: 'invalid_grant',
        pausedAt: AT,
        connectedAt: AT,
        cursor: null,
        lastSignalAt: null,
      },
    ],
    stuck: {
      rows: [
        {
          id: '7',
          job: 'handoff.record',
          verdict: 'refused',
          vendor: 'salesforce',
          reason: 'No such field <!channel> Region__c',
          reference: 'abc12345',
          jobs: 2,
          since: AT,
          last: AT,
        },
      ],
      total: 1,
      page: 0,
      pages: 1,
    },
    kept: [{ id: '005000000000009AAA', name: 'HubSpot <!here> Integration', by: 'Dana Ruiz', until: AT }],
    ...over,
  };
}

test('health: what is connected, who is not known, what is stuck and why; Replay one reason, or all', async t => {
  const replayed: unknown[] = [];
  const shown = await workspace(t, {
    admin: {
      replay: async (_by, which) => {
        replayed.push(which);
        return { kind: 'done', jobs: which === 'all' ? 0 : 2 };
      },
      forgetKept: async (_by, which) => {
        replayed.push(which);
        return { kind: 'done', known: true };
      },
    },
  });
  const home = await shown.home();
  assert.match(home, /Salesforce.*paused.*invalid_grant.*goes on by itself.*HubSpot.*last signal/);
  assert.match(home, /Marcel Chen.*Their leads go to the channel/);
  assert.match(home, /Writing a lead to the CRM.*2 times.*Region__c.*Fix the cause.*abc12345/);
  assert.ok(!home.includes('<!channel>'));
  await shown.press('replay_group', '7');
  assert.match(await shown.home(), /2 jobs go again/);
  await shown.press('replay_all', 'all');
  assert.match(await shown.home(), /replayed already/);
  assert.deepEqual(replayed, ['7', 'all']);
  assert.match(await shown.home(), /HubSpot .*Integration.*its owners are kept, as \*Dana Ruiz\* said/);
  await shown.press('forget_kept_owner', '005000000000009AAA');
  assert.match(await shown.home(), /Forgotten\. A manager is asked again/);
  assert.deepEqual(replayed, ['7', 'all', '005000000000009AAA']);
});

test('every page of Set-up says what there is, and is drawn by its button', async t => {
  const shown = await workspace(t);
  const pages: [string, RegExp][] = [
    [
      'playbook',
      /Version 1.*MQL threshold.*a score of 50.*Ideal customer.*HIGH from 70.*contact within 1 hour.*LOW.*no SLA/,
    ],
    ['people', /5 people.*Marcus Chen.*Mid-market SDRs, SDRs.*Dana Ruiz.*admin/],
    ['teams', /4 teams.*Mid-market SDRs.*in turn, by weight.*Marcus Chen ×2 \(at most 20\)/],
    [
      'rules',
      /7 rules.*1\. \*Known account goes to its owner.*priority is HIGH, company size is above 1,000 → Enterprise AEs.*Fallback/,
    ],
    ['templates', /No template yet/],
    ['versions', /1 version.*Priya Nair.*read from the file/],
    ['health', /Connections/],
  ];
  for (const [page, says] of pages) {
    await shown.press('setup_page', page);
    assert.match(await shown.home(), says);
  }
});

type Case = {
  form: string;
  page: string;
  open: [action: string, value?: string];
  values: Record<string, unknown>;
  /** Each is added in a view on top. */
  conditions?: Record<string, unknown>;
  change: PlaybookChange;
  says: RegExp;
};

const HOURS = { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, from: '09:00', to: '17:00' };
const CASES: Case[] = [
  {
    form: 'the threshold',
    page: 'playbook',
    open: ['edit_threshold'],
    values: { threshold: '60', requalify_after: '30d' },
    change: { kind: 'threshold', threshold: 60, requalifyAfter: '30d' },
    says: /Saved as version 2.*Threshold 50 → 60; New MQL after 90d → 30d.*3 leads under way keep the version they were opened under/,
  },
  {
    form: 'the ideal customer',
    page: 'playbook',
    open: ['edit_fit'],
    values: { industries: 'Technology, Retail\nSoftware', employees_max: null, high: '80' },
    change: {
      kind: 'fit',
      fit: {
        industries: ['Technology', 'Retail', 'Software'],
        employees: { min: 200, max: undefined },
        countries: ['US', 'CA', 'GB', 'DE'],
        points: { industry: 30, employees: 25, country: 20, title: 25 },
        priority: { high: 80, medium: 40 },
      },
    },
    says: /ICP industries/,
  },
  {
    form: 'a ladder',
    page: 'playbook',
    open: ['edit_ladder', 'HIGH'],
    values: {
      respond_within: '30',
      respond_within_unit: 'm',
      clock: 'working',
      out_of_hours: 'wait',
      ...{ step_1: '20', step_1_do: 'nudge', step_2: '30', step_2_do: 'remind' },
      ...Object.fromEntries(
        ['step_3', 'step_4'].flatMap(one => [
          [one, null],
          [`${one}_do`, null],
        ]),
      ),
    },
    change: {
      kind: 'ladder',
      priority: 'HIGH',
      ladder: {
        respond_within: '30m',
        clock: 'working',
        steps: [
          { at: '20m', do: 'nudge' },
          { at: '30m', do: 'remind' },
        ],
        out_of_hours: 'wait',
      },
      fields: ['step_1', 'step_2'],
    },
    says: /respond within 1h → 30m/,
  },
  {
    form: 'no promise at all',
    page: 'playbook',
    open: ['edit_ladder', 'MEDIUM'],
    values: { none: ['none'] },
    change: { kind: 'ladder', priority: 'MEDIUM' },
    says: /MEDIUM removed/,
  },
  {
    form: 'idle and cold',
    page: 'playbook',
    open: ['edit_promises'],
    values: { claimed_but_idle: '15m', cold_after: null },
    change: { kind: 'promises', claimedButIdle: '15m', coldAfter: undefined },
    says: /30m → 15m/,
  },
  {
    form: 'where leads are told',
    page: 'playbook',
    open: ['edit_notify'],
    values: { assigned: 'both', channel: '#leads', burst: '3' },
    change: { kind: 'notify', notify: { assigned: 'both', channel: '#leads', burst: 3 } },
    says: /dm → both/,
  },
  {
    form: 'the follow-up',
    page: 'playbook',
    open: ['edit_follow_up'],
    values: { high: 'call_list', sequence_tool: 'hubspot', sequence_high: 'Inbound, fast' },
    change: {
      kind: 'follow_up',
      followUp: {
        HIGH: 'call_list',
        MEDIUM: 'task',
        LOW: 'task',
        queue: undefined,
        sequences: { tool: 'hubspot', HIGH: 'Inbound, fast' },
      },
    },
    says: /follow up: HIGH call_list, MEDIUM task, LOW task/,
  },
  {
    form: 'the first answer',
    page: 'playbook',
    open: ['edit_first_answer'],
    values: { enabled: 'yes', within: '2m', postal_address: '2 Side Street' },
    change: {
      kind: 'reply',
      reply: {
        enabled: true,
        to: 'forms',
        within: '2m',
        subject: '{{lead.company}} and us',
        body: playbookIn(EXAMPLE).reply.body,
        postal_address: '2 Side Street',
      },
    },
    says: /First answer to leads no → yes|First answer/,
  },
  {
    form: 'a first answer for some leads',
    page: 'templates',
    open: ['edit_answer'],
    values: { priority: ['HIGH'], team: ['team:mid_market_sdr'], language: 'de, fr', subject: 'Hallo', body: 'Hi' },
    change: {
      kind: 'answer',
      at: undefined,
      answer: {
        when: { priority: 'HIGH', team: 'mid_market_sdr', language: ['de', 'fr'] },
        subject: 'Hallo',
        body: 'Hi',
      },
    },
    says: /First answer for HIGH leads of Mid-market SDRs who chose de or fr added: Hallo/,
  },
  {
    form: 'nurture',
    page: 'playbook',
    open: ['edit_nurture'],
    values: { nurture_hubspot: 'property track = a = b', nurture_pardot: 'Cold leads' },
    change: {
      kind: 'nurture',
      places: {
        hubspot: { property: 'track', value: 'a = b' },
        marketo: undefined,
        pardot: { list: 'Cold leads' },
        activecampaign: undefined,
      },
    },
    says: /nurture.*track/i,
  },
  {
    form: 'the fallback',
    page: 'rules',
    open: ['edit_fallback'],
    values: { person: 'person:tom@example.com' },
    change: { kind: 'fallback', team: 'sdr', person: 'tom@example.com' },
    says: /Fallback person Dana Ruiz → Tom Okafor/,
  },
  {
    form: 'a new person',
    page: 'people',
    open: ['edit_person'],
    values: {
      name: 'Nia Bell',
      email: 'nia@example.com',
      time_zone: 'Europe/Paris',
      manager: 'person:dana@example.com',
      from: '09:00',
      to: '17:00',
      admin: ['yes'],
    },
    change: {
      kind: 'person',
      at: undefined,
      admin: true,
      person: {
        email: 'nia@example.com',
        name: 'Nia Bell',
        manager: 'dana@example.com',
        time_zone: 'Europe/Paris',
        scheduling_url: undefined,
        hours: { ...HOURS, days: [...HOURS.days] },
      },
    },
    says: /Person “Nia Bell” added/,
  },
  {
    form: 'a person who leaves',
    page: 'people',
    open: ['person_menu', 'remove:1:0'],
    values: { instead: 'person:chan@example.com' },
    change: { kind: 'remove_person', at: 0, instead: 'chan@example.com' },
    says: /Person “Marcus Chen” removed/,
  },
  {
    form: 'a team',
    page: 'teams',
    open: ['team_menu', 'edit:1:mid_market_sdr'],
    values: { members: ['person:tom@example.com', 'person:marcus@example.com'], channel: '#mid' },
    change: {
      kind: 'team',
      key: 'mid_market_sdr',
      team: {
        name: 'Mid-market SDRs',
        manager: 'dana@example.com',
        assign: 'weighted',
        channel: '#mid',
        hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', holidays: 'US' },
      },
      members: ['marcus@example.com', 'tom@example.com'],
    },
    says: /Team “Mid-market SDRs”: channel #mql-mid-market → #mid/,
  },
  {
    form: 'weights',
    page: 'teams',
    open: ['team_menu', 'weights:1:mid_market_sdr'],
    values: { 'weight priya@example.com': '3', 'limit marcus@example.com': null },
    change: {
      kind: 'members',
      key: 'mid_market_sdr',
      members: [
        { person: 'marcus@example.com', weight: 2, open_limit: undefined },
        { person: 'priya@example.com', weight: 3, open_limit: undefined },
      ],
    },
    says: /members/,
  },
  {
    form: 'a team that goes',
    page: 'teams',
    open: ['team_menu', 'remove:1:emea_sdr'],
    values: { instead: 'team:sdr' },
    change: { kind: 'remove_team', key: 'emea_sdr', instead: 'sdr' },
    says: /Team “EMEA SDRs” removed/,
  },
  {
    form: 'a new rule with every condition',
    page: 'rules',
    open: ['edit_rule'],
    values: {
      name: 'Germans',
      after: '1',
      to: 'team:emea_sdr',
    },
    conditions: {
      priority: ['HIGH', 'MEDIUM'],
      region: ['DACH'],
      country: 'DE',
      industry: 'in_icp, Retail',
      employees: '200 to 5,000',
      score: 'at least 60',
      account_owner: 'none',
      lead_source: 'Webinar',
      product_interest: 'CRM\nBilling',
      title: ['executive'],
      email: ['business'],
      source: ['hubspot'],
      unsubscribed: 'no',
      answers: 'timeline: now, this quarter\nuse_case: demo',
      property: 'lead_tier: gold, silver\nbeta: yes',
    },
    change: {
      kind: 'rule',
      at: undefined,
      after: 1,
      rule: {
        name: 'Germans',
        to: { team: 'emea_sdr' },
        when: {
          priority: ['HIGH', 'MEDIUM'],
          region: 'DACH',
          country: 'DE',
          industry: ['in_icp', 'Retail'],
          employees: { min: 200, max: 5000 },
          score: { min: 60 },
          account_owner: 'none',
          lead_source: 'Webinar',
          product_interest: ['CRM', 'Billing'],
          title: 'executive',
          email: 'business',
          source: 'hubspot',
          unsubscribed: false,
          answers: { timeline: ['now', 'this quarter'], use_case: 'demo' },
          property: { lead_tier: ['gold', 'silver'], beta: 'yes' },
        },
      },
    },
    says: /Rule “Germans” added/,
  },
  {
    form: 'a rule that goes',
    page: 'rules',
    open: ['rule_menu', 'remove:1:1'],
    values: {},
    change: { kind: 'remove_rule', at: 1 },
    says: /Rule “Partner referrals” removed/,
  },
  {
    form: 'a template',
    page: 'templates',
    open: ['edit_template'],
    values: { name: 'First call', subject: 'Hello {{lead.first_name}}', body: 'Hi,\n\nbye' },
    change: {
      kind: 'template',
      key: undefined,
      template: { name: 'First call', subject: 'Hello {{lead.first_name}}', body: 'Hi,\n\nbye' },
    },
    says: /Template “First call” added/,
  },
];

/** One condition more in the open form of a rule. */
async function addCondition(shown: TestWorkspace, fact: string, value: unknown) {
  await shown.press('add_condition');
  await shown.press('condition_fact', fact);
  return shown.submit({ [`value:${fact}`]: value });
}

for (const { form, page, open, values, conditions = {}, change, says } of CASES) {
  test(`${form}: opened, filled in, saved as a version, and Home shows it`, async t => {
    const shown = await workspace(t);
    await shown.press('setup_page', page);
    await shown.press(...open);
    for (const [fact, value] of Object.entries(conditions)) {
      assert.equal((await addCondition(shown, fact, value)).outcome, 'closed', fact);
    }
    const answer = await shown.submit(values);
    // What was shown already is saved at once.
    const isSaved = answer.outcome === 'cleared';
    assert.ok(isSaved || (answer.outcome === 'updated' && answer.error === undefined), JSON.stringify(answer.body));
    assert.deepEqual(plain(shown.changes), plain([change]));
    const preview = isSaved ? '' : await shown.modal();
    if (/This would change/.test(preview)) assert.equal((await shown.submit()).outcome, 'cleared', preview);
    assert.match(await shown.home(), /Saved as version 2/);
    assert.match(await shown.home(), says);
  });
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const ERRORS: [
  what: string,
  page: string,
  open: [string, string?],
  values: Record<string, unknown>,
  errors: Record<string, RegExp>,
][] = [
  [
    'a duration',
    'playbook',
    ['edit_threshold'],
    { requalify_after: 'soon' },
    { requalify_after: /^Must be a duration/ },
  ],
  ['a country', 'playbook', ['edit_fit'], { countries: 'US\nNarnia' }, { countries: /^Must be a country/ }],
  ['points', 'playbook', ['edit_fit'], { points_title: '90' }, { points_industry: /add up to 100/ }],
  ['a step', 'playbook', ['edit_ladder', 'HIGH'], { step_2: null }, { step_2: /Say after how long/ }],
  [
    'steps that do not climb',
    'playbook',
    ['edit_ladder', 'HIGH'],
    { step_2: '5' },
    { step_2: /later than the step before/ },
  ],
  [
    'a sequence without its tool',
    'playbook',
    ['edit_follow_up'],
    { sequence_low: 'Slow' },
    { sequence_tool: /Choose/ },
  ],
  [
    'a tool without a sequence',
    'playbook',
    ['edit_follow_up'],
    { sequence_tool: 'hubspot' },
    { sequence_tool: /^Names a tool and no/ },
  ],
  ['a queue nobody uses', 'playbook', ['edit_follow_up'], { queue: '7' }, { queue: /^Has no effect/ }],
  ['a channel', 'playbook', ['edit_notify'], { channel: 'leads' }, { channel: /^Must be a Slack channel/ }],
  [
    'a way to nurture',
    'playbook',
    ['edit_nurture'],
    { nurture_hubspot: 'Nurture' },
    { nurture_hubspot: /^Write list NAME, or property NAME = VALUE/ },
  ],
  ['nobody as fallback', 'rules', ['edit_fallback'], { team: null, person: null }, { team: /name a team or a person/ }],
  [
    'half of the hours',
    'people',
    ['edit_person'],
    { name: 'N', email: 'n@example.com', time_zone: 'UTC', from: '09:00' },
    { to: /when work ends/ },
  ],
  [
    'a time zone',
    'people',
    ['person_menu', 'edit:1:0'],
    { time_zone: 'Mars', email: 'nobody' },
    { time_zone: /IANA/, email: /e-mail/ },
  ],
  [
    'somebody who is needed',
    'people',
    ['person_menu', 'remove:1:2'],
    {},
    { instead: /Tom Okafor is still needed: member of EMEA SDRs/ },
  ],
  [
    'a team that is needed',
    'teams',
    ['team_menu', 'remove:1:sdr'],
    {},
    { instead: /target of rule “MEDIUM”; the fallback/ },
  ],
  ['a name taken', 'rules', ['rule_menu', 'edit:1:3'], { name: 'EMEA' }, { name: /another rule is called/i }],
];

for (const [what, page, open, values, expected] of ERRORS) {
  test(`said at the field: ${what}`, async t => {
    const shown = await workspace(t);
    await shown.press('setup_page', page);
    await shown.press(...open);
    const answer = await shown.submit(values);
    assert.equal(answer.outcome, 'errors', JSON.stringify(answer));
    const { errors } = answer.body as { errors: Record<string, string> };
    assert.deepEqual(Object.keys(errors).sort(), Object.keys(expected).sort());
    for (const [field, why] of Object.entries(expected)) assert.match(errors[field] ?? '', why);
  });
}

const CONDITION_ERRORS: [fact: string, value: string, why: RegExp][] = [
  ['employees', 'many', /For example: above 1000/],
  ['score', 'above 10 and below 5', /^Can never be true/],
  ['property', 'gold', /write a name, a colon/],
  ['country', 'Narnia', /^Must be a country/],
];

test('a condition that cannot be is refused at its field; changed and removed it is a sentence more or less', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'rules');
  await shown.press('edit_rule');
  assert.match(await shown.modal(), /it is any lead/);
  for (const [fact, value, why] of CONDITION_ERRORS) {
    const answer = await addCondition(shown, fact, value);
    const { errors } = answer.body as { errors: Record<string, string> };
    assert.match(errors[`value:${fact}`] ?? '', why);
    await shown.act({ user: USER, close: {} });
  }
  await addCondition(shown, 'country', 'US');
  await addCondition(shown, 'employees', 'above 1000');
  assert.match(await shown.modal(), /\*company size\* is above 1,000.*and \*country\* is US/);
  await shown.press('condition_menu', 'change:employees');
  await shown.press('condition_fact', 'title');
  await shown.submit({ 'value:title': ['executive'] });
  await shown.press('condition_menu', 'remove:country');
  const modal = await shown.modal();
  assert.match(modal, /\*job title\* is executive/);
  assert.doesNotMatch(modal, /company size\* is|country\* is/);
});

test('a step more in the form of an SLA: one row is added, and becomes the last step', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'playbook');
  await shown.press('edit_ladder', 'HIGH');
  assert.doesNotMatch(await shown.modal(), /Step 5: after/);
  await shown.press('ladder_add_step');
  assert.match(await shown.modal(), /Step 5: after/);
  const given = { step_4: '3', step_4_do: 'remind', step_5: '5', step_5_unit: 'h', step_5_do: 'reassign' };
  await shown.submit(given);
  assert.match(await shown.modal(), /This would change.*remind at 3h; reassign at 5h/);
});

test('a rule moves up and down on Home; the first goes no further', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'rules');
  await shown.press('rule_menu', 'down:1:1');
  assert.match(await shown.home(), /Saved as version 2.*moved down to 3.*2\. \*EMEA\*.*3\. \*Partner referrals/);
  await shown.press('rule_menu', 'up:2:0');
  assert.match(await shown.home(), /first rule already/);
});

test('nothing different is not saved, and said so', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'rules');
  for (const open of ['edit:1:0', 'edit:1:2', 'edit:1:3', 'edit:1:6']) {
    await shown.press('rule_menu', open);
    assert.equal((await shown.submit()).outcome, 'updated');
    assert.match(await shown.modal(), /Nothing is different/);
    await shown.act({ user: USER, close: {} });
  }
});

test('two admins at once: the second hears who saved what, keeps what was typed, and overwrites nothing', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'playbook');
  await shown.press('edit_threshold');
  shown.saveElsewhere({ kind: 'threshold', threshold: 70, requalifyAfter: '90d' });
  const answer = await shown.submit({ threshold: '60' });
  assert.equal(answer.outcome, 'errors');
  assert.match(JSON.stringify(answer.body), /Priya Nair saved version 2.*Threshold 50 → 70/);
  await shown.act({ user: USER, close: {} });
  // A list that was drawn before the save: places may have moved.
  await shown.press('setup_page', 'rules');
  shown.saveElsewhere({ kind: 'move_rule', at: 0, by: 1 });
  await shown.press('rule_menu', 'edit:2:1');
  assert.match(await shown.home(), /has changed.*Version 3/);
  assert.equal(await shown.modal(), 'null');
});

test('whoever is no admin any more is refused with who can, whatever they press on a Home of before', async t => {
  const actor = { ...DANA };
  const shown = await workspace(t, {
    actor,
    admin: { replay: async () => ({ kind: 'not_allowed', who: 'Dana Ruiz' }) },
  });
  const presses: [page: string, action: string, value?: string][] = [
    ['playbook', 'edit_threshold'],
    ['playbook', 'export_playbook'],
    ['playbook', 'import_playbook'],
    ['playbook', 'try_rules'],
    ['rules', 'rule_menu', 'up:1:1'],
    ['health', 'replay_group', '7'],
  ];
  for (const [page, action, value] of presses) {
    actor.admin = true;
    await shown.press('setup_page', page);
    actor.admin = false;
    await shown.press(action, value);
    assert.match(await shown.modal(), /Only Dana Ruiz can do this/, action);
    await shown.act({ user: USER, close: {} });
  }
  actor.admin = true;
  await shown.press('setup_page', 'playbook');
  await shown.press('edit_threshold');
  actor.admin = false;
  assert.equal((await shown.submit({ threshold: '60' })).outcome, 'updated');
  assert.match(await shown.modal(), /Only Dana Ruiz can do this/);
  assert.deepEqual(shown.changes, []);
});

test('the rules are tried on a described lead: which takes it, each with its reason; and on a recent one', async t => {
  const shown = await workspace(t);
  await shown.press('setup_page', 'rules');
  await shown.press('try_rules');
  const missing = await shown.submit();
  assert.match(JSON.stringify(missing.body), /"email":"Give an e-mail address/);
  const answer = await shown.submit({
    email: 'jo@acmecorp.com',
    title: 'VP Sales <!here>',
    industry: 'Software',
    employees: '750',
    country: 'US',
    score: '40',
  });
  assert.equal(answer.outcome, 'updated');
  const result = await shown.modal();
  assert.match(result, /40 is below the threshold of 50.*HIGH mid-market.*takes it: team Mid-market SDRs/);
  assert.match(result, /Fit 100 of 100: HIGH/);
  assert.match(result, /:heavy_minus_sign: 4\. \*HIGH enterprise\*: employees 750, not above 1000/);
  assert.match(result, /:white_check_mark: 5\. \*HIGH mid-market\*: priority HIGH/);
  assert.ok(!result.includes('<!here>'));
  await shown.act({ user: USER, close: {} });
  await shown.press('try_rules');
  assert.match(
    JSON.stringify((await shown.submit({ recent: emma.id })).body),
    /"recent":"Baton does not know this lead/,
  );
  assert.deepEqual(shown.asked.at(-1), { handoffId: emma.id });
});

test('versions: what each changed, and any of them brought back after asking', async t => {
  const shown = await workspace(t);
  shown.saveElsewhere({ kind: 'threshold', threshold: 70, requalifyAfter: '90d' });
  await shown.press('setup_page', 'versions');
  await shown.press('version_menu', 'view:2:2');
  assert.match(await shown.modal(), /Version 2.*Priya Nair.*• Threshold 50 → 70/);
  await shown.act({ user: USER, close: {} });
  await shown.press('version_menu', 'restore:2:1');
  assert.match(await shown.modal(), /read from the file.*becomes the newest version/);
  assert.equal((await shown.submit()).outcome, 'cleared');
  assert.match(await shown.home(), /Saved as version 9.*1 lead under way keeps the version it was opened under/);
  assert.deepEqual(shown.asked, [{ version: 1, basedOn: 2 }]);
});

test('export puts the text into the admin’s DM, to the byte', async t => {
  const yaml = `${EXAMPLE}\n# façade 👩‍💻\n`;
  const shown = await workspace(t, { admin: { export: async () => ({ kind: 'done', version: 4, yaml, at: AT }) } });
  await shown.press('setup_page', 'playbook');
  await shown.press('export_playbook');
  assert.match(await shown.home(), /Version 4 is in your direct messages/);
  const [message] = (await shown.shown({ user: USER })) as unknown as {
    files: { name: string; url_private: string }[];
  }[];
  assert.equal(message?.files[0]?.name, 'playbook-v4.yaml');
  assert.equal(await fileText(shown, message.files[0].url_private), yaml);
});

async function fileText(shown: SlackBaton, url: string): Promise<string> {
  const token = shown.sandbox.env().SLACK_BOT_TOKEN ?? '';
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200);
  return response.text();
}

test('import: a file with problems shows each with its line; a good one shows what would change, and is saved when told to', async t => {
  const given: string[] = [];
  const shown = await workspace(t, {
    admin: {
      import: async (_by, yaml) => {
        given.push(yaml);
        if (yaml.includes('treshold')) {
          return {
            kind: 'unfit',
            problems: [{ message: 'line 3, mql.treshold: is not a key Baton knows here (did you mean threshold?)' }],
          };
        }
        return { kind: 'ready', draft: 'd1', basedOn: 1, difference: ['Threshold 50 → 65'], summary: '' };
      },
      approveImport: async (_by, draft) => {
        given.push(draft);
        return { kind: 'saved', version: 2, note: 'Imported: Threshold 50 → 65', underWay: 0 };
      },
    },
  });
  await shown.press('setup_page', 'playbook');
  await shown.press('import_playbook');
  assert.match(JSON.stringify((await shown.submit()).body), /"file":"Choose a file, or paste its text/);
  await shown.submit({ file: { name: 'playbook.yaml', content: 'mql:\n  treshold: 1\n' } });
  assert.match(await shown.modal(), /1 problem.*line 3, mql.treshold.*did you mean threshold/);
  await shown.act({ user: USER, close: {} });
  await shown.press('import_playbook');
  await shown.submit({ file: { name: 'playbook.yaml', content: EXAMPLE } });
  assert.match(await shown.modal(), /It is a playbook.*• Threshold 50 → 65/);
  await shown.submit();
  assert.match(await shown.home(), /Saved as version 2/);
  await shown.press('import_playbook');
  await shown.submit({ pasted: 'version: 1' });
  assert.deepEqual(given, ['mql:\n  treshold: 1\n', EXAMPLE, 'd1', 'version: 1']);
});

test('a file Slack does not give out: said in the modal, and nothing is read', async t => {
  const shown = await workspace(t, { admin: { import: async () => assert.fail('something was read') } });
  await shown.control('token', { without: ['files:read'] });
  await shown.press('setup_page', 'playbook');
  await shown.press('import_playbook');
  await shown.submit({ file: { name: 'playbook.yaml', content: 'x: 1' } });
  assert.match(await shown.modal(), /Nothing was read/);
});
