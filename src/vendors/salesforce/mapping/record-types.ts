import { queries } from '../api/composite.ts';
import type { OrgWrite } from '../api/objects.ts';
import type { Org, OrgRules } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { remembered } from './remember.ts';

/** Record types of what is made, by the names the playbook gives. */

export interface RecordTypes {
  /** Object → id. */
  recordTypes: Readonly<Record<string, string>>;
  /** Set when the person is to have an account of their own: its record type. */
  personType?: string;
  notes: string[];
}

/** Objects whose makers are asked for a record type and a currency. */
const MADE = {
  lead: ['Lead'],
  account_based: ['Account', 'Contact', 'Opportunity'],
} as const;

export const madeIn = ({ mode }: OrgWrite): readonly string[] => MADE[mode];

/** Is there anything to be looked up of this object? */
export function hasType({ record_types }: OrgRules, object: string): boolean {
  return record_types[object] !== undefined || (object === 'Account' && record_types.PersonAccount !== undefined);
}

/** Makes the look-up of one org; the objects were learnt before. */
export function recordTypes(org: Org): (write: OrgWrite) => Promise<RecordTypes> {
  const isOfPersons = personTypes(org);
  return async write => {
    const found = new Map<string, string>();
    const notes: string[] = [];
    const type = (object: string, name: string | undefined): string | undefined => {
      const known = name === undefined ? undefined : org.schema.recordType(object, name);
      if (name !== undefined && !known?.available) notes.push(missing(object, name, known !== undefined));
      return known?.available ? known.id : undefined;
    };
    const names = org.rules.record_types;
    if (write.mode === 'account_based' && isNobodys(write) && names.PersonAccount !== undefined) {
      const id = type('Account', names.PersonAccount);
      if (id !== undefined && (await isOfPersons(id))) found.set('PersonAccount', id);
      else if (id !== undefined) notes.push(`The record type ${names.PersonAccount} of Account is not of persons.`);
    }
    const personType = found.get('PersonAccount');
    for (const object of madeIn(write)) {
      const id = object === 'Account' && personType !== undefined ? undefined : type(object, names[object]);
      if (id !== undefined) found.set(object, id);
    }
    return { recordTypes: Object.fromEntries(found), ...(personType !== undefined && { personType }), notes };
  };
}

function missing(object: string, name: string, isThere: boolean): string {
  return isThere
    ? `Baton's user may not use the record type ${name} of ${object}: left to the org's default.`
    : `Salesforce has no active record type ${name} of ${object}: left to the org's default.`;
}

/** No company is known: not by name, and not by the domain of an address. */
const isNobodys = ({ domain, person }: OrgWrite): boolean => !domain && !person.company?.trim();

/** One call an hour. The column exists only in orgs that have person accounts. */
function personTypes(org: Org): (id: string) => Promise<boolean> {
  const ask = remembered(org, async id => {
    const [rows = []] = await queries(org, [`SELECT IsPersonType FROM RecordType WHERE Id = ${quote(id)}`]);
    return rows[0]?.IsPersonType === true;
  });
  return async id => org.schema.of('Account')?.has('ispersonaccount') === true && ask(id);
}
