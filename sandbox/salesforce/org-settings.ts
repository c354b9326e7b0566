import { z } from 'zod';

/** What control can set; a fresh org has these values. */
export interface OrgSettings {
  /**
   * `off`; `report`: only noted; `on`: refuse, but `allowSave` is obeyed; `block`: refuse whatever; `hidden`: refuse, the
   * matches unseen.
   */
  duplicateRule: 'off' | 'report' | 'on' | 'block' | 'hidden';
  /** Objects that have the rule. */
  duplicateRuleFor: ('Lead' | 'Contact' | 'Account')[];
  duplicateRuleOnUpdate: boolean;
  dailyLimit: number;
  /** Rows of one page of a query. */
  pageSize: number;
  /** So many accounts that a filter no index serves runs out of time. */
  manyAccounts: boolean;
  validationRule?: { object: string; message: string; field?: string; equals?: string | number | boolean | null };
  ownerRule?: OwnerRule;
}

/** Something that gives the records of an object to somebody else than Baton did. */
export const ownerRuleInput = z.strictObject({
  object: z.string(),
  /** E-mail of a user, or name of a queue. */
  to: z.string(),
  /** As whom it runs: a user's name, e-mail or id. Left out: within the save, as whoever saves. */
  as: z.string().optional(),
  /** When Baton makes a record, when it changes one, or both. */
  on: z.enum(['insert', 'update', 'both']).default('both'),
});

export type OwnerRule = z.infer<typeof ownerRuleInput>;
