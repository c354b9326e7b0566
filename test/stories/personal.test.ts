/** A rep connects their own Salesforce user: what they log is theirs there, and Baton's whenever that will not do. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { actionsAs, CONNECTED, toPerson } from '../helpers/actions.ts';
import { browser, linkFor, travel } from '../helpers/browser.ts';
import { rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { isSalesforcePaused, logins, peopleNotifiedOfPersonalLogin, touches } from '../helpers/database-questions.ts';
import { openHome, openSetup } from '../helpers/home.ts';
import { syncPeople } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { messagesSaying, mql, onlyMessageSaying, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { changeOrg, userEmail } from '../helpers/salesforce.ts';
import { act, click, clickOn, redrawn, type UserAction } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

const BATON = 'baton-integration@example.com';
/** The workspace itself is connected by a key: people's own log-ins are there all the same. */
const ENV = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
const OFFER = /Connect Salesforce so the calls and mails you log show up as yours/;
const LAPSED = /does not accept your log-in any more/;

/** A system in which Emma is Marcus's. */
async function withEmma(t: TestContext) {
  const baton = await system(t, { env: ENV });
  const { id } = await handedOff(baton);
  return { baton, id };
}

/** Logs a call as this person; answers who made the task at Salesforce, whose it is, and the story's sentence. */
async function call(baton: System, email: string, id: string, notes: string) {
  const before = (await recorded(baton, id, 'touch_logged')).length;
  await actionsAs(baton, email, id).logCall({ ...CONNECTED, notes });
  const text = await untilRecorded(baton, id, 'touch_logged', before + 1);
  await baton.settled();
  const task = (await baton.records('Task')).find(one => String(one.Description).startsWith(notes));
  const [by, owner] = [await userEmail(baton, task?.CreatedById), await userEmail(baton, task?.OwnerId)];
  return { text, by, owner };
}

/** Goes by the link behind a button and logs in as this user; answers the last page. */
const logIn = async (baton: System, email: string, deed: UserAction, as = email) =>
  (await travel(baton, browser(), await linkFor(baton, email, deed), as)).end;

/** Connects this person's own user from their Home. */
async function connect(baton: System, email: string): Promise<void> {
  await openHome(baton, email);
  assert.match((await logIn(baton, email, click('connect_mine'))).text, /is connected/);
}

test('offered once, after the first call; connected as himself, his calls are his', async t => {
  const { baton, id } = await withEmma(t);
  const first = await call(baton, MARCUS, id, 'First');
  assert.deepEqual([first.by, first.owner], [BATON, MARCUS]);
  await untilSaid(baton, { user: MARCUS }, OFFER);
  const offer = await onlyMessageSaying(baton, { user: MARCUS }, OFFER);
  assert.match(await openHome(baton, MARCUS), /so the calls you log show up as yours/);

  const other = await logIn(baton, MARCUS, clickOn(offer, 'connect_mine'), PRIYA);
  assert.match(other.text, /not marcus@example\.com/);
  const end = await logIn(baton, MARCUS, clickOn(offer, 'connect_mine'));
  assert.match(end.text, /writes what you do from Slack as Marcus Chen/);

  const second = await call(baton, MARCUS, id, 'Second');
  assert.deepEqual([second.by, second.owner], [MARCUS, MARCUS]);
  assert.match(second.text, /logged in Salesforce as Marcus Chen\.$/);
  await onlyMessageSaying(baton, { user: MARCUS }, OFFER);
  assert.equal((await touches(baton, id)).length, 2, 'what he did is no news when Salesforce tells of it');
});

test('who is connected is on Home and in /mql, for the person and for admins', async t => {
  const { baton } = await withEmma(t);
  await connect(baton, MARCUS);
  assert.match(await openHome(baton, MARCUS), /under \*your own name\*/);
  const mine = wordsOf(await mql(baton, MARCUS, 'settings'));
  assert.match(mine, /appears in Salesforce under your own name/);
  const count = /1 of the \d+ people of the playbook has connected/;
  assert.match(
    await openSetup(baton, DANA),
    /1 of the \d+ people of the playbook has connected their own Salesforce user/,
  );
  assert.match(wordsOf(await mql(baton, DANA, 'doctor')), count);
});

