import { AWAY, HAND_OVER } from '../../blocks/modals/away.ts';
import { EDIT_RECORD, FULL_HISTORY, FULL_WHY } from '../../blocks/modals/details.ts';
import { EDIT } from '../../blocks/modals/edit-record.ts';
import { EMAIL, EMAIL_TEMPLATE, OPEN_MAIL } from '../../blocks/modals/email.ts';
import { LOG_CALL } from '../../blocks/modals/log-call.ts';
import { REASSIGN } from '../../blocks/modals/reassign.ts';
import { REJECT } from '../../blocks/modals/reject.ts';
import { SNOOZE } from '../../blocks/modals/snooze.ts';
import { EARLIER, LATER } from '../../blocks/modals/timeline.ts';
import { actionIds } from '../../blocks/mql/answer.ts';
import { UNDO } from '../../blocks/undo.ts';
import { onPress } from '../opening.ts';
import type { ListenerTable } from '../types.ts';
import { submitAway, submitHandOver } from './away.ts';
import { claim } from './claim.ts';
import { nurture, release, reopen, wake } from './decide.ts';
import { openEdit, submitEdit } from './edit-record.ts';
import { changeTemplate, email, submitEmail } from './email.ts';
import { firstAnswer } from './first-answer.ts';
import { logCall, submitLogCall } from './log-call.ts';
import { more } from './menu.ts';
import { openRecord } from './open-record.ts';
import { openReassign, submitReassign } from './reassign.ts';
import { submitReject } from './reject.ts';
import { addToSequence, stopSequence } from './sequence.ts';
import { submitSnooze } from './snooze.ts';
import { openDetails, openTimeline, openWhy, pushed, turnTimeline } from './timeline.ts';
import { undo } from './undo.ts';

/** The buttons, menus and modals of a lead's card. */
export const cardListeners: ListenerTable = {
  buttons: {
    claim,
    log_call: logCall,
    email,
    first_answer: firstAnswer,
    add_to_sequence: addToSequence,
    stop_sequence: stopSequence,
    open_record: openRecord,
    book: openRecord,
    wake,
    reassign: onPress(openReassign),
    reopen,
    ...Object.fromEntries(actionIds(UNDO).map(id => [id, undo])),
    release,
    nurture,
    details: onPress(openDetails),
    [EDIT_RECORD]: pushed(openEdit),
    [FULL_HISTORY]: pushed(openTimeline),
    [FULL_WHY]: pushed(openWhy),
    [OPEN_MAIL]: openRecord,
    [EARLIER]: turnTimeline,
    [LATER]: turnTimeline,
  },
  menus: { more },
  changes: { [EMAIL_TEMPLATE]: changeTemplate },
  submissions: {
    [LOG_CALL]: submitLogCall,
    [EMAIL]: submitEmail,
    [REJECT]: submitReject,
    [REASSIGN]: submitReassign,
    [SNOOZE]: submitSnooze,
    [EDIT]: submitEdit,
    [AWAY]: submitAway,
    [HAND_OVER]: submitHandOver,
  },
};
