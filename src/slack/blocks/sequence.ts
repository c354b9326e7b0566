/** The sequence a rep may add a lead to, and how the one they chose stands: a line of its card, and what to press. Pure. */
import type { Button } from '@slack/types';
import type { Card } from '../../contracts/notifier.ts';
import type { SequenceStand } from '../../domain/sequence.ts';
import { clip, link, mrkdwn, oneLine } from '../escape.ts';
import { confirmation } from './block-parts.ts';
import { vendorName } from './block-words.ts';
import { leadButton } from './buttons.ts';

const NAME = 80;
/** Beside the other words of a button of 75. */
const BUTTON_NAME = 50;
const SENTENCE = 400;

/** Safe mrkdwn; nothing while it is only offered. */
export function sequenceLines({ sequence }: Card): string[] {
  if (!sequence || sequence.state === 'offered') return [];
  return [
    `${SIGN[sequence.state]} ${stateWords(sequence)}`,
    ...(sequence.note ? [mrkdwn(sequence.note, SENTENCE)] : []),
  ];
}

const SIGN: Record<Exclude<SequenceStand['state'], 'offered'>, string> = {
  asked: ':hourglass:',
  active: ':repeat:',
  ended: ':black_square_for_stop:',
  refused: ':warning:',
  unknown: ':warning:',
};

function stateWords({ sequence, tool, state, url, why }: SequenceStand): string {
  const name = `*${mrkdwn(sequence, NAME)}*`;
  const where = url ? link(url, vendorName(tool), NAME) : mrkdwn(vendorName(tool), NAME);
  switch (state) {
    case 'asked':
      return `Being added to ${name} in ${where}`;
    case 'active':
      return why ? `Sequence ${name} in ${where} is being ended` : `In the sequence ${name} in ${where}`;
    case 'ended':
      return `Sequence ${name} in ${where} ended${why ? `: ${ENDED[why]}` : ''}`;
    case 'refused':
      return `Not added to ${name} in ${where}`;
    case 'unknown':
      return `Perhaps in ${name}: ${where} gave no answer. Look there before you add them again`;
    case 'offered':
      return `May be added to ${name} in ${where}`;
  }
}

const ENDED: Record<NonNullable<SequenceStand['why']>, string> = {
  answered: 'the lead answered',
  unsubscribed: 'the lead asked not to be mailed',
  closed: 'the lead is closed',
  handed_on: 'the lead went to somebody else',
  person: 'as asked',
};

/** Never by itself: the rep presses, and says yes. */
export function sequenceButtons(card: Card): Button[] {
  const { sequence } = card;
  if (!sequence || card.handedOn) return [];
  return [
    ...(sequence.offer ? [addButton(card, sequence.offer)] : []),
    ...(sequence.mayStop || sequence.state === 'asked' ? [stopButton(card, sequence)] : []),
  ];
}

function addButton(card: Card, { sequence, tool }: NonNullable<SequenceStand['offer']>): Button {
  const name = clip(oneLine(sequence), BUTTON_NAME);
  const who = clip(oneLine(card.lead.name) || 'the lead', BUTTON_NAME);
  const words = `${vendorName(tool)} then works through it in your name, from your mailbox, until ${who} answers, the lead is closed or goes to somebody else, or you stop it.`;
  return {
    ...leadButton(card, 'add_to_sequence', `Add to sequence “${name}”`),
    confirm: confirmation(`Add ${who} to “${name}”?`, words, 'Add'),
  };
}

function stopButton(card: Card, { sequence, tool }: SequenceStand): Button {
  const name = clip(oneLine(sequence), BUTTON_NAME);
  return {
    ...leadButton(card, 'stop_sequence', 'Stop sequence'),
    confirm: confirmation('Stop the sequence?', `${vendorName(tool)} sends nothing more of “${name}”.`, 'Stop it'),
  };
}
