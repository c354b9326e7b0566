/** My leads: what I have to do by time left, whether I get more, and my share of the rotation. Pure. */
import type { KnownBlock } from '@slack/types';
import type { Absence } from '../../../db/people/people.ts';
import type { LeadList, RepHome } from '../../../handoff/queries/rep-home.ts';
import { mrkdwn } from '../../escape.ts';
import { actions, button, context, DIVIDER, header, section } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { dayWords, startOfDay, timeWords, today } from '../modals/days.ts';
import { pager } from './home.ts';
import { listChoice } from './list-choice.ts';
import { ownLead, ownRow } from './rows.ts';
import { shareTexts } from './share.ts';
import { type Week, weekBlocks } from './week.ts';

export const HOME_AWAY = 'home_away';
export const HOME_BACK = 'home_back';
/** Where the page of one's own leads is kept. */
export const LEADS_LIST = 'leads';

const NAME = 120;
const NOTE = 200;

interface Looking {
  now: Date;
  zone: string;
}

/** `own`: how their own log-ins stand; `week`: their numbers. */
export function leadsTab(
  home: RepHome,
  looking: Looking,
  own: readonly KnownBlock[] = [],
  week?: Week,
  list?: LeadList,
): KnownBlock[] {
  const { leads } = home;
  const isOpenList = list === undefined || list === 'open';
  return [
    ...(home.away ? awaySwitch(home, looking) : []),
    header(headline(home)),
    section(home.counts.open > 0 ? summary(home) : emptyText(home)),
    ...poolLines(home),
    // The most urgent one stands open; one deed at a time is enough.
    ...leads.rows.flatMap((lead, index) =>
      index === 0 && list !== 'closed' ? ownLead(lead, looking.now) : [ownRow(lead, looking.now)],
    ),
    ...(leads.rows.length === 0 && !isOpenList ? [section('No lead here.')] : []),
    ...pager(LEADS_LIST, leads.page, leads.pages),
    ...(home.counts.open > 0 || !isOpenList ? [listChoice(LEADS_LIST, list, home.counts.open)] : []),
    ...(home.away ? [] : awaySwitch(home, looking)),
    ...(week ? weekBlocks(week) : []),
    ...shareBlocks(home, looking),
    ...(own.length > 0 ? [DIVIDER, ...own] : []),
    context('`/mql help` shows what you can type.'),
  ];
}

function headline({ counts }: RepHome): string {
  const urgent = counts.breached + counts.atRisk;
  if (urgent === 0) return 'My open leads';
  return urgent === 1 ? '1 lead needs you now' : `${urgent} leads need you now`;
}

function summary({ counts }: RepHome): string {
  const contacted = counts.open - counts.untouched;
  return [
    `*${count(counts.open, 'open lead')}*`,
    ...(counts.breached > 0 ? [`:rotating_light: ${counts.breached} overdue`] : []),
    ...(counts.atRisk > 0 ? [`:alarm_clock: ${counts.atRisk} due soon`] : []),
    ...(contacted > 0 ? [`:white_check_mark: ${contacted} contacted`] : []),
  ].join('  ·  ');
}

/** Nothing to do: what happens next, and who can change that. */
function emptyText({ away, standings, pools }: RepHome): string {
  const none = 'No open leads.';
  if (away) return `${none} You’re away, so new ones go to others. Press *I’m back* to get leads again.`;
  const first = standings.find(({ place }) => place?.rank === 1);
  if (first) {
    return `${none} You’re *next* in ${mrkdwn(first.team, NAME)}: the next lead comes here and as a message.`;
  }
  if (standings.length > 0) return `${none} The next one comes here and as a message when it’s your turn.`;
  if (pools.length > 0) return `${none} Your team’s leads come to its channel: the first to press *Claim* has them.`;
  return `${none} You’re in no rotation, so only leads sent to you by name come here. Ask an admin to add you to a team.`;
}

function poolLines({ pools }: RepHome): KnownBlock[] {
  const waits = pools.filter(({ waiting }) => waiting > 0);
  if (waits.length === 0) return [];
  const words = waits.map(({ team, waiting }) => `${count(waiting, 'lead')} in ${mrkdwn(team, NAME)}`);
  return [
    context(`:raised_hand: First to claim has them: ${words.slice(0, 10).join(', ')}. See \`/mql list unclaimed\`.`),
  ];
}

function awaySwitch({ away, goingAway }: RepHome, { zone }: Looking): KnownBlock[] {
  const change = button(HOME_AWAY, away ? 'Change…' : 'I’m away…');
  const said = away
    ? `:palm_tree: *You are away* ${backText(away, zone)}${noteText(away)}. No new leads while you’re out, and no backlog when you’re back.`
    : ':large_green_circle: You are *in the rotation*.';
  const later = goingAway
    ? `\nYou will be away from ${when(goingAway.from, zone)} ${backText(goingAway, zone)}${noteText(goingAway)}.`
    : '';
  const back = { ...button(HOME_BACK, 'I’m back'), style: 'primary' as const };
  return [section(`${said}${later}`), actions(away ? [back, change] : [change])];
}

function backText({ until }: Absence, zone: string): string {
  return until ? `and back on ${when(until, zone)}` : 'until further notice';
}

const noteText = ({ note }: Absence) => (note ? ` (${mrkdwn(note, NOTE)})` : '');

/** A day when it begins with it, else the time as well. */
export function when(at: Date, zone: string): string {
  const midnight = startOfDay(today(at, zone), zone).getTime() === at.getTime();
  return midnight ? dayWords(at, zone) : timeWords(at, zone);
}

function shareBlocks({ standings }: RepHome, looking: Looking): KnownBlock[] {
  if (standings.length === 0) return [];
  return [DIVIDER, header('My share of the rotation'), ...shareTexts(standings, looking).map(words => section(words))];
}
