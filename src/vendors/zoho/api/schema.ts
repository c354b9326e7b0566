/** What this Zoho CRM has: fields by module, users, pipelines with their stages. Read once, and again after a while. */
import { z } from 'zod';
import { type Clock, MINUTE } from '../../../lib/clock.ts';
import type { Client } from './client.ts';
import { quoted } from './coql.ts';
import type { KnownModule } from './ids.ts';
import { type UserRow, userRow } from './rows.ts';

export const field = z.looseObject({
  id: z.string(),
  api_name: z.string(),
  field_label: z.string(),
  data_type: z.string(),
  length: z.number().nullish(),
  custom_field: z.boolean().nullish(),
  read_only: z.boolean().nullish(),
  unique: z.record(z.string(), z.unknown()).nullish(),
  pick_list_values: z.array(z.looseObject({ display_value: z.string(), actual_value: z.string().nullish() })).nullish(),
});
export type Field = z.output<typeof field>;

const stage = z.looseObject({
  display_value: z.string(),
  actual_value: z.string(),
  forecast_type: z.string().nullish(),
});
const pipeline = z.looseObject({
  display_value: z.string(),
  actual_value: z.string().nullish(),
  default: z.boolean().nullish(),
  maps: z.array(stage),
});
export type Stage = z.output<typeof stage>;
/** In the order of Zoho's answer, the default one first. */
export type Pipeline = z.output<typeof pipeline>;

const campaignRow = z.looseObject({
  id: z.string(),
  Campaign_Name: z.string().nullish(),
  Status: z.string().nullish(),
  Created_Time: z.string().nullish(),
});
const ACTIVE = 'Active';

export interface Schema {
  fields(of: KnownModule): Promise<readonly Field[]>;
  users(): Promise<readonly UserRow[]>;
  pipelines(): Promise<readonly Pipeline[]>;
  /** Id of the campaign of this name: of several the active one, then the newest. */
  campaign(name: string): Promise<string | undefined>;
  /** Somebody changed something there: all is read anew. */
  forget(): void;
}

/** People add fields and stages now and then; a call each, at most so often. */
const KNOWN_FOR = 10 * MINUTE;

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

  /** A call for the layouts of Deals, one for the pipelines of each. */
  async function readPipelines(): Promise<Pipeline[]> {
    const call = { path: '/settings/layouts', query: { module: 'Deals' } };
    const { rows: layouts } = await client.page(call, 'layouts', z.looseObject({ id: z.string() }));
    const lists = await Promise.all(
      layouts.map(({ id }) =>
        client.page({ path: '/settings/pipeline', query: { layout_id: id } }, 'pipeline', pipeline),
      ),
    );
    const all = lists.flatMap(({ rows }) => rows);
    return all.toSorted((one, other) => Number(other.default === true) - Number(one.default === true));
  }

  async function readCampaign(name: string): Promise<string | undefined> {
    const query = `select id, Campaign_Name, Status, Created_Time from Campaigns where Campaign_Name = ${quoted(name)}`;
    const rows = (await client.coql(query, campaignRow)).filter(one => sameName(one.Campaign_Name ?? '', name));
    const [first] = rows.toSorted(
      (one, other) =>
        Number(other.Status === ACTIVE) - Number(one.Status === ACTIVE) ||
        Date.parse(other.Created_Time ?? '') - Date.parse(one.Created_Time ?? ''),
    );
    return first?.id;
  }

  return {
    campaign: name => remembered(`campaign:${name}`, () => readCampaign(name)),
    fields: of =>
      remembered(`fields:${of}`, async () => {
        const call = { path: '/settings/fields', query: { module: of } };
        return (await client.page(call, 'fields', field)).rows;
      }),
    users: () =>
      remembered('users', () => client.all({ path: '/users', query: { type: 'AllUsers' } }, 'users', userRow)),
    pipelines: () => remembered('pipelines', readPipelines),
    forget: () => known.clear(),
  };
}

/** Names are compared as people do: in any case, whatever the blanks. */
export const sameName = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** By its label, a custom one before Zoho's own of that name; else by its API name. */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  const labelled = fields.filter(one => sameName(one.field_label, name));
  return labelled.find(one => one.custom_field) ?? labelled[0] ?? fields.find(one => one.api_name === name);
}

/** What it means that a deal is at this stage; undefined: it is open, or nobody knows. */
export function resultOf(pipelines: readonly Pipeline[], name: string): 'won' | 'lost' | undefined {
  const types = pipelines.flatMap(({ maps }) =>
    maps.filter(one => sameName(one.display_value, name) || one.actual_value === name),
  );
  const type = types.find(one => one.forecast_type && one.forecast_type !== 'Open')?.forecast_type ?? '';
  if (/won/i.test(type)) return 'won';
  return /lost/i.test(type) ? 'lost' : undefined;
}
