/** away, back, handover: out of the rotation, in again, and what becomes of the open leads. */
import { personOf } from '../../../config/playbook/people.ts';
import { mayManage } from '../../../handoff/core/rights.ts';
import { count, wallClock } from '../../blocks/block-words.ts';
import { handOverModal } from '../../blocks/modals/away.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { ALSO, type Answer, answer, buttons, command } from '../../blocks/mql/answer.ts';
import { ambiguousWhoAnswer, strangerWhoAnswer, unknownWhoAnswer, whenAnswer } from '../../blocks/mql/misread.ts';
import { refusalText } from '../../blocks/refusals.ts';
import { undoButton } from '../../blocks/undo.ts';
import { mrkdwn } from '../../escape.ts';
import { openModal } from '../../forms.ts';
import { openAway } from '../card/away.ts';
import { type Asked, directoryOf, namesOf, OPENED, type Word } from './asked.ts';
import { keyOf } from './decide.ts';
import { type Read, readAbsence } from './when.ts';
import { readWho } from './who.ts';

const NAME = 120;
const WHO = 'yourself; managers for their people, admins for everybody';
const FORMS = ['until Monday', 'until 15:00', 'on Friday', 'for 3 days', 'from 3 Dec until 7 Dec', 'next week'];

type Absence = Read<{ from?: Date; until?: Date }>;

/** Whom a command is about, when not the asker. `email` undefined: the asker. */
type Subject = { email: string | undefined; rest: string } | { answer: Answer };

export const away: Word = {
  word: 'away',
  group: 'you',
  usage: '[@rep] [until …|on date|from … until …]',
  does: 'out of the rotation, now or then; alone it asks from when until when',
  who: WHO,
  examples: ['away', ...FORMS.map(form => `away ${form}`), 'away @priya until Monday'],
  aliases: ['ooo', 'out', 'holiday', 'vacation', 'sick', 'off'],
  async run(asked) {
    const { now, text } = asked;
    if (text.trim() === '') {
      await openAway(asked);
      return OPENED;
    }
    const own = readAbsence(text, asked);
    if (own.ok) return goAway(asked, undefined, own);
    const subject = await subjectOf(asked, text);
    if ('answer' in subject)
      return own.wrong === 'unclear' && !looksLikePerson(text) ? whenAnswer(own.wrong, text, FORMS) : subject.answer;
    const { email, rest } = subject;
    const zone = personOf(asked.playbook, email)?.time_zone ?? asked.zone;
    const read = readAbsence(rest, { now, zone });
    return read.ok ? goAway({ ...asked, zone }, email, read) : whenAnswer(read.wrong, rest, FORMS);
  },
};

/** `@…` or a mention: no time begins so. */
const looksLikePerson = (text: string) => /^(?:@|<@)/.test(text);

async function goAway(asked: Asked, email: string | undefined, absence: Absence & { ok: true }): Promise<Answer> {
  const { deps, by, now, zone, actor, playbook } = asked;
  const { from, until } = absence;
  const outcome = await deps.actions.away({
    ...by,
    ...(email !== undefined && { email }),
    ...(from && { from }),
    ...(until && { until }),
  });
  if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
  const other = email !== undefined && email !== actor.email ? email : undefined;
  const who = other ? `*${mrkdwn(outcome.name, NAME)}* is` : 'You are';
  const begin = from ? ` from ${wallClock(from, zone)}` : '';
  const end = until ? `, and back on ${wallClock(until, zone)}` : ' until further notice';
  const said = `${who} away${begin}${end}. No new leads until then.`;
  const back = command(other ? 'Back again' : 'I am back', other ? `back ${other}` : 'back', { id: ALSO });
  const taken = outcome.undo === undefined ? [] : [undoButton(outcome.undo)];
  if (outcome.openLeads === 0) return answer([said], buttons(...taken, back));
  const whose = other ? 'They have' : 'You have';
  const leads = `${whose} ${count(outcome.openLeads, 'open lead')}: ${stays(asked, other ?? actor.email)}`;
  const may = mayManage(actor, other ?? actor.email, playbook).ok;
  const hand = may ? [command('Hand them over', `handover ${other ?? actor.email}`, { id: ALSO, primary: true })] : [];
  return answer(
    [said, leads],
    buttons(...hand, command('Show them', `list ${other ?? 'mine'}`, { id: ALSO }), ...taken, back),
  );
}

