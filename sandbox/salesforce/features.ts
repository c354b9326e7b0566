import { z } from 'zod';
import { trackingInput } from './history-objects.ts';
import { normaliseId } from './ids.ts';
import type { Org } from './org.ts';
import { growField, type ObjectSchema } from './schema.ts';
import type { SfRecord } from './store.ts';

/** What one org has and another has not: fields of its own, record types, currencies, person accounts, queues. */

const FIELD_TYPES = [
  'string',
  'textarea',
  'email',
  'phone',
  'url',
  'picklist',
  'multipicklist',
  'reference',
  'double',
  'currency',
  'percent',
  'int',
  'boolean',
  'date',
  'datetime',
] as const;

/** What `features` of `POST /_sandbox/salesforce/_org` takes. */
export const featureInput = z.strictObject({
  addField: z
    .strictObject({
      object: z.string(),
      name: z.string().regex(/^[A-Za-z]\w*__c$/),
      type: z.enum(FIELD_TYPES),
      length: z.int().positive().optional(),
      values: z.array(z.string()).optional(),
      restricted: z.boolean().optional(),
      required: z.boolean().optional(),
      referenceTo: z.array(z.string()).optional(),
    })
    .optional(),
  /** Of a field that is there. */
  requireField: z.strictObject({ object: z.string(), field: z.string() }).optional(),
  recordType: z
    .strictObject({
      object: z.string(),
      developerName: z.string(),
      active: z.boolean().default(true),
      /** To the user Baton acts as. */
      available: z.boolean().default(true),
      /** Of person accounts. */
      person: z.boolean().default(false),
    })
    .optional(),
  /** The org's currencies, its own first; nobody can take them back. */
  currencies: z.array(z.string().length(3)).min(1).optional(),
  personAccounts: z.literal(true).optional(),
  queue: z.strictObject({ developerName: z.string(), objects: z.array(z.string()) }).optional(),
  /** Objects whose owner is tracked from now on. */
  trackOwner: trackingInput.optional(),
});

export type Features = z.infer<typeof featureInput>;

const BY_PERSON = { userId: '', by: 'person' as const };

/** Gives the org what is named; answers what is wrong with it, if anything. */
export function switchOn(org: Org, features: Features): string | undefined {
  const { addField, requireField, recordType, currencies, personAccounts, queue, trackOwner = [] } = features;
  for (const object of trackOwner) org.tracked.add(object);
  if (addField) {
    const { object: name, name: field, ...spec } = addField;
    const object = org.schema.get(name);
    if (!object) return `no object ${name}`;
    growField(object, field, { length: spec.type === 'multipicklist' ? 4_099 : 255, ...spec });
  }
  if (requireField) {
    const field = org.schema.get(requireField.object)?.fields.get(requireField.field);
    if (!field) return 'no such field';
    field.required = true;
  }
  if (personAccounts) allowPersons(org);
  if (recordType && !addRecordType(org, recordType)) return `no object ${recordType.object}`;
  if (currencies) addCurrencies(org, currencies);
  if (queue) {
    const { developerName: DeveloperName, objects } = queue;
    const group = org.store.insert(
      'Group',
      { Name: DeveloperName.replaceAll('_', ' '), DeveloperName, Type: 'Queue' },
      BY_PERSON,
    );
    for (const SobjectType of objects) {
      org.store.insert('QueueSobject', { QueueId: group.Id ?? null, SobjectType }, BY_PERSON);
    }
  }
  return undefined;
}

/** The column exists in orgs that have a record type of the object. */
function addRecordType(org: Org, type: NonNullable<Features['recordType']>): boolean {
  const object = org.schema.get(type.object);
  if (!object) return false;
  growField(object, 'RecordTypeId', {
    type: 'reference',
    length: 18,
    label: 'Record Type ID',
    referenceTo: ['RecordType'],
    relationship: 'RecordType',
  });
  const { Id } = org.store.insert(
    'RecordType',
    {
      Name: type.developerName.replaceAll('_', ' '),
      DeveloperName: type.developerName,
      SobjectType: type.object,
      IsActive: type.active,
      ...(type.person && { IsPersonType: true }),
    },
    BY_PERSON,
  );
  if (!type.available) org.unavailableRecordTypes.add(String(Id));
  return true;
}

function addCurrencies(org: Org, values: string[]): void {
  for (const name of ['Lead', 'Contact', 'Account', 'Opportunity', 'Campaign']) {
    const object = org.schema.get(name);
    if (object) {
      growField(object, 'CurrencyIsoCode', {
        type: 'picklist',
        length: 3,
        values,
        restricted: true,
        initial: values[0],
      });
    }
  }
}

/** An account may be a person then, and a lead need not have a company. */
function allowPersons(org: Org): void {
  const types = org.schema.get('RecordType');
  const account = org.schema.get('Account');
  const company = org.schema.get('Lead')?.fields.get('Company');
  if (!types || !account || !company) return;
  company.required = false;
  growField(types, 'IsPersonType', { type: 'boolean', initial: false });
  growField(account, 'IsPersonAccount', { type: 'boolean', initial: false, writable: false });
  growField(account, 'PersonContactId', { type: 'reference', length: 18, referenceTo: ['Contact'], writable: false });
  for (const [name, length] of Object.entries(PERSON_TEXTS)) growField(account, name, { type: 'string', length });
  growField(account, 'PersonEmail', { type: 'email', length: 80 });
  const contact = org.schema.get('Contact');
  if (!contact) return;
  for (const { name, ...spec } of contact.fields.values()) {
    // Columns of its own that a contact has are columns of persons.
    if (name.endsWith('__c')) growField(account, personColumn(name), { ...spec, unique: false, externalId: false });
  }
  growField(contact, 'IsPersonAccount', { type: 'boolean', initial: false, writable: false });
}

