/** Every button and menu there is, pressed at one company with what is the other's. */
import assert from 'node:assert/strict';
import { homeListeners } from '../../../src/slack/listeners/home/home-listeners.ts';
import { TABLES } from '../../../src/slack/listeners/index.ts';
import { playbookListeners } from '../../../src/slack/listeners/playbook/playbook-listeners.ts';
import { setupListeners } from '../../../src/slack/listeners/setup/setup-listeners.ts';
import type { ListenerTable } from '../../../src/slack/listeners/types.ts';
import { storedOfWorkspace } from '../../helpers/database-questions.ts';
import { openHome } from '../../helpers/home.ts';
import { untilIdle } from '../../helpers/jobs.ts';
import { DANA } from '../../helpers/people.ts';
import { act, callSlack, clickOn, oldButton, slackIdOf } from '../../helpers/slack.ts';
import type { System } from '../../helpers/system.ts';
import { closeAll, pickOnHome, pressOnHome } from './forms.ts';
import type { Side, Sides } from './sides.ts';

/** Buttons of modals alone: pages of a long list, which the stories of that list turn. */
const IN_MODALS = /^(timeline_|home_bulk_go)/;
/** Tables whose buttons stand on Home; all others stand under messages. */
const ON_HOME = [homeListeners, playbookListeners, setupListeners];

const buttonsOf = (tables: readonly ListenerTable[]): string[] =>
  tables.flatMap(table => Object.keys(table.buttons ?? {})).filter(id => !IN_MODALS.test(id));

/** What people did about leads, and the rules. */
async function deedsAt({ baton }: Side) {
  const { handoffs, timeline, touches, emails, playbooks, absences, manual_leads } = await storedOfWorkspace(baton);
  return { handoffs, timeline, touches, emails, playbooks, absences, manual_leads };
}

/** Under a message that shows this button alone. */
async function pressUnderMessage(baton: System, user: string, action: string, value: string): Promise<void> {
  const blocks = [{ type: 'actions', elements: [oldButton(action, value)] }];
  const channel = await slackIdOf(baton, user);
  const posted = await callSlack<{ channel: string; ts: string }>(baton, 'chat.postMessage', {
    channel,
    text: action,
    blocks,
  });
  await act(baton, user, clickOn(posted, action));
  await closeAll(baton, user);
  await callSlack(baton, 'chat.delete', { channel: posted.channel, ts: posted.ts });
}

async function pressAll(here: Side, there: Side): Promise<void> {
  const { baton, at } = here;
  const dana = at(DANA);
  const [lead] = await there.baton.handoffs();
  assert.ok(lead);
  await untilIdle(baton);
  const before = await deedsAt(there);
  for (const action of buttonsOf(ON_HOME)) await pressOnHome(baton, dana, action, lead.id);
  for (const action of buttonsOf(TABLES.filter(table => !ON_HOME.includes(table)))) {
    // What these two are about is quoted in the answer: that would be taken for the other's.
    const quoted = /^(mql_|connect_|disconnect_)/.test(action);
    await pressUnderMessage(baton, dana, action, quoted ? 'list' : lead.id);
  }
  for (const action of TABLES.flatMap(table => Object.keys(table.menus ?? {}))) {
    for (const verb of action === 'more' ? ['reassign', 'reject', 'snooze', 'timeline'] : ['edit']) {
      await pickOnHome(baton, dana, action, `${verb}:${lead.id}`);
    }
  }
  await closeAll(baton, dana);
  await untilIdle(baton);
  await openHome(baton, dana);
  assert.deepEqual(await deedsAt(there), before);
}

export async function everythingIsPressed([own, other]: Sides): Promise<void> {
  await pressAll(own, other);
  await pressAll(other, own);
}
