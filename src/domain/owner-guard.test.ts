import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, MINUTE } from '../lib/clock.ts';
import { type OwnerSeen, type OwnerVerdict, ownerVerdict, SOON } from './owner-guard.ts';

const GIVEN = new Date('2026-11-24T18:00:00Z');
const RULE = { id: 'rule', kind: 'automation' } as const;
const SELF = { id: 'baton', kind: 'self' } as const;
/** History says so. */
const OURS = { ...SELF, certain: true };
const PRIYA = { id: 'priya', kind: 'person' } as const;
const MARCUS = { id: 'marcus', kind: 'person' } as const;
const SOMEBODY = { id: 'somebody', kind: 'unknown' } as const;
const SOON_AFTER = after(GIVEN, 2 * MINUTE);
const LATER = after(GIVEN, SOON + MINUTE);

/** Marcus has the lead, and the record belongs to Priya. */
const seen = (more: Partial<OwnerSeen>): OwnerSeen => ({
  owner: 'priya',
  known: 'marcus',
  ours: 'marcus',
  rep: 'marcus',
  givenAt: GIVEN,
  by: RULE,
  changedAt: SOON_AFTER,
  remembered: false,
  ...more,
});
const last = (state: NonNullable<OwnerSeen['last']>['state'], byId = 'rule', givenAt = GIVEN) => ({
  last: { state, byId, givenAt },
});

const CASES: [string, Partial<OwnerSeen>, OwnerVerdict][] = [
  ['told again', { known: 'priya' }, 'nothing'],
  ['our own write', { owner: 'marcus' }, 'nothing'],
  ['changed back', { owner: 'marcus', known: 'priya' }, 'back'],
  ['it is whoever got the lead in Slack meanwhile', { rep: 'priya' }, 'back'],
  ['a rule, soon', {}, 'ask'],
  ['a rule, in the save itself, before our answer came', { by: SELF, changedAt: after(GIVEN, -500) }, 'ask'],
  ['somebody, and then Baton saved the record, long after', { by: SELF, changedAt: LATER }, 'follow'],
  ['a rule in our save, long after, as history says', { by: OURS, changedAt: LATER }, 'ask'],
  ['the same, after it was restored', { by: OURS, changedAt: LATER, ...last('restored', 'baton') }, 'again'],
  ['somebody before our save, after that', { by: SELF, changedAt: LATER, ...last('restored', 'baton') }, 'follow'],
  ['a rule, at night', { changedAt: LATER }, 'ask'],
  ['a stranger, soon', { by: SOMEBODY }, 'ask'],
  ['a stranger, later', { by: SOMEBODY, changedAt: LATER }, 'follow'],
  ['a colleague, soon', { by: PRIYA }, 'ask'],
  ['a colleague, at the last moment of soon', { by: PRIYA, changedAt: after(GIVEN, SOON) }, 'ask'],
  ['a colleague, later', { by: PRIYA, changedAt: LATER }, 'follow'],
  ['the rep gives it away, soon', { by: MARCUS }, 'follow'],
  ['a rule that was kept before', { remembered: true }, 'keep'],
  ['a stranger who was kept before, soon', { by: SOMEBODY, remembered: true }, 'keep'],
  ['a colleague is asked about each time', { by: PRIYA, remembered: true }, 'ask'],
  ['never known, seen after our save', { known: null, ours: null, by: SELF }, 'adopt'],
  ['the CRM would not have our owner, so it is Baton’s', { owner: 'baton', by: SELF }, 'adopt'],
  ['never ours, a rule', { known: 'chan', ours: null }, 'adopt'],
  ['never ours, a person', { known: 'chan', ours: null, by: PRIYA }, 'follow'],
  ['a rule changes it on while a manager is asked', { known: 'tom', ...last('asked') }, 'renew'],
  ['a person decides while a manager is asked', { by: PRIYA, changedAt: LATER, ...last('asked') }, 'follow'],
  ['a refused restore', { known: 'tom', ...last('refused') }, 'renew'],
  ['a rule, after it was restored', last('restored'), 'again'],
  ['a rule, long after it was restored', { changedAt: LATER, ...last('restored') }, 'again'],
  ['the same stranger, long after', { by: SOMEBODY, changedAt: LATER, ...last('restored', 'somebody') }, 'again'],
  ['another stranger, long after', { by: SOMEBODY, changedAt: LATER, ...last('restored') }, 'follow'],
  ['a colleague, long after it was restored', { by: PRIYA, changedAt: LATER, ...last('restored', 'priya') }, 'follow'],
  ['a third time', last('overruled'), 'adopt'],
  ['a person, after a rule has won', { by: PRIYA, changedAt: LATER, ...last('overruled') }, 'follow'],
  ['restored for somebody who had it before', last('restored', 'rule', after(GIVEN, -SOON)), 'ask'],
  ['kept earlier, then another rule', { by: { id: 'other', kind: 'automation' }, ...last('kept') }, 'ask'],
];

for (const [name, more, verdict] of CASES) {
  test(`${name}: ${verdict}`, () => assert.equal(ownerVerdict(seen(more)), verdict));
}
