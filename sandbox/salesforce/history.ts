/** Field history: who changed the owner of a record, when, from whom to whom. Only where an admin has it tracked. */
import { KEEPERS } from './history-objects.ts';
import type { Org } from './org.ts';
import type { Change, SfRecord, Value } from './store.ts';

/**
 * Writes the rows of a change: two for a new owner, one with names as people read them and one with ids. What a rule does
 * within the save is no change of its own, and a new record has none.
 */
export function keepHistory(org: Org, { object, record, before, inSave }: Change): void {
  if (!org.tracked.has(object) || !(object in KEEPERS)) return;
  const { keeper, of } = KEEPERS[object as keyof typeof KEEPERS];
  const actor = { userId: String(record.LastModifiedById), by: 'person' as const };
  const row = (Field: string, DataType: string, OldValue: Value, NewValue: Value) =>
    org.store.insert(keeper, { [of]: record.Id ?? null, Field, DataType, OldValue, NewValue }, actor);
  if (!before) return void row('created', 'Text', null, null);
  if (record.OwnerId === before.OwnerId) return;
  const names = [nameOf(org, before.OwnerId), nameOf(org, record.OwnerId)] as const;
  const save = inSave ? rowsOfSave(org, keeper, of, record) : [];
  if (save.some(one => one.Field === 'created')) return;
  const owners = save.filter(one => one.Field === 'Owner');
  for (const one of owners) {
    const NewValue = one.DataType === 'EntityId' ? (record.OwnerId ?? null) : names[1];
    if (one.OldValue === NewValue) org.store.delete(keeper, String(one.Id));
    else org.store.update(keeper, String(one.Id), { NewValue }, actor);
  }
  if (owners.length > 0) return;
  row('Owner', 'Text', ...names);
  row('Owner', 'EntityId', before.OwnerId ?? null, record.OwnerId ?? null);
}

/** What the save that is under way has written so far. */
function rowsOfSave(org: Org, keeper: string, of: string, record: SfRecord): SfRecord[] {
  const rows = org.store.lookup(keeper, of, [record.Id ?? null]) ?? [];
  return rows.filter(one => one.CreatedDate === record.LastModifiedDate && one.CreatedById === record.LastModifiedById);
}

function nameOf(org: Org, id: Value | undefined): Value {
  return (org.store.get('User', id) ?? org.store.get('Group', id))?.Name ?? null;
}
