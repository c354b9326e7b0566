/** Score and stage of contacts, without all that is known of them. */
import type { Glance } from '../../../contracts/source.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { isObject, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api } from './api.ts';
import { partialFailure, saysNotFound } from './errors.ts';
import type { Names } from './map.ts';

/** HubSpot reads at most this many at once without their history. */
const MOST = 100;
const WIDTH = 2;

export const glanceProperties = ({ scoreProperty, stageProperty }: Names): string[] => [
  'email',
  'company',
  scoreProperty,
  stageProperty,
];

/** What those properties say. A score that is not there is null: none. */
export function glanceOf(
  p: Record<string, unknown>,
  { scoreProperty, stageProperty }: Names,
): Glance & { score: number | null } {
  const stage = textFrom(p[stageProperty]);
  const email = textFrom(p.email);
  const company = textFrom(p.company);
  return {
    score: numberFrom(p[scoreProperty]) ?? null,
    ...(stage !== undefined && { lifecycleStage: stage }),
    ...(email !== undefined && { email }),
    ...(company !== undefined && { company }),
  };
}

/** Looks at contacts by id, a hundred in one call; null when HubSpot has none. */
export function glancer(api: Api, names: Names): (id: string) => Promise<Glance | null> {
  return coalesce<string, Glance | null>({
    most: MOST,
    width: WIDTH,
    async call(ids) {
      const answer = await api.post(`${api.paths.contacts}/batch/read`, {
        properties: [...glanceProperties(names), 'hs_merged_object_ids'],
        inputs: [...new Set(ids)].map(id => ({ id })),
      });
      const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
      const found = new Map(objectsIn(answer.results).flatMap(placed));
      return ids.map(id => {
        const properties = found.get(id);
        if (properties) return glanceOf(properties, names);
        return broken ? partialFailure(broken, 'a read of contacts') : null;
      });
    },
  });
}

/** A merged contact answers under the id of the one it was merged into. */
function placed({ id, properties }: Record<string, unknown>): [string, Record<string, unknown>][] {
  if (!isObject(properties)) return [];
  const merged = textFrom(properties.hs_merged_object_ids)?.split(';') ?? [];
  return [String(id), ...merged.map(one => one.trim())].map(one => [one, properties]);
}
