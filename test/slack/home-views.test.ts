import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import fc from 'fast-check';
import type { HandoffSummary } from '../../src/db/handoffs/handoff-list.ts';
import type { Counts, LeadPage, RepHome, RotationStanding } from '../../src/handoff/queries/rep-home.ts';
import type { TeamHome, Unattended } from '../../src/handoff/queries/team-home.ts';
import { BULK_TITLE, bulkModal, bulkResultLines } from '../../src/slack/blocks/home/bulk.ts';
import { homeView, strangerHome, TAB_BLOCKS } from '../../src/slack/blocks/home/home.ts';
import { leadsTab } from '../../src/slack/blocks/home/leads.ts';
import { timeText } from '../../src/slack/blocks/home/rows.ts';
import { goneTo, homeStateOf, NEW_STATE, packHome, pageOf } from '../../src/slack/blocks/home/state.ts';
import { keeping, teamTab } from '../../src/slack/blocks/home/team.ts';
import { mrkdwnIn } from '../helpers/blocks.ts';
import { emma, PLAYBOOK } from './emma.ts';
import { problemsInView } from './problems.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const LA = 'America/Los_Angeles';
const looking = { now: NOW, zone: LA };
const MINUTE = 60_000;
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);
const counts = (open: number): Counts => ({ open, untouched: open, unclaimed: open, breached: open, atRisk: open });

function leads(total: number, over: Partial<HandoffSummary> = {}): HandoffSummary[] {
  return Array.from({ length: total }, (_, index) => ({
    ...emma,
    id: `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`,
    ...over,
  }));
}

function pageOfMany(total: number, page = 0, size = 10, over: Partial<HandoffSummary> = {}): LeadPage {
  const rows = leads(Math.max(Math.min(size, total - page * size), 0), over);
  return { rows, total, page, pages: Math.max(Math.ceil(total / size), 1) };
}

const standing: RotationStanding = {
  team: 'Mid-market SDRs',
  way: 'weighted',
  share: {
    team: 'mid',
    teamName: 'Mid-market SDRs',
    email: emma.repEmail ?? '',
    name: 'Marcus Chen',
    turns: 14,
    of: 20,
    ideal: 2 / 3,
  },
  place: { rank: 1, of: 2 },
  standing: 'slightly behind',
  absences: [],
};

const rep = (total: number, over: Partial<RepHome> = {}): RepHome => ({
  counts: counts(total),
  leads: pageOfMany(total),
  pools: [],
  standings: [standing],
  ...over,
});

const team = (total: number, people: number, over: Partial<TeamHome> = {}): TeamHome => ({
  kept: { held: 0, nurture: 0 },
  counts: counts(total),
  teams: [
    {
      name: 'Mid-market SDRs',
      counts: counts(total),
      members: Array.from({ length: people }, (_, index) => ({
        email: `rep${index}@example.com`,
        name: `Rep number ${index}`,
        counts: counts(index),
      })),
    },
  ],
  unattended: [],
  leads: pageOfMany(total),
  away: [],
  ...over,
});

const away = (over: Partial<Unattended> = {}): Unattended => ({
  email: 'tom@example.com',
  name: 'Tom Okafor',
  leads: 7,
  why: { kind: 'away', from: inMinutes(-60), until: new Date('2026-11-27T08:00:00Z') },
  ...over,
});

function view(blocks: KnownBlock[], notice?: string): HomeView {
  assert.ok(blocks.length <= TAB_BLOCKS, `${blocks.length} blocks in a tab`);
  return homeView({ tabs: ['leads', 'team', 'setup'], tab: 'leads', state: NEW_STATE, notice, blocks, now: NOW });
}

function sound(shown: HomeView | ModalView): void {
  assert.deepEqual(problemsInView(shown, shown.type), []);
  assert.ok(JSON.stringify(shown).length < 250_000);
}

/** Everything that is said. */
function said(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(said).join('\n');
  return typeof value === 'object' && value !== null ? Object.values(value).map(said).join('\n') : '';
}

