/** Giving a record to a user. */

import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { composite, type Subanswer } from '../api/composite.ts';
import { readErrors, SERVICE, toFailure } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { OrgRecord } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';

/** Objects Baton gives to somebody; nothing else goes into a query. */
const OBJECTS: readonly string[] = ['Lead', 'Contact', 'Opportunity'];

/**
 * Makes the giver of one org. The record is read in the same call: what a rule makes of it in the save shows at once. No
 * assignment rule is asked for (`Sforce-Auto-Assign`, which otherwise applies to every lead that is saved through REST).
 * @throws Rejected when the record is gone or the org will not have that owner
 */
export function ownerSetter(org: Org): (record: OrgRecord, ownerId: string) => Promise<{ ownerId: string }> {
  return async ({ object, id }, ownerId) => {
    if (!OBJECTS.includes(object)) {
      throw new Rejected(`Baton gives no ${object} to anybody`, { service: SERVICE, code: 'NOT_OWNED' });
    }
    const [given, found] = await composite(org, [
      {
        method: 'PATCH',
        path: `/sobjects/${object}/${encodeURIComponent(id)}`,
        referenceId: 'given',
        body: { OwnerId: ownerId },
        httpHeaders: { 'Sforce-Auto-Assign': 'FALSE' },
      },
      {
        method: 'GET',
        path: `/query?q=${encodeURIComponent(`SELECT OwnerId FROM ${object} WHERE Id = ${quote(id)}`)}`,
        referenceId: 'found',
      },
    ]);
    failIfRefused(org, given);
    failIfRefused(org, found);
    const owner = (found?.body as { records?: { OwnerId?: unknown }[] } | undefined)?.records?.[0]?.OwnerId;
    if (typeof owner !== 'string') {
      throw new Unavailable('Salesforce did not say whose the record is', { service: SERVICE, code: 'UNREADABLE' });
    }
    return { ownerId: to18(owner) };
  };
}

function failIfRefused(org: Org, answer: Subanswer | undefined): void {
  if (!answer || (answer.status >= 200 && answer.status < 300)) return;
  throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock: org.clock });
}
