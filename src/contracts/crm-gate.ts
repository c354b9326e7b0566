/** A CRM that is not called while it is away, nor beyond the share of its calls that is Baton's. */

import type { Allowance, Importance } from '../domain/api-quota.ts';
import type { Breaker } from '../lib/breaker.ts';
import { RateLimited } from '../lib/errors.ts';
import type { Crm } from './crm.ts';
import { asImportant } from './shared-calls.ts';

export interface Gate {
  breaker: Breaker;
  allowance: Allowance;
}

/** The same CRM behind a gate. What people set up and compare by hand goes past it. */
export function gated(crm: Crm, { breaker, allowance }: Gate): Crm {
  async function through<T>(importance: Importance, work: () => Promise<T>): Promise<T> {
    // Outside the breaker: what we deny ourselves says nothing of the service.
    allowance.admit(importance);
    return breaker(() => asImportant(importance, work));
  }
  const ask = <T>(work: () => Promise<T>) => through('usual', work);
  const { look, poll, setFields, setOwner, standings } = crm;
  return {
    ...crm,
    match: query => through(query.urgent ? 'urgent' : 'usual', () => crm.match(query)),
    write: write => through(write.urgent ? 'urgent' : 'usual', () => crm.write(write)),
    logTouch: touch => ask(() => crm.logTouch(touch)),
    removeTest: handoffId => ask(() => crm.removeTest(handoffId)),
    users: emails => ask(() => crm.users(emails)),
    ...(look && { look: record => ask(() => look(record)) }),
    ...(standings && { standings: records => through('background', () => standings(records)) }),
    ...(setOwner && { setOwner: (record, ownerId) => ask(() => setOwner(record, ownerId)) }),
    ...(setFields && { setFields: (record, fields) => ask(() => setFields(record, fields)) }),
    ...(poll && {
      async poll(cursor, since) {
        try {
          allowance.admit('background');
        } catch (error) {
          if (!(error instanceof RateLimited)) throw error;
          return { events: [], cursor, more: false };
        }
        return ask(() => asImportant('background', () => poll(cursor, since)));
      },
    }),
  };
}
