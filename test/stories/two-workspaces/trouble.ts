/** What goes wrong at one company is nothing to the other. */
import assert from 'node:assert/strict';
import { MINUTE } from '../../../src/lib/clock.ts';
import { hurry } from '../../helpers/database-changes.ts';
import { isSalesforcePaused, salesforceStatus } from '../../helpers/database-questions.ts';
import { tryAwayVendors, tryPausedVendors, untilIdle } from '../../helpers/jobs.ts';
import { messagesSaying, untilSaid } from '../../helpers/messages.ts';
import { DANA } from '../../helpers/people.ts';
import { changeOrg } from '../../helpers/salesforce.ts';
import { until } from '../../helpers/until.ts';
import { addressOf, crosses, onBoth, type Side, type Sides } from './sides.ts';

const stateOf = async (side: Side, name: string) => (await side.baton.handoff(addressOf(name))).recordState;

/** The calls of the other organization's day are spent: it waits, and the first company's records are made. */
export async function dayIsSpent(sides: Sides): Promise<void> {
  const [own, other] = sides;
  await changeOrg(other.baton, { dailyLimit: 0 });
  await onBoth(sides, side => crosses(side, 'kim'));
  await until('one waits', async () => (await salesforceStatus(other.baton)) === 'away');
  assert.deepEqual([await stateOf(own, 'kim'), await salesforceStatus(own.baton)], ['written', 'active']);
  assert.notEqual(await stateOf(other, 'kim'), 'written');
  await changeOrg(other.baton, { dailyLimit: 100_000 });
  await until('it is written, too', async () => {
    other.baton.clock.move(16 * MINUTE);
    await hurry(other.baton);
    await tryAwayVendors(other.baton);
    await untilIdle(other.baton);
    return (await stateOf(other, 'kim')) === 'written';
  });
}

/** The first company's key is refused: its admins hear of it and its record waits, and the other's is made. */
export async function keyIsRefused(sides: Sides): Promise<void> {
  const [own, other] = sides;
  await changeOrg(own.baton, { revokeAccess: true });
  await onBoth(sides, side => crosses(side, 'liv'));
  await until('the first is paused', () => isSalesforcePaused(own.baton));
  assert.deepEqual([await stateOf(other, 'liv'), await isSalesforcePaused(other.baton)], ['written', false]);
  await untilSaid(own.baton, { user: own.at(DANA) }, /Salesforce no longer accepts/);
  assert.deepEqual(await messagesSaying(other.baton, { user: other.at(DANA) }, /no longer accepts/), []);
  await changeOrg(own.baton, { revokeAccess: false });
  await tryPausedVendors(own.baton);
  await until('it is written, too', async () => (await stateOf(own, 'liv')) === 'written');
}

/** Deliveries for one company at the address of the other are refused. */
export async function deliveriesAreMixedUp([own, other]: Sides): Promise<void> {
  for (const [from, to] of [
    [own, other],
    [other, own],
  ] as const) {
    const address = (side: Side, vendor: string) => side.baton.app.deps.hookAddress(side.baton.app.workspaceId, vendor);
    const before = (await to.baton.handoffs()).length;
    for (const [vendor, path] of [
      ['hubspot', '/_sandbox/hubspot/webhooks'],
      ['salesforce', '/_sandbox/salesforce/_outbound'],
    ] as const) {
      await from.baton.post(path, { url: await address(to, vendor) });
    }
    await crosses(from, 'max');
    await until('what came to the wrong address is refused', async () =>
      JSON.stringify(await from.baton.get('/_sandbox/hubspot/deliveries')).includes('401'),
    );
    for (const [vendor, path] of [
      ['hubspot', '/_sandbox/hubspot/webhooks'],
      ['salesforce', '/_sandbox/salesforce/_outbound'],
    ] as const) {
      await from.baton.post(path, { url: await address(from, vendor) });
    }
    await untilIdle(from.baton);
    assert.equal((await to.baton.handoffs()).length, before);
  }
}
