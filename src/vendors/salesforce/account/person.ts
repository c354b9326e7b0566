/** People without a company, in orgs that keep them as accounts of their own: account and contact are one. */

import type { Org } from '../api/org.ts';
import type { Values } from '../api/values.ts';
import { mapped } from '../mapping/apply.ts';
import type { Prepared } from '../mapping/prepare.ts';
import type { Step } from '../records/attempt.ts';
import { newContact } from './values.ts';

/** Where the platform keeps the id of the contact that is the person. */
export const PERSON = 'PersonContactId';

/** Is a person's account what is to be made? Only where the playbook names a record type of person accounts. */
export const isPerson = ({ resolved }: Prepared): boolean => resolved?.personType !== undefined;

/** The account that is the person, under the handoff's key: it is nobody else's. */
export function newPerson(org: Org, write: Prepared): Step {
  const contact = mapped(
    org.rules,
    write,
    'Contact',
    { ...newContact(write, org.fields), [org.externalIdField]: write.handoffId },
    true,
  );
  const own: Values = { ...asPerson(contact.values), [org.externalIdField]: write.handoffId };
  const type = write.resolved?.personType;
  const account = mapped(org.rules, write, 'Account', { ...own, ...(type && { RecordTypeId: type }) }, true);
  const defaults = { ...asPerson(contact.defaults ?? {}), ...account.defaults };
  return { object: 'Account', values: account.values, defaults };
}

/** Columns an account shares with its person; of the account's own, the contact's do not count. */
const SHARED = new Set(['FirstName', 'LastName', 'Salutation', 'Phone', 'Fax', 'Description', 'OwnerId']);
const ACCOUNTS_OWN = new Set(['RecordTypeId', 'CurrencyIsoCode']);

/** A contact's columns as the account of a person has them: `Email` is `PersonEmail`, `Score__c` is `Score__pc`. */
function asPerson(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !ACCOUNTS_OWN.has(name))
      .map(([name, value]) => [personColumn(name), value]),
  );
}

function personColumn(name: string): string {
  if (SHARED.has(name)) return name;
  return /__c$/i.test(name) ? name.replace(/__c$/i, '__pc') : `Person${name}`;
}
