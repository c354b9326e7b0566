/** Whoever answers for a lead reads that somebody changed the owner of its record, and decides. Pure. */
import type { OwnerAlert } from '../../../contracts/notifier.ts';
import { actions, section } from '../block-parts.ts';
import { recordButtons } from '../buttons.ts';
import type { CardMessage } from '../card.ts';
import { about } from '../modals/modal-parts.ts';
import { endedLines, ownerButtons, ownerLines } from '../owner.ts';
import { ALERT_ACTIONS } from './alert.ts';

/** The card's own words and buttons; once it ended, what was decided. */
export function ownerMessage(alert: OwnerAlert): CardMessage {
  const { card, ended } = alert;
  const { lead } = card;
  const whose = about({ name: lead.name, email: lead.email, company: lead.company ?? null });
  const lines = [`Whose is ${whose}?`, ...(ended ? endedLines(alert) : ownerLines(card))];
  const elements = [...(ended ? [] : ownerButtons(card)), ...recordButtons(card)];
  return {
    text: lines.join(' '),
    blocks: [section(...lines), ...(elements.length > 0 ? [actions(elements, ALERT_ACTIONS)] : [])],
  };
}