test('no lead, one, and five hundred: each fits, and pages lead to the rest', () => {
  for (const total of [0, 1, 500]) sound(view(leadsTab(rep(total), looking)));
  for (const total of [0, 1, 500]) sound(view(teamTab(team(total, 60), NEW_STATE, looking)));
  const [first, last] = [0, 49].map(page => said(leadsTab(rep(500, { leads: pageOfMany(500, page) }), looking)));
  assert.match(first ?? '', /500 open leads.*Page 1 of 50\n.*Next/s);
  assert.doesNotMatch(first ?? '', /Previous/);
  assert.match(last ?? '', /Page 50 of 50\n.*Previous/s);
  assert.doesNotMatch(last ?? '', /Next ▶/);
});

test('with nothing to do it is said what happens next, and who can change that', () => {
  const empty = (over: Partial<RepHome>) => said(leadsTab(rep(0, over), looking));
  assert.match(empty({}), /No open leads\. You’re \*next\* in Mid-market SDRs: the next lead comes here/);
  assert.match(empty({ standings: [{ ...standing, place: { rank: 2, of: 2 } }] }), /when it’s your turn/);
  assert.match(empty({ standings: [] }), /in no rotation.*Ask an admin to add you/);
  assert.match(
    empty({ standings: [], pools: [{ team: 'Pool', waiting: 3 }] }),
    /the first to press \*Claim\*.*3 leads in Pool/s,
  );
  const absence = { email: 'marcus@example.com', from: inMinutes(-60), until: null, note: 'flu' };
  assert.match(
    empty({ away: absence }),
    /You are away\* until further notice \(flu\).*I’m back.*so new ones go to others/s,
  );
  assert.match(said(teamTab(team(0, 2), NEW_STATE, looking)), /no open leads.*New ones show here/s);
});

test('how a lead stands is said by the moment, since Home stands still while time goes on', () => {
  const text = (over: Partial<HandoffSummary>) => timeText({ ...emma, ...over }, NOW);
  assert.match(
    text({ dueAt: inMinutes(12) }),
    /^:red_circle: \*<!date\^\d+\^Contact \{date_long_pretty\} by \{time\}\|.+>\*$/,
  );
  assert.match(text({ dueAt: inMinutes(-5) }), /^:alarm_clock: \*Overdue\* · <!date\^\d+\^was due /);
  assert.equal(text({}), 'no SLA');
  assert.match(
    text({ dueAt: inMinutes(-5), contactedAt: inMinutes(-2) }),
    /^:white_check_mark: \*Contacted\* · <!date/,
  );
  assert.match(text({ snoozedUntil: inMinutes(60) }), /no SLA {2}· {2}:zzz: snoozed until <!date/);
  assert.equal(text({ snoozedUntil: inMinutes(-60) }), 'no SLA');
});

test('my share says what I had, what was due, how I stand now and why', () => {
  const share = (over: Partial<RotationStanding>) =>
    said(leadsTab(rep(0, { standings: [{ ...standing, ...over }] }), looking));
  assert.match(share({}), /This month: \*14 of 20 leads\*\. Your share: 67%\.\n\*You’re next\.\*/);
  assert.match(share({ place: { rank: 3, of: 12 }, standing: '0.33 of a turn ahead' }), /You’re 3rd of 12\./);
  const { place: _none, ...outside } = standing;
  const skipped = { email: '', code: 'outside_hours' as const, reason: 'outside working hours: 06:12 in New York' };
  assert.match(
    said(leadsTab(rep(0, { standings: [{ ...outside, skipped }] }), looking)),
    /Paused: outside working hours: 06:12 in New York\. Your place is kept\./,
  );
  const absence = (from: string, until: string | null) => ({
    email: '',
    from: new Date(from),
    until: until ? new Date(until) : null,
    note: '',
  });
  const absences = [absence('2026-11-02T08:00:00Z', '2026-11-05T08:00:00Z'), absence('2026-11-24T08:00:00Z', null)];
  assert.match(
    share({ absences }),
    /Away this month: Mon, Nov 2 to Wed, Nov 4, since Tue, Nov 24\. No leads, and no backlog/,
  );
  assert.match(share({ limit: { open: 1, most: 20 } }), /Limit: 20 open leads at a time, you have 1\./);
});

