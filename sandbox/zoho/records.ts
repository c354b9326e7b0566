/** Endpoints of records: lists, one, making, changing, upserting, deleting, searching. */
import type { Request } from 'express';
import { z } from 'zod';
import { runCoql } from './coql.ts';
import { invalid, missingParam, Refusal, told } from './errors.ts';
import { isModule, type ModuleName } from './fields.ts';
import { type Org, SYSTEM_DUPLICATES } from './org.ts';
import { type Came, type Doer, isConverted, type Row } from './rows.ts';

/** Without a body: 204. */
export interface Answer {
  status: number;
  body?: unknown;
}
export type Work = (org: Org, req: Request, by: Doer, now: Date) => Answer;

const MOST_WRITTEN = 100;
const [MOST_FIELDS, MOST_LISTED] = [50, 2_000];
const writeBody = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())).min(1),
  duplicate_check_fields: z.array(z.string()).optional(),
});

export function moduleIn(req: Request): ModuleName {
  const name = String(req.params.module);
  if (!isModule(name))
    throw new Refusal(
      400,
      told('INVALID_MODULE', 'the module name given seems to be invalid', { resource_path_index: 0 }),
    );
  return name;
}

function written(req: Request) {
  const read = writeBody.safeParse(req.body);
  if (!read.success) throw invalid('body', { expected_data_type: 'jsonobject' });
  if (read.data.data.length > MOST_WRITTEN)
    throw invalid('invalid data', { maximum_length: MOST_WRITTEN, api_name: 'data' });
  return read.data;
}

export const none: Answer = { status: 204 };

export function rowOf(org: Org, req: Request): Row | undefined {
  const id = String(req.params.id);
  if (!/^\d{1,20}$/.test(id)) throw invalid('the id given seems to be invalid', { resource_path_index: 1 });
  return org.tables[moduleIn(req)].get(id);
}

/** Of a converted lead nothing is shown to whoever does not ask for it. */
export const one: Work = (org, req) => {
  const row = rowOf(org, req);
  const wants = String(req.query.converted ?? 'false');
  if (!row || (isConverted(row) !== (wants === 'true') && wants !== 'both')) return none;
  return { status: 200, body: { data: [shown(row)] } };
};

/** What a record's own page of the API has beside its fields. */
const shown = (row: Row) => ({ ...row, $converted: isConverted(row), $converted_detail: row.$converted_detail ?? {} });

export const list: Work = (org, req) => {
  const module = moduleIn(req);
  const names = String(req.query.fields ?? '');
  if (!names) throw missingParam('fields');
  if (names.split(',').length > MOST_FIELDS)
    throw new Refusal(400, told('LIMIT_EXCEEDED', 'fields limit exceeded', { limit: MOST_FIELDS }));
  const wants = String(req.query.converted ?? 'false');
  const since = req.get('if-modified-since');
  const ids = req.query.ids === undefined ? undefined : String(req.query.ids).split(',');
  const rows = [...org.tables[module].values()].filter(
    row =>
      (module !== 'Leads' || wants === 'both' || isConverted(row) === (wants === 'true')) &&
      (ids === undefined || ids.includes(row.id)) &&
      (since === undefined || Date.parse(String(row.Modified_Time)) >= Date.parse(since)),
  );
  const sorted = rows.toSorted((a, b) => String(a.Modified_Time).localeCompare(String(b.Modified_Time)));
  const some = sorted.map(row => ({
    ...Object.fromEntries(names.split(',').map(name => [name, row[name] ?? null])),
    id: row.id,
  }));
  if (since !== undefined && some.length === 0) return { status: 304 };
  return page(org, req, some);
};

export function page(org: Org, req: Request, rows: readonly unknown[]): Answer {
  const per = Math.min(Number(req.query.per_page ?? 200), org.settings.pageSize);
  const at = Number(req.query.page ?? 1);
  if (at * per > MOST_LISTED)
    throw new Refusal(
      400,
      told('DISCRETE_PAGINATION_LIMIT_EXCEEDED', 'you have reached the limit', { limit: MOST_LISTED }),
    );
  const some = rows.slice((at - 1) * per, at * per);
  if (some.length === 0) return none;
  return {
    status: 200,
    body: { data: some, info: { per_page: per, count: some.length, page: at, more_records: at * per < rows.length } },
  };
}

/** All said yes, some, or none: the status says which. */
function outcome(ok: number, data: readonly Record<string, unknown>[]): Answer {
  const good = data.filter(item => item.status === 'success').length;
  return { status: good === data.length ? ok : good === 0 ? 400 : 207, body: { data } };
}

function result(
  org: Org,
  came: Came,
  action: 'insert' | 'update',
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  if (!came.ok) return { ...came.told };
  const { id, Created_Time, Modified_Time } = came.row;
  return {
    code: 'SUCCESS',
    ...more,
    details: { Modified_Time, Created_Time, id, Modified_By: org.shownUser(org.owner) },
    message: action === 'insert' ? 'record added' : 'record updated',
    status: 'success',
  };
}

