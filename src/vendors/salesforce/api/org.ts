import type { CrmRules } from '../../../contracts/crm.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { AccountTable } from './account-table.ts';
import type { Schema } from './schema.ts';
import type { Session } from './session.ts';

/** What the playbook's crm says besides the names of fields. */
export type OrgRules = Omit<CrmRules, 'fields'>;

/** One connected org, as the parts of this vendor pass it around. */
export interface Org {
  session: Session;
  clock: Clock;
  /** `/services/data/v64.0`. */
  base: string;
  schema: Schema;
  accounts: AccountTable;
  externalIdField: string;
  /** Baton's field names → API names; null: do not write. */
  fields: Record<string, string | null>;
  /** The rest of the playbook's crm. */
  rules: OrgRules;
  /** What to do when a duplicate rule refuses and shows no record: save nevertheless, or park. */
  hiddenDuplicates: 'save' | 'reject';
}
