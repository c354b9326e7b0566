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

function turns({ share, way }: RotationStanding): string[] {
  if (!share) return [];
  const percent = Math.round(share.ideal * 100);
  const by = way === 'weighted' ? 'your weight' : 'equal shares';
  if (share.of === 0)
    return [`No turn was given this month yet; ${by} ${way === 'weighted' ? 'gives' : 'give'} you ${percent}%.`];
  const ideal = (share.ideal * share.of).toFixed(1).replace(/\.0$/, '');
  return [`You had *${share.turns} of ${count(share.of, 'turn')}* this month; ${by} would be ${ideal} (${percent}%).`];
}

function line({ place, standing, skipped }: RotationStanding): string {
  if (place?.rank === 1) return `Now: *next in line*, ${standing}.`;
  if (place) return `Now: ${ordinal(place.rank)} of ${place.of} in line, ${standing}.`;
  const why = skipped ? `: ${mrkdwn(skipped.reason, REASON)}` : '';
  return `Now: not in the line${why}. Your place is kept: ${standing}.`;
}

/** What moves the share away from the ideal. */
function reasons({ absences, limit }: RotationStanding, { zone, now }: Looking): string[] {
  const shown = absences.slice(0, MOST_ABSENCES).map(absence => span(absence, zone, now));
  const more = absences.length - shown.length;
  const away = [...shown, ...(more > 0 ? [`and ${count(more, 'more absence')}`] : [])].join(', ');
  return [
    ...(away ? [`Away this month: ${away}. Turns are neither given nor owed meanwhile.`] : []),
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
