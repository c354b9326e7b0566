/** The CRM that has a handoff's record: the one there is, or one that the company has left. */
import type { Playbook } from '../../config/playbook.ts';
import type { Crm } from '../../contracts/crm.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Vendors } from './deps.ts';

export interface CrmInUse {
  crm: Crm;
  /** Of a CRM that was left: the last rules that were for it. */
  formerRules?: Playbook;
}

type Crms = Pick<Vendors, 'crm' | 'formerCrms'>;

/** By name; without one the CRM there is. Undefined: it is connected no more. */
export function crmNamed({ crm, formerCrms }: Crms, name: string | null | undefined): CrmInUse | undefined {
  if (name === null || name === undefined || name === crm?.name) return crm && { crm };
  const former = Object.hasOwn(formerCrms, name) ? formerCrms[name] : undefined;
  return former && { crm: former.crm, formerRules: former.playbook };
}

/** Where its record is, or is to be. */
export function crmOfRecord(
  vendors: Crms,
  { recordId, recordCrm }: Pick<Handoff, 'recordId' | 'recordCrm'>,
): CrmInUse | undefined {
  return crmNamed(vendors, recordId === null ? null : recordCrm);
}
