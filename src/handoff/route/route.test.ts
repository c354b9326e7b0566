import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  away,
  input,
  NIGHT,
  NOW,
  playbook,
  type Roster,
  skips,
  TEAMS,
  to,
  where,
} from '../../../test/helpers/route-samples.ts';
import { explainRules, nextCandidates, route } from './route.ts';

describe('off shift', () => {
  /** At night in the whole of America. */
  const at = (outOfHours: string) =>
    route({
      ...input(
        playbook(
          `${to('{ team: office }')}\n`,
          `{ team: emea, person: dana@example.com }\nsla:\n  HIGH: { respond_within: 1h${outOfHours} }`,
        ),
      ),
      now: NIGHT,
    });
  const cases: [string, string, RegExp][] = [
    ['', 'marcus via team', /working hours set aside/],
    [', out_of_hours: page', 'marcus via team', /The playbook pages them at any hour\.$/],
    [', out_of_hours: wait', 'marcus via team', /The card waits for their first shift\.$/],
    [', out_of_hours: { team: always }', 'marcus via team', /Always .*They take what comes off shift\.$/],
  ];
  for (const [outOfHours, expected, reason] of cases) {
    it(outOfHours || 'nothing said', () => {
      const made = at(outOfHours);
      assert.deepEqual([where(made), made.decision.rule], [expected, 'The rule']);
      assert.match(made.decision.reason, reason);
    });
  }

  it('counts for nobody who is at work', () => {
    const made = route(
      input(
        playbook(
          to('{ team: office }'),
          '{ team: emea }\nsla:\n  HIGH: { respond_within: 1h, out_of_hours: { team: always } }',
        ),
      ),
    );
    assert.equal(where(made), 'priya via team');
  });

  it('goes before the fallback team at work, which is asked first where nothing is said', () => {
    const day = (outOfHours: string) =>
      route({
        ...input(playbook(to('{ team: office }'), `{ team: emea }\nsla:\n  HIGH: { respond_within: 1h${outOfHours} }`)),
        // 10:00 in London.
        now: new Date('2026-11-19T10:00:00Z'),
      });
    assert.deepEqual([where(day('')), where(day(', out_of_hours: page'))], ['tom via fallback', 'marcus via team']);
  });
});

