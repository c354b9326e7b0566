/** Everything by which one person is known in a workspace: the first step of giving it out and of erasing it. */
import { personId } from '../../domain/form/submission.ts';
import { addressKey } from '../../lib/text.ts';
import type { Db } from '../connection.ts';
import { addressIdentity, contactIdentity, type Identity, recordIdentity } from '../handoffs/leads.ts';

/** Whom somebody asks about: by address, or by the contact or record that a source or the CRM deleted. */
export type Subject = { address: string } | { source: string; contactId: string } | { recordId: string };

export interface KnownPerson {
  leadIds: string[];
  handoffIds: string[];
  addresses: string[];
  /** Full names; a first name alone is anybody's. */
  names: string[];
  phones: string[];
  contacts: { source: string; contactId: string }[];
  /** Ids of their records in the CRM. */
  records: string[];
  inboxIds: number[];
  manualIds: string[];
  touchIds: string[];
  emailIds: string[];
}

function identityOf(subject: Subject): Identity {
  if ('address' in subject) return addressIdentity(subject.address);
  return 'recordId' in subject ? recordIdentity(subject.recordId) : contactIdentity(subject.source, subject.contactId);
}

/** The leads that are this person, those that were joined among them. */
async function leadsOf(db: Db, workspaceId: string, subject: Subject): Promise<string[]> {
  const identity = identityOf(subject);
  const { rows } = await db.raw(
    `with recursive found as (
       select lead_id as id from lead_identities where workspace_id = :workspaceId and kind = :kind and value = :value
       union select id from leads where workspace_id = :workspaceId and email = :value
       union select lead_id from handoffs where workspace_id = :workspaceId and :kind = 'record' and record_id = :value
       union select h.lead_id from crm_links l join handoffs h on h.id = l.handoff_id
             where l.workspace_id = :workspaceId and :kind = 'record' and l.record_id = :value
       union select lead_id from source_contacts where workspace_id = :workspaceId and lead_id is not null
               and source || ':' || contact_id = :value
     ), related as (
       select id from found where id is not null
       union
       select other.id from related join leads as one on one.id = related.id
         join leads as other on other.id = one.joined_into or other.joined_into = one.id
     ) select distinct id from related`,
    { workspaceId, ...identity },
  );
  return rows.map((row: { id: string }) => row.id);
}

interface Named {
  email?: string;
  otherEmails?: string[];
  firstName?: string;
  lastName?: string;
  phone?: string;
  mergedIds?: string[];
}

const fullName = ({ firstName, lastName }: Named) =>
  firstName?.trim() && lastName?.trim() ? [`${firstName.trim()} ${lastName.trim()}`] : [];
/** Numbers that are too short are anybody's. */
const phonesOf = ({ phone }: Named) => (phone && phone.replace(/\D/g, '').length >= 7 ? [phone] : []);

/** Who it is, as far as anything here knows. Eight round trips; the inbox is read through once. */
export async function knownPerson(db: Db, workspaceId: string, subject: Subject): Promise<KnownPerson> {
  return personOfLeads(db, workspaceId, await leadsOf(db, workspaceId, subject), subject);
}

