/** Health: connections, people nobody knows, and work that is stuck, each with what to do. Pure. */
import type { KnownBlock } from '@slack/types';
import type { Connection } from '../../../db/connections/connections.ts';
import type { Inspection } from '../../../db/connections/inspections.ts';
import { isWell, mendsItself } from '../../../handoff/queries/health.ts';
import { workWords } from '../../../jobs/catalogue.ts';
import type { ParkedGroup } from '../../../jobs/parked.ts';
import type { BooksView } from '../../../reports/books/books-service.ts';
import type { Condition } from '../../../workspaces/admin.ts';
import type { Offer, PersonalLoginCount } from '../../../workspaces/connect.ts';
import { illOf } from '../../../workspaces/crm-setup/inspect.ts';
import type { KeyOffer } from '../../../workspaces/key-connect.ts';
import { clipLines, mrkdwn } from '../../escape.ts';
import { actions, button, confirmation, context, header, SECTION, section } from '../block-parts.ts';
import { ago, count, duration, MENDS_ITSELF, moment, vendorName } from '../block-words.ts';
import { booksLine } from '../books-line.ts';
import { connectionButtons, personalLoginsLine } from '../connect.ts';
import { keyButtons } from '../keys.ts';
import { pageAction, row } from './admin.ts';
import { type Connectable, connectionLines, withoutLogin } from './connections.ts';
import { pager } from './home.ts';

export const SET_UP_CRM = 'set_up_crm';
export const FORGET_KEPT = 'forget_kept_owner';
export const REPLAY = 'replay_group';
export const REPLAY_ALL = 'replay_all';
/** Where the page of stuck work is kept. */
export const STUCK_LIST = 'stuck';

const SHORT = 120;
const SENTENCE = 400;
const MOST_NAMES = 40;
const MOST_KEPT = 10;
const MOST_FINDINGS = 5;
const MOST_CONNECTIONS = 20;

/** Beside how Baton does: how connections are made, and how many people log in themselves. */
interface Beside extends Connectable {
  books?: Pick<BooksView, 'last'> | undefined;
  own?: readonly PersonalLoginCount[] | undefined;
}

export function healthPage(
  { health, connections, stuck, kept, setup, inspection, mode }: Condition,
  now: Date,
  { offers = [], own = [], keyed: allKeyed = [], books }: Beside = {},
): KnownBlock[] {
  const keyed = withoutLogin(allKeyed, offers);
  return [
    header(verdict({ health, connections, stuck, mode })),
    context(underVerdict(health, mode)),
    ...needsBlocks(health),
    ...connectionBlocks(connections, { now, offers, keyed }),
    ...(setup ? setupBlocks(setup, now) : []),
    ...(connections.length > 0 ? inspectionBlocks(inspection, now) : []),
    header('People'),
    ...peopleBlocks(health.unmatched),
    ...own.map(one => context(personalLoginsLine(one))),
    ...keptBlocks(kept),
    header('Work'),
    section(backlogText(health.backlog)),
    ...booksBlocks(books, now),
    ...stuckBlocks(stuck, now),
  ];
}

/** Do the rules fit the connected accounts? What does not is shown, the worst first. */
function inspectionBlocks(last: Inspection | undefined, now: Date): KnownBlock[] {
  if (!last?.doneAt) return [context('To see whether the rules fit the connected accounts, type `/mql doctor crm`.')];
  const ill = illOf(last.findings);
  const lines = ill.slice(0, MOST_FINDINGS).map(({ about, level, what, fix }) => {
    const mark = level === 'problem' ? ':x:' : ':warning:';
    return `${mark} *${mrkdwn(about, SHORT)}*  ·  ${mrkdwn(what, SENTENCE)}${fix ? ` ${mrkdwn(fix, SENTENCE)}` : ''}`;
  });
  const more = ill.length > MOST_FINDINGS ? `… and ${ill.length - MOST_FINDINGS} more.` : '';
  const looked = `Compared with the rules ${ago(last.doneAt, now)}. ${more} All of it: \`/mql doctor findings\`; again: \`/mql doctor crm\`.`;
  return [...(lines.length > 0 ? [section(...lines)] : []), context(looked.replace('  ', ' '))];
}

