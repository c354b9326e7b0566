/** My team: how it stands now, whose leads nobody looks after, and what is late or soon will be. Pure. */
import { createHash } from 'node:crypto';
import type { KnownBlock } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { isOpen } from '../../../domain/handoff.ts';
import { type Actor, onlyLooks } from '../../../handoff/core/rights.ts';
import type { Counts } from '../../../handoff/queries/rep-home.ts';
import type { TeamHome, TeamNow, Unattended } from '../../../handoff/queries/team-home.ts';
import { HOUR } from '../../../lib/clock.ts';
import { clip, clipLines, mrkdwn, oneLine, plain } from '../../escape.ts';
import { actions, button, confirmation, context, DIVIDER, header, SECTION, section } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { leadButton, named } from '../buttons.ts';
import { firstName } from '../sla/alarm.ts';
import { pager } from './home.ts';
import { when } from './leads.ts';
import { chosenList, listChoice } from './list-choice.ts';
import { teamLead } from './rows.ts';
import { goneTo, type HomeState, pageOf } from './state.ts';

export const HOME_BULK = 'home_bulk';
export const HOME_HAND_OVER = 'home_hand_over';
export const HOME_KEEP = 'home_keep';
/** Where the pages of the team's leads and of the teams are kept. */
export const TEAM_LIST = 'team';
export const TEAMS_LIST = 'teams';
const KEPT = 'kept';

const NAME = 120;
const SHORT_NAME = 26;
const MOST_UNATTENDED = 6;
const TEAMS_A_PAGE = 5;
/** A line each up to here, else one after the other. */
const MEMBERS_BY_LINE = 12;
/** What a view remembers of cards put aside. */
const MOST_KEPT = 40;

interface Looking {
  now: Date;
  zone: string;
  /** Absent: somebody who acts. */
  actor?: Pick<Actor, 'viewer'>;
  /** Who would get the first of the leads. */
  next?: { name: string };
}

export function teamTab(home: TeamHome, state: HomeState, looking: Looking): KnownBlock[] {
  const list = chosenList(state, TEAM_LIST);
  const acts = !(looking.actor && onlyLooks(looking.actor));
  return [
    header(headline(home)),
    section(summary(home.counts)),
    ...keptBlocks(home.kept),
    ...unattendedBlocks(home.unattended, state, looking),
    ...leadBlocks(home, acts, looking),
    ...(home.counts.open > 0 || list ? [listChoice(TEAM_LIST, list, home.counts.open)] : []),
    ...(home.counts.open > 0 && acts ? [bulkButton()] : []),
    ...teamBlocks(home, state, looking),
  ];
}

/** What needs a manager now; else that nothing does. */
function headline({ counts }: TeamHome): string {
  const risk = counts.breached + counts.atRisk;
  if (risk > 0) return `${count(risk, 'lead')} at risk now`;
  return counts.open > 0 ? 'Nobody is late' : 'No open leads';
}

/** Nobody has reached out, and it is due within the hour, or was. */
export function isAtRisk({ dueAt, contactedAt, state }: HandoffSummary, now: Date): boolean {
  return isOpen(state) && contactedAt === null && dueAt !== null && dueAt.getTime() <= now.getTime() + HOUR;
}

function summary(counts: Counts): string {
  if (counts.open === 0) return 'Your teams have no open leads. New ones show here as they come.';
  return `*${count(counts.open, 'open lead')}*  ·  ${states(counts)}`;
}

function states({ breached, atRisk, unclaimed, open, untouched }: Counts): string {
  return [
    `:rotating_light: ${breached} overdue`,
    `:alarm_clock: ${atRisk} due soon`,
    `:raised_hand: ${unclaimed} not claimed`,
    `:white_check_mark: ${open - untouched} contacted`,
  ].join('  ·  ');
}

/** What judging kept from sales, and where to find it. */
function keptBlocks({ held, nurture }: TeamHome['kept']): KnownBlock[] {
  const lines = [
    ...(held > 0 ? [`:pause_button: *${count(held, 'lead')} on hold* until you decide: \`/mql list held\``] : []),
    ...(nurture > 0 ? [`${count(nurture, 'lead')} in nurture from the last 30 days: \`/mql list nurture\``] : []),
  ];
  return lines.length > 0 ? [section(...lines)] : [];
}

function bulkButton(): KnownBlock {
  return actions([button(HOME_BULK, 'Move leads…')]);
}

function unattendedBlocks(all: readonly Unattended[], state: HomeState, looking: Looking): KnownBlock[] {
  const kept = keptOf(state);
  const [aside, asked] = [all.filter(one => kept.includes(keyOf(one))), all.filter(one => !kept.includes(keyOf(one)))];
  const more = asked.length - MOST_UNATTENDED;
  const names = aside.map(({ name }) => mrkdwn(name, SHORT_NAME * 2)).slice(0, 20);
  return [
    ...asked.slice(0, MOST_UNATTENDED).flatMap(one => handOverCard(one, looking)),
    ...(more > 0 ? [context(`and ${more} more ${more === 1 ? 'person' : 'people'} away or gone with open leads`)] : []),
    ...(names.length > 0 ? [context(`Left as they are: leads of ${names.join(', ')}.`)] : []),
  ];
}

