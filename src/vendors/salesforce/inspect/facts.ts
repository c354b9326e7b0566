/** What is asked of an org before it is compared with the playbook. Plain facts: the comparisons are pure. */

/** An answer of the org, or why it gave none: missing permissions refuse one question and not the others. */
export type OrgAnswer<T> = { value: T } | { why: string };

export interface Column {
  /** As the org writes it. */
  name: string;
  label: string;
  type: string;
  length: number;
  createable: boolean;
  updateable: boolean;
  calculated: boolean;
  /** The org insists on it, and fills in nothing itself. */
  required: boolean;
  unique: boolean;
  externalId: boolean;
  restricted: boolean;
  /** Active values of a picklist. */
  values: readonly string[];
}

export interface RecordTypeFact {
  developerName: string;
  active: boolean;
  /** To the user Baton acts as. */
  available: boolean;
}

export interface ObjectShape {
  /** By name in lower case; only what Baton's user may see. */
  columns: ReadonlyMap<string, Column>;
  recordTypes: readonly RecordTypeFact[];
}

export interface Named {
  name: string;
  object: string;
}

export interface FlowFact extends Named {
  label: string;
  active: boolean;
  /** Undefined: what it does could not be read. */
  changesOwner?: boolean;
}

export interface DuplicateRuleFact extends Named {
  /** A new record that looks like another is never saved. Undefined: could not be read. */
  blocks?: boolean;
}

export interface RuleFact extends Named {
  message: string;
}

export interface LayoutFact extends Named {
  fields: readonly string[];
}

export interface MessageFact {
  name: string;
  /** Undefined: could not be read. */
  url?: string;
}

export interface Meter {
  max: number;
  remaining: number;
}

export interface OrgFacts {
  objects: ReadonlyMap<string, OrgAnswer<ObjectShape>>;
  /** `Lead.Segment__c` of every custom field there is, in lower case, seen or not. */
  customFields: OrgAnswer<ReadonlySet<string>>;
  users: OrgAnswer<readonly { email: string; active: boolean }[]>;
  /** Names of inactive users who own open leads, and how many leads that is. */
  orphans: OrgAnswer<{ owners: readonly string[]; leads: number }>;
  queues: OrgAnswer<readonly { developerName: string; objects: readonly string[] }[]>;
  /** Of the playbook's campaign; undefined: the org has none of that name. */
  campaign: OrgAnswer<readonly string[] | undefined>;
  /** What a lead's status may be, and which of them it has once it is converted. */
  leadStatuses: OrgAnswer<readonly { label: string; converted: boolean }[]>;
  assignmentRules: OrgAnswer<readonly string[]>;
  duplicateRules: OrgAnswer<readonly DuplicateRuleFact[]>;
  flows: OrgAnswer<readonly FlowFact[]>;
  triggers: OrgAnswer<readonly Named[]>;
  workflowRules: OrgAnswer<readonly (Named & { updatesFields: boolean })[]>;
  validationRules: OrgAnswer<readonly RuleFact[]>;
  layouts: OrgAnswer<readonly LayoutFact[]>;
  messages: OrgAnswer<readonly MessageFact[]>;
  /** `64.0`, of every version the org serves. */
  versions: OrgAnswer<readonly string[]>;
  limits: OrgAnswer<ReadonlyMap<string, Meter>>;
  /** Milliseconds the org's clock is ahead of ours; undefined: it did not say. */
  clockAhead: number | undefined;
}
