/** What a rep did, as Tasks of Salesforce: the touch itself, done, and what comes next, still open. */

import type { CrmLogged } from '../../../contracts/crm.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../../lib/errors.ts';
import { composite, type Subanswer, type Subrequest } from '../api/composite.ts';
import { readErrors, refusalWords, SERVICE, type VendorError } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { OrgLogged, OrgTouch, Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import type { SessionOf } from '../api/personal.ts';
import type { Session } from '../api/session.ts';
import { present, type Values } from '../api/values.ts';
import type { Step } from './attempt.ts';
import { fit } from './fit.ts';
import { fatesOf, isDeletedOrConverted, isUnlinkable, relocatedPerson } from './relocated.ts';
import { repairActivity } from './repair.ts';

/** Each repair changes something; an org that refuses more often than this is parked. */
const MOST_ROUNDS = 8;

/** One task on its way: what is left of it that the org may take. */
interface Part {
  key: string;
  step: Step;
  /** Set once it is in. */
  id?: string;
}

interface Attempt {
  who: Who;
  /** The deal it is about; a lead's activity has none. */
  dealId?: string;
  /** The person was kept elsewhere when the touch was made. */
  moved?: true;
  parts: Part[];
  notes: string[];
}

/**
 * Makes the logger of one org. Who has a session of their own writes in it; what that user may not write, or no longer
 * may log in for, is written as Baton's user rather than lost.
 */
export function toucher(org: Org, sessionOf?: SessionOf): (touch: OrgTouch) => Promise<OrgLogged> {
  return async touch => {
    const first = firstAttempt(touch);
    const session = touch.writeAs === undefined ? undefined : await sessionOf?.(touch.writeAs);
    const own = session && (await tryAs(org, session, first));
    const attempt = await insist(org, own?.attempt ?? first);
    return { ...logged(attempt), ...(own && { own: own.end }) };
  };
}

/** As Baton's user: repaired until it is in, or the Failure. */
async function insist(org: Org, first: Attempt): Promise<Attempt> {
  let attempt = first;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (isIn(attempt)) return attempt;
    attempt = await settle(org, attempt, await send(org, attempt));
  }
  if (isIn(attempt)) return attempt;
  throw new Rejected('Salesforce refused the task again and again', { service: SERVICE, code: 'TOO_MANY_REPAIRS' });
}

const isIn = ({ parts }: Attempt) => parts.every(part => part.id !== undefined);

/** What came of an attempt in a person's own session: how far it got, and why no further. */
interface Tried {
  attempt: Attempt;
  end: NonNullable<CrmLogged['own']>;
}

/** Repairs look at the org as Baton's user sees it; only the tasks themselves go out in the person's name. */
async function tryAs(org: Org, session: Session, first: Attempt): Promise<Tried> {
  let attempt = first;
  try {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const answers = await send({ ...org, session }, attempt);
      const denied = [...answers.values()].flatMap(denials);
      if (denied.length > 0)
        return { attempt: withAnswers(attempt, answers), end: { kind: 'denied', why: refusalWords(denied) } };
      attempt = await settle(org, attempt, answers);
      if (isIn(attempt)) return { attempt, end: { kind: 'used' } };
    }
    return { attempt, end: { kind: 'denied', why: 'refused again and again' } };
  } catch (error) {
    if (error instanceof CredentialsRejected && !error.forAll)
      return { attempt, end: { kind: 'lapsed', why: failureReason(error) } };
    if (error instanceof Rejected) return { attempt, end: { kind: 'denied', why: failureReason(error) } };
    throw error;
  }
}

/**
 * Codes of what this user may not see or write, and another may. A field that is hidden from a user is "no such column"
 * to them, a record or key "not found" (REST API Developer Guide, "Status Codes and Error Responses").
 */
const DENIALS = new Set([
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'TRANSFER_REQUIRES_READ',
  'TXN_SECURITY_NO_ACCESS',
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_TYPE',
  'NOT_FOUND',
]);

function denials({ status, body }: Subanswer): VendorError[] {
  if (status >= 200 && status < 300) return [];
  // A task that an earlier try made refuses its subtype from everybody.
  return readErrors(status, body).filter(
    ({ errorCode, fields }) => DENIALS.has(errorCode) && !fields.includes('TaskSubtype'),
  );
}

function firstAttempt(touch: OrgTouch): Attempt {
  const { touchId, nextStep, record } = touch;
  const step = (values: Values): Step => ({ object: 'Task', values, defaults: present(touch.defaults ?? {}) });
  const parts: Part[] = [{ key: touchId, step: step(doneTask(touch)) }];
  if (nextStep) parts.push({ key: `${touchId}:next`, step: step(openTask(touch, nextStep)) });
  const deal = touch.dealId && record.object === 'Contact' ? { dealId: to18(touch.dealId) } : {};
  return { who: record, ...deal, parts, notes: [] };
}

/** CompletedDateTime is the platform's own: the day of the touch is ActivityDate. */
function doneTask(touch: OrgTouch): Values {
  const { call } = touch;
  return present({
    Subject: touch.subject,
    Description: touch.description,
    ActivityDate: touch.on,
    Status: 'Completed',
    Priority: 'Normal',
    TaskSubtype: touch.kind === 'call' ? 'Call' : 'Email',
    CallType: call && (call.direction === 'inbound' ? 'Inbound' : 'Outbound'),
    CallDisposition: call?.outcome,
    CallDurationInSeconds: call?.seconds,
    OwnerId: touch.ownerId,
  });
}

