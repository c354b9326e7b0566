/** Buttons about one lead. The value is the handoff's id and nothing else: what a press may do is read again. Pure. */
import type { Button } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import { button } from './block-parts.ts';
import { vendorName } from './block-words.ts';

const URL_LENGTH = 3_000;

export function leadButton({ handoffId }: Pick<Card, 'handoffId'>, actionId: string, words: string): Button {
  return button(actionId, words, handoffId);
}

/** Opens the lead's record in the CRM; none while there is no address of one. */
export function recordButtons(card: Card): Button[] {
  const { url, name } = card.crm;
  if (!url || url.length > URL_LENGTH || !/^https?:\/\//.test(url)) return [];
  return [{ ...leadButton(card, 'open_record', `View in ${vendorName(name)}`), url }];
}
