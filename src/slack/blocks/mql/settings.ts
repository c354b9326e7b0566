/** `/mql settings`: the rules that count for whoever asks. */

import { nameOf, personOf, teamName, teamOf } from '../../../config/playbook/people.ts';
import type { Playbook, WorkingHours } from '../../../config/playbook.ts';
import type { Absence, Person } from '../../../db/people/people.ts';
import type { Actor } from '../../../handoff/core/rights.ts';
import type { PlaybookNews } from '../../../handoff/queries/health.ts';
import { capital } from '../../../lib/english.ts';
import type { Offer } from '../../../workspaces/connect.ts';
import { mrkdwn } from '../../escape.ts';
import { ASSIGN, duration, moment } from '../block-words.ts';
import { personalLoginText } from '../connect.ts';
import { type Answer, answer } from './answer.ts';

const SHORT = 120;
const SENTENCE = 400;

export interface Settings {
  playbook: Playbook;
  news: PlaybookNews;
  actor: Actor;
  zone: string;
  absences: readonly Absence[];
  /** As Slack and the CRM know the asker; undefined: not looked up yet. */
  me: Person | undefined;
  /** Services that people log in to themselves, and this person's login there. */
  own: readonly Offer[];
}

export function settingsAnswer(settings: Settings): Answer {
  const { playbook, actor, zone } = settings;
  const name = (email: string) => nameOf(playbook, email);
  const admins = playbook.admins.map(name);
  return answer([
    '*What counts for you now*',
    `• A lead is handed off from a score of ${playbook.mql.threshold} on; again after ${duration(playbook.mql.requalify_after)} at the earliest`,
    ...promises(playbook),
    ...teams(settings),
    `• Your time zone: ${mrkdwn(zone, SHORT)}`,
    ...absenceLines(settings),
    ...matches(settings),
    ...settings.own.map(one => `• ${personalLoginText(one)}`),
    `• Admins: ${admins.length > 0 ? mrkdwn(admins.join(', '), SENTENCE) : 'nobody; the playbook names none'}`,
    newsLine(settings.news),
    ...(actor.admin ? ['You are an admin: rules, teams and templates are edited on the *Home* tab.'] : []),
  ]);
}

/** "Playbook version 3, saved by Dana Ruiz on …". */
export function newsLine({ version, author, note, at }: PlaybookNews): string {
  const why = note ? `: ${mrkdwn(note, SENTENCE)}` : '';
  return `• Playbook version ${version}, saved by ${author === 'file' ? 'the playbook file' : mrkdwn(author, SHORT)} ${moment(at.toISOString()) ?? ''}${why}`;
}

function promises({ sla }: Playbook): string[] {
  const lines = (['HIGH', 'MEDIUM', 'LOW'] as const).flatMap(priority => {
    const ladder = sla[priority];
    if (!ladder) return [];
    const steps = ladder.steps.map(step => `${step.do} after ${duration(step.at)}`).join(', ');
    const clock = ladder.clock === 'working' ? ' of working time' : '';
    return [`• ${priority}: contact within ${duration(ladder.respond_within)}${clock}${steps ? `; ${steps}` : ''}`];
  });
  return lines.length > 0 ? lines : ['• No SLA'];
}

function teams({ playbook, actor }: Settings): string[] {
  const lines = actor.teams.map(key => {
    const team = teamOf(playbook, key);
    const member = team?.members.find(one => one.person === actor.email);
    if (!team || !member) return '';
    const details = [
      `leads go ${ASSIGN[team.assign]}`,
      team.assign === 'weighted' && `your weight ${member.weight}`,
      member.open_limit !== undefined && `at most ${member.open_limit} open`,
      hoursWords(personOf(playbook, actor.email)?.hours ?? team.hours),
    ];
    return `• Team *${mrkdwn(team.name, SHORT)}*: ${details.filter(Boolean).join(', ')}`;
  });
  const managed = actor.manages.map(key => mrkdwn(teamName(playbook, key), SHORT));
  return [
    ...(lines.length > 0 ? lines : ['• You are in no team: leads come to you only by name']),
    ...(managed.length > 0 ? [`• You manage ${managed.join(', ')}`] : []),
  ];
}

function hoursWords(hours: WorkingHours | undefined): string {
  if (!hours) return 'at any hour';
  return `${hours.days.map(capital).join(', ')}, ${hours.from} to ${hours.to}${hours.holidays ? `, not on holidays (${hours.holidays})` : ''}`;
}

function absenceLines({ absences, actor }: Settings): string[] {
  const own = absences.filter(({ email }) => email === actor.email);
  if (own.length === 0) return ['• Away: no. `/mql away until Monday` takes you out of the rotation'];
  return own.map(({ from, until, note }) => {
    const end = until ? `until ${moment(until.toISOString())}` : 'until further notice';
    return `• Away: from ${moment(from.toISOString())} ${end}${note ? ` (${mrkdwn(note, SHORT)})` : ''}`;
  });
}

function matches({ me, actor }: Settings): string[] {
  const crm = !me?.crmAsked
    ? 'not looked up yet'
    : me.crmActive
      ? 'found'
      : `no active user with ${mrkdwn(actor.email, SHORT)}: your records keep another owner`;
  return [`• Your user in Slack: found; in the CRM: ${crm}`];
}
