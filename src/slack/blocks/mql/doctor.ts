/** `/mql doctor`: how Baton is doing, and what to do about it. */
import type { KnownBlock } from '@slack/types';
import type { Books } from '../../../db/reports/books.ts';
import { connectionName } from '../../../domain/service-name.ts';
import { type Health, isWell, mendsItself } from '../../../handoff/queries/health.ts';
import type { PersonalLoginCount } from '../../../workspaces/connect.ts';
import { mrkdwn } from '../../escape.ts';
import { ago, callsWords, count, duration, MENDS_ITSELF, moment, reasonWords } from '../block-words.ts';
import { booksLine } from '../books-line.ts';
import { personalLoginsLine } from '../connect.ts';
import { type Answer, answer } from './answer.ts';
import { newsLine } from './settings.ts';

const SHORT = 120;
const SENTENCE = 400;
const MOST_NAMES = 20;

/** Beside how Baton does: who logs in themselves, blocks that follow, and the newest comparison of the books. */
interface Beside {
  own?: readonly PersonalLoginCount[] | undefined;
  more?: readonly KnownBlock[];
  books?: Books | undefined;
}

/** In full, for those who look after Baton. */
export function doctorAnswer(health: Health, now: Date, { own = [], more = [], books }: Beside = {}): Answer {
  const { connections, backlog, unmatched, playbook, lacking, notes } = health;
  const compared = booksLine(books, now);
  const lines = [
    verdict(health),
    ...lacking.map(need => `• :x: ${mrkdwn(need, SENTENCE)}`),
    ...notes.map(note => `• :information_source: ${mrkdwn(note, SENTENCE)}`),
    '*Connections*',
    ...(connections.length > 0 ? connections.map(one => connectionLine(one, now)) : ['• None']),
    '*Work*',
    ...workLines(backlog),
    ...(compared ? [`• ${compared}`] : []),
    '*People*',
    ...peopleLine(unmatched.slack, 'Slack', 'their leads go to the channel'),
    ...peopleLine(unmatched.crm, 'the CRM', 'their records keep another owner'),
    ...(unmatched.slack.length + unmatched.crm.length === 0 ? ['• Everybody of the playbook is matched'] : []),
    ...own.map(one => `• ${personalLoginsLine(one)}`),
    '*Rules*',
    newsLine(playbook),
  ];
  return answer(lines, ...more);
}

function verdict(health: Health): string {
  if (isWell(health)) return ':white_check_mark: *All is well.*';
  return mendsItself(health)
    ? `:hourglass: *A service does not answer.* ${MENDS_ITSELF}`
    : ':warning: *Something needs you.*';
}

/** For everybody else. */
export function shortDoctorAnswer(health: Health, admins: readonly string[]): Answer {
  if (isWell(health)) return answer([':white_check_mark: All is well.']);
  if (mendsItself(health)) return answer([`:hourglass: A service does not answer. ${MENDS_ITSELF}`]);
  const who = admins.length > 0 ? mrkdwn(admins.join(' or '), SENTENCE) : 'your Baton admin';
  return answer([`:warning: Something needs attention; no lead is lost. Ask ${who}: they see what it is.`]);
}

function connectionLine(
  { vendor, role, paused, pausedReason, awaySince, calls, connectedAt, lastSignalAt }: Health['connections'][number],
  now: Date,
): string {
  const name = mrkdwn(connectionName({ vendor, role }), SHORT);
  if (paused)
    return `• :x: ${name}: paused, ${mrkdwn(pausedReason ?? 'for no known reason', SENTENCE)}. Renew its key, or connect it again on Baton’s *Home* tab`;
  if (awaySince) {
    return `• :hourglass: ${name}: stopped answering ${ago(awaySince, now)} (${mrkdwn(reasonWords(vendor, pausedReason) ?? 'no reason given', SENTENCE)}). What needs it waits in order and goes on by itself`;
  }
  const news = lastSignalAt
    ? `last signal ${ago(lastSignalAt, now)}`
    : `connected ${moment(connectedAt.toISOString())}`;
  return `• ${name}: works, ${news}${calls ? `; ${mrkdwn(callsWords(vendor, calls), 300)}` : ''}`;
}

function workLines({
  jobs,
  oldestJobSeconds,
  signals,
  oldestSignalSeconds,
  parkedForConnection,
  parkedForPeople,
}: Health['backlog']): string[] {
  const age = (seconds: number) => (seconds >= 60 ? `, the oldest for ${duration(seconds * 1_000)}` : '');
  const waiting = [
    jobs > 0 && `${count(jobs, 'job')} due${age(oldestJobSeconds)}`,
    signals > 0 && `${count(signals, 'signal')} not read yet${age(oldestSignalSeconds)}`,
  ].filter(Boolean);
  return [
    `• ${waiting.length > 0 ? waiting.join('; ') : 'Nothing waits'}`,
    ...(parkedForConnection > 0
      ? [
          `• :hourglass: ${count(parkedForConnection, 'job')} waiting for a connection: ${parkedForConnection === 1 ? 'it goes on by itself' : 'they go on by themselves'}`,
        ]
      : []),
    ...(parkedForPeople > 0
      ? [`• :x: ${count(parkedForPeople, 'job')} failed: fix the cause, then Replay on the *Home* tab`]
      : []),
    ...(parkedForConnection + parkedForPeople === 0 ? ['• Nothing failed'] : []),
  ];
}

function peopleLine(names: readonly string[], where: string, so: string): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMES;
  const shown = `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    `• :x: Not active in ${where}: ${mrkdwn(shown, SENTENCE * 2)}; ${so}. Correct the address in the playbook or there`,
  ];
}
