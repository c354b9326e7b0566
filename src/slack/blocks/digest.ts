/** Several leads in one message, the most urgent first, with a button each. Pure: domain → Block Kit. */
import type { KnownBlock } from '@slack/types';
import type { Digest, DigestLine } from '../../contracts/notifier.ts';
import { mrkdwn, oneLine } from '../escape.ts';
import { context, header, section } from './block-parts.ts';
import { count, PRIORITY, STATE } from './block-words.ts';
import { leadButton } from './buttons.ts';
import type { CardMessage } from './card.ts';

const SHORT = 120;

/** One line a lead: who it is, how urgent, and Claim, or who has it. */
export function digestMessage({ lines }: Digest): CardMessage {
  const title = digestTitle(lines);
  return {
    text: title,
    blocks: [header(title), ...lines.map(lineBlock), context('Claim a lead, and its card comes to your Messages tab.')],
  };
}

/** How many there are, and how many are still to be claimed. */
export function digestTitle(lines: readonly DigestLine[]): string {
  const free = lines.filter(canBeClaimed).length;
  return `${count(lines.length, 'new lead')}, ${free === 0 ? 'all taken' : `${free} to claim`}`;
}

const canBeClaimed = ({ claimed, state }: DigestLine) => !claimed && state === 'assigned';

function lineBlock(line: DigestLine): KnownBlock {
  const block = section(lineWords(line));
  return canBeClaimed(line) ? { ...block, accessory: leadButton(line, 'claim', 'Claim') } : block;
}

/** A line without its button, safe to show. */
export function lineWords({ priority, name, company, score, owner, claimed, state, open }: DigestLine): string {
  const who = `*${mrkdwn(oneLine(name) || 'Unknown person', SHORT)}*${company ? ` — ${mrkdwn(company, SHORT)}` : ''}`;
  const holder = owner && mrkdwn(owner, SHORT);
  const standing = claimed && holder ? `:white_check_mark: ${holder} has it` : holder && `for ${holder}`;
  const parts = [PRIORITY[priority], who, score === null ? '' : `score ${score}`, open ? standing : STATE[state]];
  return parts.filter(Boolean).join('  ·  ');
}
