/** What a CRM keeps, as Baton speaks of it: kinds of record, whose they are, and what is there of a person already. */

/** `company`: the organisation a contact works for; `deal`: what may be sold to it; `activity`: a call, mail, meeting or task. */
export type CrmRecordKind = 'lead' | 'contact' | 'company' | 'deal' | 'activity';

/** A record of the CRM. One record has one id, however the CRM and its people write it. */
export interface CrmRecord {
  kind: CrmRecordKind;
  id: string;
}

/** The kinds that are a person. */
export type CrmPersonKind = Extract<CrmRecordKind, 'lead' | 'contact'>;

export interface CrmPerson extends CrmRecord {
  kind: CrmPersonKind;
}

/** A look-up answers none / one / many; an error is never "none". */
export type Lookup<T> = { kind: 'none' } | { kind: 'one'; record: T } | { kind: 'many'; record: T; others: string[] };

export interface CrmOwner {
  id: string;
  email?: string;
  name?: string;
  active: boolean;
  /** A group owns records but is nobody's inbox; `nobody`: the record has no owner. */
  kind: 'user' | 'group' | 'nobody';
  /** What the CRM calls such a group, in running text. */
  called?: string;
}

/** Of a record that nobody owns: Baton may give it to whoever has the lead. */
export const NO_OWNER: CrmOwner = { id: '', active: false, kind: 'nobody' };

export interface CrmLead {
  id: string;
  /** Not converted and not closed by its status. */
  open: boolean;
  owner: CrmOwner;
  createdAt: string;
  name?: string;
}

export interface CrmContact {
  id: string;
  companyId?: string;
  /** They have bought, so they belong to the owner of their company. Absent: whoever belongs to a company has. */
  customer?: boolean;
  owner: CrmOwner;
  /** Absent, here and below: the look-up does not tell. */
  createdAt?: string;
  name?: string;
}

export interface CrmCompany {
  id: string;
  name: string;
  owner: CrmOwner;
  createdAt?: string;
  /** What says that the person belongs to it; absent in matches stored before this was kept. */
  by?: 'contact' | 'domain' | 'name';
}

/** An open deal of the company. */
export interface CrmDeal {
  id: string;
  name: string;
  stage: string;
  companyId: string;
  owner: CrmOwner;
  createdAt: string;
}

/** What the CRM already has of this person; `company` comes from the contact first, else from the domain, else from the name. */
export interface CrmMatch {
  /** Open ones first: `many` means several open leads, and `record` is the newest of them. */
  lead: Lookup<CrmLead>;
  contact: Lookup<CrmContact>;
  company: Lookup<CrmCompany>;
  /** Open ones of the company; absent: not asked for. */
  deal?: Lookup<CrmDeal>;
}

/** What became of a person's record. `moved`: merged into another, or converted to one. */
export type CrmStanding =
  | { kind: 'here'; ownerId?: string; score?: number }
  | { kind: 'moved'; by: 'merge' | 'conversion'; now: CrmPerson }
  | { kind: 'deleted' };
