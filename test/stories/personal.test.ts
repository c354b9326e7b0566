/** A rep connects their own Salesforce user: what they log is theirs there, and Baton's whenever that will not do. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { browser, linkFor, travel } from '../helpers/browser.ts';
import { handedOff } from '../helpers/leads.ts';
import { act, redrawn, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const MARCUS = 'marcus@example.com';
const PRIYA = 'priya@example.com';
const TOM = 'tom@example.com';
const DANA = 'dana@example.com';
const BATON = 'baton-integration@example.com';
/** The workspace itself is connected by a key: people's own log-ins are there all the same. */
const ENV = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
const OFFER = /appear in Salesforce as made by Baton/;
const LAPSED = /does not accept your log-in any more/;

async function as(baton: System, email: string) {
  return { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, email) };
}

const said = async (baton: System, user: string, pattern: RegExp): Promise<Message[]> =>
  (await baton.messages({ user })).filter(one => pattern.test(one.text));

/** Logs a call as its person; answers who made the task, and the story's sentence. */
async function call(baton: System, email: string, handoffId: string, notes: string) {
  const before = (await baton.story(handoffId)).filter(entry => entry.kind === 'touch_logged').length;
  const on = { ...(await as(baton, email)), handoffId };
  const outcome = await actionsOf(baton.app.deps).logCall({
    ...on,
    outcome: 'connected',
    direction: 'outbound',
    notes,
  });
  assert.deepEqual(outcome, { kind: 'done' });
  const text = await until('it is logged', async () => {
    const logged = (await baton.story(handoffId)).filter(entry => entry.kind === 'touch_logged');
    return logged[before]?.text;
  });
  await baton.settled();
  const task = (await baton.records('Task')).find(one => String(one.Description).startsWith(notes));
  const users = await baton.records('User');
  const nameOf = (id: unknown) => users.find(user => user.Id === id)?.Email;
  return { text, by: nameOf(task?.CreatedById), owner: nameOf(task?.OwnerId) };
}

/** Answers the last page. */
const journey = async (baton: System, link: string, who: string) => (await travel(baton, browser(), link, who)).end;