test('whoever is away or gone: one approval behind a dialog, or left alone until they go away again', () => {
  const tab = (state = NEW_STATE, unattended = [away()]) => teamTab(team(9, 3, { unattended }), state, looking);
  assert.match(
    said(tab()),
    /Tom Okafor\* is away until Fri, Nov 27 and has \*7 open leads that nobody has contacted\*/,
  );
  const buttons = tab().flatMap(block => (block.type === 'actions' ? block.elements : []));
  const hand = buttons.find(one => 'action_id' in one && one.action_id === 'home_hand_over');
  assert.ok(hand && 'confirm' in hand && hand.confirm);
  const keep = buttons.find(one => 'action_id' in one && one.action_id === 'home_keep');
  const kept = keeping(NEW_STATE, String(keep && 'value' in keep && keep.value));
  assert.doesNotMatch(said(tab(kept)), /Hand over to next/);
  assert.match(said(tab(kept)), /Left as they are: leads of Tom Okafor/);
  const again = away({ why: { kind: 'away', from: inMinutes(-1), until: null } });
  assert.match(said(tab(kept, [again])), /Tom Okafor\* is away until further notice/);
  const left = away({ leads: 1, why: { kind: 'left', reason: 'is not in the playbook any more' } });
  assert.match(said(tab(NEW_STATE, [left])), /is not in the playbook any more and has \*1 open lead /);
  sound(
    view(
      tab(
        NEW_STATE,
        Array.from({ length: 60 }, (_, index) => away({ email: `${index}@x.example` })),
      ),
    ),
  );
});

test('a team of three reads line by line, a team of sixty in a row, whoever is away marked', () => {
  const until = new Date('2026-11-27T08:00:00Z');
  const few = said(teamTab(team(9, 3, { away: [{ email: 'rep1@example.com', until }] }), NEW_STATE, looking));
  assert.match(
    few,
    /• Rep number 2 2 open \(2 overdue\)\n• Rep number 1 1 open \(1 overdue\) :palm_tree: away until Fri, Nov 27\n• Rep number 0 0 open/,
  );
  const many = said(teamTab(team(500, 60), NEW_STATE, looking));
  assert.match(many, /Rep number 59 59 open \(59 overdue\), Rep number 58 .*and \d+ more|Rep number 0 0 open/);
  const teams = Array.from({ length: 12 }, (_, index) => ({ name: `Team ${index}`, counts: counts(1), members: [] }));
  const second = said(teamTab(team(9, 3, { teams }), goneTo(NEW_STATE, 'teams', '1'), looking));
  assert.match(second, /Team 5.*Team 9.*Page 2 of 3/s);
  assert.doesNotMatch(second, /Team 4|Team 10/);
});

test('many leads to choose from: a hundred at a time, by person, and told what became of each', () => {
  const reps = Array.from({ length: 120 }, (_, index) => ({
    email: `rep${index}@example.com`,
    name: `Rep ${index}`,
    open: index,
  }));
  const given = { playbook: PLAYBOOK, absences: [], ...looking };
  const modal = (total: number, page = 0, whose?: string) =>
    bulkModal({ ...given, choice: { ...pageOfMany(total, page, 100), reps }, origin: { home: '{}', whose } });
  for (const [total, page] of [
    [1, 0],
    [100, 0],
    [450, 4],
  ] as const)
    sound(modal(total, page));
  assert.match(said(modal(450, 4)), /Leads 401 to 450 of 450/);
  assert.doesNotMatch(said(modal(450, 4)), /Next leads/);
  assert.match(said(modal(450)), /Next leads/);
  assert.equal(modal(1).title.text, BULK_TITLE);
  const result = {
    moved: new Map([
      ['Priya Nair', 2],
      ['SDRs', 1],
    ]),
    stayed: [{ lead: '*Ed*', why: 'Only Dana can do this.' }],
  };
  assert.deepEqual(bulkResultLines(result), [
    '3 leads moved: 2 to *Priya Nair*, 1 to *SDRs*.',
    '*1 lead stayed:*',
    '• *∗Ed∗*: Only Dana can do this.',
  ]);
  assert.deepEqual(bulkResultLines({ moved: new Map(), stayed: [] }), ['No lead was moved.']);
});

