/** reject, log, email, snooze: what needs a form opens it; a snooze with its time needs none. */
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { moment } from '../../blocks/block-words.ts';
import { type Answer, answer } from '../../blocks/mql/answer.ts';
import { whenAnswer } from '../../blocks/mql/misread.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { mrkdwn } from '../../escape.ts';
import { openEmail } from '../card/email.ts';
import { openLogCall } from '../card/log-call.ts';
import { openReject } from '../card/reject.ts';
import { openSnooze } from '../card/snooze.ts';
import type { Opener } from '../opening.ts';
import { type Asked, OPENED, type Word } from './asked.ts';
import { withLead } from './leads.ts';
import { readMoment } from './when.ts';

const NAME = 120;
const WHO = 'whoever has the lead, their manager, an admin';

const opening = (open: Opener) => (asked: Asked) => withLead(asked, asked.text, lead => openFor(asked, lead, open));

async function openFor(asked: Asked, lead: HandoffSummary, open: Opener): Promise<typeof OPENED> {
  await open(asked, lead.id);
  return OPENED;
}

export const reject: Word = {
  word: 'reject',
  group: 'do',
  usage: 'LEAD',
  does: 'turn a lead down, with the reason',
  who: WHO,
  examples: ['reject Emma Thompson'],
  aliases: ['decline', 'disqualify'],
  run: opening(openReject),
};

export const log: Word = {
  word: 'log',
  group: 'do',
  usage: 'LEAD',
  does: 'log a call with a lead',
  who: WHO,
  examples: ['log Emma Thompson'],
  aliases: ['call', 'log-call', 'logcall', 'contacted'],
  run: opening(openLogCall),
};

export const email: Word = {
  word: 'email',
  group: 'do',
  usage: 'LEAD',
  does: 'write to a lead from a template',
  who: WHO,
  examples: ['email Emma Thompson'],
  aliases: ['mail', 'e-mail', 'write'],
  run: opening(openEmail),
};

const FORMS = ['until 15:00', 'until tomorrow 9am', 'until Monday', 'until 3 Dec', 'until 2026-12-01', 'for 2 hours'];

export const snooze: Word = {
  word: 'snooze',
  group: 'do',
  usage: 'LEAD until …',
  does: 'be quiet about a lead until then',
  who: WHO,
  examples: FORMS.slice(0, 4).map(form => `snooze acme ${form}`),
  aliases: ['later', 'pause', 'remind'],
  run(asked) {
    const { lead, when } = partWhen(asked);
    return withLead(asked, lead, found => snoozeLead(asked, found, when), when);
  },
};

/** "LEAD until TIME", and "LEAD tomorrow 9am" too: the longest end that is a time, else what begins like one. */
function partWhen({ text, now, zone }: Asked): { lead: string; when: string } {
  const parts = [...text.matchAll(/\s+/g)].map(({ index, 0: gap }) => ({
    lead: text.slice(0, index),
    when: text.slice(index + gap.length),
  }));
  const isTime = (when: string) => {
    const read = readMoment(when, { now, zone });
    return read.ok || read.wrong === 'past' || read.wrong === 'far';
  };
  const begun = parts.filter(({ when }) => /^(?:until|till|til|for|in)\s/.test(when));
  return (
    begun.find(({ when }) => isTime(when)) ??
    begun[0] ??
    parts.find(({ when }) => isTime(when)) ?? { lead: text, when: '' }
  );
}

async function snoozeLead(asked: Asked, lead: HandoffSummary, when: string): Promise<Answer | typeof OPENED> {
  if (when === '') return openFor(asked, lead, openSnooze);
  const { deps, by, now } = asked;
  const read = readMoment(when, asked);
  if (!read.ok) return whenAnswer(read.wrong, when, FORMS);
  const outcome = await deps.actions.snooze({ ...by, handoffId: lead.id, until: read.at });
  if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
  const until = moment(outcome.until.toISOString(), asked.zone);
  return answer([`*${mrkdwn(lead.name || lead.email, NAME)}* is snoozed until ${until}. The SLA keeps running.`]);
}
