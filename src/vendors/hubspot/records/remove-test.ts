/** Takes away what a test handoff made. */
import { ACTIVITIES, type ObjectType } from '../portal/ids.ts';
import { KEY } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { associatedIds } from '../portal/rows.ts';

/** What is made under the handoff's key, the latter hanging on the former. */
const MADE: readonly ObjectType[] = ['leads', 'deals', 'contacts', 'companies', 'tasks'];

/**
 * Only what this handoff made, by its key; of contacts and companies, only those it made. With what was done about them:
 * activities outlive what they are about. Some ten calls.
 */
export function remover(portal: Portal): (handoffId: string) => Promise<void> {
  return async handoffId => {
    const hasLeads = await portal.schema.hasLeads();
    for (const type of MADE) {
      if (type === 'leads' && !hasLeads) continue;
      await removeMade(portal, type, handoffId);
    }
  };
}

async function removeMade({ api, records }: Portal, type: ObjectType, handoffId: string): Promise<void> {
  const around = type === 'tasks' ? [] : ACTIVITIES;
  const row = await records.read(type, handoffId, { properties: [KEY], by: KEY, associations: around });
  // Whatever HubSpot takes for the same key is looked at once more before it goes.
  if (row?.properties[KEY] !== handoffId) return;
  for (const of of around) {
    for (const id of await associatedIds(api, type, row, of)) await records.archive(of, id);
  }
  await records.archive(type, row.id);
}
