import type { Org } from './org.ts';
import type { ObjectSchema } from './schema.ts';
import type { SfRecord } from './store.ts';

/** Records that hang on others. */

const CHILDREN: Record<string, readonly (readonly [object: string, field: string])[]> = {
  Lead: [
    ['Task', 'WhoId'],
    ['Event', 'WhoId'],
    ['CampaignMember', 'LeadId'],
  ],
  Contact: [
    ['Task', 'WhoId'],
    ['Event', 'WhoId'],
    ['CampaignMember', 'ContactId'],
    ['OpportunityContactRole', 'ContactId'],
  ],
  Account: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
    ['Task', 'WhatId'],
    ['Event', 'WhatId'],
  ],
  Opportunity: [
    ['Task', 'WhatId'],
    ['Event', 'WhatId'],
    ['OpportunityContactRole', 'OpportunityId'],
  ],
};

/** What goes with a record of this object, to the bin or to the one it was merged into, by the column that points to it. */
export const goesWith = (object: string): readonly (readonly [object: string, field: string])[] =>
  CHILDREN[object] ?? [];

/** An opportunity has one primary contact: who becomes it takes the place of another. */
export function onePrimary(org: Org, object: ObjectSchema, record: SfRecord, userId: string): void {
  if (object.name !== 'OpportunityContactRole' || record.IsPrimary !== true) return;
  for (const row of org.store.lookup(object.name, 'OpportunityId', [record.OpportunityId ?? null]) ?? []) {
    if (row.Id === record.Id || row.IsPrimary !== true) continue;
    org.store.update(object.name, String(row.Id), { IsPrimary: false }, { userId, by: 'api' });
  }
}
