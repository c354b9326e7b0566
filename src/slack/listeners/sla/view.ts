import { noticeModal } from '../../blocks/modals/notice.ts';
import { alertModal } from '../../blocks/sla/alert-modal.ts';
import { idIn } from '../../forms.ts';
import { onPress, opener } from '../opening.ts';

const TITLE = 'Lead alert';

/** View, on a line of several alarms: the one alarm, with its buttons. */
export const viewAlert = onPress(
  opener(({ by, deps }, origin) => ({
    title: TITLE,
    work: false,
    draw: async () => {
      const alert = await deps.openAlert(by.workspaceId, idIn(origin.handoffId));
      return alert ? alertModal(alert) : noticeModal(TITLE, 'There is no alert about this lead.');
    },
  })),
);
