import type { Store } from './store.ts';

/** The people of the playbook example, as users of the org. */
const PEOPLE: [first: string, last: string, email: string][] = [
  ['Marcus', 'Chen', 'marcus@example.com'],
  ['Priya', 'Nair', 'priya@example.com'],
  ['Tom', 'Okafor', 'tom@example.com'],
  ['Dana', 'Ruiz', 'dana@example.com'],
  ['Chan', 'Li', 'chan@example.com'],
];

/** Fills an empty org; answers the id of the integration user. */
export function seed(store: Store): string {
  const actor = { userId: '', by: 'person' as const };
  const user = (first: string, last: string, email: string) =>
    store.insert(
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
  const integration = user('Baton', 'Integration', 'baton-integration@example.com');
  for (const [first, last, email] of PEOPLE) user(first, last, email);
  const queue = store.insert('Group', { Name: 'Inbound queue', DeveloperName: 'Inbound_queue', Type: 'Queue' }, actor);
  for (const SobjectType of ['Lead', 'Task']) {
    store.insert('QueueSobject', { QueueId: queue.Id ?? null, SobjectType }, actor);
  }
  return String(integration.Id);
}
