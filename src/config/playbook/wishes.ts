/** What a playbook takes for granted of a source: the source is asked whether it is so. */
import type { Playbook } from './schema.ts';
import { rulesOfSource } from './source-rules.ts';

/** @param source its name in the table of vendors */
export function wishesOf(source: string, playbook: Playbook, now: Date) {
  const { routing, scoring } = playbook;
  const { mqlStages: stages, feedback, nurture } = rulesOfSource(playbook, source);
  const { won, lost } = feedback;
  const rules = [...routing, ...(scoring?.profile ?? []), ...(scoring?.negative ?? [])];
  const concerned = rules.filter(({ when }) => when.source === undefined || when.source.includes(source));
  return {
    stages,
    leadSources: [...new Set(concerned.flatMap(({ when }) => when.lead_source ?? []))],
    ownScore: scoring !== undefined,
    writesStage: Object.keys(feedback.stages).length > 0 || Boolean(won.lifecycle ?? lost.lifecycle),
    logsTouches: feedback.log_calls,
    properties: propertiesAskedFor(playbook, source),
    ...(lost.reason_property && { reasonProperty: lost.reason_property }),
    ...(won.suppression_list && { suppressionList: won.suppression_list }),
    ...(nurture && { nurture }),
    now,
  };
}

/** By rules that are about leads of this source alone: others may mean another source's property. */
function propertiesAskedFor({ routing, scoring }: Playbook, source: string): { name: string; where: string }[] {
  const rules = [
    ...routing.map(({ name, when }) => ({ where: `the routing rule ${name}`, when })),
    ...(scoring?.profile ?? []).map(({ when }, index) => ({ where: `scoring.profile ${index + 1}`, when })),
  ];
  return rules
    .filter(({ when }) => when.source?.length === 1 && when.source[0] === source)
    .flatMap(({ where, when }) => Object.keys(when.property ?? {}).map(name => ({ name, where })));
}
