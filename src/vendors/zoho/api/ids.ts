/** Zoho numbers all records of an organization from one row, so that an id alone says which it is. */
import type { CrmRecord, CrmRecordKind } from '../../../contracts/crm-records.ts';

/** The modules Baton knows, by what their records are; activities are of three kinds. */
export const MODULES = {
  lead: 'Leads',
  contact: 'Contacts',
  company: 'Accounts',
  deal: 'Deals',
} as const satisfies Partial<Record<CrmRecordKind, string>>;
export const ACTIVITIES = ['Tasks', 'Calls', 'Events'] as const;

export type KnownModule = (typeof MODULES)[keyof typeof MODULES] | (typeof ACTIVITIES)[number];
export type ActivityModule = (typeof ACTIVITIES)[number];

/** What a module's records are; undefined: of no concern here. */
export function kindOf(module: string): CrmRecordKind | undefined {
  if ((ACTIVITIES as readonly string[]).includes(module)) return 'activity';
  return (Object.keys(MODULES) as (keyof typeof MODULES)[]).find(kind => MODULES[kind] === module);
}

/** An activity's id alone does not say in which module it is: Baton writes it before. */
export const activityId = (module: ActivityModule, id: string): string => `${module}/${id}`;

/** Module and number of a record. */
export function placeOf({ kind, id }: CrmRecord): { module: KnownModule; number: string } {
  if (kind !== 'activity') return { module: MODULES[kind], number: id };
  const [module = '', number = ''] = id.split('/');
  const known = ACTIVITIES.find(one => one === module);
  return { module: known ?? 'Tasks', number: known ? number : id };
}

/** Deals keep their first name in addresses; meetings, too (as Zoho's own pages show them). */
const TABS: Readonly<Partial<Record<KnownModule, string>>> = { Deals: 'Potentials' };

/** Where a person opens it, below the address of Zoho CRM. */
export function pathOf(record: CrmRecord, zgid: string): string {
  const { module, number } = placeOf(record);
  return `/crm/org${encodeURIComponent(zgid)}/tab/${TABS[module] ?? module}/${encodeURIComponent(number)}`;
}

/** A text that names records is a line, not a book. */
const LONGEST = 2_000;
const IN_ADDRESS = /\/tab\/(?:Leads|Contacts|Accounts|Potentials|Deals)\/(\d{15,20})\b/g;
const ALONE = /^\d{15,20}$/;

/** Ids that a text names, as an address of Zoho CRM or alone. */
export function idsIn(text: string): string[] {
  const found = [...text.slice(0, LONGEST).matchAll(IN_ADDRESS)].map(([, id = '']) => id);
  const alone = ALONE.test(text.trim()) ? [text.trim()] : [];
  return [...new Set([...found, ...alone])];
}
