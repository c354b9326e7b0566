/** A workspace removes Baton, in whatever way Slack tells of it; comes again, or is erased. Another goes on all the while. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { eraseLeavers } from '../../src/workspaces/tenants/tenants.ts';
import { connectedByKeys } from '../helpers/database-changes.ts';
import { rowsNaming, tenantTables, tokensKeptFor } from '../helpers/database-questions.ts';
import { addToSlack, answersIn, HOME, handedOffIn, hookAnswers, hosted, workspaceOf } from '../helpers/hosted.ts';
import { messagesSaying, untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { act } from '../helpers/slack.ts';
import type { System } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const HOOLI = 'T0HOOLI';
const HOOLI_DANA = 'dana@hooli.example.com';

/** Two workspaces with a source each, so that hooks have an address. */
async function twoInstalled(t: TestContext): Promise<{ acme: System; hooli: System }> {
  const baton = await hosted(t);
  await baton.post('/_sandbox/slack/workspaces', { id: HOOLI, name: 'Hooli Sales', domain: 'hooli' });
  for (const team of [HOME, HOOLI]) assert.equal((await addToSlack(baton, team)).status, 200);
  const [acme, hooli] = [await workspaceOf(baton, HOME), await workspaceOf(baton, HOOLI)];
  for (const [{ app, clock, env }, by] of [
    [acme, DANA],
    [hooli, HOOLI_DANA],
  ] as const) {
    const keys = { HUBSPOT_ACCESS_TOKEN: 'pat-na1-x', HUBSPOT_CLIENT_SECRET: 'secret' };
    const typed = { vendor: 'hubspot', roles: ['source'] as const, keys, by, at: clock.now() };
    await connectedByKeys({ app, env }, typed);
  }
  return { acme, hooli };
}

const hookOf = async ({ app }: System) => String(await app.deps.hookAddress(app.workspaceId, 'hubspot'));
const isGone = (baton: System) => until('the tokens are gone', async () => (await tokensKeptFor(baton, HOME)) === 0);

const NEWS = {
  'app_uninstalled, then tokens_revoked': ['app_uninstalled', 'tokens_revoked'],
  'tokens_revoked, then app_uninstalled': ['tokens_revoked', 'app_uninstalled'],
  'app_uninstalled alone': ['app_uninstalled'],
  'tokens_revoked alone': ['tokens_revoked'],
};

for (const [what, events] of Object.entries(NEWS)) {
  test(`${what}: tokens are gone at once, hooks refuse, nobody answers; the other workspace goes on`, async t => {
    const { acme, hooli } = await twoInstalled(t);
    const hook = await hookOf(acme);
    assert.equal(await hookAnswers(await hookOf(hooli)), await hookAnswers(hook), 'both are there');
    const answers = await acme.post('/_sandbox/slack/uninstall', { team: HOME, events });
    assert.deepEqual(
      answers.statuses,
      events.map(() => 200),
    );
    await isGone(acme);
    assert.equal(await hookAnswers(hook), 401);
    assert.deepEqual((await acme.app.deps.vendors(acme.app.workspaceId)).sources.hubspot, undefined);
    await act(acme, DANA, { command: { text: 'list' } });
    await untilSaid(acme, { user: DANA }, /does not use Baton/);
    assert.match(await answersIn(hooli, HOOLI_DANA), /Baton/);
    await handedOffIn(hooli, HOOLI_DANA, 'Sam Lee');
    assert.deepEqual(await messagesSaying(acme, { user: DANA }, /Sam Lee/), []);
  });
}

test('a person’s own token, or another bot’s, is no removal', async t => {
  const { acme } = await twoInstalled(t);
  for (const tokens of [
    { oauth: ['U0MARCUS'], bot: [] },
    { oauth: [], bot: ['U0OTHERBOT'] },
  ]) {
    await act(acme, DANA, { event: { type: 'tokens_revoked', tokens } });
  }
  assert.match(await answersIn(acme, DANA), /Baton/);
});

test('it comes again: leads, rules and hook address are as they were; late news of the first time changes nothing', async t => {
  const { acme } = await twoInstalled(t);
  const hook = await hookOf(acme);
  await handedOffIn(acme, DANA, 'Sam Lee');
  await acme.post('/_sandbox/slack/uninstall', { team: HOME });
  await isGone(acme);
  const removedAt = acme.clock.now().toISOString();
  acme.clock.move(HOUR);
  assert.equal((await addToSlack(acme)).title, 'Baton is in Acme Sales');
  await untilSaid(acme, { user: DANA }, /Baton is back in Acme Sales/);
  assert.deepEqual([(await workspaceOf(acme)).app.workspaceId, await hookOf(acme)], [acme.app.workspaceId, hook]);
  assert.equal((await acme.handoffs()).length, 1);
  acme.clock.move(MINUTE);
  const late = { team: HOME, at: removedAt, ends_tokens: false };
  for (const events of [['app_uninstalled'], ['tokens_revoked']]) {
    await acme.post('/_sandbox/slack/uninstall', { ...late, events });
  }
  assert.match(await answersIn(acme, DANA), /Baton/);
  await handedOffIn(acme, DANA, 'Ann Lee');
});

test('after 30 days nothing of it is left in any table; the other has everything, and a new installation begins anew', async t => {
  const { acme, hooli } = await twoInstalled(t);
  await handedOffIn(acme, DANA, 'Sam Lee');
  await handedOffIn(hooli, HOOLI_DANA, 'Sam Lee');
  await acme.settled();
  const tables = await tenantTables(acme);
  assert.ok(tables.includes('timeline') && tables.includes('handoffs'));
  const kept = await rowsNaming(hooli, tables);
  await acme.post('/_sandbox/slack/uninstall', { team: HOME });
  await isGone(acme);
  acme.clock.move(30 * DAY - MINUTE);
  await eraseLeavers(acme.app.deps);
  assert.ok((await rowsNaming(acme, tables)) > 0, 'a month has not passed');
  acme.clock.move(2 * MINUTE);
  await eraseLeavers(acme.app.deps);
  assert.equal(await rowsNaming(acme, tables), 0);
  assert.ok((await rowsNaming(hooli, tables)) >= kept, 'the other is whole');
  assert.equal((await addToSlack(acme)).title, 'Baton is in Acme Sales');
  assert.notEqual((await workspaceOf(acme)).app.workspaceId, acme.app.workspaceId);
});
