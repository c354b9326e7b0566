import type { Who } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import type { ObjectFacts } from '../api/schema.ts';
import { type Values, without } from '../api/values.ts';
import { mapped } from '../mapping/apply.ts';
import type { Membership } from '../mapping/campaign.ts';
import type { Prepared } from '../mapping/prepare.ts';
import type { Fitted } from './fit.ts';
import { existingRecord, newLead } from './record.ts';

/** One try to write a handoff: what is sent where, and what the org has refused of it so far. */

export type Target = { kind: 'upsert'; object: 'Lead' } | { kind: 'update'; object: 'Lead' | 'Contact'; id: string };

/** One side of an attempt: what we would like to write, less what the org has refused so far. */
export interface Step {
  object: string;
  values: Values;
  /** For what a new record would not have otherwise. */
  defaults?: Values;
  /** What was known of the object when this was last sent. */
  facts?: ObjectFacts | undefined;
  sent?: Fitted;
  /** Somebody wrote the same at the same moment: it was tried once again. */
  raced?: boolean;
}

export interface Attempt {
  write: Prepared;
  target: Target;
  record: Step;
  task?: Step;
  /** The campaign the person is to be a member of, until they are. */
  membership?: Membership;
  allowDuplicates: boolean;
  /** Set once the record is in; only the follow-up is left. */
  done?: { id: string; created: boolean };
  /** What repairs had to leave out or change. */
  notes: string[];
}

/** What to write to a target: a new lead in full, an existing record with Baton's own facts and key. */
export function recordStep(org: Org, write: Prepared, target: Target): Step {
  const isNew = target.kind === 'upsert';
  const values = isNew
    ? newLead(write, org.fields)
    : { ...existingRecord(write, org.fields, target.object), [org.externalIdField]: write.handoffId };
  return { object: target.object, ...mapped(org.rules, write, target.object, values, isNew) };
}

/** Turns the attempt to an existing record: its owner and status are the business of whoever works it. */
export function retarget(org: Org, attempt: Attempt, who: Who, note: string): Attempt {
  const target: Target = { kind: 'update', ...who };
  const step = recordStep(org, attempt.write, target);
  return {
    ...attempt,
    target,
    record: { ...step, values: without(step.values, ['OwnerId', 'Status']) },
    notes: [...attempt.notes, note],
  };
}

/** The same once more, because somebody else was at it; undefined when it was tried again already. */
export function onceMore<T extends Step>(step: T): T | undefined {
  return step.raced ? undefined : { ...step, raced: true };
}
