import { onlyYou } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { idIn } from '../../forms.ts';
import { answerPress } from '../answer.ts';
import { type Press, requesterOf } from '../types.ts';

/** Undo: a card or an alarm shows by itself what is true again; words that nobody redraws are replaced. */
export async function undo(press: Press, { actions, clock }: SlackDeps): Promise<void> {
  await press.ack();
  const outcome = await actions.undo({ ...requesterOf(press), actId: idIn(press.action.value) });
  if (outcome.kind !== 'done') return answerPress(press, refusalText(outcome, clock.now()));
  const said = `You undid ${outcome.what}.`;
  const { container, response_url: reachable } = press.body;
  if (reachable && container?.type === 'message' && container.is_ephemeral) {
    await press.respond({ ...onlyYou(said), replace_original: true });
  } else if (press.body.view) await answerPress(press, said);
}
