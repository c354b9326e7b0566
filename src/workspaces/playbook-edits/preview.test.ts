import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE, PLAYBOOK_VENDORS, playbookIn } from '../../../test/helpers/playbook.ts';
import { edit } from '../playbook-edits.ts';
import { factsOf } from '../sample-lead.ts';
import type { WrittenLadder } from './change.ts';
import { rulesExample, slaExample } from './preview.ts';

/** A Tuesday. */
const NOW = new Date('2026-12-01T15:00:00Z');
const BEFORE = playbookIn(EXAMPLE);

const withLadder = (ladder: Partial<WrittenLadder>) => {
  const steps = [
    { at: '45m', do: 'nudge' as const },
    { at: '85m', do: 'escalate' as const },
  ];
  const given = { respond_within: '2h', clock: 'working' as const, steps, ...ladder };
  const edited = edit(EXAMPLE, { kind: 'ladder', priority: 'HIGH', ladder: given }, PLAYBOOK_VENDORS);
  assert.ok(edited.ok, JSON.stringify(edited));
  return playbookIn(edited.yaml);
};

test('a clock of working hours goes on after the weekend, one that always runs does not wait', () => {
  const working = slaExample(withLadder({}), 'HIGH', NOW) ?? '';
  assert.match(working, /^A HIGH lead at 4:50 PM on Friday, with somebody of .+: contact due Mon 9:50 AM; /);
  assert.match(working, /nudge Fri 5:35 PM; the manager is alerted Mon 9:15 AM\.$/);
  assert.match(
    slaExample(withLadder({ clock: 'always' }), 'HIGH', NOW) ?? '',
    /contact due Fri 6:50 PM; nudge Fri 5:35 PM/,
  );
});

const lead = (country: string) =>
  factsOf({ email: `a@${country.toLowerCase()}-corp.com`, source: 'hubspot', country, employees: 500, score: 90 });

test('a new rule says how many of the leads that are kept it takes, and who would go elsewhere', () => {
  const rule = { name: 'Germany', when: { country: 'DE' }, to: { person: 'chan@example.com' } };
  const edited = edit(EXAMPLE, { kind: 'rule', rule, after: -1 }, PLAYBOOK_VENDORS);
  assert.ok(edited.ok, JSON.stringify(edited));
  const both = { before: BEFORE, next: playbookIn(edited.yaml), rule: 'Germany' };
  const recent = [lead('DE'), lead('DE'), lead('US')];
  assert.equal(
    rulesExample(both, recent, NOW),
    'Last 30 days: takes 2 of the last 3 leads; 2 would go elsewhere than before.',
  );
  assert.equal(
    rulesExample({ before: BEFORE, next: BEFORE }, [lead('US')], NOW),
    'Last 30 days: none of 1 lead would go elsewhere than before.',
  );
  assert.match(rulesExample(both, [], NOW), /^No leads of the last 30 days are kept/);
});
