/** A few of Baton's own columns of a record that is there: what people made of everything else stays. */

import type { CrmFields } from '../../../contracts/crm.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { Rejected } from '../../../lib/errors.ts';
import { apart } from '../api/apart.ts';
import { composite, MOST_SUBREQUESTS, type Subanswer } from '../api/composite.ts';
import { readErrors, SERVICE, toFailure } from '../api/errors.ts';
import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { present, type Values } from '../api/values.ts';
import type { Step } from './attempt.ts';
import { repairColumns } from './columns.ts';
import { fit } from './fit.ts';
import { ownFields } from './record.ts';
import { currentRecord, isDeletedOrConverted } from './relocated.ts';
import { leftAlone } from './repair.ts';

const WIDTH = 2;
/** Each repair changes something; an org that refuses more often than this is parked. */
const MOST_ROUNDS = 8;

/** Sharing keeps a record from Baton's user: as with every other write, that is said, and holds nothing up. */
const NO_RIGHT: ReadonlySet<string> = new Set(['INSUFFICIENT_ACCESS', 'INSUFFICIENT_ACCESS_OR_READONLY']);

interface Attempt {
  who: Who;
  step: Step;
  /** The person is kept elsewhere by now. */
  moved?: true;
  /** It was said to be gone, and is there: tried once more. */
  again?: true;
  notes: string[];
}

/** Makes the setter of one org. */
export function fieldSetter(
  org: Org,
): (who: Who, fields: CrmFields) => Promise<{ record?: Who; warnings: string[] } | undefined> {
  const send = coalesce<{ who: Who; body: Values }, Subanswer>({
    call: some => apart(some, those => sendAll(org, those)),
    most: MOST_SUBREQUESTS,
    width: WIDTH,
  });
  return async (who, fields) => {
    const values = present(ownFields({ fields }, org.fields), { empties: true });
    let attempt: Attempt = { who, step: { object: who.object, values }, notes: [] };
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const body = prepare(org, attempt.step);
      // An org that has none of the columns is not asked to write nothing.
      if (Object.keys(body).length === 0) return outcome(attempt);
      const answer = await send({ who: attempt.who, body });
      if (answer.status >= 200 && answer.status < 300) return outcome(attempt);
      const shut = readErrors(answer.status, answer.body).find(({ errorCode }) => NO_RIGHT.has(errorCode));
      if (shut) return outcome({ ...attempt, notes: [leftAlone(attempt.who.object, shut)] });
      const next = await repaired(org, attempt, answer);
      if (!next) return undefined;
      attempt = next;
    }
    throw new Rejected('Salesforce refused the fields again and again', { service: SERVICE, code: 'TOO_MANY_REPAIRS' });
  };
}

function prepare(org: Org, step: Step): Values {
  step.facts = org.schema.of(step.object);
  step.sent = fit(step.object, step.values, step.facts, false);
  return step.sent.values;
}

/**
 * No assignment rule is asked for, which otherwise applies to every lead that is saved through REST, and no duplicate
 * rule is in the way: nobody is made a second time (REST API Developer Guide, "Headers").
 */
const HEADERS = { 'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };

function sendAll(org: Org, some: readonly { who: Who; body: Values }[]): Promise<Subanswer[]> {
  return composite(
    org,
    some.map(({ who, body }, at) => ({
      method: 'PATCH',
      path: `/sobjects/${who.object}/${encodeURIComponent(who.id)}`,
      referenceId: `fields${at}`,
      body,
      httpHeaders: HEADERS,
    })),
  );
}

function outcome({ who, step, moved, notes }: Attempt) {
  const warnings = [...new Set([...notes, ...(step.sent?.warnings ?? [])])];
  return { ...(moved && { record: who }), warnings };
}

/** Another attempt that avoids what was refused; undefined: the record was deleted. */
async function repaired(org: Org, attempt: Attempt, { status, body }: Subanswer): Promise<Attempt | undefined> {
  const errors = readErrors(status, body);
  const failure = toFailure(status, errors, { clock: org.clock });
  if (!(failure instanceof Rejected)) throw failure;
  const { who, step, notes } = attempt;
  if (isDeletedOrConverted(errors) || errors.some(({ errorCode }) => errorCode === 'NOT_FOUND')) {
    const now = await currentRecord(org, who);
    if (!now) return undefined;
    if (now.id !== who.id) return { ...attempt, who: now, step: { ...step, object: now.object }, moved: true };
    if (attempt.again) throw failure;
    return { ...attempt, again: true };
  }
  const mended = await repairColumns(org, step, errors, false);
  if (!mended) throw failure;
  return { ...attempt, step: mended.step, notes: [...notes, ...mended.notes] };
}
