import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE, playbookIn } from '../../../test/helpers/playbook.ts';
import type { Person } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Facts } from '../core/facts.ts';
import { composeAnswer } from './compose.ts';

const TEMPLATES = `[
  { when: { priority: HIGH, team: sdr, language: de }, subject: all three, body: x },
  { when: { language: [de, fr-CH] }, subject: language, body: x },
  { when: { team: [sdr] }, subject: team, body: x },
  { when: { priority: [MEDIUM, LOW] }, subject: priority, body: x },
]`;
const playbook = playbookIn(EXAMPLE.replace('templates: []', `templates: ${TEMPLATES.replace(/\s+/g, ' ')}`));
const REP: Person = { email: 'marcus@example.com', name: 'Marcus Chen', time_zone: 'UTC' };

const lead = (priority: string, team: string | null, language?: string) =>
  ({
    priority,
    team,
    facts: {
      contact: { source: 'form', id: '1', properties: {}, scoreHistory: [], activities: [], answers: { language } },
      company: { origin: {} },
    },
    judgement: { company: { name: 'Acme' } },
  }) as unknown as Handoff<Facts>;

const CASES: [lead: Handoff<Facts>, subject: string][] = [
  [lead('HIGH', 'sdr', 'DE-at'), 'all three'],
  [lead('HIGH', 'ae', 'de_DE'), 'language'],
  [lead('HIGH', 'ae', 'fr-CH'), 'language'],
  // Neither a longer word nor another country of the language.
  [lead('HIGH', 'ae', 'deutsch'), 'Acme and us'],
  [lead('HIGH', 'ae', 'fr'), 'Acme and us'],
  [lead('HIGH', 'sdr', 'en'), 'team'],
  [lead('LOW', null), 'priority'],
  [lead('HIGH', null), 'Acme and us'],
];

for (const [one, subject] of CASES) {
  test(`${one.priority}, ${one.team}, ${one.facts.contact.answers?.language}: ${subject}`, () => {
    const mail = composeAnswer(one, REP, playbook);
    assert.ok(mail.ok);
    assert.deepEqual([mail.subject, mail.body.includes('Marcus Chen')], [subject, true]);
  });
}
