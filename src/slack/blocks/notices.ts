/** Words that are not a card: refusals, help, how to reach a lead. Everything answered is safe mrkdwn. */
import type { KnownBlock } from '@slack/types';
import type { ClaimOutcome } from '../../handoff/core/outcomes.ts';
import { mrkdwn } from '../escape.ts';
import { actions, SECTION, section } from './block-parts.ts';
import { ago } from './block-words.ts';
import { refusalText } from './refusals.ts';
import { undoButton } from './undo.ts';

const SHORT = 200;

/** Safe text as a message; Slack adds no links or mentions of its own to it. `undo`: what it tells of may be taken back. */
export function words(text: string, undo?: string): { text: string; blocks: KnownBlock[] } {
  if (text.length > SECTION) throw new RangeError(`${text.length} characters are more than a section takes`);
  return { text, blocks: [section(text), ...(undo === undefined ? [] : [actions([undoButton(undo)])])] };
}

/** The same as an answer that only the person who pressed or typed sees. */
export function onlyYou(text: string) {
  return { response_type: 'ephemeral' as const, replace_original: false, ...words(text) };
}

/** Why a press on Claim did not win. */
export function claimRefusal(outcome: Exclude<ClaimOutcome, { kind: 'claimed' }>, now: Date): string {
  if (outcome.kind !== 'taken') return refusalText(outcome, now);
  if (outcome.yours) return `You claimed this ${ago(outcome.at, now)}: it is yours.`;
  return `*${mrkdwn(outcome.by, SHORT)}* claimed this ${ago(outcome.at, now)}.`;
}

/** What Baton is, and the first things one can ask it. */
export function helpText(): string {
  return [
    '*Baton* brings each marketing-qualified lead to the right person, here in Slack.',
    'A lead of yours arrives as a card in this app’s Messages tab, or in your team’s channel. *Claim* says you have it; *View* opens its record.',
    '',
    '• `/mql list`: your open leads, least time left first',
    '• `/mql show LEAD`: how a lead stands, by name, e-mail or company',
    '• `/mql why LEAD`: why a lead went where it went',
    '• `/mql away until Monday`: out of the rotation until then',
    '• `/mql help`: everything else',
    '',
    'Your open leads are on the Home tab. Questions about rules and teams: ask your Baton admin.',
  ].join('\n');
}

/** Leads are shown to the playbook's people only. */
export function strangerText(): string {
  return 'Only people of Baton’s playbook can look leads up. Ask your Baton admin to add you.';
}