test('offered once; connected as himself; his calls are his; taken back: told once, nothing lost; connected again', async t => {
  const baton = await system(t, { env: ENV });
  const id = (await handedOff(baton)).id;
  const first = await call(baton, MARCUS, id, 'First');
  assert.deepEqual([first.by, first.owner], [BATON, MARCUS]);
  const [offer, ...more] = await until('he is offered', async () => {
    const found = await said(baton, MARCUS, OFFER);
    return found.length > 0 ? found : undefined;
  });
  assert.ok(offer);
  assert.deepEqual(more, []);
  assert.match(await redrawn(baton, MARCUS, { home: {} }), /as made by Baton\. Connect your own user/);

  const click = { channel: offer.channel, ts: offer.ts, action_id: 'connect_mine' };
  const other = await journey(baton, await linkFor(baton, MARCUS, { click }), PRIYA);
  assert.match(other.text, /not marcus@example\.com/);
  const end = await journey(baton, await linkFor(baton, MARCUS, { click }), MARCUS);
  assert.match(end.text, /writes what you do from Slack as Marcus Chen/);

  const second = await call(baton, MARCUS, id, 'Second');
  assert.deepEqual([second.by, second.owner], [MARCUS, MARCUS]);
  assert.match(second.text, /logged in salesforce as Marcus Chen\.$/);
  assert.match(await redrawn(baton, MARCUS, { home: {} }), /under \*your own name\*/);
  assert.equal((await said(baton, MARCUS, OFFER)).length, 1);
  const touches = await baton.app.deps.db('touches').where({ handoff_id: id });
  assert.equal(touches.length, 2, 'what he did is no news when Salesforce tells of it');
  await redrawn(baton, DANA, { home: {} });
  assert.match(
    await redrawn(baton, DANA, { click: { action_id: 'home_tab_setup' } }),
    /1 of the \d+ people of the playbook has connected their own Salesforce user/,
  );

  for (const [user, text, says] of [
    [MARCUS, 'settings', /appears in Salesforce under your own name/],
    [DANA, 'doctor', /1 of the \d+ people of the playbook has connected/],
  ] as const) {
    await act(baton, user, { command: { text } });
    await until(`${user} hears of /mql ${text}`, async () => (await said(baton, user, says)).length > 0);
  }

  await baton.post('/_sandbox/salesforce/_org', { login: { revokeTokens: true } });
  const third = await call(baton, MARCUS, id, 'Third');
  assert.deepEqual([third.by, third.owner], [BATON, MARCUS]);
  assert.match(third.text, /made by Baton: the log-in of Marcus Chen is not accepted any more/);
  const told = await until('he is told', async () => (await said(baton, MARCUS, LAPSED))[0]);
  assert.equal((await call(baton, MARCUS, id, 'Fourth')).by, BATON);
  assert.equal((await said(baton, MARCUS, LAPSED)).length, 1, 'once');
  assert.match(await redrawn(baton, MARCUS, { home: {} }), /does not accept your log-in any more/);
  const paused = await baton.app.deps.db('connections').where({ vendor: 'salesforce', status: 'paused' });
  assert.deepEqual(paused, [], 'his log-in is not the workspace’s');

  const again = { channel: told.channel, ts: told.ts, action_id: 'connect_mine' };
  assert.match((await journey(baton, await linkFor(baton, MARCUS, { click: again }), MARCUS)).text, /is connected/);
  assert.equal((await call(baton, MARCUS, id, 'Fifth')).by, MARCUS);

  await baton.post('/_sandbox/salesforce/_org', { denyUser: { email: MARCUS, object: 'Task' } });
  const sixth = await call(baton, MARCUS, id, 'Sixth');
  assert.equal(sixth.by, BATON);
  assert.match(sixth.text, /Marcus Chen may not write it there \(.*insufficient access rights/);
  assert.equal((await said(baton, MARCUS, LAPSED)).length, 1, 'a right that is missing is no lapse');
});

test('whoever says not now is left in peace; whoever disconnects, leaves or is uninstalled is forgotten', async t => {
  const baton = await system(t, { env: ENV });
  const { db } = baton.app.deps;
  const id = (await handedOff(baton)).id;
  const { workspaceId, ...priya } = await as(baton, PRIYA);
  assert.deepEqual(await actionsOf(baton.app.deps).claim({ workspaceId, ...priya, handoffId: id }), {
    kind: 'claimed',
  });
  const offer = await until('she is offered at her first click', async () => (await said(baton, PRIYA, OFFER))[0]);
  await act(baton, PRIYA, { click: { channel: offer.channel, ts: offer.ts, action_id: 'connect_later' } });
  await until('the offer makes way', async () => (await said(baton, PRIYA, OFFER)).length === 0);
  assert.equal((await said(baton, PRIYA, /Home tab whenever you like/)).length, 1);
  assert.equal((await call(baton, PRIYA, id, 'Hers')).by, BATON);
  assert.equal((await said(baton, PRIYA, OFFER)).length, 0, 'she said no');

  const connect = async (email: string) => {
    await redrawn(baton, email, { home: {} });
    const end = await journey(baton, await linkFor(baton, email, { click: { action_id: 'connect_mine' } }), email);
    assert.match(end.text, /is connected/);
  };
  const revokes = async () => (await baton.calls('salesforce')).filter(one => one.path.endsWith('/revoke')).length;
  await connect(PRIYA);
  assert.equal((await call(baton, PRIYA, id, 'Hers again')).by, PRIYA);
  await redrawn(baton, PRIYA, { home: {} });
  assert.match(await redrawn(baton, PRIYA, { click: { action_id: 'disconnect_mine' } }), /is disconnected/);
  assert.equal((await call(baton, PRIYA, id, 'Hers no more')).by, BATON);
  await baton.settled();
  assert.deepEqual([(await said(baton, PRIYA, LAPSED)).length, (await said(baton, PRIYA, OFFER)).length], [0, 0]);
  assert.equal(await revokes(), 1);

  await as(baton, MARCUS);
  await connect(MARCUS);
  await as(baton, TOM);
  await connect(TOM);
  const yaml = (await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8'))
    .replace(/^ {2}- \{ email: marcus@.*\n/m, '')
    .replace(/^ {6}- \{ person: marcus@.*\n/m, '')
    .replace('{ person: marcus@example.com }, ', '');
  await savePlaybook(db, workspaceId, { yaml, author: DANA, note: 'Marcus left', at: baton.clock.now() });
  baton.clock.move(MINUTE);
  await enqueue(db, { name: 'directory.sync', payload: { workspaceId }, key: `directory:${workspaceId}` });
  const holders = async () => (await db('credentials').orderBy('holder').select('holder')).map(row => row.holder);
  await until('Marcus is forgotten', async () => !(await holders()).includes(MARCUS));
  assert.deepEqual(await holders(), [PRIYA, TOM]);
  assert.equal(await revokes(), 2);
  await act(baton, DANA, { event: { type: 'app_uninstalled' } });
  await until('everybody is forgotten', async () => (await holders()).length === 0);
  assert.equal(await revokes(), 3);
  assert.deepEqual(await db('personal_login_notices').select('email'), []);
});