/** No Status: a retry must not reopen what the rep has closed meanwhile. */
function openTask(touch: OrgTouch, next: { subject: string; dueOn: string }): Values {
  return present({
    Subject: next.subject,
    ActivityDate: next.dueOn,
    Priority: 'Normal',
    OwnerId: touch.ownerId,
  });
}

async function send(org: Org, attempt: Attempt): Promise<Map<Part, Subanswer>> {
  const parts = attempt.parts.filter(part => part.id === undefined);
  const answers = await composite(
    org,
    parts.map((part, at) => request(org, attempt, part, at)),
  );
  return new Map(
    parts.flatMap((part, at) => {
      const answer = answers[at];
      return answer ? [[part, answer]] : [];
    }),
  );
}

function request(org: Org, { who, dealId }: Attempt, { key, step }: Part, at: number): Subrequest {
  step.facts = org.schema.of(step.object);
  step.sent = fit(step.object, step.values, step.facts, true, step.defaults);
  return {
    method: 'PATCH',
    path: `/sobjects/Task/${org.externalIdField}/${encodeURIComponent(key)}`,
    referenceId: `task${at}`,
    // Whoever became a lead's record is no contact.
    body: { ...step.sent.values, WhoId: who.id, ...(dealId && who.object === 'Contact' && { WhatId: dealId }) },
  };
}

/** A refusal seldom says which of the two it means, the person or the deal: then it is asked. */
async function isDealGone(org: Org, id: string, answers: readonly Subanswer[]): Promise<boolean> {
  const errors = answers.flatMap(({ status, body }) => (status >= 300 ? readErrors(status, body) : []));
  if (errors.some(error => error.fields.includes('WhatId'))) return true;
  if (!errors.some(isUnlinkable)) return false;
  const [fate] = await fatesOf(org, [{ object: 'Opportunity', id }]);
  return fate === undefined;
}

/** Keeps what was taken of several tasks. */
const withAnswers = (attempt: Attempt, answers: Map<Part, Subanswer>): Attempt => ({
  ...attempt,
  parts: attempt.parts.map(part => {
    const answer = answers.get(part);
    return answer && answer.status < 300 ? { ...part, id: idOf(answer) } : part;
  }),
});

/** Reads what came back: what is in, and another attempt for what was refused. */
async function settle(org: Org, attempt: Attempt, answers: Map<Part, Subanswer>): Promise<Attempt> {
  if (attempt.dealId && (await isDealGone(org, attempt.dealId, [...answers.values()]))) {
    // Deleted since, or out of sight: the touch is about the person all the same.
    const { dealId: _gone, ...rest } = withAnswers(attempt, answers);
    return { ...rest, notes: [...rest.notes, 'The opportunity is gone: logged on the contact alone.'] };
  }
  const parts: Part[] = [];
  const notes = [...attempt.notes];
  let { who } = attempt;
  for (const part of attempt.parts) {
    const answer = answers.get(part);
    if (!answer || (answer.status >= 200 && answer.status < 300)) {
      parts.push(answer ? { ...part, id: idOf(answer) } : part);
    } else if (isDeletedOrConverted(readErrors(answer.status, answer.body))) {
      // A task of ours in the bin is not found by its key: it can only be the person's record.
      parts.push(part);
      if (who === attempt.who) {
        who = await relocatedPerson(org, attempt.who);
        notes.push(
          `The ${attempt.who.object} was merged or converted meanwhile: logged on the ${who.object} it became.`,
        );
      }
    } else {
      const repaired = await repairPart(org, part, answer);
      if (repaired) parts.push({ ...part, step: repaired.step });
      notes.push(...(repaired?.notes ?? [`The next step could not be made a task (${reasonOf(answer)}).`]));
    }
  }
  return { ...attempt, who, ...((attempt.moved || who !== attempt.who) && { moved: true }), parts, notes };
}

/** The touch must be logged; a next step that the org will not have at all is a warning: undefined. */
async function repairPart(
  org: Org,
  part: Part,
  answer: Subanswer,
): Promise<{ step: Step; notes: string[] } | undefined> {
  try {
    return await repairActivity(org, part.step, answer);
  } catch (error) {
    if (error instanceof Rejected && part.key.endsWith(':next')) return undefined;
    throw error;
  }
}

const reasonOf = ({ status, body }: Subanswer) => refusalWords(readErrors(status, body));

function idOf({ body }: Subanswer): string {
  const { id } = (body ?? {}) as { id?: unknown };
  if (typeof id === 'string') return to18(id);
  throw new Unavailable('Salesforce answered a task without an id', { service: SERVICE, code: 'UNREADABLE' });
}

function logged({ who, moved, parts, notes }: Attempt): OrgLogged {
  const warnings = [...notes, ...parts.flatMap(part => part.step.sent?.warnings ?? [])];
  return { id: parts[0]?.id ?? '', ...(moved && { record: who }), warnings: [...new Set(warnings)] };
}
