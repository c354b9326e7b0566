/** Saving playbooks: every save is a new version with who and what; nobody's save overwrites another's unseen. */

import { nameOf } from '../config/playbook/people.ts';
import { type Playbook, type PlaybookProblem, type PlaybookVendors, parsePlaybook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import {
  addPlaybook,
  handoffsUnderWay,
  lockPlaybook,
  type PlaybookVersion,
  playbookVersion,
} from '../db/workspaces/playbooks.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { type Repeated, runOnce } from '../handoff/core/idempotency.ts';
import { type Actor, actorOf, type Requester } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { replayOnce } from '../jobs/replay-once.ts';
import { matchPeople, recheckLadders } from '../jobs/requests.ts';
import { askForWebhooks } from './app-webhooks.ts';
import type { EditProblem } from './playbook-edits.ts';
import type { Playbooks } from './playbooks.ts';
import { admitNamedCrm, admitNamedSequencer } from './second.ts';

/** What came from the PLAYBOOK file, not from a person. */
export const FROM_FILE = 'file';

/** Why nothing was saved. */
/** `who`: could. */
export type NotAllowed = { kind: 'not_allowed'; who: string };

export type NotSaved =
  | NotAllowed
  /** Somebody saved since the admin looked. */
  | { kind: 'conflict'; by: string; at: Date; note: string; version: number }
  /** Nothing would be different. */
  | { kind: 'same' }
  | { kind: 'unfit'; problems: EditProblem[] }
  | { kind: 'not_found' };

export type Saved =
  /** `underWay`: handoffs that keep the version they were opened under. */
  ({ kind: 'saved'; version: number; note: string; underWay: number } & Repeated) | NotSaved;

export interface ToSave {
  yaml: string;
  /** The version that was looked at. */
  basedOn: number;
  note: string;
}

/** An admin, or who that would be. */
export async function adminOf(deps: Deps, requester: Requester): Promise<Actor | NotAllowed> {
  const [actor, { playbook }] = await Promise.all([actorOf(deps, requester), deps.playbook(requester.workspaceId)]);
  if (actor?.admin) return actor;
  const names = playbook.admins.map(email => nameOf(playbook, email));
  return { kind: 'not_allowed', who: names.join(' or ') || 'whoever looks after the playbook file' };
}

/** Saves a text as the next version, in the name of an admin. */
export async function saveVersion(
  { deps, playbooks }: { deps: Deps; playbooks: Playbooks },
  requester: Requester,
  { yaml, basedOn, note }: ToSave,
): Promise<Saved> {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const parsed = parsePlaybook(yaml, deps.playbookVendors);
  if (!parsed.ok) return { kind: 'unfit', problems: parsed.problems.map(inWords) };
  if (parsed.playbook.admins.length === 0) {
    return { kind: 'unfit', problems: [{ message: 'admins: at least one person must stay an admin' }] };
  }
  const { workspaceId } = requester;
  const at = deps.clock.now();
  const add = async (trx: Db): Promise<Saved> => {
    const newest = await lockPlaybook(trx, workspaceId);
    if (!newest) return { kind: 'not_found' };
    if (newest.version !== basedOn) return conflictWith(newest, parsed.playbook);
    if (newest.yaml === yaml) return { kind: 'same' };
    const version = await addVersion(trx, workspaceId, newest, { yaml, author: admin.email, note, at });
    await admitNamedCrm(trx, workspaceId, parsed.playbook, at);
    await admitNamedSequencer(trx, workspaceId, parsed.playbook, at);
    if (!samePeople(newest, parsed.playbook, deps.playbookVendors)) await enqueue(trx, matchPeople(workspaceId));
    await askForWebhooks(trx, deps, workspaceId, deps.appWebhooks?.keys() ?? []);
    return { kind: 'saved', version, note, underWay: await handoffsUnderWay(trx, workspaceId) };
  };
  const saved = await deps.db.transaction(trx => runOnce(trx, requester, at, () => add(trx)));
  if (saved.kind === 'saved') {
    playbooks.saved(workspaceId, saved.version);
    deps.connectionChanged(workspaceId);
  }
  return saved;
}

/** An earlier text becomes the newest version; those between stay in the list. */
export async function restoreVersion(
  books: { deps: Deps; playbooks: Playbooks },
  requester: Requester,
  { version, basedOn }: { version: number; basedOn: number },
): Promise<Saved> {
  const stored = await playbookVersion(books.deps.db, requester.workspaceId, version);
  if (!stored) return { kind: 'not_found' };
  return saveVersion(books, requester, { yaml: stored.yaml, basedOn, note: `Version ${version} restored` });
}

type NewVersion = Parameters<typeof addPlaybook>[3];

/** Adds the version after `newest`, which is held by `lockPlaybook`; every open lead is looked at by it. Answers its number. */
export async function addVersion(
  trx: Db,
  workspaceId: string,
  newest: PlaybookVersion | undefined,
  given: NewVersion,
): Promise<number> {
  const version = await addPlaybook(trx, workspaceId, newest, given);
  if (!newest) return version;
  await enqueue(trx, recheckLadders(workspaceId));
  await replayOnce(trx, workspaceId, given.at);
  return version;
}

/** Saves a text as the next version unless it equals the newest; answers the version that now counts. */
export async function savePlaybook(db: Db, workspaceId: string, given: NewVersion): Promise<number> {
  return db.transaction(async trx => {
    const newest = await lockPlaybook(trx, workspaceId);
    return newest?.yaml === given.yaml ? newest.version : addVersion(trx, workspaceId, newest, given);
  });
}

/** Who saved a version, by name where the playbook has one. */
export function authorName(playbook: Playbook, author: string): string {
  return author === FROM_FILE ? 'the playbook file' : nameOf(playbook, author);
}

/** "line 12, people[2].time_zone: must be …". */
export function inWords({ path, message, suggestion, line }: PlaybookProblem): EditProblem {
  const place = [line !== undefined && `line ${line}`, path].filter(Boolean).join(', ');
  return { message: `${place ? `${place}: ` : ''}${message}${suggestion ? ` (did you mean ${suggestion}?)` : ''}` };
}

function conflictWith({ author, createdAt, note, version }: PlaybookVersion, playbook: Playbook): Saved {
  return { kind: 'conflict', by: authorName(playbook, author), at: createdAt, note, version };
}

function samePeople(before: PlaybookVersion, after: Playbook, vendors: PlaybookVendors): boolean {
  const parsed = parsePlaybook(before.yaml, vendors, { isStored: true });
  const emails = (playbook: Playbook) => playbook.people.map(({ email }) => email).sort();
  return parsed.ok && emails(parsed.playbook).join() === emails(after).join();
}
