/** What a playbook takes for granted of a source: the source is asked whether it is so. */
import type { Playbook } from './schema.ts';

/** @param source its name in the table of vendors */
export function wishesOf(source: string, { mql, routing, scoring }: Playbook, now: Date) {
  const rules = [...routing, ...(scoring?.profile ?? []), ...(scoring?.negative ?? [])];
  const concerned = rules.filter(({ when }) => when.source === undefined || when.source.includes(source));
  const stages = mql.require_lifecycle === false ? [] : (mql.require_lifecycle[source] ?? []);
  return {
    stages,
    leadSources: [...new Set(concerned.flatMap(({ when }) => when.lead_source ?? []))],
    ownScore: scoring !== undefined,
    now,
  };
}
