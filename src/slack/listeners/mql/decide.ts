/** claim, reassign: decisions that need no modal. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import type { ReassignTo } from '../../../handoff/commands.ts';
import { type Answer, answer, buttons } from '../../blocks/mql/answer.ts';
import { claimedAnswer } from '../../blocks/mql/lead.ts';
import { ambiguousWhoAnswer, strangerWhoAnswer, unknownWhoAnswer } from '../../blocks/mql/misread.ts';
import { claimRefusal } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { undoButton } from '../../blocks/undo.ts';
import { mrkdwn } from '../../escape.ts';
import { openReassign } from '../card/reassign.ts';
import { type Asked, directoryOf, OPENED, type Word } from './asked.ts';
import { withLead } from './leads.ts';
import { type Directory, readWho, type Who, type WhoRead } from './who.ts';

const NAME = 120;
const MANAGERS = 'managers and admins';

export const claim: Word = {
  word: 'claim',
  group: 'do',
  usage: 'LEAD',
  does: 'say that a lead is yours',
  who: 'whoever the lead is assigned to; anybody of the playbook, while it waits in a claim pool',
  examples: ['claim Emma Thompson', 'claim emma@acmecorp.com'],
  aliases: ['take', 'grab'],
  run: asked => withLead(asked, asked.text, lead => claimLead(asked, lead)),
};

async function claimLead({ deps, by, now }: Asked, lead: HandoffSummary): Promise<Answer> {
  const outcome = await deps.actions.claim({ ...by, handoffId: lead.id });
  if (outcome.kind === 'claimed') return claimedAnswer({ ...lead, state: 'claimed' }, now, outcome.undo);
  return answer([claimRefusal(outcome, now)]);
}

export const release: Word = {
  word: 'release',
  group: 'do',
  usage: 'LEAD',
  does: 'send a lead to sales that is on hold or in nurture',
  who: MANAGERS,
  examples: ['release Emma Thompson', 'release emma@acmecorp.com'],
  aliases: ['unhold', 'approve', 'let-go'],
  run: asked => withLead(asked, asked.text, lead => releaseLead(asked, lead)),
};

async function releaseLead({ deps, by, now }: Asked, lead: HandoffSummary): Promise<Answer> {
  const outcome = await deps.actions.release({ ...by, handoffId: lead.id });
  if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
  return answer([`*${mrkdwn(lead.name || lead.email, NAME)}* is released to *${mrkdwn(outcome.to, NAME)}*.`]);
}

export const nurture: Word = {
  word: 'nurture',
  group: 'do',
  usage: 'LEAD',
  does: 'leave a lead that is on hold to marketing',
  who: MANAGERS,
  examples: ['nurture Emma Thompson'],
  run: asked => withLead(asked, asked.text, lead => nurtureLead(asked, lead)),
};

async function nurtureLead({ deps, by, now }: Asked, lead: HandoffSummary): Promise<Answer> {
  const outcome = await deps.actions.leaveToNurture({ ...by, handoffId: lead.id });
  if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
  return answer([
    `*${mrkdwn(lead.name || lead.email, NAME)}* stays in nurture. \`/mql release\` sends it to sales after all.`,
  ]);
}

const USAGE = 'LEAD to @rep|team|next [note]';

export const reassign: Word = {
  word: 'reassign',
  group: 'do',
  usage: USAGE,
  does: 'hand a lead on to a person, a team or the next in the rotation',
  who: 'whoever has the lead, their manager, an admin; anybody while it waits in a claim pool',
  examples: [
    'reassign Emma Thompson to @priya knows them already',
    'reassign acme to EMEA SDRs',
    'reassign acme to next',
  ],
  aliases: ['assign', 'pass', 'handover-to', 'transfer', 'move', 'give'],
  async run(asked) {
    const read = readReassign(asked.text, await directoryOf(asked));
    return withLead(asked, read.lead, lead => reassignLead(asked, lead, read.to), read.typed);
  },
};

interface Reassign {
  lead: string;
  /** Absent: nobody was named. */
  to?: WhoRead;
  /** What was said of whom, as typed. */
  typed: string;
}

/** The first "to" that somebody known follows parts the lead from the rest; a mention needs no "to". */
function readReassign(text: string, directory: Directory): Reassign {
  const reads = [...text.matchAll(/(?:^|\s+)to\s+|\s+(?=<@[A-Z0-9]+>)/g)].map(match => {
    const typed = text.slice(match.index + match[0].length);
    const to = readWho(typed, directory, ['person', 'team', 'next']);
    return { lead: text.slice(0, match.index), to, typed: `to ${typed}` };
  });
  return reads.find(({ to }) => to.kind !== 'none') ?? reads[0] ?? { lead: text, typed: '' };
}

async function reassignLead(
  asked: Asked,
  lead: HandoffSummary,
  to: WhoRead | undefined,
): Promise<Answer | typeof OPENED> {
  const { deps, by, now } = asked;
  if (!to) {
    await openReassign(asked, lead.id);
    return OPENED;
  }
  if (to.kind === 'stranger') return strangerWhoAnswer();
  if (to.kind === 'none')
    return unknownWhoAnswer(to.typed, to.meant, 'a person, a team, or `next` for the next in the rotation');
  if (to.kind === 'ambiguous') {
    return ambiguousWhoAnswer(
      to.names.map(({ name, who }) => ({ name, typed: `reassign ${lead.id} to ${keyOf(who)} ${to.rest}`.trim() })),
    );
  }
  const note = noteIn(to.rest);
  const outcome = await deps.actions.reassign({ ...by, handoffId: lead.id, to: target(to.who), ...(note && { note }) });
  if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
  const from = outcome.from ? ` from *${mrkdwn(outcome.from, NAME)}*` : '';
  const noteText = note ? ' with your note' : '';
  const said = `*${mrkdwn(lead.name || lead.email, NAME)}* went${from} to *${mrkdwn(outcome.to, NAME)}*${noteText}.`;
  return answer([said], ...(outcome.undo === undefined ? [] : [buttons(undoButton(outcome.undo))]));
}

/** A name that only one can have. */
export function keyOf(who: Who): string {
  return who.kind === 'person' ? who.email : who.kind === 'team' ? who.team : 'next';
}

function target(who: Who): ReassignTo {
  return who.kind === 'next' ? { kind: 'next' } : who;
}

/** "because she knows them", "note: …", in quotes or not. */
function noteIn(rest: string): string {
  return rest
    .replace(/^(?:note|because|since|as)\b[:,]?\s*/i, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
}
