/** What of the wanted parts is missing, is there already, or is somebody else's. */
import type { Part, PartType } from './folder.ts';
import { all, type Content, holds, textIn, type Xml } from './xml.ts';

export type Standing =
  | { kind: 'missing' }
  | { kind: 'there' }
  /** Ours, and not as it should be: `content` is what to write. */
  | { kind: 'outdated'; content: Content }
  /** Of the same name, and not to be touched. */
  | { kind: 'foreign'; why: string };

/** Begins the description of whatever Baton makes. */
const MARK = 'Made by Baton.';

/** @param actual undefined: the org has none of that name */
export function compare(part: Part, actual: Content | undefined): Standing {
  if (!actual) return { kind: 'missing' };
  if (part.type === 'CustomField') return compareField(part, actual);
  // An admin may have arranged these to their taste.
  if (part.type === 'ListView') return { kind: 'there' };
  if (!textIn(actual, 'description').startsWith(MARK)) {
    return { kind: 'foreign', why: 'the org has one of that name that Baton did not make: not touched. Rename it.' };
  }
  if (part.type === 'ReportType' || holds(actual, part.content, IGNORED[part.type])) return { kind: 'there' };
  return { kind: 'outdated', content: part.type === 'PermissionSet' ? joined(part.content, actual) : part.content };
}

const none: ReadonlySet<string> = new Set();

/** Where things stand on the canvas, and whether the org let a flow become active, is no difference to write. */
const IGNORED: Record<PartType, ReadonlySet<string>> = {
  CustomField: none,
  ListView: none,
  ReportType: none,
  PermissionSet: none,
  WorkflowOutboundMessage: new Set(['fullName', 'apiVersion']),
  Flow: new Set([
    'locationX',
    'locationY',
    'status',
    'processMetadataValues',
    'nameSegment',
    'offset',
    'environments',
    'apiVersion',
    'flowTransactionModel',
    'interviewLabel',
  ]),
};

/** What admins added to the permission set stays: a deployment replaces the whole of it. */
function joined(wanted: Content, actual: Content): Content {
  const { fullName: _name, ...kept } = actual;
  const lists = { fieldPermissions: 'field', objectPermissions: 'object', userPermissions: 'name' };
  const both = Object.entries(lists).map(([list, key]): [string, Xml] => {
    const ours = new Set(all(wanted[list]).map(one => textIn(one, key)));
    return [list, [...all(wanted[list]), ...all(actual[list]).filter(one => !ours.has(textIn(one, key)))]];
  });
  return { ...kept, ...wanted, ...Object.fromEntries(both) };
}

/** Types that take what Baton writes as well as the folder's own. */
const AS_GOOD: Record<string, readonly string[]> = {
  Number: ['Number', 'Currency', 'Percent'],
  Currency: ['Currency', 'Number'],
  Text: ['Text', 'TextArea', 'LongTextArea'],
  LongTextArea: ['LongTextArea', 'Html', 'TextArea'],
  Picklist: ['Picklist', 'Text'],
  Date: ['Date'],
  DateTime: ['DateTime'],
  Checkbox: ['Checkbox'],
  Lookup: ['Lookup'],
};

/** A field that is there is used as it is, or not at all. */
function compareField({ content }: Part, actual: Content): Standing {
  const wanted = textIn(content, 'type');
  const found = textIn(actual, 'type');
  const isKey = textIn(content, 'externalId') === 'true';
  const fits =
    (AS_GOOD[wanted] ?? [wanted]).includes(found) &&
    textIn(actual, 'formula') === '' &&
    textIn(actual, 'referenceTo') === textIn(content, 'referenceTo');
  if (!fits) return { kind: 'foreign', why: fieldClash(actual, content) };
  const isUnique = textIn(content, 'unique') === 'true';
  if (isKey && !(textIn(actual, 'externalId') === 'true' && (!isUnique || textIn(actual, 'unique') === 'true'))) {
    const boxes = isUnique ? 'Tick both boxes there.' : 'Tick External ID there.';
    return { kind: 'foreign', why: `it must be ${inWords(content)}, and is not: not touched. ${boxes}` };
  }
  return { kind: 'there' };
}

function fieldClash(actual: Content, wanted: Content): string {
  return (
    `the org has it as ${inWords(actual)}, Baton needs ${inWords(wanted)}: not touched. ` +
    'Give the playbook (crm.fields) another name for it, or null, and set up again.'
  );
}

/** "Text(64), External ID, Unique". */
function inWords(field: Content): string {
  const [length, precision] = [textIn(field, 'length'), textIn(field, 'precision')];
  const size = length ? `(${length})` : precision ? `(${precision}, ${textIn(field, 'scale') || '0'})` : '';
  const to = textIn(field, 'referenceTo');
  const more = [
    ...(textIn(field, 'formula') ? ['a formula'] : []),
    ...(textIn(field, 'externalId') === 'true' ? ['External ID'] : []),
    ...(textIn(field, 'unique') === 'true' ? ['Unique'] : []),
  ];
  return [`${textIn(field, 'type')}${size}${to ? ` to ${to}` : ''}`, ...more].join(', ');
}
