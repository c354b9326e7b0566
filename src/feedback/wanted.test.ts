import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { type KnownFeedback, wanted } from './wanted.ts';

const FEEDBACK: KnownFeedback['feedback'] = {
  log_calls: true,
  stages: { Qualification: 'salesqualifiedlead', constructor: 'x' },
  stages_go_back: false,
  won: { lifecycle: 'customer', suppression_list: '7' },
  lost: { lifecycle: 'other', reason_property: 'why' },
  mirror_owner: true,
};

function known(handoff: Partial<Handoff>, more: Partial<KnownFeedback> = {}): KnownFeedback {
  const facts = { contact: { lifecycleStage: 'marketingqualifiedlead' } };
  const whole = { state: 'assigned', repEmail: 'marcus@example.com', closedReason: null, closedNote: null, facts };
  return {
    handoff: { ...whole, ...handoff } as Handoff<Facts>,
    feedback: FEEDBACK,
    crmStage: undefined,
    before: [],
    ...more,
  };
}

const shown = (given: KnownFeedback) => Object.fromEntries(wanted(given).map(({ what, value }) => [what, value]));
const OWNER = { owner: 'marcus@example.com' };

describe('what the source should say', () => {
  const cases: [name: string, given: KnownFeedback, want: Record<string, string>][] = [
    ['an open lead has its owner, if the playbook says so', known({}), OWNER],
    ['nobody’s lead has none', known({ repEmail: null }), {}],
    ['the owner stays unspoken by default', known({}, { feedback: { ...FEEDBACK, mirror_owner: false } }), {}],
    [
      'a stage of the CRM means what the playbook says',
      known({}, { crmStage: 'Qualification' }),
      { ...OWNER, stage: 'salesqualifiedlead' },
    ],
    ['a stage the playbook does not name means nothing', known({}, { crmStage: 'toString' }), OWNER],
    ['won: stage and list', known({ state: 'won' }, { crmStage: 'Closed Won' }), { stage: 'customer', list: '7' }],
    [
      'won without a stage of its own: the CRM stage’s',
      known({ state: 'won' }, { crmStage: 'Qualification', feedback: { ...FEEDBACK, won: {} } }),
      { stage: 'salesqualifiedlead' },
    ],
    [
      'rejected: stage and reason in words',
      known({ state: 'rejected', closedReason: 'duplicate', closedNote: 'twice' }),
      { stage: 'other', reason: 'Duplicate: twice' },
    ],
    [
      'lost: the stage it was lost at',
      known({ state: 'lost' }, { crmStage: 'Closed Lost' }),
      { stage: 'other', reason: 'Closed Lost' },
    ],
    ['nurture says nothing', known({ state: 'nurture', repEmail: null }), {}],
    [
      'taken back: as it was before, and no reason',
      known(
        {},
        {
          before: [
            { what: 'stage', value: 'other', writtenAt: new Date(0) },
            { what: 'reason', value: 'Duplicate', writtenAt: new Date(0) },
          ],
        },
      ),
      { ...OWNER, stage: 'marketingqualifiedlead', reason: '' },
    ],
    [
      'taken back and half written: still to be written',
      known({}, { before: [{ what: 'stage', value: 'marketingqualifiedlead', writtenAt: null }] }),
      { ...OWNER, stage: 'marketingqualifiedlead' },
    ],
    [
      'a stage that was written for a deal is left alone',
      known({}, { before: [{ what: 'stage', value: 'salesqualifiedlead', writtenAt: new Date(0) }] }),
      OWNER,
    ],
  ];
  for (const [name, given, want] of cases) test(name, () => assert.deepEqual(shown(given), want));
});
