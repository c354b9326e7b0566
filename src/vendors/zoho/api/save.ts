/** Writing records: each says yes or no by itself, and those of one moment share a call. */
import { z } from 'zod';
import { coalesce } from '../../../lib/coalesce.ts';
import type { Client, ZohoCall } from './client.ts';
import { failure, type Refusal, refusalIn, unreadable } from './errors.ts';
import type { KnownModule } from './ids.ts';

export type Values = Readonly<Record<string, unknown>>;

/** How a record is written: found by these unique fields in their order, always new, or by its id. */
export type How = { kind: 'upsert'; by: readonly string[] } | { kind: 'insert' } | { kind: 'update'; id: string };

export type Saved = { ok: true; id: string; created: boolean } | { ok: false; refusal: Refusal };

/** @throws Failure when the call itself fails; a refusal of the record is answered */
export type Saver = (module: KnownModule, how: How, values: Values) => Promise<Saved>;

/** Records of one call; it costs a credit for each ten (page "API limits"). */
const [MOST, OF_ONE_CREDIT] = [100, 10];
/** Calls of one kind under way: what comes meanwhile travels together. */
const WIDTH = 2;

const item = z.looseObject({
  code: z.string(),
  message: z.string().default(''),
  details: z.looseObject({ id: z.string().optional() }).nullish(),
  action: z.string().nullish(),
});

export function saver(client: Client): Saver {
  const lines = new Map<string, (values: Values) => Promise<Saved>>();
  return (module, how, values) => {
    const by = how.kind === 'upsert' ? how.by : [];
    const key = [module, how.kind, ...by].join(' ');
    const line =
      lines.get(key) ??
      coalesce<Values, Saved>({
        most: MOST,
        width: WIDTH,
        call: records => sent(client, callOf(module, how.kind, by, records), records.length),
      });
    lines.set(key, line);
    return line(how.kind === 'update' ? { ...values, id: how.id } : values);
  };
}

function callOf(module: KnownModule, kind: How['kind'], by: readonly string[], records: readonly Values[]): ZohoCall {
  return {
    method: kind === 'update' ? 'PUT' : 'POST',
    path: kind === 'upsert' ? `/${module}/upsert` : `/${module}`,
    json: { data: records, ...(kind === 'upsert' && { duplicate_check_fields: by }), trigger: ['workflow'] },
    credits: Math.ceil(records.length / OF_ONE_CREDIT),
  };
}

/** What came of each, in its order: the answer of 200, 201, 207 and 400 has one item for every record. */
async function sent(client: Client, call: ZohoCall, count: number): Promise<Saved[]> {
  const answer = await client.send(call);
  const items = z.object({ data: z.array(item) }).safeParse(answer.body).data?.data;
  const isOfRecords = answer.status < 300 || answer.status === 400;
  if (!isOfRecords) throw failure(answer, client.now());
  if (items?.length !== count) {
    if (answer.status === 400 && refusalIn(answer.body)) throw failure(answer, client.now());
    throw unreadable(`${call.method} ${call.path}`);
  }
  return items.map(({ code, message, details, action }): Saved => {
    if (code !== 'SUCCESS') return { ok: false, refusal: firstOf({ code, message, details }) };
    return { ok: true, id: details?.id ?? '', created: action ? action === 'insert' : call.method === 'POST' };
  });
}

const several = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string(), details: z.looseObject({}).nullish() })).min(1),
});

/** Several refusals of one record come in one: the first is dealt with first. */
function firstOf(refusal: Refusal): Refusal {
  const [first] = several.safeParse(refusal.details).data?.errors ?? [];
  return first ?? refusal;
}
