import type { CrmWrite } from '../crm.ts';
import type { Fitted, Values } from './fit.ts';
import type { Org } from './org.ts';
import { existingRecord, newLead } from './record.ts';
import type { ObjectFacts } from './schema.ts';

/** One try to write a handoff: what is sent where, and what the org has refused of it so far. */

export type Target = { kind: 'upsert'; object: 'Lead' } | { kind: 'update'; object: 'Lead' | 'Contact'; id: string };

/** One side of an attempt: what we would like to write, less what the org has refused so far. */
export interface Step {
  object: string;
  values: Values;
  /** What was known of the object when this was last sent. */
  facts?: ObjectFacts | undefined;
  sent?: Fitted;
}

export interface Attempt {
  write: CrmWrite;
  target: Target;
  record: Step;
  task?: Step;
  allowDuplicates: boolean;
  /** Set once the record is in; only the follow-up is left. */
  done?: { id: string; created: boolean };
  /** What repairs had to leave out or change. */
  notes: string[];
}

/** What to write to a target: a new lead in full, an existing record with Baton's own facts and key. */
export function recordStep(org: Org, write: CrmWrite, target: Target): Step {
  const values =
    target.kind === 'upsert'
      ? newLead(write, org.fields)
      : { ...existingRecord(write, org.fields, target.object), [org.externalIdField]: write.handoffId };
  return { object: target.object, values };
}
