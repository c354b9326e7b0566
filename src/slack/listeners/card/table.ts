import { LOG_CALL } from '../../messages/modals/log-call.ts';
import type { Table } from '../types.ts';
import { claim } from './claim.ts';
import { email } from './email.ts';
import { logCall, submitLogCall } from './log-call.ts';
import { openRecord } from './open-record.ts';

/** The buttons, menus and modals of a lead's card. */
export const cardTable: Table = {
  buttons: { claim, log_call: logCall, email, open_record: openRecord },
  submissions: { [LOG_CALL]: submitLogCall },
};
