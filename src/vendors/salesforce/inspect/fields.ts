/** Fields: are they there, seen, writable, of the right type and length? Pure. */

import { HOST_FIELD } from '../records/website-host.ts';
import type { Column, ObjectShape, OrgAnswer, OrgFacts } from './facts.ts';
import { type Finding, fine, given, names, orFine, problem, warning } from './findings.ts';
import {
  filledColumns,
  KEY_LENGTH,
  keyedObjects,
  madeObjects,
  TEXT,
  type Wanted,
  type WantedField,
  wantedFields,
} from './wanted.ts';

const SETUP = 'press Set up Salesforce on Baton’s Home (or run npm run salesforce:setup)';
const SEE = 'Assign Baton’s permission set to the user Baton acts as, or give its profile access to the field';

/** Baton's key on every object it is needed on. */
export function keyFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  const found = keyedObjects(wanted).flatMap(({ object, optional }) =>
    eachOf(facts, object, shape => keyOf(facts, wanted, object, shape, optional)),
  );
  return orFine(found, `${wanted.externalIdField} is an external id, unique and long enough wherever Baton needs it`);
}

function keyOf(facts: OrgFacts, wanted: Wanted, object: string, shape: ObjectShape, optional: boolean): Finding[] {
  const name = wanted.externalIdField;
  const column = shape.columns.get(name.toLowerCase());
  const label = `${object}.${name}`;
  const say = optional ? warning : problem;
  const risk = optional
    ? 'contacts that are already there are told apart by their id alone'
    : 'without it a retry could make a second record';
  if (!column) {
    return existsUnseen(facts, object, name)
      ? [say(`${label} exists, but Baton’s user may not see it: ${risk}`, `${SEE}.`)]
      : [
          say(
            `${label} is missing${orUnseen(facts)}: ${risk}`,
            `Make it as Text(${KEY_LENGTH}), External ID, Unique; or ${SETUP}.`,
          ),
        ];
  }
  const wrong = [
    ...(column.type === 'string' ? [] : [`is of type ${column.type}, not Text`]),
    ...(column.externalId ? [] : ['is no External ID']),
    ...(column.unique ? [] : ['is not Unique']),
    ...(column.type === 'string' && column.length < KEY_LENGTH
      ? [`holds ${column.length} characters, and Baton’s keys need ${KEY_LENGTH}`]
      : []),
  ];
  return [
    ...(wrong.length > 0
      ? [
          say(
            `${label} ${names(wrong)}: ${risk}`,
            `Change it to Text(${KEY_LENGTH}) with External ID and Unique ticked.`,
          ),
        ]
      : []),
    ...(column.createable && column.updateable
      ? []
      : [say(`${label} is read-only for Baton’s user`, `${SEE} (edit).`)]),
  ];
}

/** The field by which a large org's accounts are found. */
export function hostFindings(facts: OrgFacts): Finding[] {
  return eachOf(facts, 'Account', shape => {
    const column = shape.columns.get(HOST_FIELD.toLowerCase());
    const label = `Account.${HOST_FIELD}`;
    const risk = 'where there are many accounts they are searched instead, a call more for every lead';
    if (column?.externalId) return [fine(`${label} is there: accounts are found by an index`)];
    if (column) return [warning(`${label} is no External ID, and so not indexed: ${risk}`, 'Tick External ID there.')];
    return existsUnseen(facts, 'Account', HOST_FIELD)
      ? [warning(`${label} exists, but Baton’s user may not see it: ${risk}`, `${SEE}.`)]
      : [
          warning(
            `${label} is missing${orUnseen(facts)}: ${risk}`,
            `${SETUP.charAt(0).toUpperCase()}${SETUP.slice(1)}.`,
          ),
        ];
  });
}

/** Every field the playbook writes. */
export function fieldFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  const all = wantedFields(wanted);
  const missing = all.filter(field => isMissing(facts, field));
  const crowded = new Set(missing.map(one => one.object).filter(object => ofObject(missing, object).length >= MANY));
  const found = [
    ...[...crowded].map(object => missingOf(facts, object, ofObject(missing, object))),
    ...all
      .filter(field => !crowded.has(field.object) || !missing.includes(field))
      .flatMap(field => eachOf(facts, field.object, shape => fieldOf(facts, shape, field))),
  ];
  return orFine(found, 'All fields that the playbook writes are there and fit');
}

/** So many fields missing on one object are one finding: nothing of Baton's was set up there. */
const MANY = 3;

const ofObject = (fields: readonly WantedField[], object: string): WantedField[] =>
  fields.filter(one => one.object === object);

function isMissing(facts: OrgFacts, { object, name }: WantedField): boolean {
  const told = facts.objects.get(object);
  if (!told || !('value' in told) || told.value.columns.has(name.toLowerCase())) return false;
  return !existsUnseen(facts, object, name);
}

