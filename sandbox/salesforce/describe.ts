/** How an org describes an object to who asks over REST. */
import { type Field, isFilterable, type ObjectSchema } from './schema.ts';

/** A record type of an object, as describe tells of it. */
export interface RecordTypeInfo {
  id: string;
  name: string;
  developerName: string;
  active: boolean;
  available: boolean;
}

const MASTER: RecordTypeInfo = {
  id: '012000000000000AAA',
  name: 'Master',
  developerName: 'Master',
  active: true,
  available: true,
};

/** What GET …/describe answers. */
export function describe(object: ObjectSchema, recordTypes: readonly RecordTypeInfo[]): object {
  return {
    name: object.name,
    label: object.name,
    keyPrefix: object.prefix,
    createable: true,
    updateable: true,
    queryable: true,
    fields: [...object.fields.values()].map(describeField),
    recordTypeInfos: [...recordTypes, MASTER].map(one => ({
      active: one.active,
      available: one.available,
      defaultRecordTypeMapping: one === MASTER && recordTypes.length === 0,
      developerName: one.developerName,
      master: one === MASTER,
      name: one.name,
      recordTypeId: one.id,
      urls: {},
    })),
  };
}

function describeField(one: Field): object {
  const isNumber = ['double', 'currency', 'percent'].includes(one.type);
  return {
    name: one.name,
    label: one.label,
    type: one.type,
    length: one.length,
    digits: one.type === 'int' ? one.digits : 0,
    precision: isNumber ? one.digits : 0,
    scale: 0,
    custom: one.name.endsWith('__c'),
    createable: one.writable,
    updateable: one.writable && !one.createOnly,
    nillable: !one.required,
    defaultedOnCreate: one.initial !== undefined,
    externalId: one.externalId,
    idLookup: one.externalId || one.name === 'Id',
    unique: one.unique,
    filterable: isFilterable(one),
    sortable: isFilterable(one),
    referenceTo: one.referenceTo,
    relationshipName: one.relationship ?? null,
    polymorphicForeignKey: one.referenceTo.length > 1,
    restrictedPicklist: one.restricted,
    picklistValues: one.values.map(value => ({
      active: true,
      defaultValue: value === one.initial,
      label: value,
      value,
    })),
  };
}
