import { SEND_TEST } from '../../blocks/home/admin.ts';
import {
  ASK_COLLEAGUE,
  CHOOSE_PEOPLE,
  GO_LIVE,
  OPEN_STEP,
  SAY_STEP,
  SCORE_FIELDS,
  STARTER,
  WATCH,
} from '../../blocks/home/checklist.ts';
import { COLLEAGUE } from '../../blocks/setup/colleague.ts';
import { FIELDS_FORM } from '../../blocks/setup/fields.ts';
import { PEOPLE_FORM } from '../../blocks/setup/people.ts';
import { SHAPE_FORM, STARTER_FORM } from '../../blocks/setup/starter.ts';
import { CHOOSE_VIEWERS, VIEWERS_FORM } from '../../blocks/setup/viewers.ts';
import { BEGIN_SETUP, SAMPLE_CARD } from '../../blocks/setup/welcome.ts';
import type { ListenerTable } from '../types.ts';
import {
  beginSetup,
  changeMode,
  openColleague,
  openStep,
  sayStep,
  sendTest,
  showSampleCard,
  submitColleague,
} from './checklist.ts';
import { openFields, submitFields } from './fields.ts';
import { openPeople, submitPeople } from './people.ts';
import { openStarter, submitShape, submitStarter } from './starter.ts';
import { openViewers, submitViewers } from './viewers.ts';

/** The set-up's checklist on Home, and its forms. */
export const setupListeners: ListenerTable = {
  buttons: {
    [BEGIN_SETUP]: beginSetup,
    [SAMPLE_CARD]: showSampleCard,
    [SAY_STEP]: sayStep,
    [SEND_TEST]: sendTest,
    [ASK_COLLEAGUE]: openColleague,
    [CHOOSE_PEOPLE]: openPeople,
    [CHOOSE_VIEWERS]: openViewers,
    [STARTER]: openStarter,
    [SCORE_FIELDS]: openFields,
    [WATCH]: changeMode('watch'),
    [GO_LIVE]: changeMode('live'),
  },
  changes: { [OPEN_STEP]: openStep },
  submissions: {
    [COLLEAGUE]: submitColleague,
    [PEOPLE_FORM]: submitPeople,
    [VIEWERS_FORM]: submitViewers,
    [SHAPE_FORM]: submitShape,
    [STARTER_FORM]: submitStarter,
    [FIELDS_FORM]: submitFields,
  },
};
