/** Tokens of bots that run out after twelve hours: renewed before, by one process alone, and told of before a lead is lost. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR } from '../../src/lib/clock.ts';
import { CredentialsRejected } from '../../src/lib/errors.ts';
import { addToSlack, answersIn, HOME, handedOffIn, hosted, workspaceOf } from '../helpers/hosted.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { type System, startBeside } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

async function rotating(t: TestContext): Promise<System> {
  const baton = await hosted(t);
  await baton.post('/_sandbox/slack/limits', { tokenRotation: true });
  assert.equal((await addToSlack(baton)).status, 200);
  const acme = await workspaceOf(baton);
  await untilSaid(acme, { user: DANA }, /you are its admin/);
  await acme.settled();
  return acme;
}

const renewals = async (baton: System): Promise<number> =>
  (await baton.calls('slack')).filter(({ body }) =>
    /grant_type=refresh_token|"refresh_token"/.test(JSON.stringify(body)),
  ).length;

/** They are made while nobody waits for them. */
async function renewedTimes(baton: System, times: number): Promise<void> {
  await until(`${times} renewals`, async () => (await renewals(baton)) >= times);
  await baton.settled();
  assert.equal(await renewals(baton), times);
}

/** What a job asks of Slack. */
const asks = async ({ app }: Pick<System, 'app'>, workspaceId = app.workspaceId) =>
  (await app.deps.vendors(workspaceId)).notifier.findPerson(DANA);

test('a token is renewed before it runs out, once in each half day, for what people press and for what jobs post', async t => {
  const acme = await rotating(t);
  assert.equal(await renewals(acme), 0);
  for (const halfDays of [1, 2, 3]) {
    acme.clock.move(11 * HOUR);
    assert.match(await answersIn(acme, DANA), /Baton/);
    await handedOffIn(acme, DANA, `Sam ${'ABC'[halfDays - 1]}`);
    await acme.settled();
    await renewedTimes(acme, halfDays);
  }
});

test('two processes that find it running out at once make one renewal, and both go on with what it brought', async t => {
  const acme = await rotating(t);
  const beside = await startBeside(t, acme);
  acme.clock.move(11 * HOUR);
  acme.sandbox.latency('slack', 150);
  const found = await Promise.all(
    [acme, { app: beside }, acme, { app: beside }].map(one => asks(one, acme.app.workspaceId)),
  );
  assert.deepEqual(
    found.map(one => one?.slackId),
    ['U0DANA', 'U0DANA', 'U0DANA', 'U0DANA'],
  );
  await renewedTimes(acme, 1);
  acme.clock.move(2 * HOUR);
  acme.sandbox.latency('slack', 0);
  assert.equal(
    (await asks({ app: beside }, acme.app.workspaceId))?.slackId,
    'U0DANA',
    'the first token is over by now',
  );
});

test('while Slack renews nothing the token that is still good is used; the next who asks renews it', async t => {
  const acme = await rotating(t);
  acme.clock.move(11 * HOUR);
  acme.sandbox.fault({ service: 'slack', path: '/api/oauth.v2.access', status: 503, times: 1 });
  assert.equal((await asks(acme))?.slackId, 'U0DANA');
  acme.clock.move(HOUR / 10);
  assert.equal((await asks(acme))?.slackId, 'U0DANA');
  acme.clock.move(3 * HOUR);
  assert.equal((await asks(acme))?.slackId, 'U0DANA');
});

test('a refresh token that Slack takes no more is told while the bot still can; installing again mends it', async t => {
  const acme = await rotating(t);
  acme.clock.move(11 * HOUR);
  const refused = { ok: false, error: 'invalid_refresh_token' };
  acme.sandbox.fault({
    service: 'slack',
    path: '/api/oauth.v2.access',
    contains: 'refresh',
    body: refused,
    times: 1_000,
  });
  assert.match(await answersIn(acme, DANA), /Baton/);
  await untilSaid(acme, { user: DANA }, /Slack will soon stop Baton’s access/);
  acme.clock.move(2 * HOUR);
  await assert.rejects(asks(acme), CredentialsRejected);
  assert.equal((await addToSlack(acme, HOME)).status, 200);
  acme.clock.move(HOUR / 10);
  assert.equal((await asks(acme))?.slackId, 'U0DANA');
  await handedOffIn(acme, DANA, 'Sam Lee');
});