describe('where a rule may send a lead', () => {
  const cases: [target: string, expected: string, reason: string][] = [
    ['{ person: dana@example.com }', 'dana via rule', 'The rule → Dana Ruiz.'],
    ['nurture', 'nurture', 'The rule → nurture.'],
    ['{ team: always }', 'marcus via team', 'The rule → Always (round robin): it was Marcus Chen’s turn.'],
    [
      '{ team: office }',
      'priya via team',
      'The rule → Office (weighted 2:1): Priya Nair is the only one available; Marcus Chen skipped: outside working hours: 08:00 in Los Angeles, Mon–Fri 09:00–18:00.',
    ],
    ['{ team: emea }', 'tom via team', 'The rule → EMEA (round robin): Tom Okafor is its only member.'],
    ['{ team: least }', 'priya via team', 'The rule → Least (fewest open): it was Priya Nair’s turn.'],
    ['{ team: pool }', 'pool pool', 'The rule → Pool (first to claim has it): open to Marcus Chen, Priya Nair.'],
  ];
  for (const [target, expected, reason] of cases) {
    it(`${target}: ${expected}`, () => {
      const made = route(
        input(playbook(to(target)), { roster: { marcus: { open: 2 }, priya: { open: 1 }, tom: { open: 4 } } }),
      );
      assert.equal(where(made), expected);
      assert.equal(made.decision.rule, 'The rule');
      assert.equal(made.decision.reason, reason);
    });
  }

  it('takes the first rule that matches, and keeps what the rules looked at', () => {
    const rules = playbook(
      [
        '  - { name: Enterprise, when: { priority: HIGH, employees: { above: 1000 } }, to: { team: emea } }',
        '  - { name: Partners, when: { lead_source: Partner }, to: { team: emea } }',
        '  - { name: High, when: { priority: HIGH }, to: { team: always } }',
        '  - { name: Rest, to: nurture }',
      ].join('\n'),
    );
    const made = route(input(rules));
    assert.equal(made.decision.rule, 'High');
    assert.deepEqual(made.decision.facts, { priority: 'HIGH', employees: 750, lead_source: 'unknown' });
    assert.deepEqual(explainRules(input(rules)), [
      { rule: 'Enterprise', yes: false, why: 'employees 750, not above 1000' },
      { rule: 'Partners', yes: false, why: 'lead source unknown' },
      { rule: 'High', yes: true, why: 'priority HIGH' },
      { rule: 'Rest', yes: true, why: 'takes every lead' },
    ]);
  });

  it('says of the records what the rule that matched says, whoever has the lead in the end', () => {
    const based = (target: string, when = '{}') => to(target, when).replace(/\}$/, ', crm: account_based }');
    const emea = based('{ team: emea }');
    assert.equal(route(input(playbook(emea))).decision.crm, 'account_based');
    const fallback = route(input(playbook(emea), { roster: { tom: away() } }));
    assert.deepEqual([fallback.decision.rule, fallback.decision.crm], ['fallback', 'account_based']);
    assert.equal(route(input(playbook(to('{ team: emea }')))).decision.crm, undefined);
    const later = `${based('{ team: emea }', '{ priority: LOW }')}\n${to('{ team: always }').replace('The rule', 'Rest')}`;
    assert.equal(route(input(playbook(later))).decision.crm, undefined, 'a rule that did not match says nothing');
  });

  it('lists the candidates in order and hands back the credits after the turn', () => {
    const rules = playbook(to('{ team: always }'));
    const made = route(input(rules, { rotation: { always: { 'tom@example.com': 0.5, 'marcus@example.com': -0.5 } } }));
    assert.deepEqual(
      made.decision.candidates.map(({ email, standing }) => [email, standing]),
      [
        ['tom@example.com', '1 lead behind'],
        ['priya@example.com', 'slightly behind'],
        ['marcus@example.com', 'slightly ahead'],
      ],
    );
    assert.equal(made.rotation?.team, 'always');
    assert.equal(made.rotation?.taken, 'tom@example.com');
    assert.equal(made.rotation?.credits['tom@example.com']?.toFixed(3), '-0.167');
    assert.equal(made.rotation?.credits['priya@example.com']?.toFixed(3), '0.333');
  });

  it('takes no turn for a person, a pool, an owner or nurture', () => {
    for (const target of ['{ person: dana@example.com }', '{ team: pool }', 'nurture']) {
      assert.equal(route(input(playbook(to(target)))).rotation, undefined);
    }
  });
});

