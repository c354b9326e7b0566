import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  away,
  input,
  LEAD,
  NIGHT,
  NOW,
  owner,
  playbook,
  type Roster,
  skips,
  to,
  where,
} from '../../../test/helpers/route-samples.ts';
import { type CrmOwner, NO_OWNER } from '../../contracts/crm-records.ts';
import { type RouteFacts, route } from './route.ts';

describe('owners in the CRM', () => {
  const KNOWN =
    '  - { name: Known account, when: { account_owner: exists }, to: { owner: account } }\n  - { name: Rest, to: { team: always } }';
  const account = (whose: CrmOwner) => ({ ...LEAD, account: { name: 'Acme', owner: whose } });
  const record = (whose: CrmOwner) => ({ ...LEAD, record: { kind: 'lead' as const, id: '00Q1', owner: whose } });
  const cases: {
    name: string;
    facts: RouteFacts;
    roster?: Roster;
    now?: Date;
    excluded?: string[];
    got: string;
    rule: string;
    says: RegExp;
    skipped?: Record<string, string>;
  }[] = [
    {
      name: 'the account owner',
      facts: account(owner('tom')),
      got: 'tom via account_owner',
      rule: 'Known account',
      says: /^Known account: Acme is an account → Tom Okafor, who owns it\.$/,
    },
    {
      name: 'the account owner at night too',
      facts: account(owner('chan')),
      now: NIGHT,
      got: 'chan via account_owner',
      rule: 'Known account',
      says: /Chan Li/,
    },
    {
      name: 'the e-mail in capitals',
      facts: account(owner('tom', { email: 'Tom@Example.com' })),
      got: 'tom via account_owner',
      rule: 'Known account',
      says: /Tom/,
    },
    {
      name: 'an owner known by a CRM id only',
      facts: account({ id: '005000000000001AAA', active: true, kind: 'user' }),
      roster: { tom: { crmUserId: '005000000000001AAA' } },
      got: 'tom via account_owner',
      rule: 'Known account',
      says: /Tom/,
    },
    {
      name: 'an inactive owner: the next rule',
      facts: account(owner('tom', { active: false })),
      got: 'marcus via team',
      rule: 'Rest',
      says: /^Known account: Acme is an account, but its owner tom in the CRM cannot have the lead \(deactivated in the CRM\), so the rules go on\. Rest → Always/,
      skipped: { tom: 'inactive' },
    },
    {
      name: 'an owner not in the playbook: the next rule',
      facts: account(owner('eve')),
      got: 'marcus via team',
      rule: 'Rest',
      says: /not among the people of the playbook/,
      skipped: { eve: 'unknown_person' },
    },
    {
      name: 'an owner away: the next rule',
      facts: account(owner('tom')),
      roster: { tom: away() },
      got: 'marcus via team',
      rule: 'Rest',
      says: /away until/,
      skipped: { tom: 'absent' },
    },
    {
      name: 'an owner who had it: the next rule',
      facts: account(owner('tom')),
      excluded: ['tom@example.com'],
      got: 'marcus via team',
      rule: 'Rest',
      says: /had this lead already/,
      skipped: { tom: 'excluded' },
    },
    { name: 'no account', facts: LEAD, got: 'marcus via team', rule: 'Rest', says: /^Rest/ },
    {
      name: 'the CRM could not be asked',
      facts: { ...LEAD, account: undefined } as RouteFacts,
      got: 'marcus via team',
      rule: 'Rest',
      says: /^Rest/,
    },
    {
      name: 'an open lead keeps its owner, before any rule',
      facts: { ...record(owner('priya')), account: { name: 'Acme', owner: owner('tom') } },
      got: 'priya via record_owner',
      rule: 'Existing record keeps its owner',
      says: /^An open lead of this person is in the CRM already → Priya Nair, who owns it\.$/,
    },
    {
      name: 'an open lead of an inactive owner: the rules',
      facts: record(owner('priya', { active: false })),
      got: 'marcus via team',
      rule: 'Rest',
      says: /^An open lead of this person is in the CRM already, but its owner priya in the CRM cannot have/,
      skipped: { priya: 'inactive' },
    },
    {
      name: 'an open lead in a queue: the rules',
      facts: record({ id: '00G1', name: 'Inbound', active: true, kind: 'group', called: 'queue' }),
      got: 'marcus via team',
      rule: 'Rest',
      says: /00G1 is a queue|Inbound is a queue/,
      skipped: { '00G1': 'unknown_person' },
    },
  ];
  for (const { name, facts, roster: entries = {}, now = NOW, excluded = [], got, rule, says, skipped = {} } of cases) {
    it(name, () => {
      const made = route(input(playbook(KNOWN), { facts, roster: entries, now, excluded }));
      assert.equal(where(made), got);
      assert.equal(made.decision.rule, rule);
      assert.match(made.decision.reason, says);
      assert.deepEqual(skips(made), skipped);
    });
  }

  it('sends a customer to the account owner even when no rule says so', () => {
    const facts = { ...account(owner('tom')), contactOfAccount: true };
    const made = route(input(playbook(to('{ team: always }')), { facts }));
    assert.equal(where(made), 'tom via account_owner');
    assert.equal(made.decision.rule, 'Customer goes to the account owner');
    assert.equal(route(input(playbook(KNOWN), { facts })).decision.rule, 'Known account');
  });

  it('passes over a rule to the account owner where there is no account, and says so', () => {
    const made = route(input(playbook(`${to('{ owner: account }')}`)));
    assert.equal(where(made), 'marcus via fallback');
    assert.match(
      made.decision.reason,
      /^The rule: the CRM has no account of this company, so the next rule decides\. No rule matched\./,
    );
  });

  it('passes over the account that nobody owns, of a customer and of a rule, and says so once', () => {
    const facts = { ...account(NO_OWNER), contactOfAccount: true };
    const made = route(input(playbook(to('{ owner: account }')), { facts }));
    assert.equal(where(made), 'marcus via fallback');
    assert.match(
      made.decision.reason,
      /^The rule: Acme is an account that nobody owns, so the rules go on\. No rule matched\./,
    );
    assert.deepEqual(skips(made), {});
    assert.equal(where(route(input(playbook(KNOWN), { facts: account(NO_OWNER) }))), 'marcus via team');
  });

  it('passes through an open lead of one who had it to whoever is next', () => {
    const made = route(input(playbook(KNOWN), { facts: record(owner('marcus')), excluded: ['marcus@example.com'] }));
    assert.equal(where(made), 'priya via team');
    assert.deepEqual(skips(made), { marcus: 'excluded' });
  });
});
