/** Cards and digests as text alone, for when Slack takes them in no other form. Pure. */
import type { AlertDigest, Card, Digest } from '../../contracts/notifier.ts';
import { clipLines } from '../escape.ts';
import { cardMessage, emailLink, isUnclaimedPool, phoneLink, summary } from './card.ts';
import { digestTitle, lineWords } from './digest.ts';
import { alertDigestTitle, alertLineWords } from './sla/alert-digest.ts';

/** Above 4,000 characters Slack may cut. */
const MOST = 3_900;

/** Enough to reach the lead, and how to go on without buttons. */
export function plainCard(card: Card): (reference: string) => string {
  const { lead, rep, erasedAt } = card;
  if (erasedAt !== undefined) return () => cardMessage(card).text;
  const isOthers = card.handedOn || isUnclaimedPool(card);
  const lines = [
    summary(card),
    isOthers ? undefined : phoneLink(lead),
    isOthers ? undefined : emailLink(lead.email),
    rep || !card.pool ? undefined : 'Type `/mql claim` and the lead’s name to take it.',
  ];
  return reference => whole(lines, reference);
}

/** A line a lead. */
export function plainDigest({ lines }: Digest): (reference: string) => string {
  const shown = [digestTitle(lines), ...lines.map(lineWords), 'Type `/mql claim` and a lead’s name to take it.'];
  return reference => whole(shown, reference);
}

/** A line an alarm. */
export function plainAlertDigest({ lines }: AlertDigest): (reference: string) => string {
  const shown = [alertDigestTitle(lines), ...lines.map(alertLineWords)];
  return reference => whole(shown, reference);
}

function whole(lines: readonly (string | undefined)[], reference: string): string {
  const end = `Slack did not take this message with its buttons: \`/mql show\` has them. Tell your Baton admin reference ${reference}.`;
  return `${clipLines(
    lines.filter(line => line !== undefined),
    MOST - end.length,
  )}\n${end}`;
}
