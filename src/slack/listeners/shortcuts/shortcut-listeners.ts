import { HAND_OFF_MODAL } from '../../blocks/modals/hand-off.ts';
import type { ListenerTable } from '../types.ts';
import { askedByMention, askedInDm } from './ask.ts';
import { endTest } from './end-test.ts';
import { handOffShortcut, makeLead, submitHandOff } from './hand-off.ts';
import { welcome } from './welcome.ts';

/** What people say to Baton, shortcuts that make a lead of what they see, and test leads. */
export const shortcutListeners: ListenerTable = {
  buttons: { test_cleanup: endTest },
  shortcuts: { hand_off: handOffShortcut },
  messageShortcuts: { make_lead: makeLead },
  submissions: { [HAND_OFF_MODAL]: submitHandOff },
  events: { app_mention: askedByMention, message: askedInDm, app_home_opened: welcome },
};
