/** What this Pipedrive has: fields by their names, pipelines, stages, labels, users. Read once, and again after a while. */
import { z } from 'zod';
import { type Clock, MINUTE } from '../../../lib/clock.ts';
import type { Client, PipedriveCall } from './client.ts';
import { type UserRow, userRow } from './rows.ts';

/** Leads have the fields of deals. */
export type FieldOwner = 'person' | 'organization' | 'deal';

export const field = z.object({
  field_name: z.string(),
  /** A custom field's is a hash of 40 characters, another one in every company. */
  field_code: z.string(),
  field_type: z.string(),
  options: z.array(z.object({ id: z.union([z.int(), z.string()]), label: z.string() })).nullish(),
  is_custom_field: z.boolean().nullish(),
});
export type Field = z.output<typeof field>;

const stage = z.object({ id: z.int(), name: z.string(), pipeline_id: z.int(), order_nr: z.int().nullish() });
const pipeline = z.object({ id: z.int(), name: z.string(), order_nr: z.int().nullish() });
const label = z.object({ id: z.string(), name: z.string() });
const activityType = z.object({ key_string: z.string(), name: z.string(), active_flag: z.boolean() });
export type Stage = z.output<typeof stage>;

export interface Pipelines {
  pipelines: z.output<typeof pipeline>[];
  /** In the order of their pipelines. */
  stages: Stage[];
}

export interface Schema {
  fields(of: FieldOwner): Promise<readonly Field[]>;
  pipelines(): Promise<Pipelines>;
  leadLabels(): Promise<readonly z.output<typeof label>[]>;
  users(): Promise<readonly UserRow[]>;
  activityTypes(): Promise<readonly z.output<typeof activityType>[]>;
  /** Somebody changed something there: all is read anew. */
  forget(): void;
}

/** People add fields and stages now and then; a call each, at most so often. */
const KNOWN_FOR = 10 * MINUTE;
const MOST = '500';

const FIELDS: Record<FieldOwner, string> = {
  person: '/api/v2/personFields',
  organization: '/api/v2/organizationFields',
  deal: '/api/v2/dealFields',
};
/** Where the fields of this kind of record are listed and made. */
export const fieldsPath = (of: FieldOwner): string => FIELDS[of];

export function openSchema(client: Client, clock: Clock): Schema {
  const known = new Map<string, { until: number; value: Promise<unknown> }>();

  function remembered<T>(key: string, read: () => Promise<T>): Promise<T> {
    const now = clock.now().getTime();
    const found = known.get(key);
    if (found && found.until > now) return found.value as Promise<T>;
    const value = read();
    known.set(key, { until: now + KNOWN_FOR, value });
    value.catch(() => {
      if (known.get(key)?.value === value) known.delete(key);
    });
    return value;
  }
  const list = <T>(call: PipedriveCall, row: z.ZodType<T>) => remembered(call.path, () => client.all(call, row));

  return {
    fields: of => list({ path: FIELDS[of], query: { limit: MOST }, cost: 10 }, field),
    async pipelines() {
      const [pipelines, stages] = await Promise.all([
        list({ path: '/api/v2/pipelines', query: { limit: MOST }, cost: 5 }, pipeline),
        list({ path: '/api/v2/stages', query: { limit: MOST }, cost: 5 }, stage),
      ]);
      return { pipelines: pipelines.toSorted(byOrder), stages: stages.toSorted(byOrder) };
    },
    leadLabels: () => list({ path: '/v1/leadLabels', cost: 10 }, label),
    users: () => list({ path: '/v1/users', cost: 20 }, userRow),
    activityTypes: () => list({ path: '/v1/activityTypes', cost: 20 }, activityType),
    forget: () => known.clear(),
  };
}

const byOrder = (one: { order_nr?: number | null | undefined }, other: { order_nr?: number | null | undefined }) =>
  (one.order_nr ?? 0) - (other.order_nr ?? 0);

/** Names are compared as people do: in any case, whatever the blanks. */
export const sameName = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** By its name, else by its key; a custom one goes before Pipedrive's own of that name. */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  const named = fields.filter(one => sameName(one.field_name, name));
  return named.find(one => one.is_custom_field) ?? named[0] ?? fields.find(one => one.field_code === name);
}
