import { coalesce } from '../../../lib/coalesce.ts';
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { apart } from '../api/apart.ts';
import { composite, MOST_SUBREQUESTS, type Subanswer, type Subrequest } from '../api/composite.ts';
import { refusalWords, SERVICE } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { OrgWrite, OrgWritten } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import type { Values } from '../api/values.ts';
import { mapped } from '../mapping/apply.ts';
import { memberRequest, settleMember } from '../mapping/campaign.ts';
import { type Prepared, preparer } from '../mapping/prepare.ts';
import { type Attempt, recordStep, type Step, type Target } from './attempt.ts';
import { bare, ownerRefusal } from './columns.ts';
import { fit } from './fit.ts';
import { followUp } from './record.ts';
import { repairRecord, repairTask } from './repair.ts';

/** Record and follow-up of one handoff: one call together, shared with the other writes of the moment. */

interface Outcome {
  record?: Subanswer;
  task?: Subanswer;
  member?: Subanswer;
}

const WIDTH = 4;
/** Record, follow-up, and membership of a campaign. */
const subrequestsAWrite = ({ rules }: Org): number => (rules.campaign ? 3 : 2);
/** Each repair changes something; an org that refuses more often than this is parked. */
const MOST_ROUNDS = 8;

/** Makes the writer of one org. */
export function writer(org: Org): (write: OrgWrite) => Promise<OrgWritten> {
  const send = coalesce<Attempt, Outcome>({
    call: some => apart(some, those => sendAll(org, those)),
    most: Math.floor(MOST_SUBREQUESTS / subrequestsAWrite(org)),
    width: WIDTH,
  });
  const prepare = preparer(org);
  return async write => {
    let attempt = firstAttempt(org, await prepare(write));
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const outcome = await send(attempt);
      const settled = await settle(org, attempt, outcome);
      if ('written' in settled) return settled.written;
      attempt = settled.again;
      if (round < MOST_ROUNDS - 2) continue;
      if (attempt.done) return written(withoutTask(attempt, 'refused again and again'), undefined);
      attempt = atLeast(org, attempt);
    }
    throw new Rejected('Salesforce refused the record again and again', { service: SERVICE, code: 'TOO_MANY_REPAIRS' });
  };
}

/** The last try does without every column the lead can do without. */
function atLeast(org: Org, attempt: Attempt): Attempt {
  const { step, notes } = bare(org, attempt.record);
  return { ...attempt, record: step, notes: [...attempt.notes, ...notes] };
}

function withoutTask({ task: _given, ...rest }: Attempt, why: string): Attempt {
  return { ...rest, notes: [...rest.notes, `The follow-up task could not be made (${why})`] };
}

function firstAttempt(org: Org, write: Prepared): Attempt {
  const target: Target = write.existing
    ? { kind: 'update', object: write.existing.object, id: write.existing.id }
    : { kind: 'upsert', object: 'Lead' };
  const task = followUp(write);
  const campaign = write.resolved?.campaign;
  return {
    write,
    target,
    record: recordStep(org, write, target),
    ...(task ? { task: { object: 'Task', ...mapped(org.rules, write, 'Task', task, true) } } : {}),
    ...(campaign && write.campaign && { membership: { campaign, status: write.campaign.status } }),
    allowDuplicates: false,
    notes: [...(write.resolved?.notes ?? [])],
  };
}

async function sendAll(org: Org, attempts: readonly Attempt[]): Promise<Outcome[]> {
  const subrequests: Subrequest[] = [];
  const places = attempts.map((attempt, index) => {
    const place: { record?: number; task?: number; member?: number } = {};
    if (!attempt.done) place.record = subrequests.push(recordRequest(org, attempt, index)) - 1;
    if (attempt.task) place.task = subrequests.push(taskRequest(org, attempt, attempt.task, index)) - 1;
    if (attempt.membership) {
      const who = { object: attempt.target.object, id: whoOf(attempt, index) };
      place.member = subrequests.push(memberRequest(attempt.membership, who, `member${index}`)) - 1;
    }
    return place;
  });
  const answers = await composite(org, subrequests);
  return places.map(({ record, task, member }) => ({
    ...(record === undefined ? {} : { record: answers[record] }),
    ...(task === undefined ? {} : { task: answers[task] }),
    ...(member === undefined ? {} : { member: answers[member] }),
  })) as Outcome[];
}

function prepare(org: Org, step: Step, isNew: boolean): Values {
  step.facts = org.schema.of(step.object);
  step.sent = fit(step.object, step.values, step.facts, isNew, step.defaults);
  return step.sent.values;
}

