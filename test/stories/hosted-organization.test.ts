/** One installation for a whole Enterprise organization: several workspaces of ours, each with its own rules and leads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { browser } from '../helpers/browser.ts';
import { tokensKeptFor } from '../helpers/database-questions.ts';
import { addToSlack, allow, answersIn, handedOffIn, hosted, workspaceOf } from '../helpers/hosted.ts';
import { messagesSaying, untilSaid } from '../helpers/messages.ts';
import { act } from '../helpers/slack.ts';
import type { System } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const GRID = { id: 'E0GRID', name: 'Grid Inc' };
const [ONE, TWO] = ['T0ONE', 'T0TWO'] as const;
/** The same person, and the same id, in each of the workspaces. */
const GRID_DANA = 'dana@0grid.example.com';

async function organization(t: TestContext): Promise<System> {
  const baton = await hosted(t);
  for (const id of [ONE, TWO]) {
    await baton.post('/_sandbox/slack/workspaces', {
      id,
      name: `Grid ${id}`,
      domain: id.toLowerCase(),
      enterprise: GRID,
    });
  }
  return baton;
}

const grant = (baton: System, team: string, more: object = {}) =>
  baton.post('/_sandbox/slack/grant', { team, ...more });

async function served(baton: System, team: string): Promise<System> {
  await until(`${team} has a workspace`, () =>
    workspaceOf(baton, team).then(
      () => true,
      () => undefined,
    ),
  );
  const workspace = await workspaceOf(baton, team);
  await untilSaid(workspace, { user: GRID_DANA }, /you are its admin/);
  return workspace;
}

test('an organization installs once and chooses its workspaces: each is one of its own', async t => {
  const baton = await organization(t);
  const visit = browser();
  const end = await visit(await allow(baton, visit, { team: GRID.id }));
  assert.match(end.text, /Baton is in Grid Inc[\s\S]*No workspace of the organization uses it yet/);
  const [, choose = ''] = /href="([^"]+)">Choose workspaces/.exec(end.text) ?? [];
  assert.match((await visit(choose)).text, /Grid T0ONE[\s\S]*Grid T0TWO/);
  await assert.rejects(workspaceOf(baton, ONE), /has a workspace/);
  assert.match((await visit(choose, { team: ONE })).text, /Added/);
  const one = await served(baton, ONE);
  await grant(baton, TWO);
  const two = await served(baton, TWO);
  assert.notEqual(one.app.workspaceId, two.app.workspaceId);
  await handedOffIn(one, GRID_DANA, 'Sam Lee');
  assert.match(await answersIn(two, GRID_DANA), /Baton/);
  assert.deepEqual(await messagesSaying(two, { user: GRID_DANA }, /Sam Lee/), []);
  assert.deepEqual([(await one.handoffs()).length, (await two.handoffs()).length], [1, 0]);
});

test('a workspace that may not use it any more is left out; the others go on, and it may come back', async t => {
  const baton = await organization(t);
  for (const team of [ONE, TWO]) await grant(baton, team, { tells_app: false });
  const installed = await addToSlack(baton, GRID.id);
  assert.equal(installed.title, 'Baton is in Grid Inc');
  const [one, two] = [await served(baton, ONE), await served(baton, TWO)];
  await grant(baton, TWO, { access: false });
  const hook = String(await two.app.deps.hookAddress(two.app.workspaceId, 'hubspot'));
  assert.equal((await fetch(hook, { method: 'POST', body: '[]' })).status, 401);
  assert.match(await answersIn(one, GRID_DANA), /Baton/);
  await handedOffIn(one, GRID_DANA, 'Sam Lee');
  baton.clock.move(60_000);
  await grant(baton, TWO);
  await untilSaid(two, { user: GRID_DANA }, /Baton is back in Grid T0TWO/);
  assert.equal((await workspaceOf(baton, TWO)).app.workspaceId, two.app.workspaceId);
});

