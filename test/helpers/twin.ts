/** A vendor that is source and CRM over one key, for tests: its accounts are the keys it is called with. */

import type { Crm } from '../../src/contracts/crm.ts';
import type { Role } from '../../src/contracts/role.ts';
import type { Source } from '../../src/contracts/source.ts';
import type { CallMeter } from '../../src/domain/api-quota.ts';
import { after, HOUR } from '../../src/lib/clock.ts';
import { filledText } from '../../src/lib/env-variable.ts';
import { CredentialsRejected, RateLimited, Unavailable } from '../../src/lib/errors.ts';
import type { CrmGiven, SourceGiven, Vendor } from '../../src/vendors/vendor.ts';
import { SMALL } from './crm.ts';

export interface Twin {
  vendor: Vendor;
  /** Every call, with the key it came with and the app it came through. */
  calls: { role: Role; key: string; app: string | undefined }[];
  /** From now on calls in this role are answered so. */
  answers: Map<Role, 'refused' | 'away' | 'in an hour'>;
  /** Calls of each account that it says were made today, and may be made. */
  meter: CallMeter;
}

const SERVICE = 'twin';

export function twin(): Twin {
  const calls: Twin['calls'] = [];
  const answers: Twin['answers'] = new Map();
  const meter: CallMeter = { used: 0, limit: 1_000 };

  const caller = (role: Role, { settings, clock, onUsage }: Pick<CrmGiven, 'settings' | 'clock' | 'onUsage'>) =>
    async function call<T>(answer: T): Promise<T> {
      calls.push({ role, key: settings.TWIN_KEY ?? '', app: settings.TWIN_APP });
      const said = answers.get(role);
      const outage = { service: SERVICE, outage: true };
      if (said === 'away') throw new Unavailable('nobody answers', outage);
      if (said === 'in an hour') {
        throw new RateLimited('come in an hour', { ...outage, retryAt: after(clock.now(), HOUR) });
      }
      onUsage?.({ ...meter });
      if (said === 'refused') throw new CredentialsRejected('no right to this', { service: SERVICE });
      return answer;
    };

  function source(given: SourceGiven): Source {
    const call = caller('source', given);
    return {
      name: SERVICE,
      verify: () => ({ ok: true }),
      read: () => [],
      contact: () => call(null),
      poll: cursor => call({ signals: [], cursor: { page: Number(cursor?.page ?? 0) + 1 }, more: false }),
    };
  }

  function crm(given: CrmGiven): Crm {
    const call = caller('crm', given);
    const none = { kind: 'none' } as const;
    return {
      name: SERVICE,
      traits: SMALL.traits,
      recordIdsIn: () => [],
      match: () => call({ lead: none, contact: none, company: none }),
      write: ({ handoffId }) => call({ kind: 'lead', id: handoffId, created: true, warnings: [] }),
      logTouch: ({ touchId }) => call({ id: touchId, warnings: [] }),
      removeTest: () => call(undefined),
      users: emails => call(emails.map(email => ({ id: email, email, name: email, active: true }))),
      poll: cursor => call({ events: [], cursor: { at: Number(cursor?.at ?? 0) + 1 }, more: false }),
      recordUrl: async ({ kind, id }) => `https://twin.test/${kind}/${id}`,
    };
  }

  const vendor: Vendor = {
    name: SERVICE,
    label: 'Twin',
    playbook: { source: { scoreProperty: 'score' } },
    roles: {
      source: { make: given => (given.settings.TWIN_KEY ? source(given) : undefined) },
      crm: { make: given => (given.settings.TWIN_KEY ? crm(given) : undefined) },
    },
    variables: {
      TWIN_KEY: { schema: filledText.optional(), help: 'Key of an account.' },
      TWIN_APP: { shared: true, schema: filledText.optional(), help: 'The app of all accounts.' },
    },
  };
  return { vendor, calls, answers, meter };
}
