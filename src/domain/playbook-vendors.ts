/** What a playbook must know of vendors: which sources, enrichers and CRMs it may name, and what a CRM calls its things. */
import type { NurtureKind } from './nurture.ts';

/** A CRM's objects and fields, as far as a playbook may map into them. Names are spelt as the CRM spells them. */
export interface CrmVocabulary {
  /** Objects Baton writes: those that `crm.custom` and `crm.defaults` may name. */
  objects: readonly string[];
  /** Those that `crm.record_types` may name. */
  typedObjects: readonly string[];
  /** Names that differ in capitals alone are one name. */
  ignoresCase: boolean;
  /**
   * A playbook that names no CRM never means it: the vendor's key is mostly another role's, and whoever connects that
   * has not chosen a CRM by it.
   */
  mustBeNamed?: true;
  /** Fields that no mapping may write, of any object, each with the reason as it follows "it": "is set with crm.currency". */
  reserved: Readonly<Record<string, string>>;
  /** The same for single objects: object → field → reason. Its reasons go before those of `reserved`. */
  reservedOn: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the names of fields begin with that Baton keeps for itself. */
  ownPrefix: string;
  /** Objects that a field of `crm.fields` is written to; `except` has those that go elsewhere, by Baton's name. */
  ownFields: { objects: readonly string[]; except: Readonly<Record<string, readonly string[]>> };
  /** How fields are named there; absent: by API names, letters, digits and _. */
  fieldName?: { pattern: RegExp; says: string };
  /** It keeps several lists of calls, each with an id: `follow_up.queue` names one. */
  hasCallQueues?: true;
  /** Of a playbook that names this CRM and does not say otherwise. */
  defaults?: CrmDefaults;
}

export interface CrmDefaults {
  /** Baton's name under `crm.fields` → the CRM's. */
  fields?: Readonly<Record<string, string>>;
  /** Where new deals begin. */
  stage?: string;
  /** What a contact is to a deal. */
  contactRole?: string;
}

/** What a playbook may take for granted of a source. */
export interface SourceVocabulary {
  /** Its default under `mql.score_property`; absent: it keeps no score. */
  scoreProperty?: string;
  /** The property that holds a contact's stage; absent: it keeps none. */
  stageProperty?: string;
  /** Its stages that `mql.require_lifecycle: true` stands for; absent: it keeps no stages, and none is asked for. */
  mqlStages?: readonly string[];
  /** What people can be nurtured by there; absent: by nothing. */
  nurture?: readonly NurtureKind[];
}

/** What one vendor adds to what playbooks may name; a vendor without it stands in no playbook. */
export interface PlaybookPart {
  /** Leads may come from it. */
  source?: SourceVocabulary;
  /** It may stand under `enrichment`. */
  enricher?: true;
  /** It may stand under `follow_up.sequences`. */
  sequencer?: true;
  crm?: CrmVocabulary;
}

/** A vendor as far as playbooks go: every manifest is one. */
export interface PlaybookVendor {
  /** As it is written in a playbook. */
  name: string;
  /** As it is written towards people. */
  label: string;
  playbook?: PlaybookPart;
}

/** All of them by name, in the order in which they are offered. */
export interface PlaybookVendors {
  sources: Readonly<Record<string, { label: string } & SourceVocabulary>>;
  enrichers: readonly string[];
  /** By name, with the label. */
  sequencers: Readonly<Record<string, string>>;
  crms: Readonly<Record<string, { label: string; vocabulary: CrmVocabulary }>>;
}
