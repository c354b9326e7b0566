/** Leads that judging keeps from sales are found, explained and released in Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../src/lib/clock.ts';
import { actionsAs } from '../helpers/actions.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { buttonsOf, mql, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { act, clickOn, shown } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const JO = 'jo@gmail.com';

/** A mail scanner clicked, and nothing else happened. */
async function isHeld(baton: System) {
  await companyIsKnown(baton);
  const [at, deliveredAt] = [0, -3 * SECOND].map(late => new Date(baton.clock.now().getTime() + late).toISOString());
  const click = { type: 'email_click', at, deliveredAt, detail: 'Your guide' };
  await baton.post('/_sandbox/hubspot/contacts', {
    email: EMMA,
    firstname: 'Emma',
    lastname: 'Thompson',
    jobtitle: 'VP Operations',
    company: 'Acme Corp',
    hubspotscore: '63',
    activities: [click],
  });
  return baton.handoff(EMMA);
}

test('a held lead: its card reaches the admins, Release sends it to sales, and the card says so', async t => {
  const baton = await system(t);
  assert.equal((await isHeld(baton)).state, 'held');
  const card = await untilSaid(baton, { user: DANA }, /On hold/);
  assert.deepEqual(buttonsOf(card), ['release', 'nurture', 'details']);
  assert.match(wordsOf(card), /only mail activity/);
  await act(baton, DANA, clickOn(card, 'release'));
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  await untilSaid(baton, { user: DANA }, /for <@U/);
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('a held lead is listed, explained, counted on Home, and left to nurture by whoever may', async t => {
  const baton = await system(t);
  await isHeld(baton);
  assert.match(wordsOf(await mql(baton, DANA, 'list held')), /Emma Thompson.*only mail activity/s);
  assert.match((await mql(baton, MARCUS, 'list held')).text, /Only a manager or an admin/);
  assert.match(wordsOf(await mql(baton, MARCUS, `why ${EMMA}`)), /On hold:.*Fit:\* 100 of 100/s);
  assert.match((await mql(baton, MARCUS, `release ${EMMA}`)).text, /Only a manager or an admin/);
  await act(baton, DANA, { home: {} });
  await until('Home counts it', async () => /1 lead on hold/.test((await shown(baton, DANA)).home));
  assert.match((await mql(baton, DANA, `nurture ${EMMA}`)).text, /stays in nurture/);
  assert.match(wordsOf(await mql(baton, DANA, 'list nurture')), /Emma Thompson/);
});

test('why of a lead in nurture tells the verdict, release sends it to the fallback, and no answer is JSON', async t => {
  const baton = await system(t);
  await leadCrosses(baton, { email: JO, company: '', jobtitle: 'Intern', firstname: 'Jo', lastname: 'Roe' });
  assert.equal((await baton.handoff(JO)).state, 'nurture');
  const why = wordsOf(await mql(baton, DANA, `why ${JO}`));
  assert.match(why, /Not sent to sales:\* Fit 0 is LOW.*the industry is unknown/s);
  assert.doesNotMatch(why, /It has not been routed/);
  assert.match((await mql(baton, DANA, `release ${JO}`)).text, /is released to \*(Marcus Chen|Priya Nair)\*/);
  assert.equal((await baton.handoff(JO)).state, 'assigned');
});

test('why after a reopen is in words', async t => {
  const baton = await system(t);
  await leadCrosses(baton, { email: JO, company: '', jobtitle: 'Intern' });
  const { id } = await baton.handoff(JO);
  await actionsAs(baton, DANA, id).reopen();
  const why = (await mql(baton, DANA, `why ${JO}`)).text;
  assert.match(why, /Dana Ruiz reopened this lead/);
  assert.doesNotMatch(why, /[{}]|dana@example\.com/);
});
