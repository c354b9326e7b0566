/** Reading the Metadata of flows, workflow rules, layouts and messages, as the Tooling API answers it in JSON. */

type Json = Record<string, unknown>;

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Does a flow (or process) put something into OwnerId, by an update of records or by an assignment? */
export function changesOwner(metadata: unknown): boolean {
  const { recordUpdates, assignments } = (metadata ?? {}) as Json;
  const updated = listOf(recordUpdates).some(one =>
    listOf(one.inputAssignments).some(({ field }) => String(field).toLowerCase() === 'ownerid'),
  );
  const assigned = listOf(assignments).some(one =>
    listOf(one.assignmentItems).some(({ assignToReference }) => /\.ownerid$/i.test(String(assignToReference))),
  );
  return updated || assigned;
}

/** An active workflow rule with actions that write fields, at once or later. */
export function updatesFields(metadata: unknown): boolean {
  const { active, actions, workflowTimeTriggers } = (metadata ?? {}) as Json;
  const all = [...listOf(actions), ...listOf(workflowTimeTriggers).flatMap(one => listOf(one.actions))];
  return active === true && all.some(({ type }) => type === 'FieldUpdate');
}

/** Columns on a page layout. */
export function fieldsOf(metadata: unknown): string[] {
  return listOf((metadata as Json | null)?.layoutSections)
    .flatMap(section => listOf(section.layoutColumns))
    .flatMap(column => listOf(column.layoutItems))
    .flatMap(({ field }) => (typeof field === 'string' ? [field] : []));
}

export function endpointOf(metadata: unknown): string | undefined {
  const url = (metadata as Json | null)?.endpointUrl;
  return typeof url === 'string' ? url : undefined;
}
