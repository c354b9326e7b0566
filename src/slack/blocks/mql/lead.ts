/** What `/mql` says of a lead: who is meant, what happened, why it went where it went. */
import type { Button, KnownBlock } from '@slack/types';
import type { CrmWords } from '../../../contracts/crm-traits.ts';
import type { Card } from '../../../contracts/notifier.ts';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { spanWords, type TimeSplit } from '../../../domain/time-split.ts';
import type { TimelineEntry } from '../../../domain/timeline.ts';
import type { LeadTimeline, TeamOrder } from '../../../handoff/queries/queries.ts';
import { MINUTE } from '../../../lib/clock.ts';
import { link, mrkdwn, oneLine } from '../../escape.ts';
import { count, duration, moment, vendorName } from '../block-words.ts';
import { phoneLink } from '../card.ts';
import { leadLine, timelineLines, verdictLines, whyLines } from '../lead.ts';
import { undoButton } from '../undo.ts';
import { ALSO, type Answer, answer, buttons, command, row } from './answer.ts';

const SHORT = 120;
const SENTENCE = 400;
const MOST_CHOICES = 8;
const MOST_ENTRIES = 12;
const MOST_PEOPLE = 12;

/** Names of the playbook's people and teams. */
export type NameOf = (emailOrTeam: string) => string;

/** "due in 12 minutes", "late by 2 hours": how the promise stands; empty when there is none or it is kept. */
export function promiseWords({ dueAt, contactedAt, state }: HandoffSummary, now: Date): string {
  if (!dueAt || contactedAt || (state !== 'assigned' && state !== 'claimed')) return '';
  const left = dueAt.getTime() - now.getTime();
  const time = duration(Math.floor(Math.abs(left) / MINUTE) * MINUTE);
  return left >= 0 ? `contact within ${time}` : `*late by ${time}*`;
}

/** Several people fit: a button each, which goes on with the command. */
export function chooserAnswer(leads: readonly HandoffSummary[], goOn: (lead: HandoffSummary) => string): Answer {
  const shown = leads.slice(0, MOST_CHOICES);
  const more = leads.length - shown.length;
  const rows = shown.map(lead => row([leadLine(lead), mrkdwn(lead.email, SHORT)], command('This one', goOn(lead))));
  const end = more > 0 ? [`and ${more >= 40 ? 'many' : more} more: ask again with an address or a company.`] : [];
  const text = `${count(leads.length, 'lead')} fit. Which one is it?`;
  return { text, blocks: [...answer([text]).blocks, ...rows, ...(end.length > 0 ? answer(end).blocks : [])] };
}

export function noLeadAnswer(said: string): Answer {
  return answer([
    `No lead fits “${mrkdwn(oneLine(said), SHORT)}”.`,
    'Try part of the name or company, the e-mail address, or a link to the record. Somebody who never became an MQL? `/mql simulate EMAIL` says why.',
  ]);
}

interface Shown {
  lead: HandoffSummary;
  card: Card | undefined;
  entries: readonly TimelineEntry[];
  nameOf: NameOf;
  now: Date;
}

/** `/mql show`: how it stands, the latest of its timeline, and what can be done. */
export function showAnswer({ lead, card, entries, nameOf, now }: Shown): Answer {
  const earlier = entries.length - MOST_ENTRIES;
  const timeline = timelineLines(entries.slice(-MOST_ENTRIES));
  return answer(
    [
      leadLine(lead),
      ...standing({ lead, nameOf, now }),
      ...reaching(lead, card),
      ...timeSpent(card),
      '',
      `*What happened*${earlier > 0 ? ` (${earlier} more before, in the timeline)` : ''}`,
      ...(timeline.length > 0 ? timeline : ['Nothing yet.']),
    ],
    actionButtons(lead),
  );
}

function standing({ lead, nameOf, now }: Pick<Shown, 'lead' | 'nameOf' | 'now'>): string[] {
  const { repEmail, team, snoozedUntil } = lead;
  const rep = repEmail ? mrkdwn(nameOf(repEmail), SHORT) : team ? 'nobody yet, open to the team' : 'nobody';
  const promise = promiseWords(lead, now);
  const asleep = snoozedUntil && snoozedUntil > now ? moment(snoozedUntil.toISOString()) : undefined;
  return [
    `*With:* ${rep}${team ? ` (${mrkdwn(nameOf(team), SHORT)})` : ''}${promise ? `  ·  ${promise}` : ''}`,
    ...(asleep ? [`*Snoozed* until ${asleep}`] : []),
  ];
}

