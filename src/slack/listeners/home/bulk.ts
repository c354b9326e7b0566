import type { ModalView } from '@slack/types';
import type { ReassignTo } from '../../../handoff/commands.ts';
import { SECTION } from '../../blocks/block-parts.ts';
import {
  BULK_TITLE,
  type BulkResult,
  bulkModal,
  bulkResultLines,
  bulkWaiting,
  leadsName,
  repKey,
} from '../../blocks/home/bulk.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { chosenFrom } from '../../blocks/modals/people.ts';
import { strangerText } from '../../blocks/notices.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { SlackDeps } from '../../deps.ts';
import { clipLines } from '../../escape.ts';
import { filledIn, type Origin, openModal, originOf } from '../../forms.ts';
import { errors, updateLater, updateTo } from '../answer.ts';
import { askerOf } from '../opening.ts';
import { type Change, type Press, requesterOf, type Submission } from '../types.ts';

/** Reassign leads…: which of the team's, and to whom. */
export async function openBulk(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const origin = { home: press.body.view?.private_metadata };
  await openModal(press.client, press.body.trigger_id, await draw(press, deps, origin));
}

/** Somebody else's leads: the list becomes theirs. */
export async function changeWhose(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action, body } = change;
  const whose = action.type === 'static_select' ? action.selected_option?.value : undefined;
  if (body.view) await redraw(change, deps, { ...originOf(body.view), whose, page: undefined });
}

/** Another hundred. */
export async function turnBulk(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  if (press.body.view) await redraw(press, deps, { ...originOf(press.body.view), page: press.action.value });
}

async function redraw(pressed: Press | Change, deps: SlackDeps, origin: Origin): Promise<void> {
  const { client, body } = pressed;
  if (!body.view) return;
  // Another press may have drawn it anew meanwhile: the later one counts.
  await client.views.update({ view_id: body.view.id, view: await draw(pressed, deps, origin) });
}

async function draw(pressed: Press | Change, deps: SlackDeps, origin: Origin): Promise<ModalView> {
  const by = requesterOf(pressed);
  const asker = await askerOf(deps, by);
  if (!asker) return noticeModal(BULK_TITLE, strangerText());
  const { actor } = asker;
  const page = Number(origin.page ?? 0) || 0;
  const read = (rep: string | undefined) => deps.queries.leadsToChoose(by.workspaceId, { actor, rep, page });
  const [absences, all] = await Promise.all([deps.queries.absences(by.workspaceId), read(undefined)]);
  const rep = all.reps.find(({ email }) => repKey(email) === origin.whose)?.email;
  const choice = rep === undefined ? all : await read(rep);
  if (choice.rows.length === 0) return noticeModal(BULK_TITLE, 'There is no open lead here to reassign.');
  const whose = rep === undefined ? undefined : origin.whose;
  return bulkModal({ ...asker, absences, choice, origin: { ...origin, whose } });
}

/** Each lead is a decision of its own; what was moved stays moved whatever becomes of the rest. */
export async function submitBulk(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view } = submission;
  const by = requesterOf(submission);
  const { choice, choices, text } = filledIn(view);
  const name = leadsName(originOf(view));
  const ids = choices('all').length > 0 ? listed(submission, name) : choices(name);
  if (ids.length === 0) return errors(submission, { [name]: 'Choose at least one lead, or all of them.' });
  const { playbook } = await deps.queries.playbook(by.workspaceId);
  const to = chosenFrom(playbook, choice('to'));
  if (!to) return errors(submission, { to: 'They are in the playbook no more. Choose somebody else.' });
  await updateTo(submission, noticeModal(BULK_TITLE, bulkWaiting(ids.length)));
  const result = await moveEach(submission, deps, ids, { to, note: text('note') });
  const resultText = clipLines(bulkResultLines(result), SECTION);
  await updateLater(submission, deps, { title: BULK_TITLE, text: resultText });
}

/** Those the person had before their eyes, not those a list would hold now. */
function listed({ view }: Submission, name: string): string[] {
  const block = view.blocks.find(one => one.block_id === name);
  const element = block && 'element' in block ? block.element : undefined;
  if (element?.type !== 'multi_static_select') return [];
  return (element.options ?? []).flatMap(({ value }) => value ?? []);
}

async function moveEach(
  submission: Submission,
  { actions, queries, clock }: SlackDeps,
  ids: readonly string[],
  { to, note }: { to: ReassignTo; note: string | undefined },
): Promise<BulkResult> {
  const by = requesterOf(submission);
  const moved = new Map<string, number>();
  const stayed: { lead: string; why: string }[] = [];
  for (const handoffId of ids) {
    const outcome = await actions.reassign({ ...by, handoffId, to, ...(note && { note }) });
    if (outcome.kind === 'done') {
      moved.set(outcome.to, (moved.get(outcome.to) ?? 0) + 1);
      continue;
    }
    const lead = await queries.lead(by.workspaceId, handoffId);
    stayed.push({ lead: lead?.name || lead?.email || 'A lead', why: refusalText(outcome, clock.now()) });
  }
  return { moved, stayed };
}
