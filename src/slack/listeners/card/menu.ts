import { noticeModal } from '../../blocks/modals/notice.ts';
import type { SlackDeps } from '../../deps.ts';
import { idIn, openModal } from '../../forms.ts';
import { originOfPress } from '../answer.ts';
import { openingOf } from '../opening.ts';
import type { Pick } from '../types.ts';
import { openAway } from './away.ts';
import { openEdit } from './edit-record.ts';
import { openReassign } from './reassign.ts';
import { openReject } from './reject.ts';
import { openSnooze } from './snooze.ts';
import { openDetails, openTimeline, openWhy } from './timeline.ts';

/** `why`, `timeline` and `away` stand on cards of earlier versions. */
const VERBS = {
  details: openDetails,
  edit: openEdit,
  reassign: openReassign,
  reject: openReject,
  snooze: openSnooze,
  why: openWhy,
  timeline: openTimeline,
};

/** The card's "more" menu; what was chosen is `verb:handoff`. */
export async function more(pick: Pick, deps: SlackDeps): Promise<void> {
  await pick.ack();
  const { client, body, action } = pick;
  const [verb = '', id] = action.selected_option.value.split(':');
  const handoffId = idIn(id);
  const opening = openingOf(pick, deps);
  if (verb === 'away') return openAway(opening);
  const open = Object.entries(VERBS).find(([name]) => name === verb)?.[1];
  if (open) return open(opening, handoffId, originOfPress(pick, handoffId));
  // A card of another version of Baton.
  await openModal(
    client,
    body.trigger_id,
    noticeModal('Baton', 'This menu is out of date. Please try it on a newer card.'),
  );
}
