/** Two hundred workspaces on one process: each installs, is welcomed, hands off a lead of its own, and one leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/lib/clock.ts';
import { tokensKeptFor } from '../helpers/database-questions.ts';
import { addToSlack, answersIn, handedOffIn, hosted, workspaceOf } from '../helpers/hosted.ts';
import { messagesSaying, untilSaid } from '../helpers/messages.ts';
import type { System } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const MANY = 200;
/** So many people press something at once. */
const AT_ONCE = 40;

interface Member {
  name: string;
  team: string;
  dana: string;
}

const MEMBERS: Member[] = Array.from({ length: MANY }, (_, index) => {
  const name = `many${index}`;
  return { name, team: `T0MANY${index}`, dana: `dana@${name}.example.com` };
});

/** For each of them, some at once. */
async function forEachOf(members: readonly Member[], work: (member: Member) => Promise<void>): Promise<void> {
  const waiting = [...members];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function installed(baton: System, { name, team, dana }: Member): Promise<void> {
  await baton.post('/_sandbox/slack/workspaces', { id: team, name, domain: name });
  assert.equal((await addToSlack(baton, team)).title, `Baton is in ${name}`);
  await untilSaid(await workspaceOf(baton, team), { user: dana }, /you are its admin/);
}

test('two hundred workspaces: each has its own leads and answers; one leaves and the others do not notice', async t => {
  const baton = await hosted(t);
  await baton.post('/_sandbox/slack/limits', { tokenRotation: true });
  await forEachOf(MEMBERS, member => installed(baton, member));
  // Every token is to be renewed by now.
  baton.clock.move(11 * HOUR);
  await forEachOf(MEMBERS, async ({ name, team, dana }) => {
    await handedOffIn(await workspaceOf(baton, team), dana, `Lead ${name}`);
  });
  await forEachOf(MEMBERS, async ({ name, team, dana }) => {
    const own = await workspaceOf(baton, team);
    assert.match(await answersIn(own, dana), /Baton/);
    assert.equal((await own.handoffs()).length, 1);
    const cards = await messagesSaying(own, { user: dana }, /Lead many\d+/);
    assert.ok(cards.length > 0 && cards.every(card => JSON.stringify(card).includes(`Lead ${name}`)), name);
  });
  const [gone, ...others] = MEMBERS;
  assert.ok(gone);
  await baton.post('/_sandbox/slack/uninstall', { team: gone.team });
  await until('its tokens are gone', async () => (await tokensKeptFor(baton, gone.team)) === 0);
  await forEachOf(others, async ({ team, dana }) => {
    assert.match(await answersIn(await workspaceOf(baton, team), dana), /Baton/);
  });
});