/** What Baton needs in the CRM is made from here, by whoever may. */
function setupBlocks({ crm, last }: NonNullable<Condition['setup']>, now: Date): KnownBlock[] {
  const name = vendorName(crm);
  const underWay = last !== undefined && last.finishedAt === null;
  const when = last
    ? underWay
      ? `Being set up, begun ${ago(last.askedAt, now)}: <@${last.askedBy}> is told in their direct messages.`
      : `Last set up ${ago(last.askedAt, now)} by <@${last.askedBy}>. Doing it again is safe.`
    : 'Not set up from here yet.';
  const text = `*What Baton needs in ${mrkdwn(name, SHORT)}*\n${when}`;
  if (underWay) return [section(text)];
  const confirm = confirmation(
    `Set up ${name}?`,
    'Baton makes its fields and whatever else it needs there, as far as they are missing, and changes nothing it did not make.',
    'Set up',
  );
  return [row([text], { ...button(SET_UP_CRM, `Set up ${name}`, 'crm'), confirm })];
}

/** A line each; what needs somebody stands apart, with what to press. The rest is on its own page. */
function connectionBlocks(
  connections: readonly Connection[],
  { now, offers, keyed }: { now: Date; offers: readonly Offer[]; keyed: readonly KeyOffer[] },
): KnownBlock[] {
  const isByLogin = ({ vendor }: Connection) => offers.some(one => one.vendor === vendor);
  const textOf = (one: Connection) => clipLines(connectionLines(one, now, isByLogin(one)), SECTION);
  const shown = connections.slice(0, MOST_CONNECTIONS);
  const fine = shown.filter(({ status }) => status === 'active').map(textOf);
  const ill = shown
    .filter(({ status }) => status !== 'active')
    .flatMap(one => {
      const offer = offers.find(({ vendor }) => vendor === one.vendor);
      const typed = keyed.find(({ vendor }) => vendor === one.vendor);
      const todo = typed ? [keyButtons(typed)] : offer ? [connectionButtons(offer)] : [];
      return [section(textOf(one)), ...todo];
    });
  return [
    ...ill,
    ...(fine.length > 0 ? [section(...fine)] : []),
    ...(connections.length === 0 ? [section('Nothing is connected yet.')] : []),
    actions([button(pageAction('connections'), 'Connections')]),
  ];
}

/** What is lacking, and what is worth knowing. */
function needsBlocks({ lacking, notes }: Condition['health']): KnownBlock[] {
  return [
    ...(lacking.length > 0
      ? [section(...lacking.slice(0, MOST_NAMES).map(need => `:x: ${mrkdwn(need, SENTENCE)}`))]
      : []),
    ...notes.slice(0, 5).map(note => context(`:information_source: ${mrkdwn(note, SENTENCE)}`)),
  ];
}

/** The page in a few words. Nothing that needs somebody is as good as the number of such things. */
function verdict({ health, connections, stuck, mode }: Pick<Condition, 'health' | 'connections' | 'stuck' | 'mode'>) {
  const begin = mode === 'live' ? 'Live' : 'Watching';
  if (isWell(health)) return `${begin}. Everything works`;
  if (mendsItself(health)) return `${begin}. A service does not answer`;
  const { slack, crm } = health.unmatched;
  const things =
    health.lacking.length +
    connections.filter(({ status }) => status !== 'active').length +
    Number(slack.length > 0) +
    Number(crm.length > 0) +
    stuck.total;
  if (things === 0) return `${begin}. Something needs you`;
  return `${begin}. ${things === 1 ? '1 thing needs' : `${things} things need`} you`;
}

function underVerdict(health: Condition['health'], mode: Condition['mode']): string {
  const how = mode === 'live' ? 'New MQLs are handed to sales.' : 'No lead is sent until you go live.';
  if (isWell(health)) return how;
  return mendsItself(health) ? `${MENDS_ITSELF} ${how}` : `No lead is lost. ${how}`;
}

