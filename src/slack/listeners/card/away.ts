import { personOf } from '../../../config/playbook/people.ts';
import { mayManage } from '../../../handoff/core/rights.ts';
import { count } from '../../blocks/block-words.ts';
import { awayModal, handOverModal } from '../../blocks/modals/away.ts';
import { dayWords, startOfDay, today } from '../../blocks/modals/days.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { chosenFrom } from '../../blocks/modals/people.ts';
import { strangerText } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { mrkdwn } from '../../escape.ts';
import { filledIn, type Origin, originOf } from '../../forms.ts';
import { errors, refuse, updateLater, updateTo } from '../answer.ts';
import { type Asker, askerOf, type Opening, openFor } from '../opening.ts';
import { requesterOf, type Submission } from '../types.ts';

const NAME = 120;
const TITLE = 'Out of office';
const HANDED = 'Hand open leads over';

/** Opens the modal from wherever a trigger comes from; `email` when it is somebody else who is away. */
export async function openAway(opening: Opening, origin: Origin = {}, email?: string): Promise<void> {
  await openFor(opening, TITLE, asker => {
    const other = email === undefined || email === asker.actor.email ? undefined : email;
    const person = personOf(asker.playbook, other);
    const zone = person?.time_zone ?? asker.zone;
    return awayModal({ name: person?.name ?? other, now: asker.now, zone, origin: { ...origin, email: other } });
  });
}

/** The days are those of whoever is away, in their own zone. */
export async function submitAway(submission: Submission, deps: SlackDeps): Promise<void> {
  const by = requesterOf(submission);
  const asker = await askerOf(deps, by);
  if (!asker) return updateTo(submission, noticeModal(TITLE, strangerText()));
  const { email } = originOf(submission.view);
  const zone = personOf(asker.playbook, email)?.time_zone ?? asker.zone;
  const read = readDays(submission, asker.now, zone);
  if ('wrong' in read) return errors(submission, read.wrong);
  const note = filledIn(submission.view).text('note');
  const { from, until } = read;
  const outcome = await deps.actions.away({
    ...by,
    ...(email !== undefined && { email }),
    ...(from && { from }),
    ...(until && { until }),
    ...(note && { note }),
  });
  if (outcome.kind !== 'done') return refuse(submission, deps, outcome);
  const who = email === undefined ? 'You are' : `*${mrkdwn(outcome.name, NAME)}* is`;
  const said = `${who} away ${from ? `from ${dayWords(from, zone)} ` : ''}${until ? `and back on ${dayWords(until, zone)}` : 'until further notice'}.`;
  const { openLeads, undo } = outcome;
  await afterwards(submission, deps, asker, { said, openLeads, undo, from: email ?? asker.actor.email });
}

/** Who may hand the open leads over is asked at once; everybody else hears who may. */
async function afterwards(
  submission: Submission,
  { queries }: SlackDeps,
  { playbook, zone, now, actor }: Asker,
  done: { said: string; openLeads: number; undo: string | undefined; from: string },
): Promise<void> {
  const { said, openLeads, undo, from } = done;
  if (openLeads === 0)
    return updateTo(submission, noticeModal(TITLE, `${said}\nNo open lead waits for you.`, [], undo));
  const may = mayManage(actor, from, playbook);
  if (!may.ok) {
    const who = mrkdwn(may.who, NAME);
    const stay = `*${count(openLeads, 'open lead')}* ${openLeads === 1 ? 'stays' : 'stay'} with you.`;
    const rest = `${who} can hand them all over on Baton’s Home tab; each alone is reassigned from its card.`;
    return updateTo(submission, noticeModal(TITLE, `${said}\n${stay} ${rest}`, [], undo));
  }
  const absences = await queries.absences(requesterOf(submission).workspaceId);
  const origin = { ...originOf(submission.view), email: from };
  return updateTo(
    submission,
    handOverModal({ playbook, zone, now, absences, except: from, said, openLeads, undo, origin }),
  );
}

/** Every open lead to whoever was chosen, in one go: that may take longer than a modal waits, so it is told afterwards. */
export async function submitHandOver(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view } = submission;
  const by = requesterOf(submission);
  const { choice, text } = filledIn(view);
  const { playbook } = await deps.queries.playbook(by.workspaceId);
  const to = chosenFrom(playbook, choice('heir'));
  if (!to) return errors(submission, { heir: 'They are in the playbook no more. Choose somebody else.' });
  const note = text('heir_note');
  await updateTo(submission, noticeModal(HANDED, 'One moment…'));
  const { email: from = '' } = originOf(view);
  const outcome = await deps.actions.moveAll({ ...by, from, to, ...(note && { note }) });
  // The first of the two submits shows in this modal what became of it.
  if (outcome.kind === 'under_way') return;
  const resultText = outcome.kind === 'done' ? movedText(outcome) : refusalText(outcome, deps.clock.now());
  await updateLater(submission, deps, { title: HANDED, text: resultText });
}

function movedText({ moved, left }: { moved: number; left: number }): string {
  const stayed = left > 0 ? ` ${count(left, 'lead')} stayed: contacted already, or nobody can take them.` : '';
  return `${count(moved, 'lead')} handed over.${stayed}`;
}

/** From the beginning of the first day (now, if that is today) to the beginning of the day after the last. */
function readDays(
  { view }: Submission,
  now: Date,
  zone: string,
): { from?: Date; until?: Date } | { wrong: Record<string, string> } {
  const { date } = filledIn(view);
  const here = today(now, zone);
  const [first, last] = [date('from') ?? here, date('until')];
  if (first < here) return { wrong: { from: 'That day is over.' } };
  if (last !== undefined && last < first) return { wrong: { until: 'That is before the first day.' } };
  return {
    ...(first > here && { from: startOfDay(first, zone) }),
    ...(last !== undefined && { until: startOfDay(last, zone, 1) }),
  };
}
