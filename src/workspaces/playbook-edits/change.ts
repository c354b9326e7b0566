/** What an admin can change in a playbook, as the forms give it: values are written as in the file. */
import type { WrittenPlaybook } from '../../config/playbook.ts';
import type { CardFact } from '../../domain/card-facts.ts';
import type { Shape } from './shapes.ts';

export type Draft = WrittenPlaybook;
export type WrittenRule = NonNullable<WrittenPlaybook['routing']>[number];
export type WrittenConditions = NonNullable<WrittenRule['when']>;
export type WrittenTarget = WrittenRule['to'];
export type WrittenPerson = WrittenPlaybook['people'][number];
export type WrittenHours = NonNullable<WrittenPerson['hours']>;
export type WrittenTeam = NonNullable<WrittenPlaybook['teams']>[string];
export type WrittenMember = WrittenTeam['members'][number];
export type WrittenLadder = NonNullable<NonNullable<WrittenPlaybook['sla']>['HIGH']>;
export type WrittenFit = WrittenPlaybook['fit'];
export type WrittenNotify = NonNullable<WrittenPlaybook['notify']>;
export type WrittenFollowUp = NonNullable<WrittenPlaybook['follow_up']>;
export type WrittenReply = NonNullable<WrittenPlaybook['reply']>;
/** A text of the first answer that is for some leads. */
export type WrittenAnswer = NonNullable<WrittenReply['templates']>[number];
/** `{ list: 'Nurture' }`. */
export type WrittenNurture = NonNullable<WrittenPlaybook['nurture']>[string];
export type WrittenTemplate = NonNullable<WrittenPlaybook['templates']>[string];

/** Entries of lists are known by their place in the version that was looked at, teams and templates by their key. */
export type PlaybookChange =
  | { kind: 'threshold'; threshold: number; requalifyAfter: string | undefined }
  | { kind: 'fit'; fit: WrittenFit }
  | { kind: 'person'; at?: number | undefined; person: WrittenPerson; admin: boolean }
  /** In the playbook, as an admin, whoever they were before. */
  | { kind: 'admin'; person: WrittenPerson }
  /** All who only look, the whole list. */
  | { kind: 'viewers'; viewers: string[] }
  /** People of Slack who are to get leads: in the playbook as far as they are not, and in a team, new or known. */
  | {
      kind: 'staff';
      people: WrittenPerson[];
      team: { key: string } | { name: string };
      members: string[];
      /** Only whoever installed Baton gets leads so far: those who are named take their place. */
      isFirst?: boolean;
      manager?: string | undefined;
    }
  /** Teams, rules and fallback by the shape of the company, in the place of all there were; `members` by team. */
  | {
      kind: 'starter';
      shape: Shape;
      products: string[];
      people: WrittenPerson[];
      members: Record<string, string[]>;
      manager?: string | undefined;
    }
  /**
   * Which property of a source holds the score, and which of its stages mean MQL; none: no stage is asked for. `stages` absent:
   * those of another source stay.
   */
  | { kind: 'source_fields'; source: string; scoreProperty: string; stages?: string[] | undefined }
  /** `instead` takes their place in teams, rules and as a manager. */
  | { kind: 'remove_person'; at: number; instead?: string | undefined }
  /** Members keep their weights; new ones have a weight of 1. */
  | { kind: 'team'; key?: string | undefined; team: Omit<WrittenTeam, 'members'>; members: string[] }
  | { kind: 'members'; key: string; members: WrittenMember[] }
  | { kind: 'remove_team'; key: string; instead?: string | undefined }
  /** `after` is the place of the rule it comes after; -1: first. */
  | { kind: 'rule'; at?: number | undefined; rule: WrittenRule; after: number }
  | { kind: 'move_rule'; at: number; by: -1 | 1 }
  | { kind: 'remove_rule'; at: number }
  | { kind: 'fallback'; team?: string | undefined; person?: string | undefined }
  /** `fields`: where a form shows each step. */
  | { kind: 'ladder'; priority: 'HIGH' | 'MEDIUM' | 'LOW'; ladder?: WrittenLadder | undefined; fields?: string[] }
  | { kind: 'promises'; claimedButIdle?: string | undefined; coldAfter?: string | undefined }
  | { kind: 'template'; key?: string | undefined; template: WrittenTemplate }
  | { kind: 'remove_template'; key: string }
  | { kind: 'notify'; notify: WrittenNotify }
  /** The small print of cards, a line after the other. */
  | { kind: 'card'; lines: CardFact[][] }
  | { kind: 'follow_up'; followUp: WrittenFollowUp }
  /** The rest of the section stays; what is undefined is taken out. */
  | { kind: 'reply'; reply: Pick<WrittenReply, 'enabled' | 'to' | 'within' | 'subject' | 'body' | 'postal_address'> }
  /** `at` is its place in the list; left out: a new one, the last. */
  | { kind: 'answer'; at?: number | undefined; answer: WrittenAnswer }
  | { kind: 'move_answer'; at: number; by: -1 | 1 }
  | { kind: 'remove_answer'; at: number }
  /** By source; one without a place has none any more. */
  | { kind: 'nurture'; places: Record<string, WrittenNurture | undefined> };

export type ChangeKind = PlaybookChange['kind'];
export type ChangeOf<K extends ChangeKind> = Extract<PlaybookChange, { kind: K }>;

/** Something that keeps a change from being saved; `field` is the form's own name for where it is. */
export interface EditProblem {
  field?: string;
  message: string;
}

/** A draft was changed: which field of the form answers for which place, and what was done if the difference would not say. */
export interface Changed {
  ok: true;
  fields: Record<string, string>;
  summary?: string;
}

export type Made = Changed | { ok: false; problems: EditProblem[] };

/** Changes the draft in place. */
export type Maker<K extends ChangeKind> = (draft: Draft, change: ChangeOf<K>) => Made;

export function changed(fields: Record<string, string> = {}, summary?: string): Changed {
  return { ok: true, fields, ...(summary !== undefined && { summary }) };
}

export function refused(message: string, field?: string): Made {
  return { ok: false, problems: [{ message, ...(field !== undefined && { field }) }] };
}

/** The same object without what is undefined: such keys are not written. */
export function written<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** People are compared as the playbook's reader compares them. */
export function samePerson(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.trim().toLowerCase() === other?.trim().toLowerCase();
}

/** An entry by its key; undefined for `__proto__` and whatever else is not the playbook's own. */
export function entry<T>(entries: Record<string, T> | undefined, key: string): T | undefined {
  return entries && Object.hasOwn(entries, key) ? entries[key] : undefined;
}