const STEPS: Record<TimeSplit['steps'][number]['step'], string> = {
  seen: 'seen',
  judged: 'judged',
  recorded: 'in the CRM',
  delivered: 'in Slack',
  claimed: 'claimed',
  touched: 'first contact',
};

/** "System 4 s · Marcus Chen 4 m 10 s", and how far it was after which time. */
function timeSpent(card: Card | undefined): string[] {
  if (!card?.split) return [];
  const { split, contacted, rep } = card;
  const { systemMs, person, steps } = split;
  const work = person && person.workMs !== person.ms ? ` (${spanWords(person.workMs)} of working time)` : '';
  const who = mrkdwn(contacted?.name || rep?.name || 'sales', SHORT);
  const yours = person ? ` · ${who} ${spanWords(person.ms)}${work}` : '';
  const way = steps.map(({ step, ms }) => `${STEPS[step]} ${spanWords(ms)}`).join(', ');
  return [`*Time:* Baton ${spanWords(systemMs)}${yours}`, `Since the MQL: ${way}`];
}

function reaching(lead: HandoffSummary, card: Card | undefined): string[] {
  const ways = [
    mrkdwn(lead.email, SHORT),
    card && phoneLink(card.lead),
    card?.crm.url && link(card.crm.url, `Record in ${vendorName(card.crm.name)}`, 1_000),
  ];
  return [ways.filter(Boolean).join('  ·  ')];
}

function actionButtons(lead: HandoffSummary): KnownBlock {
  const open = lead.state === 'assigned' || lead.state === 'claimed' || lead.state === 'contacted';
  const also = (label: string, typed: string, primary = false) => command(label, typed, { id: ALSO, primary });
  return buttons(
    ...(lead.state === 'assigned' ? [also('Claim', `claim ${lead.id}`, true)] : []),
    ...keptDeeds(lead),
    ...(open ? [also('Log call', `log ${lead.id}`), also('Email', `email ${lead.id}`)] : []),
    also('Why?', `why ${lead.id}`),
    also('Timeline', `timeline ${lead.id}`),
  );
}

const isKept = ({ state }: HandoffSummary) => state === 'held' || state === 'nurture';

/** What a manager or an admin can do about a lead that judging kept from sales; others are told that they may not. */
export function keptDeeds(lead: HandoffSummary): Button[] {
  if (!isKept(lead)) return [];
  return [
    command('Release', `release ${lead.id}`, { id: ALSO, primary: true }),
    ...(lead.state === 'held' ? [command('Nurture', `nurture ${lead.id}`, { id: ALSO })] : []),
  ];
}

/** `/mql why`: what judging said of a lead it kept from sales; the rule, what it saw, the line then and now, who was passed over and for what. */
export function whyAnswer(
  lead: HandoffSummary,
  { decision, judgement }: LeadTimeline,
  now: { team: string; line: TeamOrder } | undefined,
  crmWords: CrmWords,
  nameOf: NameOf,
): Answer {
  const next = now?.line.candidates.find(({ email }) => email !== lead.repEmail);
  const line = now
    ? [
        next
          ? `*Next now* in ${mrkdwn(nameOf(now.team), SHORT)}: ${mrkdwn(nameOf(next.email), SHORT)} (${mrkdwn(next.standing, SHORT)})`
          : `*Next now* in ${mrkdwn(nameOf(now.team), SHORT)}: nobody else`,
        ...now.line.skipped
          .map(({ email, reason }) => `• Skipped: ${mrkdwn(nameOf(email), SHORT)}, ${mrkdwn(reason, SENTENCE)}`)
          .slice(0, MOST_PEOPLE),
      ]
    : [];
  const verdict = isKept(lead) || !decision ? verdictLines(lead, judgement) : [];
  const lines = [leadLine(lead), ...verdict, ...whyLines(lead, decision, MOST_PEOPLE, crmWords, nameOf), ...line];
  return answer(lines, ...(isKept(lead) ? [buttons(...keptDeeds(lead))] : []));
}

/** `/mql claim` won. */
export function claimedAnswer(lead: HandoffSummary, now: Date, undo?: string): Answer {
  const promise = promiseWords(lead, now);
  const said = `You have *${mrkdwn(lead.name || lead.email, SHORT)}*${promise ? `: ${promise}` : ''}. Now call or write: a claim alone is not contact.`;
  const also = (label: string, typed: string) => command(label, typed, { id: ALSO });
  return answer(
    [said],
    buttons(
      also('Log call', `log ${lead.id}`),
      also('Email', `email ${lead.id}`),
      ...(undo === undefined ? [] : [undoButton(undo)]),
    ),
  );
}
