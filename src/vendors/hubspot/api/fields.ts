/** Properties of contacts that a playbook may name, as the portal has them. */
import type { SourceFields } from '../../../contracts/source.ts';
import type { Api } from './api.ts';
import { type Property, propertiesIn } from './inspect.ts';

/** Numbers that HubSpot keeps of its own doings: none of them is a score. */
const NO_SCORE =
  /^(hs_(email|analytics|sequences|sales|time|all|object|count|latest|calculated|v2|date)|num_|notes_|days_|recent_|total_)/;

/** Those of a score are looked for by their names, and come first. One call. */
export async function fieldsOf(api: Api, { stageProperty }: { stageProperty: string }): Promise<SourceFields> {
  const properties = propertiesIn(await api.get(api.paths.properties));
  const numbers = [...properties.values()].filter(({ name, type }) => type === 'number' && !NO_SCORE.test(name));
  const isScore = ({ name, label }: Property) => /score/i.test(`${name} ${label}`);
  const byName = (one: Property, other: Property) => one.label.localeCompare(other.label);
  return {
    scores: [...numbers.filter(isScore).toSorted(byName), ...numbers.filter(one => !isScore(one)).toSorted(byName)].map(
      ({ name, label }) => ({ name, label }),
    ),
    stages: (properties.get(stageProperty)?.options ?? []).map(({ value: name, label }) => ({ name, label })),
  };
}
