import type { Fitted } from './fit.ts';
import { mapped } from './mapping/apply.ts';
import type { Membership } from './mapping/campaign.ts';
import type { Prepared } from './mapping/prepare.ts';
import type { Org } from './org.ts';
import { existingRecord, newLead } from './record.ts';
import type { ObjectFacts } from './schema.ts';
import type { Values } from './values.ts';

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