test('access taken back: told once, and his calls are Baton’s, until he connects again', async t => {
  const { baton, id } = await withEmma(t);
  await connect(baton, MARCUS);
  await changeOrg(baton, { login: { revokeTokens: true } });
  const lapsed = await call(baton, MARCUS, id, 'Lapsed');
  assert.deepEqual([lapsed.by, lapsed.owner], [BATON, MARCUS]);
  assert.match(lapsed.text, /made by Baton: the log-in of Marcus Chen is not accepted any more/);
  const told = await untilSaid(baton, { user: MARCUS }, LAPSED);
  assert.equal((await call(baton, MARCUS, id, 'Still lapsed')).by, BATON);
  await onlyMessageSaying(baton, { user: MARCUS }, LAPSED);
  assert.match(await openHome(baton, MARCUS), LAPSED);
  assert.equal(await isSalesforcePaused(baton), false, 'his log-in is not the workspace’s');

  assert.match((await logIn(baton, MARCUS, clickOn(told, 'connect_mine'))).text, /is connected/);
  assert.equal((await call(baton, MARCUS, id, 'His')).by, MARCUS);
});

test('a right that is missing is no lapse: the call is Baton’s, and says why', async t => {
  const { baton, id } = await withEmma(t);
  await connect(baton, MARCUS);
  await changeOrg(baton, { denyUser: { email: MARCUS, object: 'Task' } });
  const { by, text } = await call(baton, MARCUS, id, 'Denied');
  assert.equal(by, BATON);
  assert.match(text, /Marcus Chen may not write it there \(.*insufficient access rights/);
  assert.deepEqual(await messagesSaying(baton, { user: MARCUS }, LAPSED), []);
});

const revokes = async (baton: System) =>
  (await baton.calls('salesforce')).filter(one => one.path.endsWith('/revoke')).length;

test('whoever says not now is left in peace; whoever disconnects is asked nothing more', async t => {
  const { baton, id } = await withEmma(t);
  await actionsAs(baton, MARCUS, id).reassign({ ...toPerson(PRIYA), note: 'she knows Acme' });
  await actionsAs(baton, PRIYA, id).claim();
  const offer = await untilSaid(baton, { user: PRIYA }, OFFER);
  await act(baton, PRIYA, clickOn(offer, 'connect_later'));
  const unbothered = async () => (await messagesSaying(baton, { user: PRIYA }, OFFER)).length === 0;
  await until('the offer makes way', unbothered);
  await onlyMessageSaying(baton, { user: PRIYA }, /All right: what you log shows up in Salesforce as Baton’s/);
  assert.equal((await call(baton, PRIYA, id, 'Hers')).by, BATON);
  assert.ok(await unbothered(), 'she said no');

  await connect(baton, PRIYA);
  assert.equal((await call(baton, PRIYA, id, 'Hers again')).by, PRIYA);
  await openHome(baton, PRIYA);
  assert.match(await redrawn(baton, PRIYA, click('disconnect_mine')), /is disconnected/);
  assert.equal((await call(baton, PRIYA, id, 'Hers no more')).by, BATON);
  await baton.settled();
  assert.deepEqual([await messagesSaying(baton, { user: PRIYA }, LAPSED), await unbothered()], [[], true]);
  assert.equal(await revokes(baton), 1);
});

test('whoever leaves the playbook is forgotten, and so is everybody when Baton is removed from Slack', async t => {
  const { baton } = await withEmma(t);
  for (const email of [MARCUS, PRIYA, TOM]) await connect(baton, email);
  const withoutMarcus = exampleWith(
    [/^ {2}- \{ email: marcus@.*\n/m, ''],
    [/^ {6}- \{ person: marcus@.*\n/m, ''],
    ['{ person: marcus@example.com }, ', ''],
  );
  await rulesSavedElsewhere(baton, withoutMarcus, DANA);
  await syncPeople(baton);
  const holders = async () => (await logins(baton)).map(({ holder }) => holder);
  await until('Marcus is forgotten', async () => !(await holders()).includes(MARCUS));
  assert.deepEqual(await holders(), [PRIYA, TOM]);
  assert.equal(await revokes(baton), 1);
  await act(baton, DANA, { event: { type: 'app_uninstalled' } });
  await until('everybody is forgotten', async () => (await holders()).length === 0);
  assert.equal(await revokes(baton), 3);
  assert.deepEqual(await peopleNotifiedOfPersonalLogin(baton), []);
});
