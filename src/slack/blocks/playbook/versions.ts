/** What a version changed, bringing one back, and texts from outside. */
import type { ModalView } from '@slack/types';
import type { Imported, VersionLine } from '../../../workspaces/playbook-service.ts';
import type { NotSaved, Saved } from '../../../workspaces/playbook-versions.ts';
import { mrkdwn } from '../../escape.ts';
import type { Origin } from '../../forms.ts';
import { context, section } from '../block-parts.ts';
import { ago, count, moment } from '../block-words.ts';
import { form, input, reading, typed } from '../modals/modal-parts.ts';
import { noticeModal } from '../modals/notice.ts';

export const RESTORE = 'restore_version';
export const IMPORT = 'import_playbook';
export const APPROVE = 'approve_import';

export const IMPORT_TITLE = 'Import a playbook';
const EXAMPLE = 1_200;
const NAME = 120;
const SENTENCE = 500;
const LINES = 60;
const LINES_A_SECTION = 5;

export function changesModal(version: VersionLine & { difference: string[] }, origin: Origin): ModalView {
  const none = version.version === 1 ? 'The first version: there is nothing before it.' : 'Only comments and layout.';
  return reading(`Version ${version.version}`, 'Close', origin, [
    section(versionText(version)),
    ...listed(version.difference, none),
  ]);
}

/** "Version 4, saved by Dana Ruiz on …: Threshold 50 → 60". */
export function versionText({ version, by, at, note: why }: VersionLine): string {
  const text = why ? `\n${mrkdwn(why, SENTENCE)}` : '';
  return `*Version ${version}*  ·  ${mrkdwn(by, NAME)}, ${moment(at.toISOString())}${text}`;
}

export function restoreModal(version: VersionLine, origin: Origin): ModalView {
  return form(RESTORE, `Restore version ${version.version}`.slice(0, 24), 'Restore', origin, [
    section(versionText(version)),
    section('Its text becomes the newest version. Those between stay in the list, and can be restored themselves.'),
  ]);
}

export function importModal(origin: Origin): ModalView {
  return form(IMPORT, IMPORT_TITLE, 'Check', origin, [
    section('Baton shows what is wrong or what would change. Nothing is saved before you say so.'),
    input(
      'file',
      'A file',
      { type: 'file_input', action_id: 'file', filetypes: ['yaml', 'yml', 'txt'], max_files: 1 },
      { optional: true },
    ),
    input('pasted', 'Or its text', typed('pasted', { many: true }), {
      optional: true,
      hint: 'Slack takes 3,000 characters here; what is longer goes as a file.',
    }),
  ]);
}

/** What came of reading a text. */
export function importedModal(imported: Imported, origin: Origin): ModalView {
  if (imported.kind === 'ready') {
    return form(APPROVE, IMPORT_TITLE, 'Save', { ...origin, draft: imported.draft }, [
      section(`*It is a playbook.* It differs from version ${imported.basedOn} in this:`),
      ...listed(imported.difference, 'Only comments and layout.'),
      context('Leads under way keep the version they were opened under.'),
    ]);
  }
  if (imported.kind === 'unfit') {
    const problems = imported.problems.map(({ message }) => message);
    return reading(IMPORT_TITLE, 'Close', origin, [
      section(`:x: *${count(problems.length, 'problem')}.* Nothing was saved. Mend the text and import it again.`),
      ...listed(problems, ''),
    ]);
  }
  return reading(IMPORT_TITLE, 'Close', origin, [section(notSavedText(imported, new Date(0)))]);
}

/** A change that cannot be saved, or changes nothing, and why. */
export function notProposedModal(title: string, refusal: Exclude<Imported, { kind: 'ready' }>, now: Date): ModalView {
  return noticeModal(title, notSavedText(refusal, now));
}

/** What a change made here would change: nothing is saved before somebody says so. `notes`: safe lines. */
export function proposedModal(
  title: string,
  proposed: Extract<Imported, { kind: 'ready' }>,
  notes: readonly string[],
  origin: Origin,
): ModalView {
  return form(APPROVE, title, 'Save', { ...origin, draft: proposed.draft, because: title }, [
    ...notes.slice(0, 10).map(note => section(note)),
    section('*This would change:*'),
    ...listed(proposed.difference, 'Only comments and layout.'),
    ...(proposed.found ? [section(mrkdwn(proposed.found, EXAMPLE))] : []),
    ...(proposed.example ? [section(`*For example:* ${mrkdwn(proposed.example, EXAMPLE)}`)] : []),
    context('Leads under way keep the version they were opened under. To undo it later: *Versions* on Home.'),
  ]);
}

/** A few lines a section, so that none is cut. */
function listed(all: readonly string[], none: string) {
  if (all.length === 0) return [section(none)];
  const lines = all.slice(0, LINES).map(line => `• ${mrkdwn(line, SENTENCE)}`);
  const sections = Array.from({ length: Math.ceil(lines.length / LINES_A_SECTION) }, (_, page) =>
    section(...lines.slice(page * LINES_A_SECTION, (page + 1) * LINES_A_SECTION)),
  );
  const more = all.length - lines.length;
  return [...sections, ...(more > 0 ? [context(`and ${more} more`)] : [])];
}

/** What a save did, as safe mrkdwn. */
export function savedText({ version, note: why, underWay }: Extract<Saved, { kind: 'saved' }>): string {
  const kept =
    underWay > 0
      ? `${count(underWay, 'lead')} under way ${underWay === 1 ? 'keeps' : 'keep'} the version ${underWay === 1 ? 'it was' : 'they were'} opened under; new ones go by this.`
      : 'New leads go by it from now on.';
  return `:white_check_mark: *Saved as version ${version}:* ${mrkdwn(why, SENTENCE)}\n${kept} To undo it: *Versions* on Home.`;
}

/** Why nothing was saved, as safe mrkdwn. */
export function notSavedText(refusal: NotSaved, now: Date): string {
  switch (refusal.kind) {
    case 'not_allowed':
      return `Only ${mrkdwn(refusal.who, NAME)} can do this.`;
    case 'conflict':
      return `Nothing was saved: *${mrkdwn(refusal.by, NAME)}* saved version ${refusal.version} ${ago(refusal.at, now)} (${mrkdwn(refusal.note, SENTENCE)}). Open it again to go on from there.`;
    case 'same':
      return 'Nothing is different, so nothing was saved.';
    case 'not_found':
      return 'It is not there any more. Open Home again to see what is.';
    case 'unfit':
      return [
        'Nothing was saved:',
        ...refusal.problems.slice(0, 5).map(({ message }) => `• ${mrkdwn(message, SENTENCE)}`),
      ].join('\n');
  }
}
