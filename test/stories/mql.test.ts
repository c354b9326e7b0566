/** Everything that is typed after /mql about leads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { handedOff } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { assertRecordedOnce } from '../helpers/timeline.ts';

/** Each types this after /mql, one after the other, and is answered so. */
async function assertAnswered(
  baton: System,
  ...lines: [user: string, text: string, answer: RegExp | string][]
): Promise<void> {
  for (const [user, text, answer] of lines) {
    const said = (await mql(baton, user, text)).text;
    if (typeof answer === 'string') assert.equal(said, answer, text);
    else assert.match(said, answer, text);
  }
}

/** A system in which Emma is Marcus's, and he has her card. */
async function withEmma(t: TestContext) {
  const baton = await system(t);
  const { id, recordId } = await handedOff(baton);
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  return { baton, id, recordId };
}

test('a playbook with a call list: the rep calls from the CRM’s list or from Slack’s', async t => {
  const baton = await system(t, { playbook: exampleWith([/^reply:/m, 'follow_up: { HIGH: call_list }\nreply:']) });
  await handedOff(baton);
  const task = await onlyRecord(baton, 'Task');
  assert.deepEqual([task.Subject, task.TaskSubtype], ['Call Emma Thompson (Acme Corp): HIGH MQL', 'Call']);
  assert.match(String(task.Description), /^Phone: \+1 415 555 0134\n/);
  await assertAnswered(
    baton,
    [MARCUS, 'calls', /^\*Your call list\*: 1 lead\n\*Emma Thompson\*/],
    [PRIYA, 'calls', /^\*Your call list\* is empty/],
    [MARCUS, 'snooze emma until tomorrow 9am', /is snoozed until/],
    [MARCUS, 'calls', /is empty/],
  );
});

test('leads are listed and explained to whoever may know of them', async t => {
  const { baton } = await withEmma(t);
  await assertAnswered(
    baton,
    [MARCUS, 'list', /^\*Open leads of yours\*: 1 lead\n\*Emma Thompson\* — Acme Corp/],
    [PRIYA, 'list', /^\*Open leads of yours\*: none\./],
    [PRIYA, 'list unclaimed', /: none\.\nSomebody has each of them/],
    [PRIYA, 'list team', /Emma Thompson/],
    [PRIYA, 'claim emma', /^Only Marcus Chen, Dana Ruiz or an admin can do this\./],
    [PRIYA, 'list emea sdrs', /^Only the members of EMEA SDRs, Dana Ruiz or an admin/],
    [
      DANA,
      `why <mailto:${EMMA}|${EMMA}>`,
      /\*Rule:\* HIGH mid-market.*\*Rotation then, next first:\*\n• Marcus Chen: slightly behind.*\*Next now\* in Mid-market SDRs: Priya Nair/s,
    ],
  );
});

test('a lead goes from claim to another person, who puts it off, all of it typed', async t => {
  const { baton, id, recordId } = await withEmma(t);
  await assertAnswered(
    baton,
    [MARCUS, 'claim thompson acme', /^You have \*Emma Thompson\*: contact within \d+ minutes/],
    [PRIYA, `claim ${id}`, /^\*Marcus Chen\* claimed this/],
    [PRIYA, 'reassign emma to me', /^Only Marcus Chen, Dana Ruiz or an admin can do this\./],
  );
  await baton.card({ user: MARCUS }, '· yours');
  await assertAnswered(baton, [
    MARCUS,
    `reassign ${recordId} to <@U0PRIYA|priya> she knows *them*`,
    '*Emma Thompson* went from *Marcus Chen* to *Priya Nair* with your note.',
  ]);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  const [moved] = await baton.handoffs();
  assert.deepEqual([moved?.repEmail, moved?.claimedBy, moved?.state], [PRIYA, null, 'assigned']);
  await assertRecordedOnce(baton, id, 'claimed', 'reassigned');
  await assertAnswered(
    baton,
    [PRIYA, 'snooze emma until tomorrow 9am', /\*Emma Thompson\* is snoozed until <!date\^1795615200\^/],
    [
      PRIYA,
      'show emma',
      /\*With:\* Priya Nair.*\n\*Snoozed\* until .*What happened.*Marcus Chen claimed the lead.*she knows ∗them∗/s,
    ],
  );
});

test('away and back decide who gets the next lead, and the numbers say who had what', async t => {
  const baton = await system(t);
  await baton.settled();
  await assertAnswered(
    baton,
    [MARCUS, 'away until tomorrow', /^You are away, and back on Nov 25, 2026, 12:00 AM PST\./],
    [MARCUS, 'settings', /• Away: from .* until <!date/],
  );
  assert.equal((await handedOff(baton)).repEmail, PRIYA, 'Marcus is away');
  await assertAnswered(
    baton,
    [MARCUS, 'back', /^Welcome back/],
    [MARCUS, 'back', 'You were not away: leads come to you.'],
    [PRIYA, 'away @marcus', /^Only Marcus Chen, Dana Ruiz or an admin can do this\./],
  );
  assert.equal((await handedOff(baton, 'medium')).repEmail, MARCUS);
  await assertAnswered(
    baton,
    [
      PRIYA,
      'stats today',
      /Given: 1 lead, 0 claimed, 0 contacted.*Open now: 1.*Mid-market SDRs: 1 of 1 lead \(100%\), share 33%/s,
    ],
    [DANA, 'stats team', /Given: 2 leads.*Marcus Chen \(SDRs\): 1 of 1 lead/s],
    [DANA, 'list open', /^\*Open leads\*: 2 leads/],
    [DANA, 'doctor', /HubSpot: works, last signal.*Slack: works.*Playbook version 1/s],
    [PRIYA, 'doctor', /^:white_check_mark: All is well|^:warning: Something needs attention/],
  );
});
