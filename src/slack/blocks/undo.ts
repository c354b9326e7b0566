/** The button that takes back what one has just done. Pure. */
import type { Button } from '@slack/types';
import { button } from './block-parts.ts';

export const UNDO = 'undo';

/** `actId` names what was done, and nothing else: whether it can be taken back is read again at the press. */
export function undoButton(actId: string): Button {
  return button(UNDO, 'Undo', actId);
}
