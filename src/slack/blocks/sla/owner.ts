/** Whoever answers for a lead reads that somebody changed the owner of its record, and decides. Pure. */
import type { Button, KnownBlock } from '@slack/types';
import type { OwnerAlert } from '../../../contracts/notifier.ts';
import { clipLines, plain } from '../../escape.ts';
import type { CardMessage } from '../card.ts';
import { about } from '../modals/parts.ts';
import { endedLines, ownerButtons, ownerLines } from '../owner.ts';
import { vendorName } from '../words.ts';
import { ALERT_ACTIONS } from './alert.ts';

const SECTION = 3_000;
const BUTTON = 75;
const URL_LENGTH = 3_000;

/** The card's own words and buttons; once it ended, what was decided. */
export function ownerMessage(alert: OwnerAlert): CardMessage {
  const { card, ended } = alert;
  const { lead, crm, handoffId } = card;
  const whose = about({ name: lead.name, email: lead.email, company: lead.company ?? null });
  const lines = [`Whose is ${whose}?`, ...(ended ? endedLines(alert) : ownerLines(card))];
  const url = crm.url && crm.url.length <= URL_LENGTH && /^https?:\/\//.test(crm.url) ? crm.url : undefined;
  const elements: Button[] = [
    ...(ended ? [] : ownerButtons(card)),
    ...(url
      ? [
          {
            type: 'button' as const,
            action_id: 'open_record',
            text: {
              type: 'plain_text' as const,
              text: plain(`View in ${vendorName(crm.name)}`, BUTTON),
              emoji: false,
            },
            value: handoffId,
            url,
          },
        ]
      : []),
  ];
  const blocks: (KnownBlock | undefined)[] = [
    { type: 'section', text: { type: 'mrkdwn', text: clipLines(lines, SECTION), verbatim: true } },
    elements.length > 0 ? { type: 'actions', block_id: ALERT_ACTIONS, elements } : undefined,
  ];
  return { text: lines.join(' '), blocks: blocks.filter(block => block !== undefined) };
}