/** The same of leads that are known already. */
export async function personOfLeads(
  db: Db,
  workspaceId: string,
  leadIds: readonly string[],
  subject?: Subject,
): Promise<KnownPerson> {
  const ofLeads = (table: string) => db(table).where({ workspace_id: workspaceId }).whereIn('lead_id', leadIds);
  // One after the other: in a transaction there is one connection.
  const leads = await db('leads').where({ workspace_id: workspaceId }).whereIn('id', leadIds).select('email', 'name');
  const identities = await ofLeads('lead_identities').select('kind', 'value');
  const handoffs = await ofLeads('handoffs').select('id', 'source', 'contact_id', 'record_id', 'facts');
  const known = await ofLeads('source_contacts').select('source', 'contact_id');
  const people: Named[] = handoffs.flatMap(({ facts }) => [facts?.contact ?? {}, facts?.person ?? {}]);
  const told = 'address' in (subject ?? {}) ? [(subject as { address: string }).address] : [];
  const ofKind = (kind: string) => identities.filter(one => one.kind === kind).map(one => String(one.value));
  const addresses = [...told, ...leads.map(one => one.email), ...ofKind('address')]
    .concat(people.flatMap(one => [one.email ?? '', ...(one.otherEmails ?? [])]))
    .map(one => addressKey(String(one)))
    .filter(one => one.includes('@'));
  const contacts = [
    ...(subject && 'source' in subject ? [`${subject.source}:${subject.contactId}`] : []),
    ...ofKind('contact'),
    ...known.map(one => `${one.source}:${one.contact_id}`),
    ...handoffs.flatMap(one =>
      [one.contact_id, ...(one.facts?.contact?.mergedIds ?? [])].map(id => `${one.source}:${id}`),
    ),
    ...addresses.map(one => `form:${personId(one, undefined)}`),
  ];
  return withSignals(db, workspaceId, {
    leadIds: [...leadIds],
    handoffIds: handoffs.map(one => one.id),
    addresses: [...new Set(addresses)],
    names: [
      ...new Set([
        ...leads.map(one => one.name.trim()).filter(name => /\S\s+\S/.test(name)),
        ...people.flatMap(fullName),
      ]),
    ],
    phones: [...new Set(people.flatMap(phonesOf))],
    contacts: [...new Set(contacts)],
    records: [...new Set([...ofKind('record'), ...handoffs.flatMap(one => one.record_id ?? [])])],
  });
}

type Begun = Pick<KnownPerson, 'leadIds' | 'handoffIds' | 'addresses' | 'names' | 'phones' | 'records'> & {
  contacts: string[];
};

/** What came in about them, and what people wrote and did. */
async function withSignals(db: Db, workspaceId: string, begun: Begun): Promise<KnownPerson> {
  const { addresses, handoffIds } = begun;
  const inbox = await db('inbox')
    .where({ workspace_id: workspaceId })
    .whereRaw(
      `(lower(signal->>'email') = any(:addresses) or source || ':' || (signal->>'contactId') = any(:contacts)
        or exists (select from unnest(:addresses::text[]) as address where strpos(lower(signal->>'submission'), address) > 0))`,
      { addresses, contacts: begun.contacts },
    )
    .select('id', 'source', db.raw(`signal->>'contactId' as "contactId"`));
  const manual = await db('manual_leads')
    .where({ workspace_id: workspaceId })
    .whereRaw(`(lower(lead->>'email') = any(?) or handoff_id = any(?::uuid[]))`, [addresses, handoffIds])
    .select('id', 'lead');
  const ofHandoffs = (table: string) =>
    db(table).where({ workspace_id: workspaceId }).whereIn('handoff_id', handoffIds);
  const touches = await ofHandoffs('touches').pluck('id');
  const emails = await ofHandoffs('emails').pluck('id');
  const typed: Named[] = manual.map(one => one.lead);
  const contacts = new Set([
    ...begun.contacts,
    ...inbox.map(one => `${one.source}:${one.contactId}`),
    ...manual.map(one => `manual:${one.id}`),
  ]);
  return {
    ...begun,
    names: [...new Set([...begun.names, ...typed.flatMap(fullName)])],
    phones: [...new Set([...begun.phones, ...typed.flatMap(phonesOf)])],
    contacts: [...contacts].map(contact => {
      const [source = '', ...id] = contact.split(':');
      return { source, contactId: id.join(':') };
    }),
    inboxIds: inbox.map(one => one.id),
    manualIds: manual.map(one => one.id),
    touchIds: touches,
    emailIds: emails,
  };
}

/** Is nothing kept of them? */
export const isUnknown = ({ leadIds, inboxIds, manualIds }: KnownPerson): boolean =>
  leadIds.length + inboxIds.length + manualIds.length === 0;
