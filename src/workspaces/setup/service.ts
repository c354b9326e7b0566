/** The set-up as the Slack room sees it: how it stands, and what admins say and press about its steps. */
import { rulesOfSource } from '../../config/playbook/source-rules.ts';
import type { SourceFields } from '../../contracts/source.ts';
import { peopleOf } from '../../db/people/people.ts';
import type { Mode } from '../../db/workspaces/mode.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { newestPlaybook } from '../../db/workspaces/playbooks.ts';
import { askForStep, isSettingUp, type SetupStepName, sayStep } from '../../db/workspaces/setup-steps.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import type { Requester } from '../../handoff/core/rights.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { Failure } from '../../lib/errors.ts';
import { edit } from '../playbook-edits.ts';
import { adminOf, type NotAllowed, type Saved, saveVersion } from '../playbook-versions.ts';
import type { Playbooks } from '../playbooks.ts';
import { type Checklist, checklistOf } from './checklist.ts';
import { changeMode, type ModeChanged } from './live.ts';

/** Somebody as Slack knows them. */
export interface SlackPerson {
  email: string;
  name: string;
  timeZone: string;
}

/** What is said about a step: it is done, it is not needed here, or it is to be done after all. */
export type SaidOfStep = 'done' | 'skip' | 'needed';

export type KnownFields =
  | { kind: 'known'; source: string; fields: SourceFields; now: { scoreProperty: string; stages: readonly string[] } }
  | { kind: 'no_answer'; error: Failure }
  | { kind: 'none' };

export interface SetupService {
  checklist(workspaceId: string): Promise<Checklist>;
  /** Is the checklist what an admin is to see first? One round trip. */
  isSettingUp(workspaceId: string): Promise<boolean>;
  /** Goes live, or back to watching. */
  changeMode(requester: Requester, mode: Mode): Promise<ModeChanged>;
  /** What the source's account has to choose from, and what the playbook names; of the first that can be asked without `source`. */
  sourceFields(workspaceId: string, source?: string): Promise<KnownFields>;
  /** Slack's ids of the playbook's people, by address. One round trip. */
  slackIds(workspaceId: string): Promise<ReadonlyMap<string, string>>;
  sayStep(requester: Requester, step: SetupStepName, said: SaidOfStep): Promise<{ kind: 'done' } | NotAllowed>;
  /** A colleague is asked to do a step: an admin from then on, who hears of it with the other admins. */
  askColleague(
    requester: Requester,
    given: { step: SetupStepName; stepName: string; colleague: SlackPerson },
  ): Promise<{ kind: 'done' } | Exclude<Saved, { kind: 'saved' }>>;
}

export function setupService(deps: Deps, playbooks: Playbooks): SetupService {
  return {
    checklist: workspaceId => checklistOf(deps, workspaceId),
    isSettingUp: workspaceId => isSettingUp(deps.db, workspaceId),
    changeMode: (by, mode) => changeMode(deps, by, mode),
    sourceFields: (workspaceId, source) => sourceFields(deps, workspaceId, source),
    slackIds: async workspaceId =>
      new Map(
        (await peopleOf(deps.db, workspaceId)).flatMap(({ email, slackId }) => (slackId ? [[email, slackId]] : [])),
      ),
    sayStep: (by, step, said) => say(deps, by, step, said),
    askColleague: (by, given) => askColleague({ deps, playbooks }, by, given),
  };
}

async function say(deps: Deps, by: Requester, step: SetupStepName, said: SaidOfStep) {
  const admin = await adminOf(deps, by);
  if ('kind' in admin) return admin;
  const told = said === 'needed' ? null : { at: deps.clock.now(), by: admin.email, skipped: said === 'skip' };
  await sayStep(deps.db, by.workspaceId, step, told);
  return { kind: 'done' as const };
}

async function sourceFields(deps: Deps, workspaceId: string, source: string | undefined): Promise<KnownFields> {
  const [{ sources }, { playbook }] = await Promise.all([deps.vendors(workspaceId), deps.playbook(workspaceId)]);
  const asked = Object.values(sources).find(one => one?.fields && (!source || one.name === source));
  if (!asked?.fields) return { kind: 'none' };
  const { scoreProperty, mqlStages: stages } = rulesOfSource(playbook, asked.name);
  try {
    return { kind: 'known', source: asked.name, fields: await asked.fields(), now: { scoreProperty, stages } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'no_answer', error };
  }
}

type Books = { deps: Deps; playbooks: Playbooks };

async function askColleague(
  books: Books,
  by: Requester,
  { step, stepName, colleague }: { step: SetupStepName; stepName: string; colleague: SlackPerson },
): ReturnType<SetupService['askColleague']> {
  const { deps } = books;
  const admin = await adminOf(deps, by);
  if ('kind' in admin) return admin;
  const saved = await madeAdmin(books, by, colleague);
  if (saved.kind !== 'saved' && saved.kind !== 'same') return saved;
  const at = deps.clock.now();
  const text = `${admin.name} asks ${colleague.name} to do a step of Baton’s set-up: ${stepName}. It is on Baton’s Home tab, under Set-up.`;
  await deps.db.transaction(async trx => {
    await askForStep(trx, by.workspaceId, step, { of: colleague.email, by: admin.email, at });
    await notice(trx, by.workspaceId, { key: `asked:${step}:${colleague.email}:${at.getTime()}`, text }, at);
    await enqueue(trx, notifyAdmins(by.workspaceId));
  });
  return { kind: 'done' };
}

/** In the playbook, as an admin: only admins can do what they are asked to. */
async function madeAdmin(books: Books, by: Requester, { email, name, timeZone }: SlackPerson): Promise<Saved> {
  const newest = await newestPlaybook(books.deps.db, by.workspaceId);
  if (!newest) return { kind: 'not_found' };
  const edited = edit(
    newest.yaml,
    { kind: 'admin', person: { email, name, time_zone: timeZone } },
    books.deps.playbookVendors,
  );
  if (!edited.ok) return { kind: 'unfit', problems: edited.problems };
  if (edited.summary === undefined) return { kind: 'same' };
  // The press itself is answered by what it asked for, not by this save.
  const { idempotency: _once, ...requester } = by;
  return saveVersion(books, requester, { yaml: edited.yaml, basedOn: newest.version, note: edited.summary });
}
