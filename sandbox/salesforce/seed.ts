import type { Store } from './store.ts';

/** The people of the playbook example, as users of the org. */
const PEOPLE: [first: string, last: string][] = [
  ['Marcus', 'Chen'],
  ['Priya', 'Nair'],
  ['Tom', 'Okafor'],
  ['Dana', 'Ruiz'],
  ['Chan', 'Li'],
];

/** As a new org has them: the values of Lead.Status. */
const LEAD_STATUSES = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'];

/** Fills an empty org with people whose mail goes to this domain; answers the id of the integration user. */
export function seed(store: Store, domain: string): string {
  const actor = { userId: '', by: 'person' as const };
  const user = (first: string, last: string, name = first.toLowerCase()) => {
    const email = `${name}@${domain}`;
    return store.insert(
      'User',
      {
        FirstName: first,
        LastName: last,
        Name: `${first} ${last}`,
        Email: email,
        Username: `${email}.crm`,
        Alias: first.toLowerCase().slice(0, 8),
        IsActive: true,
        UserType: 'Standard',
        TimeZoneSidKey: 'America/New_York',
      },
      actor,
    );
  };
  const integration = user('Baton', 'Integration', 'baton-integration');
  for (const [first, last] of PEOPLE) user(first, last);
  const queue = store.insert('Group', { Name: 'Inbound queue', DeveloperName: 'Inbound_queue', Type: 'Queue' }, actor);
  for (const SobjectType of ['Lead', 'Task']) {
    store.insert('QueueSobject', { QueueId: queue.Id ?? null, SobjectType }, actor);
  }
  for (const [index, status] of LEAD_STATUSES.entries()) {
    const flags = { IsDefault: index === 0, IsConverted: status === 'Closed - Converted' };
    store.insert('LeadStatus', { MasterLabel: status, ApiName: status, SortOrder: index + 1, ...flags }, actor);
  }
  return String(integration.Id);
}