function missingOf(facts: OrgFacts, object: string, fields: readonly WantedField[]): Finding {
  const say = fields.every(one => one.optional) ? warning : problem;
  return say(
    `${object} lacks ${fields.length} fields that the playbook writes${orUnseen(facts)}: ${names(fields.map(one => `${one.name} (${one.because})`))}: their values are left out`,
    `${SETUP.charAt(0).toUpperCase()}${SETUP.slice(1)}, make the fields, or set other names (or null) in the playbook.`,
  );
}

function fieldOf(facts: OrgFacts, shape: ObjectShape, field: WantedField): Finding[] {
  const column = shape.columns.get(field.name.toLowerCase());
  const label = `${field.object}.${field.name} (${field.because})`;
  const say = field.optional ? warning : problem;
  if (!column) {
    return existsUnseen(facts, field.object, field.name)
      ? [say(`${label} exists, but Baton’s user may not see it: its value is left out`, `${SEE}.`)]
      : [
          say(
            `${label} is missing${orUnseen(facts)}: its value is left out`,
            `Make the field, ${SETUP}, or set another name (or null) in the playbook.`,
          ),
        ];
  }
  if (column.calculated) {
    return [say(`${label} is a formula: nobody can write it`, 'Name another field in the playbook.')];
  }
  if (!column.createable || !column.updateable) {
    return [say(`${label} is read-only for Baton’s user: its value is left out`, `${SEE} (edit).`)];
  }
  return [...typeOf(column, field, label), ...lengthOf(column, field, label)];
}

function typeOf(column: Column, { types }: WantedField, label: string): Finding[] {
  if (!types || types.includes(column.type)) return [];
  const wish = types.includes('double') ? 'Number' : types.includes('date') ? 'Date' : 'Text';
  const fix = `Make a field of type ${wish} and name it in the playbook.`;
  // A number or a date as text can be read, but neither summed nor sorted.
  if (TEXT.includes(column.type))
    return [warning(`${label} is of type ${column.type}: reports cannot reckon with it`, fix)];
  return [problem(`${label} is of type ${column.type}, which does not take what Baton writes`, fix)];
}

function lengthOf(column: Column, { length }: WantedField, label: string): Finding[] {
  const isShort = length !== undefined && ['string', 'textarea'].includes(column.type) && column.length < length;
  if (!isShort) return [];
  return [
    warning(
      `${label} holds ${column.length} characters: longer text is cut (Baton writes up to ${length})`,
      `Make it ${length} characters long, or longer.`,
    ),
  ];
}

/** Fields the org insists on and nobody fills: the write would be refused. */
export function requiredFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  const found = madeObjects(wanted).flatMap(object => {
    const filled = filledColumns(wanted, object);
    return eachOf(facts, object, shape =>
      [...shape.columns.values()]
        .filter(column => column.required && !filled.has(column.name.toLowerCase()))
        .map(column =>
          problem(
            `${object}.${column.name} (${column.label}) is required, has no default and Baton does not fill it: every new ${object} would be refused`,
            `Set crm.defaults.${object}.${column.name} in the playbook${column.values.length > 0 ? `, for example "${column.values[0]}"` : ''}; or give the field a default in Salesforce.`,
          ),
        ),
    );
  });
  return orFine(found, 'No required field is left empty by Baton');
}

/** There, as Setup tells, though describe does not show it. Activities share their custom fields. */
function existsUnseen({ customFields }: OrgFacts, object: string, name: string): boolean {
  if (!('value' in customFields)) return false;
  const table = object === 'Task' || object === 'Event' ? 'Activity' : object;
  return customFields.value.has(`${table}.${name}`.toLowerCase());
}

/** Whoever may not look into the set-up cannot tell the two apart. */
const orUnseen = ({ customFields }: OrgFacts): string =>
  'value' in customFields ? '' : ', or hidden from Baton’s user';

/** One object's findings; an object nobody may see is one finding of its own, told by `objectFindings`. */
function eachOf({ objects }: OrgFacts, object: string, judge: (shape: ObjectShape) => Finding[]): Finding[] {
  const told = objects.get(object);
  return told && 'value' in told ? judge(told.value) : [];
}

/** Objects that Baton's user cannot see at all. */
export function objectFindings({ objects }: OrgFacts, wanted: Wanted): Finding[] {
  const made = new Set(madeObjects(wanted));
  return [...objects].flatMap(([object, told]: [string, OrgAnswer<ObjectShape>]) => {
    if ('value' in told) return [];
    if (!made.has(object)) return given(told, `Object ${object}`, () => []);
    return [
      problem(
        `Baton’s user may not use the object ${object}: ${told.why}`,
        'Give it Read, Create and Edit on the object, by its profile or Baton’s permission set.',
      ),
    ];
  });
}
