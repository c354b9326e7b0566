/** A person's share of each rotation they are in: what they got, what was due, how they stand, and why. Pure. */
import type { Absence } from '../../../db/people/people.ts';
import type { RotationStanding } from '../../../handoff/queries/rep-home.ts';
import { clipLines, mrkdwn } from '../../escape.ts';
import { SECTION } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { dayWords } from '../modals/days.ts';

const NAME = 120;
const REASON = 300;
const MOST_TEAMS = 8;
const MOST_ABSENCES = 5;

const WAYS: Record<RotationStanding['way'], string> = {
  round_robin: 'round robin',
  weighted: 'by weight',
  least_open: 'to whoever has the fewest open leads',
  claim: 'first to claim has it',
};

interface Looking {
  now: Date;
  zone: string;
}

/** A text for each team, each short enough for a section. */
export function shareTexts(standings: readonly RotationStanding[], looking: Looking): string[] {
  const more = standings.length - MOST_TEAMS;
  return [
    ...standings.slice(0, MOST_TEAMS).map(standing => clipLines(teamLines(standing, looking), SECTION)),
    ...(more > 0 ? [`and ${count(more, 'more team')}`] : []),
  ];
}

function teamLines(standing: RotationStanding, looking: Looking): string[] {
  const { team, way } = standing;
  return [
    `*${mrkdwn(team, NAME)}*  ·  ${WAYS[way]}`,
    ...turns(standing),
    line(standing),
    ...reasons(standing, looking),
  ];
}

function turns({ share }: RotationStanding): string[] {
  if (!share) return [];
  const percent = Math.round(share.ideal * 100);
  if (share.of === 0) return [`This month: no leads yet. Your share: ${percent}%.`];
  return [`This month: *${share.turns} of ${count(share.of, 'lead')}*. Your share: ${percent}%.`];
}

function line({ place, skipped }: RotationStanding): string {
  if (place?.rank === 1) return '*You’re next.*';
  if (place) return `You’re ${ordinal(place.rank)} of ${place.of}.`;
  const why = skipped ? `: ${mrkdwn(skipped.reason, REASON)}` : '';
  return `Paused${why}. Your place is kept.`;
}

/** What moves the share away from the ideal. */
function reasons({ absences, limit }: RotationStanding, { zone, now }: Looking): string[] {
  const shown = absences.slice(0, MOST_ABSENCES).map(absence => span(absence, zone, now));
  const more = absences.length - shown.length;
  const away = [...shown, ...(more > 0 ? [`and ${count(more, 'more absence')}`] : [])].join(', ');
  return [
    ...(away ? [`Away this month: ${away}. No leads, and no backlog.`] : []),
    ...(limit ? [`Limit: ${count(limit.most, 'open lead')} at a time, you have ${limit.open}.`] : []),
  ];
}

function span({ from, until }: Absence, zone: string, now: Date): string {
  if (!until || until > now) return `since ${dayWords(from, zone)}`;
  const [first, last] = [dayWords(from, zone), dayWords(new Date(until.getTime() - 1), zone)];
  return first === last ? first : `${first} to ${last}`;
}

function ordinal(rank: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<string, string>;
  return `${rank}${ending[new Intl.PluralRules('en-US', { type: 'ordinal' }).select(rank)] ?? 'th'}`;
}
