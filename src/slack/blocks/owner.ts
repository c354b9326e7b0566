/** Somebody changed the owner of a lead's record: who, when, and what can be done about it. Pure. */
import type { Button } from '@slack/types';
import type { Card, OwnerAlert, OwnerNews } from '../../contracts/notifier.ts';
import { mrkdwn } from '../escape.ts';
import { moment, vendorName } from './block-words.ts';
import { leadButton } from './buttons.ts';

export const OWNER_KEEP = 'owner_keep';
export const OWNER_RESTORE = 'owner_restore';

const SHORT = 200;
const SENTENCE = 400;

const gaveTo = ({ to, how }: OwnerNews, crm: string): string =>
  `${mrkdwn(vendorName(crm), SHORT)} gave the lead to *${mrkdwn(to, SHORT)}* (${mrkdwn(how, SENTENCE)})`;

/** What a question that is over says: what it was about, and how it ended. */
export function endedLines({ card, ended }: OwnerAlert): string[] {
  if (!ended) return [];
  const when = ended.at === undefined ? '' : ` (${moment(ended.at, card.rep?.timeZone)})`;
  return [
    `:twisted_rightwards_arrows: ${gaveTo(card.owner, card.crm.name)}.`,
    `:white_check_mark: ${mrkdwn(ended.text, SENTENCE)}${when}`,
  ];
}

/** What a card says of it; nothing while the owner is whom Baton made it. */
export function ownerLines({ owner, crm, rep }: Card): string[] {
  if (!owner) return [];
  const name = mrkdwn(vendorName(crm.name), SHORT);
  const gave = gaveTo(owner, crm.name);
  const stays = rep ? `It stays with *${mrkdwn(rep.name, SHORT)}* here` : 'It stays where it is here';
  const why = owner.why && mrkdwn(owner.why, SENTENCE);
  switch (owner.state) {
    case 'asked':
      return [`:twisted_rightwards_arrows: ${gave}. ${stays} until somebody decides.`];
    case 'restoring':
      return [`:hourglass_flowing_sand: ${gave}. Baton is giving the record back.`];
    case 'refused':
      return [`:warning: ${gave}. ${name} did not let Baton give it back${why ? `: ${why}` : '.'}`];
    case 'overruled':
      return [
        `:warning: ${gave}, again after it was given back. What ${name} does wins there, and Baton does not try again. ${stays}; ask an admin of ${name} to exempt Baton’s leads.`,
      ];
    case 'left':
      return [`:information_source: ${gave}. ${stays}${why ? `: ${why}` : '.'}`];
  }
}

/** Who may press, and what there is to decide, is read again. */
export function ownerButtons(card: Card): Button[] {
  const keep = leadButton(card, OWNER_KEEP, 'Keep theirs');
  switch (card.owner?.state) {
    case 'asked':
    case 'refused':
      return [keep, leadButton(card, OWNER_RESTORE, 'Restore ours')];
    case 'overruled':
      return [keep];
    default:
      return [];
  }
}