const PERSON_TEXTS = {
  FirstName: 40,
  LastName: 80,
  PersonTitle: 80,
  PersonMobilePhone: 40,
  PersonLeadSource: 255,
  PersonMailingCity: 40,
  PersonMailingState: 80,
  PersonMailingCountry: 80,
};
const isPersonField = (name: string): boolean =>
  name in PERSON_TEXTS || name === 'PersonEmail' || name.endsWith('__pc');
const personColumn = (name: string): string => name.replace(/__c$/, '__pc');

/** Is, or will this account be, a person's? */
function isPerson(org: Org, record: SfRecord): boolean {
  return org.store.get('RecordType', record.RecordTypeId)?.IsPersonType === true;
}

/** Columns that this record must not name, because it is a person's account or because it is none. */
export function forbiddenOf(org: Org, object: ObjectSchema, record: SfRecord, given: SfRecord): string[] {
  if (object.name !== 'Account' || !object.fields.has('IsPersonAccount')) return [];
  const person = isPerson(org, record);
  // What a column has from the start was not named by whoever writes.
  const isUnset = (name: string) => (given[name] ?? null) === (object.fields.get(name)?.initial ?? null);
  return Object.keys(given).filter(name => (person ? name === 'Name' : isPersonField(name) && !isUnset(name)));
}

/** A person's account has a last name; its name follows from it. */
export function requiredOf(org: Org, object: ObjectSchema, record: SfRecord): string[] {
  const required = [...object.fields.values()].filter(one => one.required).map(one => one.name);
  if (object.name !== 'Account' || !object.fields.has('IsPersonAccount') || !isPerson(org, record)) return required;
  return [...required.filter(name => name !== 'Name'), 'LastName'];
}

/** What the platform writes on a person's account by itself. */
export function derivedOfPerson(org: Org, object: ObjectSchema, record: SfRecord): SfRecord {
  if (object.name !== 'Account' || !object.fields.has('IsPersonAccount') || !isPerson(org, record)) return {};
  return {
    IsPersonAccount: true,
    Name: [record.FirstName, record.LastName].filter(Boolean).join(' '),
  };
}

/** A person's account comes with a contact, and follows it; a campaign comes with the statuses of its members. */
export function afterInsert(org: Org, object: ObjectSchema, record: SfRecord, userId: string): void {
  const actor = { userId, by: 'api' as const };
  if (object.name === 'Account' && record.IsPersonAccount === true) {
    const contact = org.store.insert(
      'Contact',
      {
        AccountId: record.Id ?? null,
        IsPersonAccount: true,
        FirstName: record.FirstName ?? null,
        LastName: record.LastName ?? null,
        Name: record.Name ?? null,
        Email: record.PersonEmail ?? null,
        OwnerId: record.OwnerId ?? null,
        ...Object.fromEntries(
          Object.entries(record)
            .filter(([name]) => name.endsWith('__pc'))
            .map(([name, value]) => [name.replace(/__pc$/, '__c'), value]),
        ),
      },
      actor,
    );
    org.store.update('Account', String(record.Id), { PersonContactId: contact.Id ?? null }, actor);
  }
  if (object.name !== 'Campaign') return;
  const statuses = [
    { Label: 'Sent', SortOrder: 1, IsDefault: true, HasResponded: false },
    { Label: 'Responded', SortOrder: 2, IsDefault: false, HasResponded: true },
  ];
  for (const status of statuses) {
    org.store.insert('CampaignMemberStatus', { CampaignId: record.Id ?? null, ...status }, actor);
  }
}

/** A status the campaign does not know becomes its default one, without a word. */
export function derivedOfMember(org: Org, object: ObjectSchema, record: SfRecord): SfRecord {
  if (object.name !== 'CampaignMember') return {};
  const statuses = org.store.lookup('CampaignMemberStatus', 'CampaignId', [record.CampaignId ?? null]) ?? [];
  const status =
    statuses.find(one => String(one.Label).toLowerCase() === String(record.Status ?? '').toLowerCase()) ??
    statuses.find(one => one.IsDefault === true);
  return status ? { Status: status.Label ?? null, HasResponded: status.HasResponded === true } : {};
}

/** The member of this campaign that this person is already. */
export function memberAlready(org: Org, record: SfRecord, before: SfRecord | undefined): SfRecord | undefined {
  const members = org.store.lookup('CampaignMember', 'CampaignId', [record.CampaignId ?? null]) ?? [];
  const same = (one: SfRecord, field: 'LeadId' | 'ContactId') =>
    Boolean(record[field]) && normaliseId(one[field]) === normaliseId(record[field]);
  return members.find(
    one => one.Id !== before?.Id && one.IsDeleted !== true && (same(one, 'LeadId') || same(one, 'ContactId')),
  );
}
