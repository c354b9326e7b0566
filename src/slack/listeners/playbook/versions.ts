/** Bringing a version back, and texts from outside. */

import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected, toError } from '../../../lib/errors.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { IMPORT_TITLE, importedModal, importModal, savedText } from '../../blocks/playbook/versions.ts';
import type { SlackDeps } from '../../deps.ts';
import { toFailure } from '../../errors.ts';
import { mrkdwn } from '../../escape.ts';
import { readText } from '../../files.ts';
import { filledIn, originOf } from '../../forms.ts';
import { errors, updateTo } from '../answer.ts';
import { closeSaved } from '../home/publish.ts';
import { type Press, requesterOf, type Submission } from '../types.ts';
import { adminAsking, homeOrigin, openForAdmin } from './admins.ts';
import { refused } from './forms.ts';

/** More than any playbook Baton reads. */
const LARGEST = 512_000;
const SENTENCE = 400;
const UNKNOWN = 'something failed that is none of the file’s. A direct message from Baton has the reference';

export async function submitRestore(submission: Submission, deps: SlackDeps): Promise<void> {
  const { at, basedOn } = originOf(submission.view);
  const saved = await deps.admin.restore(requesterOf(submission), { version: Number(at), basedOn: Number(basedOn) });
  if (saved.kind !== 'saved') return refused(submission, deps, saved);
  await closeSaved(submission, 'Restored', savedText(saved));
}

export async function openImport(press: Press, deps: SlackDeps): Promise<void> {
  await openForAdmin(press, deps, IMPORT_TITLE, async () => importModal(homeOrigin(press)));
}

/** Fetching a file may take longer than Slack waits for an answer: the modal says so meanwhile. */
export async function submitImport(submission: Submission, deps: SlackDeps): Promise<void> {
  const { view, client } = submission;
  const { files, text } = filledIn(view);
  const [[file], pasted] = [files('file'), text('pasted')];
  if (file === undefined && pasted === undefined)
    return errors(submission, { file: 'Choose a file, or paste its text.' });
  const asker = await adminAsking(deps, submission);
  if (typeof asker === 'string') return updateTo(submission, noticeModal('Not done', asker));
  await updateTo(submission, noticeModal(IMPORT_TITLE, 'Reading it…'));
  try {
    const yaml = file === undefined ? (pasted ?? '') : await readText(client, tokenOf(submission), file, LARGEST);
    const imported = await deps.admin.import(requesterOf(submission), yaml);
    const { home } = originOf(view);
    await client.views.update({ view_id: view.id, view: importedModal(imported, { home }) });
  } catch (thrown) {
    const error = toFailure(thrown, deps.clock.now());
    const why = error instanceof Rejected ? mrkdwn(failureReason(error), SENTENCE) : UNKNOWN;
    await client.views.update({
      view_id: view.id,
      view: noticeModal(IMPORT_TITLE, `Nothing was read: ${why}. Try again.`),
    });
    // What a person can mend they have been told; anything else belongs into the log as well.
    if (!(error instanceof Rejected)) throw toError(error);
  }
}

function tokenOf({ context }: Submission): string {
  if (context.botToken === undefined) throw new Error('a submission came without a token');
  return context.botToken;
}

export async function approveImport(submission: Submission, deps: SlackDeps): Promise<void> {
  const { draft = '', because, note, step } = originOf(submission.view);
  const by = requesterOf(submission);
  const saved = await deps.admin.approveImport(by, draft, {
    ...(because !== undefined && { because }),
    ...(note !== undefined && { note }),
  });
  if (saved.kind !== 'saved') return refused(submission, deps, saved);
  // What was read through and approved is a step of the set-up.
  if (step === 'rules' || step === 'source' || step === 'people') await deps.admin.sayStep(by, step, 'done');
  // A pattern asks who is in each of its teams.
  if (step === 'rules') await deps.admin.sayStep(by, 'people', 'done');
  await closeSaved(submission, because ?? 'Imported', savedText(saved));
}