/** "Tom is away until Friday and has 7 open leads": handed over in one approval, or left. */
function handOverCard(one: Unattended, { zone }: Looking): KnownBlock[] {
  const { why, leads, name, email } = one;
  const who = `*${mrkdwn(name, NAME)}*`;
  const gone =
    why.kind === 'left'
      ? why.reason
      : `is away ${why.until ? `until ${when(why.until, zone)}` : 'until further notice'}`;
  const have = `${count(leads, 'open lead')} that nobody has contacted`;
  const confirm = confirmation(
    'Hand over?',
    `${plain(name, NAME)}: ${count(leads, 'lead')} ${leads === 1 ? 'goes' : 'go'} to the next in each team’s rotation, one by one. Everybody concerned is told, and the owner in the CRM follows.`,
    'Hand over',
  );
  return [
    section(`:palm_tree: ${who} ${gone} and has *${have}*.`),
    actions([
      { ...button(HOME_HAND_OVER, 'Hand over', email), style: 'primary', confirm },
      button(HOME_KEEP, 'Keep', keyOf(one)),
    ]),
  ];
}

/** A person's absence (or that they left): put aside once, asked again when they go away another time. */
function keyOf({ email, why }: Unattended): string {
  const since = why.kind === 'away' ? why.from.toISOString() : why.reason;
  return createHash('sha256').update(`${email} ${since}`).digest('base64url').slice(0, 10);
}

function keptOf({ at }: HomeState): string[] {
  return (at[KEPT] ?? '').split('.').filter(Boolean);
}

/** The state in which this card is put aside. */
export function keeping(state: HomeState, key: string): HomeState {
  return goneTo(state, KEPT, [...new Set([...keptOf(state), key])].slice(-MOST_KEPT).join('.'));
}

function leadBlocks({ leads, teams }: TeamHome, acts: boolean, { now, next }: Looking): KnownBlock[] {
  if (leads.rows.length === 0) return [section('No lead in this list.')];
  const names = new Map(teams.flatMap(({ members }) => members.map(({ email, name }) => [email, name])));
  const nameOf = (email: string | null) => (email === null ? undefined : (names.get(email) ?? email));
  return [
    // The most urgent one stands open: one press gives it to whoever is free, or gives its rep time.
    ...leads.rows.flatMap((lead, index) => [
      teamLead(lead, nameOf(lead.repEmail), now, acts),
      ...(index === 0 && acts && isAtRisk(lead, now) ? [riskActions(lead, next)] : []),
    ]),
    ...pager(TEAM_LIST, leads.page, leads.pages),
  ];
}

/** The alarm's own buttons, before it has to be raised. */
function riskActions(lead: HandoffSummary, next: { name: string } | undefined): KnownBlock {
  const of = { handoffId: lead.id };
  const who = lead.name || lead.email;
  const give = next
    ? named(leadButton(of, 'sla_give', `Give to ${firstName(next.name)}`), `Give ${who} to ${next.name}`)
    : leadButton(of, 'sla_take', 'Take it');
  const wait = named(leadButton(of, 'sla_more_time', 'Wait 30 min'), `Give 30 more minutes for ${who}`);
  return actions([{ ...give, style: 'primary' }, ...(lead.repEmail === null ? [] : [wait])]);
}

function teamBlocks({ teams, away }: TeamHome, state: HomeState, { zone }: Looking): KnownBlock[] {
  if (teams.length === 0) return [];
  const pages = Math.ceil(teams.length / TEAMS_A_PAGE);
  const page = Math.min(pageOf(state, TEAMS_LIST), pages - 1);
  const until = new Map(away.map(one => [one.email, one.until ? `away until ${when(one.until, zone)}` : 'away']));
  return [
    DIVIDER,
    header('Your people now'),
    ...teams.slice(page * TEAMS_A_PAGE, (page + 1) * TEAMS_A_PAGE).map(team => section(teamText(team, until))),
    ...pager(TEAMS_LIST, page, pages),
  ];
}

function teamText({ name, counts, members }: TeamNow, away: ReadonlyMap<string, string>): string {
  const head = `*${mrkdwn(name, NAME)}*  ·  ${counts.open > 0 ? `${counts.open} open  ·  ${states(counts)}` : 'no open lead'}`;
  const busiest = members.toSorted((one, other) => other.counts.open - one.counts.open);
  const texts = busiest.map(member => memberText(member, away.get(member.email)));
  if (members.length <= MEMBERS_BY_LINE) return clipLines([head, ...texts.map(line => `• ${line}`)], SECTION);
  return `${head}\n${asManyAsFit(texts, SECTION - head.length - 1)}`;
}

/** "Ann 12, Ben 9, and 34 more": never half of one. */
function asManyAsFit(texts: readonly string[], most: number): string {
  const room = most - ', and 1000 more'.length;
  let shown = 0;
  for (let length = 0; shown < texts.length; shown += 1) {
    length += (texts[shown]?.length ?? 0) + 2;
    if (length > room) break;
  }
  const more = texts.length - shown;
  return [...texts.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function memberText({ name, counts, limit }: TeamNow['members'][number], away: string | undefined): string {
  const late = counts.breached > 0 ? ` (${counts.breached} overdue)` : '';
  const open = limit === undefined ? `${counts.open} open` : `${counts.open} of ${limit} open`;
  return `${mrkdwn(clip(oneLine(name), SHORT_NAME), SHORT_NAME * 2)} ${open}${late}${away ? ` :palm_tree: ${away}` : ''}`;
}
