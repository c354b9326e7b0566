import { ASK } from '../../blocks/sla/ask.ts';
import type { ListenerTable } from '../types.ts';
import { ask, submitAsk } from './ask.ts';
import { handBack, moreTime, reassign, take } from './decide.ts';
import { viewAlert } from './view.ts';

/** The buttons of what the ladder says; Claim, Log call and Email are the card's own. */
export const slaListeners: ListenerTable = {
  buttons: {
    sla_view: viewAlert,
    sla_reassign: reassign,
    sla_take: take,
    sla_more_time: moreTime,
    sla_ask: ask,
    sla_hand_back: handBack,
  },
  submissions: { [ASK]: submitAsk },
};
