/** Everything that is typed after /mql about leads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handedOff } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { kinds, type System, system } from '../helpers/system.ts';

/** Types `/mql …` as this person; answers the words that come back. */
const typing = (baton: System) => async (user: string, text: string) => (await mql(baton, user, text)).text;

test('a lead from list to claim to another person, all of it typed', async t => {
  const baton = await system(t);
  const handoff = await handedOff(baton);
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  const said = typing(baton);

  assert.match(await said(MARCUS, 'list'), /^\*Open leads of yours\*: 1 lead\n\*Emma Thompson\* — Acme Corp/);
  assert.match(await said(PRIYA, 'list'), /^\*Open leads of yours\*: none\./);
  assert.match(await said(PRIYA, 'list unclaimed'), /Emma Thompson/);
  assert.match(await said(PRIYA, 'list emea sdrs'), /^Only the members of EMEA SDRs, Dana Ruiz or an admin/);
  const why = await said(DANA, `why <mailto:${EMMA}|${EMMA}>`);
  assert.match(
    why,
    /\*Rule:\* HIGH mid-market.*\*In line:\*\n• Marcus Chen: owed.*\*Next in line now\* \(Mid-market SDRs\): Priya Nair/s,
  );

  assert.match(await said(MARCUS, 'claim thompson acme'), /^You have \*Emma Thompson\*: contact within \d+ minutes/);
  assert.match(await said(PRIYA, `claim ${handoff.id}`), /^\*Marcus Chen\* claimed this/);
  assert.match(await said(PRIYA, `reassign emma to me`), /^Only Marcus Chen, Dana Ruiz or an admin can do this\./);
  await baton.card({ user: MARCUS }, 'Claimed by');

  const given = await said(MARCUS, `reassign ${handoff.recordId} to <@U0PRIYA|priya> she knows *them*`);
  assert.equal(given, '*Emma Thompson* went from *Marcus Chen* to *Priya Nair* with your note.');
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  const [moved] = await baton.handoffs();
  assert.deepEqual([moved?.repEmail, moved?.claimedBy, moved?.state], [PRIYA, null, 'assigned']);
  const story = await baton.story(handoff.id);
  assert.deepEqual(
    kinds(story).filter(kind => kind === 'claimed' || kind === 'reassigned'),
    ['claimed', 'reassigned'],
  );

  assert.match(
    await said(PRIYA, 'snooze emma until tomorrow 9am'),
    /\*Emma Thompson\* is quiet until <!date\^1795615200\^/,
  );
  assert.match(
    await said(PRIYA, 'show emma'),
    /\*With:\* Priya Nair.*\n\*Snoozed\* until .*What happened.*Marcus Chen claimed the lead.*she knows ∗them∗/s,
  );
});

test('away and back decide who gets the next lead, and the numbers say who had what', async t => {
  const baton = await system(t);
  await baton.settled();
  const said = typing(baton);
  assert.match(await said(MARCUS, 'away until tomorrow'), /^You are away, and back on Nov 25, 2026, 12:00 AM PST\./);
  assert.match(await said(MARCUS, 'settings'), /• Away: from .* until <!date/);
  const handoff = await handedOff(baton);
  assert.equal(handoff.repEmail, PRIYA, 'Marcus is away');
  assert.match(await said(MARCUS, 'back'), /^Welcome back/);
  assert.equal(await said(MARCUS, 'back'), 'You were not away: leads come to you.');
  assert.match(await said(PRIYA, 'away @marcus'), /^Only Marcus Chen, Dana Ruiz or an admin can do this\./);
  const second = await handedOff(baton, 'medium');
  assert.equal(second.repEmail, MARCUS);

  assert.match(
    await said(PRIYA, 'stats today'),
    /Given: 1 lead, 0 claimed, 0 contacted.*Open now: 1.*Mid-market SDRs: 1 of 1 turn \(100 %\); the weights give 33 %/s,
  );
  assert.match(await said(DANA, 'stats team'), /Given: 2 leads.*Marcus Chen \(SDRs\): 1 of 1 turn/s);
  assert.match(await said(DANA, 'list open'), /^\*Open leads\*: 2 leads/);
  assert.match(await said(DANA, 'doctor'), /HubSpot: works, last signal.*Slack: works.*Playbook version 1/s);
  assert.match(await said(PRIYA, 'doctor'), /^:white_check_mark: All is well|^:warning: Something needs attention/);
});