const byKey = (org: Org, object: string, handoffId: string): string =>
  `/sobjects/${object}/${org.externalIdField}/${encodeURIComponent(handoffId)}`;

function recordRequest(org: Org, { target, record, write, allowDuplicates }: Attempt, index: number): Subrequest {
  const body = prepare(org, record, target.kind === 'upsert');
  const httpHeaders = {
    // Through REST the active assignment rule would otherwise give the lead to somebody else at once.
    ...(body.OwnerId ? { 'Sforce-Auto-Assign': 'FALSE' } : {}),
    ...(allowDuplicates ? { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } : {}),
  };
  return {
    method: 'PATCH',
    path:
      target.kind === 'upsert'
        ? byKey(org, target.object, write.handoffId)
        : `/sobjects/${target.object}/${encodeURIComponent(target.id)}`,
    referenceId: `record${index}`,
    body,
    ...(Object.keys(httpHeaders).length > 0 ? { httpHeaders } : {}),
  };
}

/** The record's id, or the reference to it while it is being made. */
function whoOf({ target, done }: Attempt, index: number): string {
  return done?.id ?? (target.kind === 'update' ? target.id : `@{record${index}.id}`);
}

function taskRequest(org: Org, attempt: Attempt, task: Step, index: number): Subrequest {
  const { write } = attempt;
  return {
    method: 'PATCH',
    path: byKey(org, 'Task', write.handoffId),
    referenceId: `task${index}`,
    body: { ...prepare(org, task, true), WhoId: whoOf(attempt, index) },
  };
}

type Settled = { written: OrgWritten } | { again: Attempt };

const isFine = (answer: Subanswer): boolean => answer.status >= 200 && answer.status < 300;

/** Reads what came back: finished, or an attempt that avoids what was refused. */
async function settle(org: Org, attempt: Attempt, outcome: Outcome): Promise<Settled> {
  if (outcome.record && !isFine(outcome.record)) {
    const again = await repairRecord(org, attempt, outcome.record);
    return again.done && !again.task && !again.membership ? { written: written(again, undefined) } : { again };
  }
  const done = attempt.done ?? doneBy(attempt.target, outcome.record);
  return settleRest(org, await asMember(org, { ...attempt, done }, done.id, outcome.member), done, outcome);
}

/** Whoever is a member now, or cannot be one, is not asked to be one again. */
async function asMember(org: Org, attempt: Attempt, id: string, answer: Subanswer | undefined): Promise<Attempt> {
  const { membership, ...rest } = attempt;
  if (!membership || !answer) return attempt;
  const notes = await settleMember(org, membership, { object: attempt.target.object, id }, answer);
  return { ...rest, notes: [...attempt.notes, ...notes] };
}

async function settleRest(
  org: Org,
  attempt: Attempt,
  done: NonNullable<Attempt['done']>,
  outcome: Outcome,
): Promise<Settled> {
  if (!outcome.task || !attempt.task) return { written: written({ ...attempt, done }, undefined) };
  if (isFine(outcome.task)) return { written: written({ ...attempt, done }, idOf(outcome.task)) };
  return repairTaskOrGoOn(org, { ...attempt, done }, attempt.task, outcome.task);
}

function doneBy(target: Target, answer: Subanswer | undefined): { id: string; created: boolean } {
  if (target.kind === 'update') return { id: target.id, created: false };
  const body = answer?.body as { created?: boolean } | null | undefined;
  return { id: idOf(answer) ?? '', created: body?.created ?? answer?.status === 201 };
}

function idOf(answer: Subanswer | undefined): string | undefined {
  const id = (answer?.body as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? to18(id) : undefined;
}

/** The record is in: a follow-up that the org will not have is a warning, one it cannot take now is tried again. */
async function repairTaskOrGoOn(org: Org, attempt: Attempt, task: Step, answer: Subanswer): Promise<Settled> {
  try {
    return { again: await repairTask(org, attempt, task, answer) };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { written: written(withoutTask(attempt, refusalWords([error])), undefined) };
  }
}

function written(attempt: Attempt, taskId: string | undefined): OrgWritten {
  const { done, target, record, task, notes } = attempt;
  if (!done?.id) {
    throw new Unavailable('Salesforce answered a write without an id', { service: SERVICE, code: 'UNREADABLE' });
  }
  const warnings = [...notes, ...(record.sent?.warnings ?? []), ...(task?.sent?.warnings ?? [])];
  return {
    object: target.object,
    id: done.id,
    created: done.created,
    ...(taskId ? { taskId } : {}),
    ...ownerRefusal(notes),
    warnings: [...new Set(warnings)],
  };
}
