/** Up to 200 records in one call. */
import type { ApiAnswer, ApiCall } from './call.ts';
import { badJson, notFound, Refusal } from './errors.ts';
import { normaliseId } from './ids.ts';
import type { Org } from './org.ts';

/** The org, and how a call of its API is answered. */
interface Answering {
  org: Org;
  answer(call: ApiCall): ApiAnswer | undefined;
}

/** @param rest object and external id, when the path names them; results come in the order of the records */
export function collections({ org, answer }: Answering, call: ApiCall, rest: string[]): ApiAnswer {
  const body = call.body as { allOrNone?: boolean; records?: Record<string, unknown>[] } | undefined;
  const records = body?.records;
  if (!Array.isArray(records)) throw badJson('records must be an array');
  if (records.length > 200)
    throw new Refusal(400, 'INVALID_INPUT', 'record limit reached. cannot submit more than 200 records');
  const results: object[] = [];
  const save = () => {
    results.length = 0;
    for (const record of records) results.push(collected(answer, record, rest, call));
    return results.every(one => 'success' in one && one.success === true);
  };
  if (body?.allOrNone && !org.store.allOrNone(save)) {
    return { status: 200, body: results.map(one => ('success' in one && one.success ? rolledBack() : one)) };
  }
  if (!body?.allOrNone) save();
  return { status: 200, body: results };
}

function collected(
  answer: Answering['answer'],
  record: Record<string, unknown>,
  [objectName, field]: string[],
  call: ApiCall,
): object {
  const { attributes, ...values } = record;
  const type = objectName ?? (attributes as { type?: string } | undefined)?.type ?? '';
  let path = `/sobjects/${type}`;
  if (field !== undefined) {
    path += `/${field}/${encodeURIComponent(String(values[field] ?? ''))}`;
    delete values[field];
  } else if (call.method === 'PATCH') {
    path += `/${String(values.Id ?? values.id)}`;
    delete values.Id;
    delete values.id;
  }
  const given = answer({ ...call, path, body: values });
  if (given && given.status < 300) {
    const id = normaliseId(path.split('/').at(-1));
    return given.body ? (given.body as object) : { id, success: true, errors: [] };
  }
  const errors = (given?.body ?? notFound().body) as { errorCode: string; message: string; fields?: string[] }[];
  return {
    success: false,
    errors: errors.map(one => ({ statusCode: one.errorCode, message: one.message, fields: one.fields ?? [] })),
  };
}

function rolledBack(): object {
  const message = 'Record rolled back because not all records were valid and the request was using AllOrNone header';
  return { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message, fields: [] }] };
}
