/** What becomes of two contacts that are merged. */
interface Contact {
  id: string;
  properties: Readonly<Record<string, string>>;
}

interface Event {
  objectId: string;
  occurredAt: string;
}

/** What the one that stays has itself stays; its blanks are filled, and it keeps address and id of the other. */
export function mergedValues(record: Contact, into: Contact): Record<string, string> {
  const own = into.properties;
  const blanks = Object.entries(record.properties).filter(([name]) => own[name] === undefined);
  const joined = (name: string, ...more: (string | undefined)[]) =>
    [own[name], record.properties[name], ...more].filter(Boolean).join(';');
  return {
    ...Object.fromEntries(blanks),
    hs_merged_object_ids: joined('hs_merged_object_ids', record.id),
    hs_additional_emails: joined('hs_additional_emails', own.email ? record.properties.email : undefined),
  };
}

/** Everything either of them did, newest first. */
export function mergedEvents<E extends Event>(one: readonly E[] = [], other: readonly E[] = [], id: string): E[] {
  return [...one, ...other]
    .map(event => ({ ...event, objectId: id }))
    .toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt));
}
