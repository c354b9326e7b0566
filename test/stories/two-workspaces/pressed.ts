/** Every button and menu there is, pressed at one company with what is the other's. */
import assert from 'node:assert/strict';
import { storedOfWorkspace } from '../../helpers/database-questions.ts';
import { untilIdle } from '../../helpers/jobs.ts';
import { DANA } from '../../helpers/people.ts';
import { TABLES } from '../../../src/slack/listeners/index.ts';
import { closeAll, pickOnHome, pressOnHome } from './forms.ts';
import type { Side, Sides } from './sides.ts';

const idsOf = (kind: 'buttons' | 'menus'): string[] => TABLES.flatMap(table => Object.keys(table[kind] ?? {}));

/** What people did about leads, and the rules. */
async function deedsAt({ baton }: Side) {
  const { handoffs, timeline, touches, emails, playbooks, absences, manual_leads } = await storedOfWorkspace(baton);
  return { handoffs, timeline, touches, emails, playbooks, absences, manual_leads };
}

async function pressAll(here: Side, there: Side): Promise<void> {
  const { baton, at } = here;
  const [lead] = await there.baton.handoffs();
  assert.ok(lead);
  const before = await deedsAt(there);
  for (const action of idsOf('buttons')) {
    await pressOnHome(baton, at(DANA), action, lead.id);
  }
  for (const action of idsOf('menus')) {
    for (const verb of action === 'more' ? ['reassign', 'reject', 'snooze', 'timeline'] : ['edit']) {
      await pickOnHome(baton, at(DANA), action, `${verb}:${lead.id}`);
    }
  }
  await closeAll(baton, at(DANA));
  await untilIdle(baton);
  assert.deepEqual(await deedsAt(there), before);
}

export async function everythingIsPressed([own, other]: Sides): Promise<void> {
  await pressAll(own, other);
  await pressAll(other, own);
}
