import type { Playbook } from '../../config/playbook.ts';
import type { CrmRecordKind } from '../../contracts/crm-records.ts';
import type { CrmTraits } from '../../contracts/crm-traits.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';

/** What a CRM told, and of which handoff, which is locked. */
export interface HandoffEvent {
  deps: Deps;
  trx: Db;
  crmName: string;
  traits: CrmTraits;
  handoff: Handoff<Facts>;
  recordId: string;
  recordKind: CrmRecordKind;
  /** Before the CRM was asked: what Baton wrote since is not in it. */
  askedAt: Date;
  /** Of a CRM that was left: its last rules, and its people by their ids there. Owners are not followed in it. */
  former?: { playbook: Playbook; emails: ReadonlyMap<string, string> };
}
