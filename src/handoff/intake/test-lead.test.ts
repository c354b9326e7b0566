import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE, playbookIn } from '../../../test/helpers/playbook.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Priority } from '../../domain/decision.ts';
import { contactOfManual } from '../../domain/manual.ts';
import { judge } from '../judge/judge.ts';
import { testFacts } from './test-lead.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const playbook = playbookIn(EXAMPLE);

function comesOut(wanted: Priority, given: Playbook) {
  const lead = testFacts(given, wanted, 'test-1@baton-test.example.org', NOW);
  const contact = contactOfManual({ id: 't', lead, byName: 'Dana', byEmail: 'dana@example.com', isTest: true });
  return judge({ contact, company: { origin: {} }, playbook: given }, NOW);
}

for (const wanted of ['HIGH', 'MEDIUM', 'LOW'] as const) {
  test(`a ${wanted} test lead is ${wanted} by the example's playbook`, () => {
    const judgement = comesOut(wanted, playbook);
    assert.equal(judgement.fit.priority, wanted);
    assert.equal(judgement.outcome, wanted === 'LOW' ? 'nurture' : 'route');
    assert.equal(judgement.email.kind, 'business', 'the address is no reason for anything');
  });
}

test('a playbook that asks for what nobody can have: the nearest there is', () => {
  const fit = { ...playbook.fit, points: { industry: 0, employees: 20, country: 0, title: 25 } };
  assert.equal(comesOut('HIGH', { ...playbook, fit }).fit.priority, 'MEDIUM');
  const generous = { ...playbook.fit, industries: [], employees: {}, countries: [] };
  assert.equal(comesOut('LOW', { ...playbook, fit: generous }).fit.priority, 'HIGH');
});
