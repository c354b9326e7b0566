/** `/mql stats`: how it goes, for one person or a team. */
import { REJECT_REASONS } from '../../../handoff/commands.ts';
import type { Share } from '../../../handoff/queries/shares.ts';
import type { Stats } from '../../../reports/stats.ts';
import { mrkdwn } from '../../escape.ts';
import { count, duration } from '../block-words.ts';
import { type Answer, answer } from './answer.ts';

const SHORT = 120;
const MOST_SHARES = 40;

/** `whose`: "You", "Mid-market SDRs"; `me`: whose share alone is told. */
export function statsAnswer(
  stats: Stats,
  about: { whose: string; period: string; since: string; me?: string },
): Answer {
  const { whose, period, since, me } = about;
  const heading = `*${mrkdwn(whose, SHORT * 3)}, ${period}* (since ${since})`;
  const shares = stats.shares.filter(share => me === undefined || share.email === me).slice(0, MOST_SHARES);
  const nothing = stats.given + stats.open + stats.rejected.length === 0;
  return answer([
    heading,
    ...(nothing ? ['No leads in this time. Try a longer one: `/mql stats quarter`.'] : numbers(stats)),
    ...(shares.length > 0
      ? ['*Share of the rotation*', ...shares.map(share => shareLine(share, me !== undefined))]
      : []),
  ]);
}

function numbers(stats: Stats): string[] {
  const { given, claimed, contacted, promised, kept, medianMs, open, rejected } = stats;
  const turnedDown = rejected.reduce((sum, one) => sum + one.count, 0);
  const reasons = rejected.map(({ reason, count: times }) => `${reasonWords(reason)} ${times}`).join(', ');
  return [
    `• Given: ${count(given, 'lead')}, ${claimed} claimed, ${contacted} contacted`,
    promised > 0
      ? `• SLA kept: ${kept} of ${promised} (${percent(kept / promised)})${leftOutWords(stats)}`
      : `• SLA kept: none has come due yet${leftOutWords(stats)}`,
    medianMs === null ? '• First contact: none yet' : `• First contact: median ${duration(medianMs)}`,
    turnedDown > 0 ? `• Rejected: ${turnedDown} (${mrkdwn(reasons, 500)})` : '• Rejected: none',
    `• Open now: ${open}`,
  ];
}

/** A lead that was rejected before contact was due is no missed promise, and that is said. */
function leftOutWords({ rejectedEarly }: Stats): string {
  return rejectedEarly > 0 ? `; ${count(rejectedEarly, 'lead')} rejected before contact was due, not counted` : '';
}

function shareLine({ teamName, name, turns, of, ideal }: Share, mine: boolean): string {
  const who = mrkdwn(mine ? teamName : `${name} (${teamName})`, SHORT);
  if (of === 0) return `• ${who}: no leads yet, share ${percent(ideal)}`;
  return `• ${who}: ${turns} of ${count(of, 'lead')} (${percent(turns / of)}), share ${percent(ideal)}`;
}

function reasonWords(reason: string | null): string {
  return (
    Object.entries(REJECT_REASONS)
      .find(([key]) => key === reason)?.[1]
      .toLowerCase() ??
    reason ??
    'no reason'
  );
}

const percent = (part: number) => `${Math.round(part * 100)}%`;
