/** A vendor that is source and CRM over one key, for tests: its accounts are the keys it is called with. */
import type { Crm } from '../../src/contracts/crm.ts';
import type { Role } from '../../src/contracts/role.ts';
import type { Source } from '../../src/contracts/source.ts';
import type { CallMeter } from '../../src/domain/api-quota.ts';
import { filledText } from '../../src/lib/env-variable.ts';
import { CredentialsRejected, Unavailable } from '../../src/lib/errors.ts';
import type { Vendor } from '../../src/vendors/vendor.ts';

export interface Twin {
  vendor: Vendor;
  /** Every call, with the key it came with and the app it came through. */
  calls: { role: Role; key: string; app: string | undefined }[];
  /** From now on calls in this role are answered so. */
  answers: Map<Role, 'refused' | 'away'>;
  /** Calls of each account that it says were made today, and may be made. */
  meter: CallMeter;
}

const SERVICE = 'twin';

export function twin(): Twin {
  const calls: Twin['calls'] = [];
  const answers: Twin['answers'] = new Map();
  const meter: CallMeter = { used: 0, limit: 1_000 };

  const caller = (role: Role, key: string, app: string | undefined, onUsage?: (meter: CallMeter) => void) =>
    async function call<T>(answer: T): Promise<T> {
      calls.push({ role, key, app });
      if (answers.get(role) === 'away') throw new Unavailable('nobody answers', { service: SERVICE, outage: true });
      onUsage?.({ ...meter });
      if (answers.get(role) === 'refused') throw new CredentialsRejected('no right to this', { service: SERVICE });
      return answer;
    };

  function source(key: string, app: string | undefined): Source {
    const call = caller('source', key, app);
    return {
      name: SERVICE,
      verify: () => ({ ok: true }),
      read: () => [],
      contact: () => call(null),
      poll: cursor => call({ signals: [], cursor: { page: Number(cursor?.page ?? 0) + 1 }, more: false }),
    };
  }

  function crm(key: string, app: string | undefined, onUsage?: (meter: CallMeter) => void): Crm {
    const call = caller('crm', key, app, onUsage);
    const none = { kind: 'none' } as const;
    return {
      name: SERVICE,
      match: () => call({ lead: none, contact: none, account: none }),
      write: ({ handoffId }) => call({ object: 'Lead', id: handoffId, created: true, warnings: [] }),
      logTouch: ({ touchId }) => call({ id: touchId, warnings: [] }),
      removeTest: () => call(undefined),
      users: emails => call(emails.map(email => ({ id: email, email, name: email, active: true }))),
      poll: cursor => call({ news: [], cursor: { at: Number(cursor?.at ?? 0) + 1 }, more: false }),
      recordUrl: async (object, id) => `https://twin.test/${object}/${id}`,
    };
  }

  const vendor: Vendor = {
    name: SERVICE,
    label: 'Twin',
    playbook: { source: { scoreProperty: 'score' } },
    roles: {
      source: {
        make: ({ settings }) => (settings.TWIN_KEY ? source(settings.TWIN_KEY, settings.TWIN_APP) : undefined),
      },
      crm: {
        make: ({ settings, onUsage }) =>
          settings.TWIN_KEY ? crm(settings.TWIN_KEY, settings.TWIN_APP, onUsage) : undefined,
      },
    },
    variables: {
      TWIN_KEY: { schema: filledText.optional(), help: 'Key of an account.' },
      TWIN_APP: { shared: true, schema: filledText.optional(), help: 'The app of all accounts.' },
    },
  };
  return { vendor, calls, answers, meter };
}