function stays({ actor, playbook }: Asked, email: string): string {
  const may = mayManage(actor, email, playbook);
  if (may.ok) return 'hand them over, or they stay where they are.';
  return `each can be handed on with \`/mql reassign LEAD to next\`, all at once by ${mrkdwn(may.who, NAME)}.`;
}

export const back: Word = {
  word: 'back',
  group: 'you',
  usage: '[@rep]',
  does: 'in the rotation again',
  who: WHO,
  examples: ['back', 'back @priya'],
  aliases: ['return', 'here', 'in'],
  async run(asked) {
    const { deps, by, now, actor } = asked;
    const subject = await subjectOf(asked, asked.text);
    if ('answer' in subject) return subject.answer;
    const { email } = subject;
    const outcome = await deps.actions.back({ ...by, ...(email !== undefined && { email }) });
    if (outcome.kind !== 'done') return answer([refusalText(outcome, now)]);
    const other = email !== undefined && email !== actor.email;
    const name = mrkdwn(outcome.name, NAME);
    if (!outcome.wasAway) return answer([other ? `*${name}* was not away.` : 'You were not away: leads come to you.']);
    return answer([other ? `*${name}* is back: leads come to them again.` : 'Welcome back: leads come to you again.']);
  },
};

export const handover: Word = {
  word: 'handover',
  group: 'do',
  usage: '@rep',
  does: 'all open leads of somebody who is away or has left, in one go',
  who: 'their manager, an admin',
  examples: ['handover @priya'],
  aliases: ['hand-over', 'moveall', 'move-all'],
  async run(asked) {
    const { deps, by, client, triggerId, actor, playbook, zone, now } = asked;
    const subject = await subjectOf(asked, asked.text);
    if ('answer' in subject) return subject.answer;
    const from = subject.email ?? actor.email;
    const may = mayManage(actor, from, playbook);
    if (!may.ok) return answer([refusalText({ kind: 'not_allowed', who: may.who }, now)]);
    const [absences, { total }] = await Promise.all([
      deps.queries.absences(by.workspaceId),
      deps.queries.list(by.workspaceId, { reps: [from], states: ['assigned', 'claimed', 'contacted'] }, { limit: 1 }),
    ]);
    const name = mrkdwn(namesOf(asked)(from), NAME);
    const view =
      total === 0
        ? noticeModal('Hand open leads over', `*${name}* has no open lead.`)
        : handOverModal({
            playbook,
            zone,
            now,
            absences,
            except: from,
            said: `Open leads of *${name}*`,
            openLeads: total,
            origin: { email: from },
          });
    await openModal(client, triggerId, view);
    return OPENED;
  },
};

/** Nobody named is the asker. */
async function subjectOf(asked: Asked, text: string): Promise<Subject> {
  if (text.trim() === '') return { email: undefined, rest: '' };
  const read = readWho(text, await directoryOf(asked));
  switch (read.kind) {
    case 'found':
      return { email: keyOf(read.who), rest: read.rest };
    case 'ambiguous':
      return {
        answer: ambiguousWhoAnswer(
          read.names.map(({ name, who }) => ({ name, typed: `${asked.word} ${keyOf(who)} ${read.rest}`.trim() })),
        ),
      };
    case 'stranger':
      return { answer: strangerWhoAnswer() };
    case 'none':
      return { answer: unknownWhoAnswer(read.typed, read.meant, 'a person of the playbook') };
  }
}
