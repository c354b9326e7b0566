/** The mail that left to a lead by itself, or why none did. Pure. */
import type { Button } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import { mayBeSent, WITHHELD_WORDS } from '../../domain/first-answer.ts';
import { isOpen } from '../../domain/handoff.ts';
import { mrkdwn } from '../escape.ts';
import { dated } from './block-words.ts';
import { leadButton } from './buttons.ts';

const SENTENCE = 400;

/** Safe mrkdwn; nothing for a lead that nobody was to answer. */
export function answerStateLines({ firstAnswer, rep }: Card): string[] {
  switch (firstAnswer?.state) {
    case undefined:
      return [];
    case 'waiting':
      return [':incoming_envelope: First answer on its way'];
    case 'sent': {
      const when = dated(firstAnswer.at, '{day} at {time}', rep?.timeZone);
      return [`:incoming_envelope: First answer sent${when ? ` ${when}` : ''}`];
    }
    case 'unknown':
      return [
        ':warning: The first answer may have been sent or not: the mail server’s answer was lost. It won’t be sent again. Did they get it? If not, write with Email.',
      ];
    case 'refused':
      return [`:warning: First answer refused: ${mrkdwn(firstAnswer.note, SENTENCE)}`];
    case 'bounced':
      return [`:warning: First answer came back: ${mrkdwn(firstAnswer.note, SENTENCE)}`];
    case 'withheld':
      return [`No first answer: ${WITHHELD_WORDS[firstAnswer.reason]}`];
  }
}

/** The same for the card, which is often posted after it and whose thread tells nothing older than itself. */
export function answerLinesOfCard(card: Card): string[] {
  return card.firstAnswer?.state === 'waiting' ? [] : answerStateLines(card);
}

/** Whoever has the lead may send what Baton did not. */
export function firstAnswerButtons(card: Card): Button[] {
  const isOffered = mayBeSent(card.firstAnswer) && isOpen(card.state) && !card.contacted && !card.handedOn;
  return isOffered && card.rep ? [leadButton(card, 'first_answer', 'Send first answer')] : [];
}