export const make: Work = (org, req, by) => {
  const module = moduleIn(req);
  const data = written(req).data.map((values, at) => result(org, org.insert(module, values, by, at), 'insert'));
  return outcome(201, data);
};

export const change: Work = (org, req, by) => {
  const module = moduleIn(req);
  const data = written(req).data.map((values, at) => {
    const id = String(req.params.id ?? values.id ?? '');
    return result(org, org.update(module, id, values, by, at), 'update');
  });
  return outcome(200, data);
};

export const upsert: Work = (org, req, by) => {
  const module = moduleIn(req);
  const { data, duplicate_check_fields: given } = written(req);
  const names = given ?? [SYSTEM_DUPLICATES[module] ?? ''].filter(Boolean);
  for (const name of names) {
    const isUnique = Object.keys(org.fieldOf(module, name)?.unique ?? {}).length > 0;
    if (!isUnique && SYSTEM_DUPLICATES[module] !== name) {
      throw invalid('the field is not available for duplicate check', {
        api_name: 'duplicate_check_fields',
        field: name,
      });
    }
  }
  const came = data.map((values, at) => {
    const by_ = names.find(name => values[name] != null && org.findBy(module, name, values[name]));
    const known = by_ === undefined ? undefined : org.findBy(module, by_, values[by_]);
    const action = known ? ('update' as const) : ('insert' as const);
    const done = known ? org.update(module, known.id, values, by, at) : org.insert(module, values, by, at);
    return result(org, done, action, { duplicate_field: by_ ?? null, action });
  });
  return outcome(200, came);
};

export const remove: Work = (org, req, by) => {
  const row = rowOf(org, req);
  if (!row || !org.remove(moduleIn(req), row.id, by))
    throw invalid('the id given seems to be invalid', { id: req.params.id });
  return {
    status: 200,
    body: { data: [{ code: 'SUCCESS', details: { id: row.id }, message: 'record deleted', status: 'success' }] },
  };
};

export const deletedOnes: Work = (org, req) => {
  const module = moduleIn(req);
  const since = Date.parse(req.get('if-modified-since') ?? '1970-01-01T00:00:00Z');
  const rows = org.deleted
    .filter(gone => gone.module === module && Date.parse(gone.at) >= since)
    .map(({ id, at, by }) => ({
      id,
      deleted_time: at,
      type: 'recycle',
      display_name: null,
      created_by: null,
      deleted_by: { id: by },
    }))
    .toReversed();
  return page(org, req, rows);
};

export const coql: Work = (org, req) => {
  const query = z.object({ select_query: z.string() }).safeParse(req.body).data?.select_query;
  if (query === undefined)
    throw new Refusal(400, told('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'select_query' }));
  const body = runCoql(org, query);
  return body ? { status: 200, body } : none;
};

/** Signs that the index of the search takes for one another. */
const blurred = (text: unknown): string =>
  String(text ?? '')
    .toLowerCase()
    .replaceAll(/[{}[\]^:\-/!?*_@ ]/g, '_');

/** `(Email:in:a,b)`, from an index that lags and blurs signs; converted leads only for whoever asks. */
export const search: Work = (org, req, _by, now) => {
  const module = moduleIn(req);
  const criteria = String(req.query.criteria ?? '');
  const [, name = '', operator = '', list = ''] = /^\((\w+):(in|equals):([\s\S]*)\)$/.exec(criteria) ?? [];
  if (!org.fieldOf(module, name))
    throw new Refusal(400, told('INVALID_QUERY', 'the query is invalid', { reason: 'criteria' }));
  if (criteria.length > 3_000) throw invalid('invalid data', { maximum_length: 3_000, param_name: 'criteria' });
  const values = valuesIn(list);
  if (values.length > 100) throw invalid('invalid data', { maximum_length: 100, param_name: 'criteria' });
  const until = now.getTime() - org.settings.searchLagMs;
  const rows = [...org.tables[module].values()].filter(row => {
    if (isConverted(row) && String(req.query.converted ?? 'false') === 'false') return false;
    if (org.settings.searchLagMs > 0 && Date.parse(String(row.Modified_Time)) > until) return false;
    const is = blurred(row[name]);
    return values.some(value => (operator === 'in' ? is === blurred(value) : is.includes(blurred(value))));
  });
  return page(org, req, rows.map(shown).toReversed());
};

/** Parted by commas; a backslash keeps a comma, a parenthesis or itself. */
function valuesIn(list: string): string[] {
  if (/(^|[^\\])(\\\\)*[()]/.test(list) || /(^|[^\\])(\\\\)*\\$/.test(list)) {
    throw new Refusal(
      400,
      told('INVALID_QUERY', 'the query is invalid', { reason: 'special characters are not escaped' }),
    );
  }
  return [...list.matchAll(/((?:\\[\s\S]|[^,\\])*)(?:,|$)/g)]
    .map(([, value = '']) => value.replaceAll(/\\([\s\S])/g, '$1'))
    .filter(value => value !== '');
}
