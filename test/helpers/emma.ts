/** Stories that begin with Emma's card before everybody. */
import type { TestContext } from 'node:test';
import { handedOff } from './leads.ts';
import { DANA, MARCUS, PRIYA, TEAM_CHANNEL } from './people.ts';
import { CARDS_IN_DM_AND_CHANNEL } from './playbooks.ts';
import { slackIdOf } from './slack.ts';
import { type Message, type System, system } from './system.ts';

/** A system in which Emma is Marcus's; her card is in his DM and, as answered, in the team's channel. */
export async function emmaInChannel(t: TestContext): Promise<{ baton: System; id: string; card: Message }> {
  const baton = await system(t, { playbook: CARDS_IN_DM_AND_CHANNEL });
  const { id } = await handedOff(baton);
  const card = await baton.card(TEAM_CHANNEL, 'Emma Thompson');
  await Promise.all([MARCUS, PRIYA, DANA].map(email => slackIdOf(baton, email)));
  return { baton, id, card };
}
