/** `out_of_hours: wait`: whoever has the lead hears of it when their shift begins, whatever the clock says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { hurry } from '../helpers/database-changes.ts';
import { timePasses } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { blocksOf, messagesSaying, untilSaid } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';

/** Midnight in Los Angeles, 3 AM in New York. */
const NIGHT = new Date('2026-11-24T08:00:00Z');
const MORNING = 9 * HOUR;

const playbook = exampleWith(
  ['out_of_hours: page ', 'out_of_hours: wait '],
  ['      - { at: 4h, do: reassign }         # never back to someone who let it lapse\n', ''],
);

test('at night Marcus hears nothing, Dana hears of the promise; in the morning he has the card', async t => {
  const baton = await system(t, { playbook, at: NIGHT });
  const { id, repEmail, deliveredAt } = await handedOff(baton);
  assert.deepEqual([repEmail, deliveredAt], [MARCUS, null]);
  for (const minutes of [45, 15]) await timePasses(baton, minutes * MINUTE);
  assert.deepEqual(await messagesSaying(baton, { user: MARCUS }, /Emma Thompson/), [], 'neither card nor reminder');
  const left = await recorded(baton, id, 'step_skipped');
  assert.match(
    left.join('\n'),
    /Left out .* after 45 minutes: it was off shift\n.*Left out .* after 1 hour: it was off shift/,
  );
  await timePasses(baton, 30 * MINUTE);
  await untilSaid(baton, { user: DANA }, /No contact yet: Emma Thompson/);

  const shift = after(NIGHT, MORNING);
  baton.clock.move(shift.getTime() - baton.clock.now().getTime());
  await hurry(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  assert.match(blocksOf(card), /Overdue.*"log_call"/);
  const { deliveredAt: shown } = await baton.handoff(EMMA);
  assert.ok(shown && shown >= shift, `shown at ${shown?.toISOString()}`);
});
