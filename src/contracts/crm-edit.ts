/** Fields of a record that people see and change from Slack. */
import { Rejected } from '../lib/errors.ts';
import type { CrmRecord } from './crm-records.ts';

export interface EditableField {
  /** The CRM's own. */
  name: string;
  label: string;
  kind: 'text' | 'long_text' | 'number' | 'date' | 'yes_no' | 'choice';
  /** As text; empty: nothing is there. Dates are YYYY-MM-DD, yes and no `true` and `false`, a choice by its value. */
  value: string;
  choices?: { value: string; label: string }[];
}

/** More do not fit a form. */
export const MOST_EDITABLE = 12;

/** Throws only the Failures of lib/errors.ts. */
export interface RecordEditor {
  /**
   * Status or stage first, where the record has one, then what the playbook maps to it; what nobody may change is left
   * out. Undefined: the record is gone. Two calls at most.
   */
  read(record: CrmRecord): Promise<EditableField[] | undefined>;
  /**
   * Writes these alone, as `read` names them; empty clears. `writeAs`: e-mail of whoever changes them: written as that user
   * where they connected their own. One call. Undefined: the record is gone.
   * @throws Rejected with the `fields` that were refused: nothing was written then
   */
  save(record: CrmRecord, changes: Readonly<Record<string, string>>, writeAs?: string): Promise<Edited | undefined>;
}

/** As whom it was written. */
export interface Edited {
  as: 'self' | 'baton';
}

/** The playbook's `crm.fields` and `crm.custom`. */
interface Mapping {
  fields: Readonly<Record<string, string | null | undefined>>;
  custom: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What the playbook maps to an object, by the CRM's names: its own mapping, then Baton's fields. */
export function mappedNames(
  { fields, custom }: Mapping,
  object: string,
  isHere: (batonsName: string) => boolean,
): string[] {
  const own = Object.entries(fields).flatMap(([name, field]) => (field && isHere(name) ? [field] : []));
  return [...new Set([...Object.keys(custom[object] ?? {}), ...own])];
}

/**
 * A number that was typed. JSON has none for what is no number, and the field would be cleared.
 * @throws Rejected with the field
 */
export function typedNumber(service: string, field: string, value: string): number {
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw new Rejected(`“${value}” is not a number`, { service, code: 'NOT_A_NUMBER', fields: [field] });
}
