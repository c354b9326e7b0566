/** A backup is brought back while mails and cards of the time since are out in the world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Running, start } from '../../src/app.ts';
import { connect } from '../../src/db/connection.ts';
import { createLogger } from '../../src/lib/log.ts';
import { afterRestore } from '../../src/workspaces/restored.ts';
import { actionsAs } from '../helpers/actions.ts';
import { copyOf } from '../helpers/database.ts';
import { jobsDueSoon } from '../helpers/database-questions.ts';
import { untilIdle } from '../helpers/jobs.ts';
import { crosses, handedOff } from '../helpers/leads.ts';
import { messagesSaying, repliesTo } from '../helpers/messages.ts';
import { MARCUS } from '../helpers/people.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mailsSent, mendCalls } from '../helpers/vendors.ts';

const CARD = /Emma Thompson/;

/** A process of its own kind on this database, by the same clock. */
async function startOn({ env, clock }: System, url: string): Promise<Running> {
  return start({ env: { ...env, DATABASE_URL: url }, clock, log: createLogger({ level: 'silent' }) });
}

test('after a restore no mail goes out again, its rep is told, and no card is there twice', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  await baton.post('/_sandbox/mail/fault', { at: 'login', code: 535, message: '5.7.8 password expired' });
  await actionsAs(baton, MARCUS, id).sendEmail({ subject: 'Our prices', body: 'Here.' });
  await untilRecorded(baton, id, 'email_waiting');
  await untilIdle(baton);
  await baton.app.stop();
  const backup = await copyOf(t, baton.env.DATABASE_URL ?? '');
  const since = baton.clock.now();

  const lived = await startOn(baton, baton.env.DATABASE_URL ?? '');
  await until('the mail is out', async () => (await mailsSent(baton)).length === 1);
  await lived.stop();

  const db = connect(backup, 1);
  t.after(() => db.destroy());
  assert.deepEqual(await afterRestore({ db, clock: baton.clock }, since), { workspaces: 1, mails: 1, cards: 0 });
  assert.deepEqual(await afterRestore({ db, clock: baton.clock }, since), { workspaces: 1, mails: 0, cards: 0 });
  const restored = await startOn(baton, backup);
  t.after(() => restored.stop());
  const told = /restored from a backup, so the mail to Emma Thompson may have been sent or not: “Our prices”/;
  await until('Marcus is told under the card', async () => {
    const [card] = await messagesSaying(baton, { user: MARCUS }, CARD);
    return repliesTo(card).some(text => told.test(text));
  });
  await until('nothing is left to do', async () => (await jobsDueSoon({ ...baton, app: restored })) === 0);
  assert.equal((await mailsSent(baton)).length, 1);
  assert.equal((await messagesSaying(baton, { user: MARCUS }, CARD)).length, 1);
});

test('a lead whose card had not been posted at the backup has one card after it', async t => {
  const baton = await system(t);
  await breakCalls(baton, {
    service: 'slack',
    method: 'POST',
    path: '/api/chat.postMessage',
    status: 503,
    times: 1_000,
  });
  await crosses(baton);
  await until('the card is tried', async () =>
    (await baton.calls('slack')).some(call => /postMessage/.test(call.path)),
  );
  await baton.app.stop();
  const backup = await copyOf(t, baton.env.DATABASE_URL ?? '');
  const since = baton.clock.now();
  await mendCalls(baton);
  const cards = () => messagesSaying(baton, { user: MARCUS }, CARD);

  const lived = await startOn(baton, baton.env.DATABASE_URL ?? '');
  await until('the card is there', async () => (await cards()).length === 1);
  await lived.stop();

  const db = connect(backup, 1);
  t.after(() => db.destroy());
  await afterRestore({ db, clock: baton.clock }, since);
  const restored = await startOn(baton, backup);
  t.after(() => restored.stop());
  await until(
    'its card is known',
    async () => (await cards()).length > 0 && (await jobsDueSoon({ ...baton, app: restored })) === 0,
  );
  assert.equal((await cards()).length, 1);
});
