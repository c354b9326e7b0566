/** What an object and its fields are in an org: enough of them to refuse what a real org refuses. */
type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'url'
  | 'picklist'
  | 'multipicklist'
  | 'reference'
  | 'double'
  | 'currency'
  | 'percent'
  | 'int'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'anyType';

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  /** Most UTF-16 characters of a text field. */
  length: number;
  /** Most digits before the decimal point of a number field. */
  digits: number;
  required: boolean;
  /** False: the platform writes it. */
  writable: boolean;
  /** Given when the record is made, and never again. */
  createOnly: boolean;
  unique: boolean;
  externalId: boolean;
  indexed: boolean;
  restricted: boolean;
  values: string[];
  referenceTo: string[];
  relationship?: string;
  initial?: unknown;
}

export interface ObjectSchema {
  name: string;
  prefix: string;
  fields: Map<string, Field>;
  /** Field names by lower case: SOQL and JSON bodies are case-insensitive about them. */
  byLower: Map<string, Field>;
}

export type Spec = Partial<Omit<Field, 'name'>> & { type: FieldType };

/** Kinds of columns, as the tables of objects name them. */
export const text = (length: number, more: Partial<Field> = {}): Spec => ({ type: 'string', length, ...more });
export const longText = (length: number): Spec => ({ type: 'textarea', length });
export const number = (digits = 18): Spec => ({ type: 'double', digits });
export const pick = (values: string[], more: Partial<Field> = {}): Spec => ({
  type: 'picklist',
  length: 255,
  values,
  ...more,
});
export const ref = (to: string | string[], relationship?: string, more: Partial<Field> = {}): Spec => ({
  type: 'reference',
  length: 18,
  referenceTo: Array.isArray(to) ? to : [to],
  ...(relationship ? { relationship } : {}),
  ...more,
});
export const flag = (more: Partial<Field> = {}): Spec => ({ type: 'boolean', initial: false, ...more });
export const computed = (type: FieldType, length = 255): Spec => ({ type, length, writable: false });

const SYSTEM: Record<string, Spec> = {
  Id: { type: 'id', length: 18, writable: false, indexed: true },
  IsDeleted: flag({ writable: false }),
  CreatedDate: computed('datetime'),
  CreatedById: ref('User', 'CreatedBy', { writable: false }),
  LastModifiedDate: computed('datetime'),
  LastModifiedById: ref('User', 'LastModifiedBy', { writable: false }),
  SystemModstamp: computed('datetime'),
};

const labelOf = (name: string): string =>
  name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2');

function field(name: string, spec: Spec): Field {
  return {
    name,
    label: labelOf(name),
    length: 0,
    digits: 18,
    required: false,
    writable: true,
    createOnly: false,
    unique: false,
    externalId: false,
    indexed: false,
    restricted: false,
    values: [],
    referenceTo: [],
    ...(Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as Spec),
  };
}

export type Specs = Record<string, { prefix: string; fields: Record<string, Spec> }>;

const made = new WeakMap<Specs, [name: string, prefix: string, fields: Field[]][]>();

/** Each org has the same: worked out once, as there are a thousand fields and hundreds of orgs in a process. */
function fieldsOf(objects: Specs): [name: string, prefix: string, fields: Field[]][] {
  const known = made.get(objects);
  if (known) return known;
  const all = Object.entries(objects).map(([name, { prefix, fields }]): [string, string, Field[]] => [
    name,
    prefix,
    Object.entries({ ...SYSTEM, ...fields }).map(([key, spec]) => field(key, spec)),
  ]);
  made.set(objects, all);
  return all;
}

/** A fresh copy of the org's schema: control may take fields away from it. */
export function makeSchema(objects: Specs): Map<string, ObjectSchema> {
  const copies = fieldsOf(objects).map(([name, prefix, fields]): [string, ObjectSchema] => {
    const own = fields.map(one => ({ ...one }));
    return [
      name,
      {
        name,
        prefix,
        fields: new Map(own.map(one => [one.name, one])),
        byLower: new Map(own.map(one => [one.name.toLowerCase(), one])),
      },
    ];
  });
  return new Map(copies);
}

/** An admin makes a column, or the org is given one with a feature. */
export function growField(object: ObjectSchema, name: string, spec: Spec): void {
  if (object.fields.has(name)) return;
  const made = field(name, spec);
  object.fields.set(name, made);
  object.byLower.set(name.toLowerCase(), made);
}

/** Text kept in long-text columns can be read but not filtered or sorted by. */
export const isFilterable = (one: Field): boolean =>
  one.type !== 'anyType' && (one.type !== 'textarea' || one.length <= 255);
