import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { idIn, openModal } from '../../forms.ts';
import { openReassign } from '../card/reassign.ts';
import { openDetails } from '../card/timeline.ts';
import { openingOf } from '../opening.ts';
import type { Pick } from '../types.ts';
import { openAsk } from './ask.ts';
import { handBack, take } from './decide.ts';

const OPENS = { ask: openAsk, reassign: openReassign, details: openDetails };
const DEEDS = { take, hand_back: handBack };

/** The menu of an alarm; what was chosen is `verb:handoff`. The record opens by itself. */
export async function alarmMenu(pick: Pick, deps: SlackDeps): Promise<void> {
  const [verb = '', id] = pick.action.selected_option.value.split(':');
  const handoffId = idIn(id);
  const deed = Object.entries(DEEDS).find(([name]) => name === verb)?.[1];
  if (deed) return deed(pick, deps, handoffId);
  await pick.ack();
  const open = Object.entries(OPENS).find(([name]) => name === verb)?.[1];
  if (open)
    return open({ ...openingOf(pick, deps), onTop: pick.body.view?.type === 'modal' }, handoffId, { handoffId });
  if (verb === 'open') return;
  const old = noticeModal('Baton', 'This menu is out of date. Please try it on a newer message.');
  await openModal(pick.client, pick.body.trigger_id, old);
}