test('somebody of a workspace that was added presses before the news of it has come', async t => {
  const baton = await organization(t);
  assert.equal((await addToSlack(baton, GRID.id)).status, 200);
  await grant(baton, ONE, { tells_app: false });
  await baton.post('/_sandbox/slack/act', { user: GRID_DANA, team: ONE, command: { text: 'help' } });
  const one = await served(baton, ONE);
  await handedOffIn(one, GRID_DANA, 'Sam Lee');
});

test('the organization removes it: every one of its workspaces is left, with one piece of news', async t => {
  const baton = await organization(t);
  for (const team of [ONE, TWO]) await grant(baton, team, { tells_app: false });
  assert.equal((await addToSlack(baton, GRID.id)).status, 200);
  const all = [await served(baton, ONE), await served(baton, TWO)];
  await baton.post('/_sandbox/slack/uninstall', { team: GRID.id, events: ['tokens_revoked'] });
  await until('the token is gone', async () => (await tokensKeptFor(baton, GRID.id)) === 0);
  for (const one of all) {
    await act(one, GRID_DANA, { command: { text: 'list' } });
    await untilSaid(one, { user: GRID_DANA }, /does not use Baton/);
  }
});

test('a workspace with an installation of its own goes on by it when the organization removes Baton', async t => {
  const baton = await organization(t);
  assert.equal((await addToSlack(baton, ONE)).status, 200);
  for (const team of [ONE, TWO]) await grant(baton, team, { tells_app: false });
  assert.equal((await addToSlack(baton, GRID.id)).status, 200);
  const [one, two] = [await served(baton, ONE), await served(baton, TWO)];
  await baton.post('/_sandbox/slack/uninstall', { team: GRID.id, events: ['app_uninstalled'] });
  await until('the token is gone', async () => (await tokensKeptFor(baton, GRID.id)) === 0);
  await act(two, GRID_DANA, { command: { text: 'list' } });
  await untilSaid(two, { user: GRID_DANA }, /does not use Baton/);
  await handedOffIn(one, GRID_DANA, 'Sam Lee');
  await grant(baton, ONE, { access: false, tells_app: false });
  await baton.post('/_sandbox/slack/uninstall', { team: ONE, events: ['app_uninstalled'] });
  await until('the token is gone', async () => (await tokensKeptFor(baton, ONE)) === 0);
  const hook = String(await one.app.deps.hookAddress(one.app.workspaceId, 'hubspot'));
  assert.equal((await fetch(hook, { method: 'POST', body: '[]' })).status, 401);
  await act(one, GRID_DANA, { command: { text: 'list' } });
  await untilSaid(one, { user: GRID_DANA }, /does not use Baton/);
});

test('of a workspace’s own installation and its organization’s the newer counts, and either serves on when the other goes', async t => {
  const baton = await organization(t);
  assert.equal((await addToSlack(baton, ONE)).status, 200);
  await grant(baton, ONE, { tells_app: false });
  baton.clock.move(60_000);
  assert.equal((await addToSlack(baton, GRID.id)).status, 200);
  const one = await served(baton, ONE);
  // Slack takes the older one's token no more, and says nothing of it.
  await baton.post('/_sandbox/slack/uninstall', { team: ONE, events: [] });
  await handedOffIn(one, GRID_DANA, 'Sam Lee');
  baton.clock.move(60_000);
  assert.equal((await addToSlack(baton, ONE)).status, 200);
  await baton.post('/_sandbox/slack/uninstall', { team: GRID.id, events: [] });
  baton.clock.move(60_000);
  await handedOffIn(one, GRID_DANA, 'Kim Park');
  await grant(baton, ONE, { tells_app: false });
  assert.equal((await addToSlack(baton, GRID.id)).status, 200);
  await baton.post('/_sandbox/slack/uninstall', { team: ONE, events: ['app_uninstalled'] });
  await until('its own token is gone', async () => (await tokensKeptFor(baton, ONE)) === 0);
  await handedOffIn(one, GRID_DANA, 'Lou Reyes');
});
