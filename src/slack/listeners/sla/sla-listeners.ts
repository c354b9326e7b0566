import { ALARM_MORE } from '../../blocks/sla/alarm.ts';
import { DIGEST_REASSIGN, DIGEST_SHOW, DIGEST_WAIT } from '../../blocks/sla/alert-digest.ts';
import { ASK } from '../../blocks/sla/ask.ts';
import { handoffIdOf, type ListenerTable } from '../types.ts';
import { ask, submitAsk } from './ask.ts';
import { give, handBack, moreTime, reassign, take } from './decide.ts';
import { reassignDigest, showDigest, waitDigest } from './digest.ts';
import { alarmMenu } from './menu.ts';
import { viewAlert } from './view.ts';

/**
 * The buttons of what the ladder says; Claim, Log call and Email are the card's own. `sla_reassign`, `sla_ask` and
 * `sla_hand_back` stand on messages of earlier versions.
 */
export const slaListeners: ListenerTable = {
  buttons: {
    sla_view: viewAlert,
    sla_give: give,
    sla_reassign: reassign,
    sla_take: (press, deps) => take(press, deps, handoffIdOf(press)),
    sla_more_time: moreTime,
    sla_ask: ask,
    sla_hand_back: (press, deps) => handBack(press, deps, handoffIdOf(press)),
    [DIGEST_REASSIGN]: reassignDigest,
    [DIGEST_WAIT]: waitDigest,
    [DIGEST_SHOW]: showDigest,
  },
  menus: { [ALARM_MORE]: alarmMenu },
  submissions: { [ASK]: submitAsk },
};
