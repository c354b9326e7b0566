/** What people say to Baton, and that a company removes it. */
import { openHome } from '../../helpers/home.ts';
import { untilSaid } from '../../helpers/messages.ts';
import { ALL_CHANNEL, DANA, PRIYA } from '../../helpers/people.ts';
import { act, click, openModal, submit } from '../../helpers/slack.ts';
import { until } from '../../helpers/until.ts';
import { closeAll } from './forms.ts';
import { handedOff, onBoth, type Side, type Sides } from './sides.ts';

async function talk({ baton, at }: Side): Promise<void> {
  const dana = at(DANA);
  const { bot } = await baton.get<{ bot: { user_id: string } }>('/_sandbox/slack/state');
  await act(baton, dana, { message: { text: 'help' } });
  await act(baton, dana, { message: { text: `<@${bot.user_id}> help`, channel: ALL_CHANNEL.channel } });
  await act(baton, dana, { home: { tab: 'messages' } });
  const said = await untilSaid(baton, ALL_CHANNEL, /help/);
  await openModal(baton, dana, { shortcut: { callback_id: 'make_lead', channel: said.channel, ts: said.ts } });
  await closeAll(baton, dana);
  await openHome(baton, at(PRIYA));
  await openModal(baton, at(PRIYA), click('connect_mine'));
  await submit(baton, at(PRIYA));
  await closeAll(baton, at(PRIYA));
}

export const peopleTalk = (sides: Sides): Promise<unknown> => onBoth(sides, talk);

/** One company removes Baton from its Slack: nothing of it is used any more, and the other goes on. */
export async function oneLeaves([own, other]: Sides): Promise<void> {
  await act(other.baton, other.at(DANA), { event: { type: 'app_uninstalled' } });
  const { app } = other.baton;
  await until(
    'its source is used no more',
    async () => !('hubspot' in (await app.deps.vendors(app.workspaceId)).sources),
  );
  const { repEmail } = await handedOff(own, 'oda');
  await untilSaid(own.baton, { user: String(repEmail) }, new RegExp(`oda ${own.mark}`));
}
