/** The playbook's own mapping into the CRM: what may be written where, and what may not, with the reason. */
import type { Readable } from './readable.ts';
import type { Playbook } from './schema.ts';
import { nearest } from './suggest.ts';
import { problemInCrmValue } from './templates.ts';
import type { CrmVocabulary, PlaybookVendors } from './vendors.ts';

type Crm = Readable<Playbook['crm']>;
type Report = (path: string, message: string, suggestion?: string) => void;

/** A CRM's vocabulary and its label. */
type KnownCrm = PlaybookVendors['crms'][string];

/**
 * Checks what no single value of `crm` can say about itself. Where the playbook does not say which CRM it is for, what
 * one of them takes is right.
 * @param crms none: there is no CRM whose objects and fields could be held against it; its templates are checked
 */
export function checkCrm(crm: Crm, crms: readonly KnownCrm[], report: Report): void {
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

/** Reports what the first CRM that knows the object has against them, unless another has nothing against them. */
function checkFields(mapped: Mapped, crms: readonly KnownCrm[], report: Report): void {
  const verdicts = crms
    .filter(({ vocabulary }) => vocabulary.objects.includes(mapped.object))
    .map(known => {
      const problems: Parameters<Report>[] = [];
      checkFieldsFor(mapped, known, (...problem) => void problems.push(problem));
      return problems;
    });
  if (verdicts.some(problems => problems.length === 0)) return;
  for (const problem of verdicts[0] ?? []) report(...problem);
}

function checkFieldsFor({ crm, kind, object }: Mapped, { label, vocabulary }: KnownCrm, report: Report): void {
  const seen = new Map<string, string>();
  for (const field of Object.keys(crm[kind]?.[object] ?? {})) {
    const place = `crm.${kind}.${object}.${field}`;
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
  report(path, `must be an object Baton writes: ${list}`, nearest(object, known));
  return false;
}

function checkTemplate(path: string, source: string | undefined, report: Report): void {
  const problem = source === undefined ? undefined : problemInCrmValue(source);
  if (problem) report(path, problem.message, problem.suggestion);
}
