import type { ModalView } from '@slack/types';
import type { Alert } from '../../../contracts/notifier.ts';
import { modal } from '../block-parts.ts';
import { alertMessage } from './alert.ts';

/** One alarm of several, with all that can be done about it. Pure. */
export function alertModal(alert: Alert): ModalView {
  return modal('Lead alert', 'Close', alertMessage(alert).blocks);
}
