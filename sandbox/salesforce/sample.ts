import { keyBelow } from '../coverage.ts';
import type { Sample } from '../service.ts';
import type { Logins } from './logins.ts';
import type { Org } from './org.ts';
import { toolingQuery } from './tooling.ts';

/** Somebody logged in, two leads, somebody who is not Baton's user, a layout. */
export function sampleOf(org: Org, logins: Logins): Sample {
  const actor = { userId: org.integrationUserId, by: 'person' as const };
  const lead = (key: string) =>
    org.store.insert('Lead', { LastName: 'Thompson', Company: 'Acme', Baton_Handoff_Id__c: key }, actor);
  const [deleted, kept] = [lead('sample-0'), lead('sample-1')];
  const { access_token: token } = logins.open({ org, userId: org.integrationUserId });
  const { records } = toolingQuery(org, 'SELECT Id FROM Layout').body as { records: { Id: string }[] };
  const version = org.version;
  return {
    headers: { authorization: `Bearer ${token}` },
    params: {
      version,
      object: 'Lead',
      id: String(deleted.Id),
      field: 'Baton_Handoff_Id__c',
      value: String(kept.Baton_Handoff_Id__c),
      locator: '01gHs0000000000001-2000',
      org: org.id,
      user: String(org.store.insert('User', { LastName: 'Sample', IsActive: true }, actor).Id),
    },
    except: {
      [keyBelow('/services/data/:version', 'GET /tooling/sobjects/:object/:id')]: {
        version,
        object: 'Layout',
        id: records[0]?.Id ?? '',
      },
    },
    unknown: `/services/data/${version}/no/such/endpoint`,
  };
}
