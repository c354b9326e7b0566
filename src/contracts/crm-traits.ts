/** What a CRM calls things and what it can do: the handoff asks it for nothing else, and says what it leaves out. */
import { listed, withArticle } from '../lib/english.ts';
import type { CrmRecordKind } from './crm-records.ts';

/** A thing of the CRM in running text: "opportunity", "opportunities". */
export interface CrmWord {
  one: string;
  many: string;
}

export type CrmWords = Readonly<Record<Exclude<CrmRecordKind, 'activity'> | 'group', CrmWord>>;

/** What may be asked of it. What is asked for and false here is left out of a write. */
export interface CrmAbilities {
  /** It keeps people nobody works with yet apart, as leads; else whoever is new becomes a contact. */
  leads: boolean;
  /** Company, contact and deal of a lead are made at once. */
  accountBased: boolean;
  /** A person without a company may be written account-based, too, as a company of their own. */
  personCompanies: boolean;
  /** A group may own a new lead until somebody claims it. */
  groups: boolean;
  /** People are members of campaigns. */
  campaigns: boolean;
  /** A contact has a role at a deal. */
  dealRoles: boolean;
}

export interface CrmTraits {
  words: CrmWords;
  /** What people call the CRM besides its name, in lower case: understood in commands. */
  nicknames: readonly string[];
  can: Readonly<CrmAbilities>;
  /** Most characters that any field holds. */
  longestText: number;
  /** Status of a new lead that nobody has worked with; absent: it gives leads none. */
  newStatus?: string;
  /** The object, as the playbook's mapping names it, that follow-ups and touches are. */
  taskObject: string;
}

/** Where no CRM is connected that would say otherwise. */
export const PLAIN_WORDS: CrmWords = {
  lead: { one: 'lead', many: 'leads' },
  contact: { one: 'contact', many: 'contacts' },
  company: { one: 'company', many: 'companies' },
  deal: { one: 'deal', many: 'deals' },
  group: { one: 'group', many: 'groups' },
};

/** "an account, a contact and an opportunity": what an account-based write makes. */
export const accountBasedWords = ({ company, contact, deal }: CrmWords): string =>
  listed([company, contact, deal].map(({ one }) => withArticle(one)));

/** What a person becomes there whom it does not know. */
export const newPersonKind = ({ can }: Pick<CrmTraits, 'can'>): 'lead' | 'contact' => (can.leads ? 'lead' : 'contact');
