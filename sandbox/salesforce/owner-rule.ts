/** Things of an org that change owners behind everybody's back: assignment rules, flows, a sync. */
import type { Org } from './org.ts';
import type { Change, SfRecord } from './store.ts';

/** Obeys the rule whenever the API saves a record of its object. */
export function obeyOwnerRule(org: Org, { object, record, before, by }: Change): void {
  const rule = org.settings.ownerRule;
  if (!rule || by !== 'api' || rule.object !== object) return;
  if (rule.on !== 'both' && rule.on !== (before ? 'update' : 'insert')) return;
  const OwnerId = ownerCalled(org, rule.to);
  if (!OwnerId) throw new Error(`the owner rule names nobody: ${rule.to}`);
  if (record.OwnerId === OwnerId) return;
  const inSave = rule.as === undefined;
  const userId = rule.as === undefined ? String(record.LastModifiedById) : userCalled(org, rule.as);
  org.store.update(object, String(record.Id), { OwnerId }, { userId, by: 'person', inSave });
}

function ownerCalled(org: Org, name: string): string | undefined {
  const user = org.store.lookup('User', 'Email', [name])?.[0];
  const queue = [...org.store.all('Group')].find(group => group.Name === name);
  const found: SfRecord | undefined = user ?? queue;
  return found && String(found.Id);
}

/** Of whoever is called so; users that nobody logs in as are there from the first time they are named. */
export function userCalled(org: Org, name: string): string {
  const known =
    org.store.get('User', name) ?? [...org.store.all('User')].find(user => user.Name === name || user.Email === name);
  if (known) return String(known.Id);
  const user = org.store.insert(
    'User',
    {
      LastName: name,
      Name: name,
      Email: `${name.toLowerCase().replace(/\W+/g, '.')}@org.example.com`,
      Username: `${name.toLowerCase().replace(/\W+/g, '.')}@org.example.com`,
      Alias: 'auto',
      IsActive: true,
      UserType: name === 'Automated Process' ? 'AutomatedProcess' : 'Standard',
    },
    { userId: org.integrationUserId, by: 'person' },
  );
  return String(user.Id);
}

/** A change through control that says not whose it is. */
export const SOMEBODY = 'Olga Operations';
