/** What a playbook may name of the vendors there are; who they are is handed in. */
import type { NurtureKind } from '../../domain/nurture.ts';
import type { PlaybookVendors } from '../../domain/playbook-vendors.ts';

export type { CrmDefaults, CrmVocabulary, PlaybookVendors } from '../../domain/playbook-vendors.ts';

/** Source → the property that holds its score unless the playbook names another; sources without a score are absent. */
export function scoreProperties({ sources }: PlaybookVendors): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, { scoreProperty }]) => (scoreProperty ? [[name, scoreProperty]] : [])),
  );
}

/** Source → the stages that mean MQL there; sources that keep no stages are absent. */
export function mqlStages({ sources }: PlaybookVendors): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, { mqlStages: stages }]) => (stages ? [[name, stages]] : [])),
  );
}

/** Source → what people can be nurtured by there, in the order of the table; sources that nurture nobody are absent. */
export function nurtureKinds({ sources }: PlaybookVendors): Record<string, readonly NurtureKind[]> {
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, { nurture }]) => (nurture ? [[name, nurture]] : [])),
  );
}

/** Source → its label, in the order of the table. */
export function sourceLabels({ sources }: PlaybookVendors): Record<string, string> {
  return Object.fromEntries(Object.entries(sources).map(([name, { label }]) => [name, label]));
}
