/** Buttons about one lead. The value is the handoff's id and nothing else: what a press may do is read again. Pure. */
import type { Button } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import { plain } from '../escape.ts';
import { button } from './block-parts.ts';
import { vendorName } from './block-words.ts';

const URL_LENGTH = 3_000;
const SPOKEN = 75;

export function leadButton({ handoffId }: Pick<Card, 'handoffId'>, actionId: string, words: string): Button {
  return button(actionId, words, handoffId);
}

/** The same button, said in full to those who hear the screen: "Claim" alone would be any lead's. Slack takes 75. */
export function named(one: Button, words: string): Button {
  return { ...one, accessibility_label: plain(words, SPOKEN) };
}

/** Where the lead's record in the CRM opens; undefined while there is none, or what is no address of one. */
export function recordUrl({ url }: Card['crm']): string | undefined {
  return url && url.length <= URL_LENGTH && /^https?:\/\//.test(url) ? url : undefined;
}

/** Opens the lead's record in the CRM; none while there is no address of one. */
export function recordButtons(card: Card): Button[] {
  const url = recordUrl(card.crm);
  return url ? [{ ...leadButton(card, 'open_record', `View in ${vendorName(card.crm.name)}`), url }] : [];
}
