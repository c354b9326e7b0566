/** Menus of rules, people, teams, templates and versions on Home. */

import { entryOf } from '../../blocks/home/admin.ts';
import { homeStateOf } from '../../blocks/home/state.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import type { Form } from '../../blocks/playbook/form.ts';
import { changesModal, notSavedText, restoreModal, savedText, versionText } from '../../blocks/playbook/versions.ts';
import type { SlackDeps } from '../../deps.ts';
import { openModal } from '../../forms.ts';
import { publishHome } from '../home/publish.ts';
import { type Listener, type Pick, requesterOf } from '../types.ts';
import { adminAsking, homeOrigin } from './admins.ts';
import { openEntryForm } from './forms.ts';

interface Entry {
  /** The version that Home showed. */
  version: number;
  at: string;
}

type EntryAction = (pick: Pick, deps: SlackDeps, entry: Entry) => Promise<void>;

/** What a menu's verbs do: a form, or a deed of their own. Places are those of the version Home showed. */
export function entryMenuOf(verbs: Record<string, Form | EntryAction>): Listener<Pick> {
  return async (pick, deps) => {
    await pick.ack();
    const entry = entryOf(pick.action.selected_option.value);
    const deed = entry && Object.hasOwn(verbs, entry.verb) ? verbs[entry.verb] : undefined;
    const asker = await adminAsking(deps, pick);
    if (typeof asker === 'string') return say(pick, 'Set-up', asker);
    if (!entry || !deed) return say(pick, 'Set-up', 'Open Home again: it has changed since.');
    if (typeof deed === 'function') return deed(pick, deps, entry);
    const text = await deps.admin.text(requesterOf(pick).workspaceId);
    if (text.version !== entry.version) return stale(pick, deps, text.version);
    await openEntryForm(pick, deps, deed, entry.at);
  };
}

/** A rule or a text of the first answer one place up or down; Home shows it there. */
export function moveEntry(kind: 'move_rule' | 'move_answer', by: -1 | 1): EntryAction {
  return async (pick, deps, { version, at }) => {
    const change = { kind, at: Number(at), by };
    const saved = await deps.admin.edit(requesterOf(pick), { basedOn: version, change });
    const notice = saved.kind === 'saved' ? savedText(saved) : `:warning: ${notSavedText(saved, deps.clock.now())}`;
    await drawHome(pick, deps, notice);
  };
}

export const viewChanges: EntryAction = async (pick, deps, { at }) => {
  const version = await deps.admin.version(requesterOf(pick).workspaceId, Number(at));
  if (!version) return say(pick, 'Version', 'There is no such version.');
  await openModal(pick.client, pick.body.trigger_id, changesModal(version, homeOrigin(pick)));
};

export const askRestore: EntryAction = async (pick, deps, { version: newest, at }) => {
  const version = await deps.admin.version(requesterOf(pick).workspaceId, Number(at));
  if (!version) return say(pick, 'Version', 'There is no such version.');
  const origin = { ...homeOrigin(pick), at, basedOn: String(newest) };
  await openModal(pick.client, pick.body.trigger_id, restoreModal(version, origin));
};

/** Places in lists may have moved: nothing is opened, Home shows how it is now. */
async function stale(pick: Pick, deps: SlackDeps, newest: number): Promise<void> {
  const version = await deps.admin.version(requesterOf(pick).workspaceId, newest);
  const who = version ? `\n${versionText(version)}` : '';
  await drawHome(pick, deps, `:warning: The playbook has changed. This is how it is now: choose again.${who}`);
}

async function drawHome(pick: Pick, deps: SlackDeps, notice: string): Promise<void> {
  const { view } = pick.body;
  await publishHome(pick.client, requesterOf(pick), deps, homeStateOf(view?.private_metadata), { notice });
}

async function say(pick: Pick, title: string, text: string): Promise<void> {
  await openModal(pick.client, pick.body.trigger_id, noticeModal(title, text));
}