test('a stranger reads what Baton is and whom to ask, and no lead', () => {
  const shown = strangerHome(['Dana <Ruiz>', 'Ada']);
  sound(shown);
  assert.match(said(shown), /Ask \*Dana &lt;Ruiz&gt;\* or \*Ada\* to add you/);
  assert.match(said(strangerHome([])), /whoever installed Baton/);
});

test('the state is read back as it was written, and anything else is a new one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('leads', 'team', 'setup', undefined),
      fc.dictionary(fc.string(), fc.string()),
      (tab, at) => {
        const state = { ...(tab && { tab }), at: { ...at } } as const;
        const packed = packHome(state);
        assert.ok(packed.length <= 2_000);
        const { tab: back, at: places } = homeStateOf(packed);
        assert.equal(back, tab);
        if (JSON.stringify(state).length <= 2_000) assert.deepEqual(places, JSON.parse(JSON.stringify(at)));
      },
    ),
  );
  for (const other of ['', '[]', 'null', '{', '"x"', '{"tab":"admin","at":7}', '{"at":null}']) {
    assert.deepEqual(homeStateOf(other), NEW_STATE);
  }
  for (const page of ['-1', '1.5', 'x', '', '1e99']) assert.equal(pageOf({ at: { leads: page } }, 'leads'), 0);
  assert.deepEqual(goneTo({ at: { leads: '2' } }, 'leads', undefined), { at: {} });
});

test('whatever leads, people and notes are called, Home holds no markup of theirs and Slack takes it', () => {
  const evil = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.string({ minLength: 300, maxLength: 400, unit: fc.constantFrom('&', '<', '*', '😀', '\u202e', 'ﷺ') }),
    fc.constantFrom(
      '<!channel>',
      '<https://evil.example|x>',
      '*b* _i_ `c`',
      '\n> quote',
      ':red_circle:',
      '&amp;',
      '\u202e',
      '',
    ),
  );
  const date = fc.option(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), {
    nil: null,
  });
  fc.assert(
    fc.property(evil, evil, evil, date, date, (name, company, word, dueAt, other) => {
      const over = { name, company, email: word, repEmail: word, dueAt, snoozedUntil: other, contactedAt: other };
      const absence = { email: word, from: other ?? NOW, until: dueAt, note: word };
      const skipped = { email: word, code: 'absent' as const, reason: word };
      const { place: _place, ...outside } = standing;
      const standings = Array.from({ length: 12 }, () => ({
        ...outside,
        team: name,
        skipped,
        absences: Array.from({ length: 9 }, () => absence),
      }));
      const mine = rep(500, {
        leads: pageOfMany(500, 0, 10, over),
        standings,
        pools: [{ team: word, waiting: 1 }],
        away: absence,
        goingAway: absence,
      });
      const members = Array.from({ length: 60 }, (_, index) => ({
        email: `${index}`,
        name: index % 2 ? name : word,
        counts: counts(999),
      }));
      const all = team(500, 0, {
        teams: Array.from({ length: 30 }, () => ({ name, counts: counts(500), members })),
        unattended: Array.from({ length: 60 }, (_, index) => away({ email: `${index}${word}`, name: word })),
        leads: pageOfMany(500, 0, 10, over),
        away: members.map(({ email }) => ({ email, until: dueAt })),
      });
      const people = PLAYBOOK.people.map(one => ({ ...one, name: word }));
      const modal = bulkModal({
        playbook: { ...PLAYBOOK, people },
        absences: [absence],
        ...looking,
        choice: {
          ...pageOfMany(500, 1, 100, over),
          reps: [
            { email: word, name: word, open: 3 },
            { email: 'b', name, open: 1 },
          ],
        },
        origin: { home: packHome({ at: { kept: 'x' } }) },
      });
      for (const shown of [
        view(leadsTab(mine, looking)),
        view(teamTab(all, NEW_STATE, looking)),
        modal,
        strangerHome([name, word]),
      ]) {
        sound(shown);
        for (const one of mrkdwnIn(shown.blocks)) {
          const bare = one.replace(/<!date\^\d+\^[^<>|]*\|[^<>]*>/g, '');
          assert.doesNotMatch(bare, /[<>]|undefined|NaN|&(?!amp;|lt;|gt;)|[\u202a-\u202e]/);
        }
      }
    }),
    { numRuns: 40 },
  );
});
