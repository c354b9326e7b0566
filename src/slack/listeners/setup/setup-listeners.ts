import { ASK_COLLEAGUE, GO_LIVE, OPEN_STEP, SAY_STEP, SEND_TEST, WATCH } from '../../blocks/home/checklist.ts';
import { COLLEAGUE } from '../../blocks/setup/colleague.ts';
import type { ListenerTable } from '../types.ts';
import { changeMode, openColleague, openStep, sayStep, sendTest, submitColleague } from './checklist.ts';

/** The set-up's checklist on Home. */
export const setupListeners: ListenerTable = {
  buttons: {
    [GO_LIVE]: changeMode('live'),
    [WATCH]: changeMode('watch'),
    [SAY_STEP]: sayStep,
    [SEND_TEST]: sendTest,
    [ASK_COLLEAGUE]: openColleague,
  },
  changes: { [OPEN_STEP]: openStep },
  submissions: { [COLLEAGUE]: submitColleague },
};
