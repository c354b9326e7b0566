import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE, playbookIn } from '../../../test/helpers/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { ManualRow } from '../../db/handoffs/manual-leads.ts';
import { manualText } from './notify-manual.ts';

const playbook = playbookIn(EXAMPLE);

const given: ManualRow = {
  id: 'm1',
  lead: { email: 'sam@acme.com', firstName: 'Sam', company: 'Acme' },
  byName: 'Dana Ruiz',
  byEmail: 'dana@example.com',
  bySlackId: 'U1',
  isTest: false,
  testPriority: null,
  handoffId: 'h1',
  outcome: 'handed_off',
  notified: false,
  createdAt: new Date('2026-11-24T18:00:00Z'),
};
const to = (decision: object, handoff: object) =>
  ({
    state: 'assigned',
    repEmail: null,
    team: null,
    priority: 'MEDIUM',
    judgement: { reason: 'Judged so.' },
    decision: { reason: 'MEDIUM → SDRs', ...decision },
    ...handoff,
  }) as unknown as Handoff;

const cases: [what: string, row: Partial<ManualRow>, handoff: Handoff | undefined, text: string][] = [
  [
    'a person',
    {},
    to({}, { repEmail: 'marcus@example.com' }),
    'Sam (Acme): handed to Marcus Chen.\nWhy: MEDIUM → SDRs',
  ],
  ['a pool', {}, to({}, { team: 'sdr' }), 'Sam (Acme): open to whoever claims it in SDRs.\nWhy: MEDIUM → SDRs'],
  [
    'nurture by judging',
    {},
    to({}, { state: 'nurture', decision: null }),
    'Sam (Acme): left to nurture, with no record and no rep.\nJudged so.',
  ],
  [
    'held',
    {},
    to({}, { state: 'held', decision: null }),
    'Sam (Acme): held until a manager or an admin decides.\nJudged so.',
  ],
  [
    'somebody has it',
    { outcome: 'open' },
    to({}, { repEmail: 'priya@example.com' }),
    'Sam (Acme) is already an MQL, handed to Priya Nair: nothing new was sent.',
  ],
  ['erased meanwhile', {}, undefined, 'Sam (Acme) was not handed off.'],
];
for (const [what, row, handoff, text] of cases) {
  test(`told: ${what}`, () => assert.equal(manualText({ ...given, ...row }, handoff, playbook), text));
}

test('told: a test that came out otherwise than asked', () => {
  const text = manualText(
    { ...given, isTest: true, testPriority: 'HIGH' },
    to({}, { repEmail: 'marcus@example.com' }),
    playbook,
  );
  assert.match(text, /^Your test lead: handed to Marcus Chen\./);
  assert.match(text, /You asked for HIGH; by the playbook as it is now it came out MEDIUM\./);
  assert.match(text, /Removed in 10 minutes/);
});