function peopleBlocks({ slack, crm }: Condition['health']['unmatched']): KnownBlock[] {
  if (slack.length + crm.length === 0) return [section('Everybody of the playbook is known in Slack and in the CRM.')];
  return [
    ...unmatched(slack, 'Slack', 'Their leads go to the channel.'),
    ...unmatched(crm, 'the CRM', 'Their records keep the integration’s user as owner.'),
  ];
}

function unmatched(names: readonly string[], where: string, so: string): KnownBlock[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map(name => mrkdwn(name, SHORT / 2));
  const all = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [section(`:x: No active user in ${where}: *${all}*. ${so} Correct the address under *People*, or there.`)];
}

function backlogText({ jobs, oldestJobSeconds, signals }: Condition['health']['backlog']): string {
  const age = oldestJobSeconds >= 60 ? `, the oldest for ${duration(oldestJobSeconds * 1_000)}` : '';
  const waiting = [
    ...(jobs > 0 ? [`${count(jobs, 'job')} due${age}`] : []),
    ...(signals > 0 ? [`${count(signals, 'signal')} not read yet`] : []),
  ];
  return waiting.length > 0 ? `Waiting: ${waiting.join('; ')}.` : 'Nothing waits.';
}

/** Do the sources, Baton, the CRM and Slack have the same leads? */
function booksBlocks(books: Beside['books'], now: Date): KnownBlock[] {
  const line = booksLine(books?.last, now);
  return line ? [context(line)] : [];
}

/** Whose changes of owners nobody is asked about any more. */
function keptBlocks(kept: Condition['kept']): KnownBlock[] {
  if (kept.length === 0) return [];
  const more = kept.length - MOST_KEPT;
  return [
    header('Owners that are kept without asking'),
    ...kept.slice(0, MOST_KEPT).map(({ id, name, by, until }) => {
      const day = moment(until.toISOString());
      const line = `*${mrkdwn(name, SHORT)}*: its owners are kept, as *${mrkdwn(by, SHORT)}* said${day ? `, until ${day}` : ''}.`;
      return row([line], button(FORGET_KEPT, 'Forget', id));
    }),
    ...(more > 0 ? [context(`and ${more} more`)] : []),
  ];
}

function stuckBlocks({ rows, total, page, pages }: Condition['stuck'], now: Date): KnownBlock[] {
  if (rows.length === 0) return [section('Nothing is stuck.')];
  const all = {
    ...button(REPLAY_ALL, 'Replay all', 'all'),
    confirm: confirmation('Replay everything?', 'Everything that is stuck is tried again.', 'Replay'),
  };
  return [
    actions([all]),
    ...rows.map(group => row(groupLines(group, now), replayButton(group))),
    ...(total > rows.length ? [context(`${count(total, 'reason')} in all`)] : []),
    ...pager(STUCK_LIST, page, pages),
  ];
}

function groupLines({ job, verdict, vendor, reason, reference, jobs, since, last }: ParkedGroup, now: Date): string[] {
  const when = ago(since, now) === ago(last, now) ? ago(last, now) : `${ago(since, now)} to ${ago(last, now)}`;
  const waits = verdict === 'waiting_for_connection' && vendor !== null;
  return [
    `${waits ? ':hourglass:' : ':x:'} *${workWords(job)}*  ·  ${count(jobs, 'time')}, ${when}`,
    mrkdwn(reason, SENTENCE),
    waits
      ? `Waits for ${mrkdwn(vendorName(vendor), SHORT)}, and goes on by itself.  ·  reference ${mrkdwn(reference, 40)}`
      : `Fix the cause, then press Replay.  ·  reference ${mrkdwn(reference, 40)}`,
  ];
}

function replayButton({ id, job, jobs }: ParkedGroup) {
  const what = `${workWords(job)}: ${count(jobs, 'time')}. It comes back here if the cause is not fixed.`;
  return { ...button(REPLAY, 'Replay', id), confirm: confirmation('Replay?', what, 'Replay') };
}
