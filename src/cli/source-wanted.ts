/** What a playbook asks of a source's account, and what the account says to it. */
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Source, SourceFinding, SourceWanted } from '../contracts/source.ts';

/** A few calls; none for a source that cannot be asked. */
export async function inspectSource(source: Source, playbook: Playbook): Promise<SourceFinding[]> {
  return (await source.inspect?.(sourceWanted(playbook, source.name))) ?? [];
}

/** Pure. */
export function sourceWanted(playbook: Playbook, source: string): SourceWanted {
  const { feedback, mqlStages } = rulesOfSource(playbook, source);
  const { won, lost, stages } = feedback;
  return {
    needsStage: mqlStages.length > 0,
    writesStage: Object.keys(stages).length > 0 || Boolean(won.lifecycle ?? lost.lifecycle),
    logsTouches: feedback.log_calls,
    properties: propertiesAskedFor(playbook, source),
    ...(lost.reason_property && { reasonProperty: lost.reason_property }),
    ...(won.suppression_list && { suppressionList: won.suppression_list }),
  };
}

/** By rules that are about leads of this source alone: others may mean another source's property. */
function propertiesAskedFor({ routing, scoring }: Playbook, source: string): SourceWanted['properties'] {
  const rules = [
    ...routing.map(({ name, when }) => ({ where: `the routing rule ${name}`, when })),
    ...(scoring?.profile ?? []).map(({ when }, index) => ({ where: `scoring.profile ${index + 1}`, when })),
  ];
  return rules
    .filter(({ when }) => when.source?.length === 1 && when.source[0] === source)
    .flatMap(({ where, when }) => Object.keys(when.property ?? {}).map(name => ({ name, where })));
}