describe('who is skipped, and why', () => {
  const cases: { name: string; roster: Roster; expect: Record<string, string>; reason: RegExp; excluded?: string[] }[] =
    [
      {
        name: 'deactivated in Slack',
        roster: { marcus: { slackActive: false } },
        expect: { marcus: 'inactive' },
        reason: /Marcus Chen skipped: deactivated in Slack/,
      },
      {
        name: 'deactivated in the CRM',
        roster: { marcus: { crmActive: false } },
        expect: { marcus: 'inactive' },
        reason: /deactivated in the CRM/,
      },
      {
        name: 'away',
        roster: { marcus: away(), priya: away(null) },
        expect: { marcus: 'absent', priya: 'absent' },
        reason: /away until Wed 23 Dec 2026, 16:00; Priya Nair skipped: away, no day/,
      },
      {
        name: 'had it before',
        roster: {},
        excluded: ['marcus@example.com'],
        expect: { marcus: 'excluded' },
        reason: /had this lead already/,
      },
      {
        name: 'nobody asked yet whether they are active',
        roster: { marcus: { slackActive: null, crmActive: null } },
        expect: {},
        reason: /it was Marcus Chen’s turn/,
      },
    ];
  for (const { name, roster: entries, expect, reason, excluded } of cases) {
    it(name, () => {
      const made = route(input(playbook(to('{ team: always }')), { roster: entries, ...(excluded && { excluded }) }));
      assert.deepEqual(skips(made), expect);
      assert.match(made.decision.reason, reason);
      assert.equal(made.decision.rule, 'The rule');
    });
  }

  const atWork: { name: string; now: string; roster?: Roster; got: string; expect: Record<string, string> }[] = [
    {
      name: 'working hours are each one’s own',
      now: '2026-11-19T23:30:00Z',
      got: 'marcus via team',
      expect: { priya: 'outside_hours' },
    },
    { name: 'both at work', now: '2026-11-19T18:00:00Z', got: 'marcus via team', expect: {} },
    {
      name: 'at the limit',
      now: '2026-11-19T18:00:00Z',
      roster: { marcus: { open: 3 } },
      got: 'priya via team',
      expect: { marcus: 'open_limit' },
    },
    {
      name: 'below the limit',
      now: '2026-11-19T18:00:00Z',
      roster: { marcus: { open: 2 } },
      got: 'marcus via team',
      expect: {},
    },
    {
      name: 'a holiday',
      now: '2026-11-26T16:00:00Z',
      roster: { marcus: away() },
      got: 'tom via fallback',
      expect: { marcus: 'absent', priya: 'holiday' },
    },
  ];
  for (const { name, now, roster: entries = {}, got, expect } of atWork) {
    it(name, () => {
      const rules = playbook(to('{ team: office }'), '{ team: emea }');
      const made = route(input(rules, { now: new Date(now), roster: entries }));
      assert.equal(where(made), got);
      assert.deepEqual(skips(made), expect);
    });
  }

  it('a public holiday', () => {
    const made = route(input(playbook(to('{ team: office }')), { now: new Date('2026-11-26T18:00:00Z') }));
    assert.equal(made.decision.rule, 'fallback');
    assert.deepEqual(skips(made), { priya: 'holiday' });
    assert.match(made.decision.reason, /Thanksgiving Day \(US\)/);
  });
});

