/**
 * The org refused one of the records, and so undid all: what can be left out, or what is there already and can be used
 * instead? Each repair answers an attempt that differs from the one refused, or throws the Failure that the refusal is.
 */
import { Rejected } from '../../../lib/errors.ts';
import type { Subanswer } from '../api/composite.ts';
import { readErrors, refusalWords, toFailure, type VendorError } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { Org } from '../api/org.ts';
import type { Step } from '../records/attempt.ts';
import { repairColumns } from '../records/columns.ts';
import { isMissingKey, missingKey, withoutSubtype } from '../records/repair.ts';
import { accountsAmong, ownRecords, personIs } from './known.ts';
import type { Attempt, Part, PartName } from './plan.ts';
import { replaceDeleted } from './replace-deleted.ts';

export interface Repaired {
  attempt: Attempt;
  /** What is there turned out to be other than thought: refusals of other records mean nothing any more. */
  isOther: boolean;
}

type Repair = (org: Org, attempt: Attempt, part: Part, error: VendorError) => Promise<Repaired | undefined>;

const REPAIRS: Record<string, Repair> = {
  DUPLICATES_DETECTED: useDuplicate,
  DUPLICATE_VALUE: useMade,
  ENTITY_IS_DELETED: buildOnReplacement,
  NOT_FOUND: buildOnReplacement,
  CANNOT_UPDATE_CONVERTED_LEAD: buildOnReplacement,
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: buildOnReplacement,
  INVALID_CROSS_REFERENCE_KEY: buildOnReplacement,
};

/** Worth less than the rest: without them the records are made all the same. */
const OPTIONAL: Partial<Record<PartName, string>> = {
  role: 'The contact could not be given its role at the opportunity',
  member: '',
  task: 'The follow-up task could not be made',
  note: 'The owner of the open opportunity could not be given a task',
};

/** Sharing keeps a record from Baton's user. */
const NO_RIGHT: ReadonlySet<string> = new Set(['INSUFFICIENT_ACCESS', 'INSUFFICIENT_ACCESS_OR_READONLY']);

/** What is lost without the part; undefined: it cannot be done without. */
function lossOf({ known }: Attempt, { name, how, step }: Part, error: Rejected): string | undefined {
  if (name === 'lead' && !known.lead) return 'The lead could not be linked';
  if (how.kind === 'change' && NO_RIGHT.has(error.code ?? '')) return `The ${step.object} was left as it is`;
  return OPTIONAL[name];
}

/** One record was refused: another attempt, or the Failure. */
export async function repairPart(org: Org, attempt: Attempt, part: Part, answer: Subanswer): Promise<Repaired> {
  try {
    return await repaired(org, attempt, part, answer);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const what = lossOf(attempt, part, error);
    if (what === undefined) throw error;
    const dropped = new Set([...attempt.dropped, part.name]);
    const notes = what ? [...attempt.notes, `${what} (${refusalWords([error])})`] : attempt.notes;
    return { attempt: { ...attempt, dropped, notes }, isOther: false };
  }
}

async function repaired(org: Org, attempt: Attempt, part: Part, answer: Subanswer): Promise<Repaired> {
  const errors = readErrors(answer.status, answer.body);
  const failure = toFailure(answer.status, errors, { clock: org.clock });
  // What passes by itself needs no repair.
  if (!(failure instanceof Rejected)) throw failure;
  const known = withoutSubtype(part.step, errors);
  if (known) return { attempt: mend(attempt, part, known, []), isOther: false };
  for (const error of errors) {
    if (isMissingKey(error)) throw missingKey(org, part.step.object, error.errorCode);
    const special = await REPAIRS[error.errorCode]?.(org, attempt, part, error);
    if (special) return special;
  }
  const left = await repairColumns(org, part.step, errors, part.how.kind !== 'change');
  if (!left) throw failure;
  return { attempt: withoutOwner(mend(attempt, part, left.step, left.notes), part, left.step), isOther: false };
}

