/** The fields of an instance: a read answers only those that are asked for by name, and activities call them by label. */
import { type Clock, DAY } from '../../../lib/clock.ts';
import { Unavailable } from '../../../lib/errors.ts';
import { isObject, numberFrom, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';

export interface Field {
  id: number;
  /** In the REST API. */
  name: string;
  /** In Marketo itself. */
  label: string;
  type: string;
  readOnly: boolean;
}

/** Marketo says that descriptions may be kept for a day or more. */
const KEPT_FOR = DAY;

export type Fields = ReadonlyMap<string, Field>;

/** Answers them by their REST names. One call a day; while an old answer is renewed nobody waits. */
export function fieldReader(api: Marketo, clock: Clock): () => Promise<Fields> {
  let known: { fields: Fields; at: number } | undefined;
  let coming: Promise<Fields> | undefined;

  async function fetchFields(): Promise<Fields> {
    const fields = await describe(api);
    known = { fields, at: clock.now().getTime() };
    return fields;
  }

  return async () => {
    if (known && Math.abs(clock.now().getTime() - known.at) < KEPT_FOR) return known.fields;
    coming ??= fetchFields().finally(() => {
      coming = undefined;
    });
    if (!known) return coming;
    // Old names still read people; a failure shows in the read that follows.
    coming.catch(() => undefined);
    return known.fields;
  };
}

/** Every field that can be read. One call. */
export async function describe(api: Marketo): Promise<Fields> {
  const { result } = await api.ask({ path: '/rest/v1/leads/describe.json', importance: 'urgent' });
  const fields = result.flatMap(one => {
    const rest = isObject(one.rest) ? one.rest : {};
    const [id, name, label] = [numberFrom(one.id), textFrom(rest.name), textFrom(one.displayName)];
    if (id === undefined || name === undefined) return [];
    const type = textFrom(one.dataType) ?? 'string';
    return [[name, { id, name, label: label ?? name, type, readOnly: rest.readOnly === true }] as const];
  });
  if (fields.length === 0) throw new Unavailable('Marketo listed no fields', { service: SERVICE, code: 'NO_FIELDS' });
  return new Map(fields);
}
