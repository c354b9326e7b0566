/** The playbook's own mapping into the CRM: what may be written where, and what may not, with the reason. */
import { API_NAME } from './crm-schema.ts';
import type { Readable } from './readable.ts';
import type { Playbook } from './schema.ts';
import type { Mistyped } from './suggest.ts';
import { problemInCrmValue } from './templates.ts';
import type { CrmVocabulary, PlaybookVendors } from './vendors.ts';

type Crm = Readable<Playbook['crm']>;
type Report = (path: string, message: string, mistyped?: Mistyped) => void;

/** A CRM's vocabulary and its label. */
type KnownCrm = PlaybookVendors['crms'][string];

/**
 * Checks what no single value of `crm` can say about itself.
 * @param crms the one that the playbook names; else all there are, of which the first that has an object counts. None:
 * there is nothing to hold objects and fields against, and templates are checked alone
 */
export function checkCrm(crm: Crm, crms: readonly KnownCrm[], report: Report): void {
  for (const [name, column] of Object.entries(crm.fields ?? {})) {
    if (column) checkName(`crm.fields.${name}`, column, crms[0], report);
  }
  for (const kind of ['custom', 'defaults'] as const) {
    for (const [object, fields] of Object.entries(crm[kind] ?? {})) {
      const path = `crm.${kind}.${object}`;
      if (!checkObject(path, object, { crms, objects: 'objects' }, report)) continue;
      checkFields({ crm, kind, object }, crms, report);
      for (const [field, source] of Object.entries(fields ?? {})) checkTemplate(`${path}.${field}`, source, report);
    }
  }
  for (const object of Object.keys(crm.record_types ?? {})) {
    checkObject(`crm.record_types.${object}`, object, { crms, objects: 'typedObjects' }, report);
  }
  checkTemplate('crm.opportunity.name', crm.opportunity?.name, report);
  checkTemplate('crm.campaign.name', crm.campaign?.name, report);
}

/** The fields of one object under `custom` or `defaults`. */
interface Mapped {
  crm: Crm;
  kind: 'custom' | 'defaults';
  object: string;
}

/** Against the first CRM that has the object. */
function checkFields(mapped: Mapped, crms: readonly KnownCrm[], report: Report): void {
  const known = crms.find(({ vocabulary }) => vocabulary.objects.includes(mapped.object));
  if (known) checkFieldsFor(mapped, known, report);
}

function checkName(path: string, name: string, crm: KnownCrm | undefined, report: Report): boolean {
  const { pattern, says } = crm?.vocabulary.fieldName ?? API_NAME;
  const isName = pattern.test(name);
  if (!isName) report(path, says);
  return isName;
}

function checkFieldsFor({ crm, kind, object }: Mapped, known: KnownCrm, report: Report): void {
  const { label, vocabulary } = known;
  const seen = new Map<string, string>();
  for (const field of Object.keys(crm[kind]?.[object] ?? {})) {
    const place = `crm.${kind}.${object}.${field}`;
    if (!checkName(place, field, known, report)) continue;
    const key = keyOf(field, vocabulary);
    const twice = seen.get(key);
    if (twice !== undefined) report(place, `is ${twice} once more: ${label} does not tell capitals apart`);
    seen.set(key, field);
    const why = whyNot(vocabulary, object, key);
    if (why !== undefined) report(place, `cannot be mapped: it ${why}`);
    const own = kind === 'custom' ? ownField(crm, vocabulary, object, key) : undefined;
    if (own !== undefined) report(place, `is filled by crm.fields.${own} already: set that to null, or leave this out`);
  }
}

/** Names with equal keys are the same name to the CRM. */
function keyOf(name: string, { ignoresCase }: CrmVocabulary): string {
  return ignoresCase ? name.toLowerCase() : name;
}

function whyNot(vocabulary: CrmVocabulary, object: string, key: string): string | undefined {
  if (key.startsWith(keyOf(vocabulary.ownPrefix, vocabulary))) return 'is Baton’s own field';
  const onObject = Object.entries(vocabulary.reservedOn).find(([name]) => name === object)?.[1] ?? {};
  const reserved = [...Object.entries(onObject), ...Object.entries(vocabulary.reserved)];
  return reserved.find(([name]) => keyOf(name, vocabulary) === key)?.[1];
}

function ownField({ fields = {} }: Crm, vocabulary: CrmVocabulary, object: string, key: string): string | undefined {
  const { objects, except } = vocabulary.ownFields;
  return Object.entries(fields).find(
    ([name, column]) => column && keyOf(column, vocabulary) === key && (except[name] ?? objects).includes(object),
  )?.[0];
}

function checkObject(
  path: string,
  object: string,
  { crms, objects }: { crms: readonly KnownCrm[]; objects: 'objects' | 'typedObjects' },
  report: Report,
): boolean {
  const known = [...new Set(crms.flatMap(({ vocabulary }) => vocabulary[objects]))];
  if (crms.length === 0 || known.includes(object)) return true;
  const list = known.length > 1 ? `${known.slice(0, -1).join(', ')} or ${known.at(-1)}` : (known[0] ?? 'there is none');
  report(path, `must be an object Baton writes: ${list}`, { typed: object, known });
  return false;
}

function checkTemplate(path: string, source: string | undefined, report: Report): void {
  const problem = source === undefined ? undefined : problemInCrmValue(source);
  if (problem) report(path, problem.message, problem.mistyped);
}