describe('nobody left: the fallback, never silence', () => {
  const OFFICE_ONLY = TEAMS.replace(
    'always: { name: Always,',
    'always: { name: Always, hours: { from: "09:00", to: "10:00" },',
  );
  const cases: {
    name: string;
    rule: string;
    fallback?: string;
    teams?: string;
    roster?: Roster;
    now?: Date;
    excluded?: string[];
    got: string;
    says: RegExp;
  }[] = [
    {
      name: 'no rule matched',
      rule: to('nurture', '{ priority: LOW }'),
      got: 'marcus via fallback',
      says: /^No rule matched\. Fallback → Always \(round robin\): it was Marcus Chen’s turn/,
    },
    {
      name: 'no rule matched and no fallback team',
      rule: to('nurture', '{ priority: LOW }'),
      fallback: '{ person: dana@example.com }',
      got: 'dana via fallback',
      says: /^No rule matched\. Fallback → Dana Ruiz/,
    },
    {
      name: 'the whole team is outside its hours',
      rule: to('{ team: office }'),
      now: NIGHT,
      got: 'marcus via fallback',
      says: /^The rule → nobody available: Office \(Marcus Chen: outside working hours: 22:00 in Los Angeles.*Priya Nair: outside.*\)\. Fallback → Always/,
    },
    {
      name: 'a named person is away: the fallback, not the next rule',
      rule: `${to('{ person: chan@example.com }', '{ priority: HIGH }')}\n  - { name: Next, to: { team: emea } }`,
      roster: { chan: away() },
      got: 'marcus via fallback',
      says: /^The rule → nobody available: Chan Li \(away until Wed 23 Dec 2026, 19:00\)\. Fallback/,
    },
    {
      name: 'a named person is outside their own hours',
      rule: to('{ person: chan@example.com }'),
      now: NIGHT,
      got: 'marcus via fallback',
      says: /Chan Li \(outside working hours: 01:00 in New York, Mon–Fri 09:00–17:00\)/,
    },
    {
      name: 'nobody at work anywhere: the rule’s own people at any hour',
      rule: to('{ team: emea }'),
      teams: OFFICE_ONLY,
      now: NIGHT,
      got: 'tom via team',
      says: /^The rule: nobody at work; working hours set aside → EMEA/,
    },
    {
      name: 'nobody at work, own people away: the fallback team at any hour',
      rule: to('{ team: emea }'),
      teams: OFFICE_ONLY,
      now: NIGHT,
      roster: { tom: away() },
      got: 'marcus via fallback',
      says: /Fallback, working hours set aside → Always/,
    },
    {
      name: 'without a fallback team the fallback person comes before working hours go',
      rule: to('{ team: emea }'),
      fallback: '{ person: dana@example.com }',
      now: NIGHT,
      got: 'dana via fallback',
      says: /Fallback → Dana Ruiz, the last to be asked\.$/,
    },
    {
      name: 'everybody is away or gone: the fallback person, whatever their state',
      rule: to('{ team: always }'),
      roster: {
        marcus: away(),
        priya: { crmActive: false },
        tom: { slackActive: false },
        dana: { ...away(), slackActive: false },
      },
      got: 'dana via fallback',
      says: /Always \(Marcus Chen: away.*Priya Nair: deactivated in the CRM; Tom Okafor: deactivated in Slack\)\. Fallback → Dana/,
    },
    {
      name: 'everybody at their limit and no fallback person',
      rule: to('{ team: office }'),
      fallback: '{ team: office }',
      roster: { marcus: { open: 9 }, priya: away() },
      got: 'marcus via team',
      says: /working hours and limits set aside/,
    },
    {
      name: 'the fallback person had it already',
      rule: to('{ team: emea }'),
      fallback: '{ person: dana@example.com }',
      excluded: ['dana@example.com', 'tom@example.com'],
      got: 'nobody',
      says: /an admin must decide/,
    },
    {
      name: 'the fallback team is a pool',
      rule: to('{ person: chan@example.com }'),
      fallback: '{ team: pool }',
      roster: { chan: away() },
      got: 'pool pool',
      says: /Fallback → Pool/,
    },
    {
      name: 'a pool with nobody who could claim',
      rule: to('{ team: pool }'),
      fallback: '{ team: emea }',
      roster: { marcus: away(), priya: away() },
      got: 'tom via fallback',
      says: /Pool \(Marcus Chen: away/,
    },
  ];
  for (const { name, rule, fallback, teams, roster: entries = {}, now = NOW, excluded = [], got, says } of cases) {
    it(name, () => {
      const made = route(input(playbook(rule, fallback, teams), { roster: entries, now, excluded }));
      assert.equal(where(made), got);
      assert.match(made.decision.reason, says);
      assert.equal(made.decision.rule, got.endsWith('team') ? 'The rule' : 'fallback');
    });
  }
});

describe('nextCandidates', () => {
  it('shows a team’s rotation order without a lead', () => {
    const state = input(playbook(to('nurture')), { roster: { tom: { slackActive: false } } });
    assert.deepEqual(nextCandidates(state, 'always'), {
      candidates: [
        { email: 'marcus@example.com', standing: 'slightly behind' },
        { email: 'priya@example.com', standing: 'slightly behind' },
      ],
      skipped: [{ email: 'tom@example.com', code: 'inactive', reason: 'deactivated in Slack' }],
    });
    assert.equal(nextCandidates(state, 'nowhere'), undefined);
    assert.equal(nextCandidates(state, '__proto__'), undefined);
  });
});