function mend(attempt: Attempt, part: Part, step: Step, notes: readonly string[]): Attempt {
  return { ...attempt, mended: new Map([...attempt.mended, [part.name, step]]), notes: [...attempt.notes, ...notes] };
}

/** An owner the org does not take for one of the records will not do for the others either. */
function withoutOwner(attempt: Attempt, { step: before }: Part, after: Step): Attempt {
  const owner = before.values.OwnerId;
  if (owner === undefined || after.values.OwnerId !== undefined) return attempt;
  const { write } = attempt;
  const { ownerId, newOwnerId, followUp, ...rest } = write;
  const keep = (id: string | undefined) => (id === owner ? undefined : id);
  const owners = { ownerId: keep(ownerId), newOwnerId: keep(newOwnerId) };
  return {
    ...attempt,
    write: {
      ...rest,
      ...(owners.ownerId && { ownerId: owners.ownerId }),
      ...(owners.newOwnerId && { newOwnerId: owners.newOwnerId }),
      ...(followUp && { followUp: withoutOwnerId(followUp, owner) }),
    },
  };
}

function withoutOwnerId<T extends { ownerId?: string }>(task: T, owner: unknown): T {
  if (task.ownerId !== owner) return task;
  const { ownerId: _given, ...rest } = task;
  return rest as T;
}

/** A duplicate rule refused: what it names is used, where Baton may see it. */
async function useDuplicate(org: Org, attempt: Attempt, part: Part, error: VendorError): Promise<Repaired | undefined> {
  if (attempt.allowed.has(part.name)) return undefined;
  const named = error.duplicates ?? [];
  if (part.how.kind === 'make' && part.name === 'account') {
    const ids = named.filter(one => one.object === 'Account').map(one => to18(one.id));
    const known = await accountsAmong(org, attempt, ids);
    if (known)
      return other(attempt, known, `A duplicate rule refused a second account: “${known.account.name}” was used.`);
  }
  if (part.how.kind === 'make' && part.name === 'contact') {
    const known = await personIs(org, attempt, named);
    if (known) {
      const { object } = known.who;
      const note = `A duplicate rule refused a second record of the person: the ${object} it names was used; its owner was kept.`;
      return other(attempt, known.known, note);
    }
  }
  const isHidden = part.how.kind === 'make' && named.length === 0;
  if (error.allowSave === false || (isHidden && org.hiddenDuplicates === 'reject')) return undefined;
  const note = isHidden
    ? [`A duplicate rule found records like the ${part.step.object} that Baton may not see: saved nevertheless.`]
    : [];
  return {
    attempt: {
      ...attempt,
      allowed: new Set([...attempt.allowed, part.name]),
      notes: [...attempt.notes, ...note],
    },
    isOther: false,
  };
}

/** The key is taken: an earlier try of this handoff made its records, or another lead of the company its account. */
async function useMade(org: Org, attempt: Attempt, part: Part, error: VendorError): Promise<Repaired | undefined> {
  if (part.how.kind !== 'make' || part.name === 'role' || part.name === 'member') return undefined;
  const own = await ownRecords(org, attempt);
  if (own) return { attempt: { ...attempt, known: own }, isOther: true };
  const id = /record with id: ([0-9A-Za-z]{15,18})/.exec(error.message)?.[1];
  if (part.name !== 'account' || !id) return undefined;
  const known = await accountsAmong(org, attempt, [to18(id)]);
  if (!known) return undefined;
  return other(
    attempt,
    known,
    `Baton made the account “${known.account.name}” for another lead of this company: it was used.`,
  );
}

const other = (attempt: Attempt, known: Attempt['known'], note: string): Repaired => ({
  attempt: { ...attempt, known, mended: new Map(), notes: [...attempt.notes, note] },
  isOther: true,
});

/** A record to change, or one that another was to hang on, may be gone. */
async function buildOnReplacement(org: Org, attempt: Attempt): Promise<Repaired | undefined> {
  const found = await replaceDeleted(org, attempt);
  return found && other(attempt, found.known, found.note);
}
