import type { VendorError } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { without } from '../api/values.ts';
import { missingRequired } from '../mapping/required.ts';
import type { Step } from './attempt.ts';
import { fit } from './fit.ts';
import { withAddress } from './record.ts';

/** The org refused some columns of a record: what is left of it without them. */

export interface Repaired {
  step: Step;
  notes: string[];
}

/** Refusals that describe can explain: unknown or read-only columns, lengths, types, picklists. */
const LEARNABLE = new Set([
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  'INVALID_TYPE_ON_FIELD_IN_RECORD',
  'JSON_PARSER_ERROR',
  'NUMBER_OUTSIDE_VALID_RANGE',
  'STRING_TOO_LONG',
]);

/** Refusals of one value, which the record can do without: rules of the org's admins, look-ups, currencies. */
const DROPPABLE = new Set([
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  'FIELD_FILTER_VALIDATION_EXCEPTION',
  'FIELD_INTEGRITY_EXCEPTION',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'INVALID_CROSS_REFERENCE_KEY',
  'INVALID_CURRENCY_ISO',
  'INVALID_EMAIL_ADDRESS',
  'MALFORMED_ID',
]);

/** Refusals of an owner; some say so only by naming the column. */
const ABOUT_OWNER = new Set([
  'FIELD_INTEGRITY_EXCEPTION',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'INVALID_CROSS_REFERENCE_KEY',
  'MALFORMED_ID',
]);
const ALWAYS_OWNER = new Set(['INACTIVE_OWNER_OR_USER', 'TRANSFER_REQUIRES_READ']);

/** Columns without which the record is not what was to be written: a rule against one of them is a person's business. */
const ESSENTIAL = new Set([
  'LastName',
  'Company',
  'Email',
  'Subject',
  'Name',
  'StageName',
  'CloseDate',
  'AccountId',
  'WhoId',
  'WhatId',
]);

const OWNER_REFUSED = 'Salesforce did not take the owner';

/** Was an owner refused, by what is noted of the write? */
export function ownerRefusal(notes: readonly string[]): { ownerRefused?: true } {
  return notes.some(note => note.startsWith(OWNER_REFUSED)) ? { ownerRefused: true } : {};
}

/** All refusals of one answer, as far as something can be left out; undefined when nothing can. */
export async function repairColumns(
  org: Org,
  step: Step,
  errors: readonly VendorError[],
  isNew: boolean,
): Promise<Repaired | undefined> {
  let repaired: Repaired | undefined;
  for (const error of errors) {
    const next = await repairStep(org, repaired?.step ?? step, error, isNew);
    if (next) repaired = { step: next.step, notes: [...(repaired?.notes ?? []), ...next.notes] };
  }
  return repaired;
}

async function repairStep(org: Org, step: Step, error: VendorError, isNew: boolean): Promise<Repaired | undefined> {
  if (isAboutOwner(step, error)) {
    const note = `${OWNER_REFUSED} of the ${step.object} (${error.errorCode}): left to its own rules.`;
    return { step: { ...step, values: without(step.values, ['OwnerId']) }, notes: [note] };
  }
  const place = placeFields(step, error);
  if (place.length > 0) {
    const given = place.map(name => `${name} "${String(step.values[name])}"`).join(', ');
    return {
      step: { ...step, values: without(step.values, place) },
      notes: [`Salesforce does not know ${given}: left out.`],
    };
  }
  if (error.errorCode === 'REQUIRED_FIELD_MISSING') {
    throw missingRequired(step.object, error, step.sent?.warnings ?? []);
  }
  if (error.errorCode === 'INVALID_EMAIL_ADDRESS' && isAboutAddress(error)) return keepAddressAsText(step);
  if (DROPPABLE.has(error.errorCode)) return dropNamed(step, error);
  if (!LEARNABLE.has(error.errorCode)) return undefined;
  const facts = await org.schema.learn(step.object, step.facts);
  const refitted = fit(step.object, step.values, facts, isNew, step.defaults);
  if (JSON.stringify(refitted.values) !== JSON.stringify(step.sent?.values)) {
    return { step, notes: [] };
  }
  return dropNamed(step, error);
}

function isAboutOwner(step: Step, error: VendorError): boolean {
  if (step.values.OwnerId === undefined) return false;
  if (ALWAYS_OWNER.has(error.errorCode)) return true;
  if (!ABOUT_OWNER.has(error.errorCode)) return false;
  return (
    error.fields.includes('OwnerId') || isNamedById(step.values.OwnerId, error) || /\bowner\b/i.test(error.message)
  );
}

/** A refusal of a link names no column, but the id that stands in it. */
function isNamedById(value: unknown, { message }: VendorError): boolean {
  const [id] = /\b[0-9A-Za-z]{15}(?=(?:[0-9A-Za-z]{3})?\b)/.exec(message.split('cross-reference id').at(1) ?? '') ?? [];
  return id !== undefined && typeof value === 'string' && value.startsWith(id);
}

/** State and country picklists refuse as a pair: one hangs on the other. */
function placeFields(step: Step, error: VendorError): string[] {
  if (error.errorCode !== 'FIELD_INTEGRITY_EXCEPTION' || !/\b(state|country|territory)\b/i.test(error.message))
    return [];
  return Object.keys(step.values).filter(name => /^(Billing|Mailing)?(State|Country)$/.test(name));
}

const isAboutAddress = ({ fields }: VendorError): boolean => fields.length === 0 || fields.includes('Email');

/** The platform takes fewer addresses than the world has: the address stays readable in the description. */
function keepAddressAsText(step: Step): Repaired | undefined {
  const { Email: email, ...values } = step.values;
  if (email === undefined) return undefined;
  const description = withAddress(String(values.Description ?? ''), String(email));
  return {
    step: { ...step, values: { ...values, Description: description } },
    notes: ['Salesforce does not accept the e-mail address as one: it stands in the description.'],
  };
}

/** The columns that the refusal names are left out, unless the record is nothing without them. */
export function dropNamed(step: Step, error: VendorError): Repaired | undefined {
  const column = /No such column '([^']+)'/.exec(error.message)?.[1];
  const named = new Set([...error.fields, ...(column ? [column] : [])].map(name => name.toLowerCase()));
  const { values, defaults } = step;
  const given = [...Object.keys(values), ...Object.keys(defaults ?? {})];
  const isNamed = (name: string) => named.has(name.toLowerCase()) || isNamedById(values[name], error);
  const refused = [...new Set(given)].filter(name => isNamed(name) && !ESSENTIAL.has(name));
  if (refused.length === 0) return undefined;
  return {
    step: { ...step, values: without(values, refused), ...(defaults && { defaults: without(defaults, refused) }) },
    notes: refused.map(name => `Salesforce refused ${name} (${reasonOf(error)}): left out.`),
  };
}

/** A rule of the org's admins says in words what it wants. */
function reasonOf({ errorCode, message }: VendorError): string {
  return errorCode === 'FIELD_CUSTOM_VALIDATION_EXCEPTION' ? message.slice(0, 200) : errorCode;
}

const KEPT = new Set([...ESSENTIAL, 'FirstName', 'OwnerId', 'Description']);

/** What is left when the org refuses one column after another: the person, and how to reach them. */
export function bare(org: Org, step: Step): Repaired {
  const { object, values } = step;
  const names = Object.keys(values).filter(name => !KEPT.has(name) && name !== org.externalIdField);
  return {
    step: { object, values: without(values, names) },
    notes: [`Salesforce refused one field of the ${object} after another: ${names.join(', ')} left out.`],
  };
}
