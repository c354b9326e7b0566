/** Under the first message to whoever installed Baton. Pure. */
import type { KnownBlock } from '@slack/types';
import { actions, button } from '../block-parts.ts';

export const BEGIN_SETUP = 'begin_setup';

/** Shows what a lead looks like. */
export const SAMPLE_CARD = 'sample_card';

export function welcomeActions(): KnownBlock {
  return actions([
    { ...button(BEGIN_SETUP, 'Start set-up', 'start'), style: 'primary' },
    button(SAMPLE_CARD, 'See a sample card', 'sample'),
  ]);
}

/** Slack lets no button open the Home tab. */
export const BEGUN =
  'The set-up is on Baton’s *Home* tab, above. It shows what is next; nothing is sent before you go live.';
