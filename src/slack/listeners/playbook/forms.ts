/** Every form of the playbook: opened on the newest text, submitted as one change on the version it was opened on. */
import type { ModalView } from '@slack/types';
import type { Card } from '../../../contracts/notifier.ts';
import type { NotSaved } from '../../../workspaces/playbook-versions.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { cardFormWith } from '../../blocks/playbook/card-facts.ts';
import type { Form } from '../../blocks/playbook/form.ts';
import { ladderForm } from '../../blocks/playbook/ladders.ts';
import { notSavedText, proposedModal, savedText } from '../../blocks/playbook/versions.ts';
import { sampleCard } from '../../blocks/setup/sample-card.ts';
import type { SlackDeps } from '../../deps.ts';
import { filledIn, type Origin, openModal, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { closeSaved } from '../home/publish.ts';
import { type Change, type Listener, type Pick, type Press, requesterOf, type Submission } from '../types.ts';
import { adminAsking, homeOrigin, openForAdmin } from './admins.ts';

const GONE = 'It is not in the playbook any more. Close this and open Home again.';
const FIELD = 290;

/** A button that opens a form; its value says what the form is about, where there are several. */
export function openForm(form: Form): Listener<Press> {
  return (press, deps) =>
    openForAdmin(press, deps, form.title, () => draw(form, deps, press, homeOrigin(press), press.action.value));
}

/** The form about one entry of a list; the press is acknowledged, and an admin's. */
export async function openEntryForm(pick: Pick, deps: SlackDeps, form: Form, at: string): Promise<void> {
  await openModal(pick.client, pick.body.trigger_id, await draw(form, deps, pick, homeOrigin(pick), at));
}

async function draw(
  form: Form,
  deps: SlackDeps,
  pressed: Press | Pick,
  origin: Origin,
  at: string | undefined,
): Promise<ModalView> {
  const { workspaceId } = requesterOf(pressed);
  const [text, crm, card] = await Promise.all([
    deps.admin.text(workspaceId),
    deps.queries.crm(workspaceId),
    form.showsCard && cardToShow(deps, workspaceId),
  ]);
  const view = form.draw(
    { text, at, ...(card && { card }) },
    { ...origin, at, basedOn: String(text.version) },
    crm.words,
  );
  return view ?? noticeModal(form.title, GONE);
}

/** The newest lead's; before there is one, an invented lead's. */
async function cardToShow(deps: SlackDeps, workspaceId: string): Promise<Card> {
  const [newest] = await deps.admin.recentLeads(workspaceId);
  const card = newest && (await deps.queries.card(workspaceId, newest.id));
  return card ?? sampleCard(deps.clock.now());
}

/** Another fact was chosen: the card below shows it. */
export async function chooseCardFact(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { view } = change.body;
  if (view?.type !== 'modal') return;
  const { workspaceId } = requesterOf(change);
  const [text, card] = await Promise.all([deps.admin.text(workspaceId), cardToShow(deps, workspaceId)]);
  const next = cardFormWith({ text, card }, originOf(view), filledIn(view));
  await change.client.views.update({ view_id: view.id, view: next });
}

/** The SLA's form with a row more; what was filled in stays. */
export async function addStep(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { view } = press.body;
  if (view?.type !== 'modal') return;
  const origin = originOf(view);
  const rows = String((Number(origin.rows) || 0) + 1);
  const text = await deps.admin.text(requesterOf(press).workspaceId);
  const { words } = await deps.queries.crm(requesterOf(press).workspaceId);
  const next = ladderForm.draw({ text, at: origin.at }, { ...origin, rows }, words);
  if (next) await press.client.views.update({ view_id: view.id, view: next });
}

/**
 * Shows what would change, in words, and saves it when that is sent off; what cannot be saved is said at its field, and
 * what was typed stays there.
 */
export function submitForm(form: Form): Listener<Submission> {
  return async (submission, deps) => {
    const { view } = submission;
    const { at, basedOn, home } = originOf(view);
    const by = requesterOf(submission);
    const asker = await adminAsking(deps, submission);
    if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
    const text = await deps.admin.text(by.workspaceId);
    if (String(text.version) !== basedOn) {
      const saved = (await deps.admin.savedBefore(by)) ?? (await whoSaved(deps, by.workspaceId, text.version));
      if (saved.kind === 'saved') return closeSaved(submission, form.title, savedText(saved));
      return refused(submission, deps, saved);
    }
    const read = form.read(filledIn(view), { text, at }, originOf(view));
    if (!read.ok) return errors(submission, read.errors);
    const given = { basedOn: text.version, change: read.change };
    if (!form.isPreview) {
      const proposed = await deps.admin.propose(by, given);
      if (proposed.kind !== 'ready') return refused(submission, deps, proposed);
      const origin = { ...(home !== undefined && { home }), note: proposed.summary };
      return updateTo(submission, proposedModal(form.title, proposed, [], origin));
    }
    const saved = await deps.admin.edit(by, given);
    if (saved.kind !== 'saved') return refused(submission, deps, saved);
    await closeSaved(submission, form.title, savedText(saved));
  };
}

async function whoSaved(deps: SlackDeps, workspaceId: string, version: number): Promise<NotSaved> {
  const newest = await deps.admin.version(workspaceId, version);
  return newest ? { kind: 'conflict', ...newest } : { kind: 'not_found' };
}

/** At the field that is at fault; else at the first one, so that nothing that was typed is lost. */
export async function refused(submission: Submission, deps: SlackDeps, refusal: NotSaved): Promise<void> {
  const fields = submission.view.blocks.flatMap(block =>
    block.type === 'input' && block.block_id ? [block.block_id] : [],
  );
  const [first] = fields;
  if (first === undefined || refusal.kind === 'same' || refusal.kind === 'not_allowed') {
    return updateTo(submission, noticeModal('Not saved', notSavedText(refusal, deps.clock.now())));
  }
  if (refusal.kind !== 'unfit')
    return errors(submission, { [first]: plainWords(notSavedText(refusal, deps.clock.now())) });
  const found = new Map<string, string[]>();
  for (const { field, message } of refusal.problems) {
    const place = field !== undefined && fields.includes(field) ? field : first;
    found.set(place, [...(found.get(place) ?? []), message]);
  }
  await errors(
    submission,
    Object.fromEntries([...found].map(([field, all]) => [field, all.join(' ').slice(0, FIELD)])),
  );
}

/** What stands at a field is plain text. */
function plainWords(text: string): string {
  return text.replaceAll('*', '').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}
