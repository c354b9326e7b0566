/** Endpoints of records: lists, one, making, changing, deleting; search with the lag of its index. */
import type { Request } from 'express';
import { z } from 'zod';
import type { Company, Doer, Row, Table } from './company.ts';
import { invalid } from './errors.ts';

export type Answer = { data: unknown; additional_data?: unknown; status?: number };
export type Work = (company: Company, req: Request, by: Doer) => Answer;

const number = z.int().positive().nullish();
const values = z.record(z.string(), z.unknown());
const contactable = z.array(z.strictObject({ value: z.string(), primary: z.boolean(), label: z.string() }));
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What may be written: anything else is refused, as Pipedrive refuses parameters it does not know. */
const COLUMNS = {
  persons: z.strictObject({
    name: z.string().min(1).optional(),
    owner_id: number,
    org_id: number,
    emails: contactable.optional(),
    phones: contactable.optional(),
    custom_fields: values.optional(),
  }),
  organizations: z.strictObject({
    name: z.string().min(1).optional(),
    owner_id: number,
    custom_fields: values.optional(),
  }),
  deals: z.strictObject({
    title: z.string().min(1).optional(),
    owner_id: number,
    person_id: number,
    org_id: number,
    pipeline_id: number,
    stage_id: number,
    value: z.number().optional(),
    currency: z.string().length(3).optional(),
    status: z.enum(['open', 'won', 'lost']).optional(),
    lost_reason: z.string().optional(),
    expected_close_date: day.optional(),
    custom_fields: values.optional(),
  }),
  leads: z.looseObject({
    title: z.string().min(1).optional(),
    owner_id: number,
    person_id: number,
    organization_id: number,
    label_ids: z.array(z.uuid()).optional(),
    origin_id: z.string().optional(),
    channel: z.int().optional(),
    channel_id: z.string().optional(),
    expected_close_date: day.nullish(),
    was_seen: z.boolean().optional(),
    is_archived: z.boolean().optional(),
  }),
  activities: z.strictObject({
    subject: z.string().min(1).optional(),
    type: z.string().optional(),
    owner_id: number,
    deal_id: number,
    lead_id: z.uuid().nullish(),
    org_id: number,
    due_date: day.optional(),
    due_time: z
      .string()
      .regex(/^\d{2}:\d{2}(:\d{2})?$/)
      .optional(),
    duration: z
      .string()
      .regex(/^\d{2}:\d{2}(:\d{2})?$/)
      .optional(),
    done: z.boolean().optional(),
    participants: z.array(z.strictObject({ person_id: z.int(), primary: z.boolean() })).optional(),
    note: z.string().optional(),
    priority: z.int().optional(),
  }),
} satisfies Record<Table, z.ZodType>;
const NEEDED: Record<Table, string> = {
  persons: 'name',
  organizations: 'name',
  deals: 'title',
  leads: 'title',
  activities: 'subject',
};
/** Parameters a list may be asked by, and the columns they mean. */
const FILTERS: Record<Table, Record<string, string>> = {
  persons: { owner_id: 'owner_id', org_id: 'org_id' },
  organizations: { owner_id: 'owner_id' },
  deals: { owner_id: 'owner_id', person_id: 'person_id', org_id: 'org_id', stage_id: 'stage_id', status: 'status' },
  leads: { owner_id: 'owner_id', person_id: 'person_id', organization_id: 'organization_id' },
  activities: { owner_id: 'owner_id', deal_id: 'deal_id', lead_id: 'lead_id', person_id: 'person_id', done: 'done' },
};
const PAGING = 'limit cursor start sort sort_by sort_direction updated_since include_fields'.split(' ');

export const records = (table: Table): Record<'list' | 'one' | 'make' | 'change' | 'remove', Work> => ({
  list: (company, req) => page(company, req, filtered(company, table, req), table === 'leads'),
  one: (company, req) => ({ data: shown(company, table, company.find(table, idIn(req))) }),
  make: (company, req, by) => {
    const body = written(company, table, req);
    if (body[NEEDED[table]] === undefined) throw invalid(`${NEEDED[table]} is required`);
    if (table === 'leads' && body.person_id == null && body.organization_id == null) {
      throw invalid('A lead must be linked to a person or an organization.');
    }
    return { data: shown(company, table, company.insert(table, { ...FRESH[table], ...body }, by)), status: 201 };
  },
  change: (company, req, by) => {
    company.find(table, idIn(req));
    return { data: shown(company, table, company.update(table, idIn(req), written(company, table, req), by)) };
  },
  remove: (company, req, by) => ({ data: { id: company.remove(table, idIn(req), by).id } }),
});

const FRESH: Record<Table, Record<string, unknown>> = {
  persons: { org_id: null },
  organizations: {},
  deals: { status: 'open', stage_id: 1, pipeline_id: 1 },
  leads: { is_archived: false, label_ids: [] },
  activities: { done: false, type: 'task' },
};

const idIn = (req: Request): string => String(req.params.id);

/** Custom fields of a lead stand beside its columns (v1). */
export function written(company: Company, table: Table, { body }: Pick<Request, 'body'>): Record<string, unknown> {
  const read = COLUMNS[table].safeParse(body);
  if (!read.success) throw invalid(z.prettifyError(read.error));
  const given: Record<string, unknown> = read.data;
  if (table === 'activities') return withPerson(given);
  if (table !== 'leads') return given;
  const known = Object.keys(COLUMNS.leads.shape);
  const own = Object.entries(given).filter(([name]) => !known.includes(name));
  const custom = company.fields.dealFields.filter(one => one.is_custom_field).map(one => one.field_code);
  for (const [name] of own) if (!custom.includes(name)) throw invalid(`"${name}" is not allowed`);
  const columns = Object.fromEntries(Object.entries(given).filter(([name]) => known.includes(name)));
  return { ...columns, ...(own.length > 0 && { custom_fields: Object.fromEntries(own) }) };
}

/** An activity's person is its primary participant. */
function withPerson(given: Record<string, unknown>): Record<string, unknown> {
  const participants = given.participants as { person_id: number; primary: boolean }[] | undefined;
  const primary = participants?.find(one => one.primary);
  return { ...given, ...(primary && { person_id: primary.person_id }) };
}

/** As the API shows it. */
export function shown(company: Company, table: Table, row: Row): Record<string, unknown> {
  const { custom_fields: custom, ...columns } = row;
  if (table === 'leads') {
    const { is_deleted: _v2, ...lead } = columns;
    return { ...lead, ...(custom as object) };
  }
  if (table === 'organizations') {
    const won = [...company.tables.deals.values()].filter(one => one.org_id === row.id && one.status === 'won');
    return { ...row, won_deals_count: won.length };
  }
  return row;
}

function filtered(company: Company, table: Table, req: Request): Record<string, unknown>[] {
  const query = req.query as Record<string, string>;
  const known = [...Object.keys(FILTERS[table]), ...PAGING];
  const unknown = Object.keys(query).find(name => !known.includes(name));
  if (unknown) throw invalid(`"${unknown}" is not allowed`);
  const since = query.updated_since;
  if (since !== undefined && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(since))
    throw invalid('updated_since: RFC 3339');
  const wanted = Object.entries(FILTERS[table]).filter(([name]) => query[name] !== undefined);
  const rows = [...company.tables[table].values()].filter(
    row =>
      wanted.every(([name, column]) => String(row[column]) === query[name]) &&
      (since === undefined || Date.parse(String(row.update_time)) >= Date.parse(since)),
  );
  const [by = 'id', direction = 'asc'] = (
    query.sort ?? `${query.sort_by ?? 'id'} ${query.sort_direction ?? 'asc'}`
  ).split(' ');
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return rows.toSorted((one, other) => sign * compared(one[by], other[by])).map(row => shown(company, table, row));
}

const compared = (one: unknown, other: unknown): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other));

/** v2 pages by an opaque cursor, v1 by a start. */
export function page(
  company: Company,
  { query }: Pick<Request, 'query'>,
  rows: readonly unknown[],
  isV1 = false,
): Answer {
  const limit = Math.min(Number(query.limit ?? 100), company.settings.pageSize);
  const start = isV1 ? Number(query.start ?? 0) : placeOf(String(query.cursor ?? ''));
  const end = start + limit;
  const hasMore = end < rows.length;
  const more = isV1
    ? { pagination: { start, limit, more_items_in_collection: hasMore, ...(hasMore && { next_start: end }) } }
    : { next_cursor: hasMore ? Buffer.from(`at:${end}`).toString('base64url') : null };
  return { data: rows.slice(start, end), additional_data: more };
}

function placeOf(cursor: string): number {
  if (cursor === '') return 0;
  const [, at] = /^at:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined) throw invalid('cursor is not valid');
  return Number(at);
}

/** What was written shortly before is not in the index yet. */
export function search(table: 'persons' | 'organizations', now: () => Date): Work {
  return (company, req) => {
    const { term = '', fields = '', exact_match: exact } = req.query as Record<string, string>;
    if (term.trim().length < 2) throw invalid('term must be at least 2 characters long');
    if (exact !== 'true') throw invalid('the stand-in searches exactly alone');
    const until = now().getTime() - company.settings.searchLagMs;
    const rows = [...company.tables[table].values()].filter(
      row => Date.parse(String(row.add_time)) <= until || company.settings.searchLagMs === 0,
    );
    const found = rows.flatMap(row => {
      const hit = table === 'persons' ? personHit(row, term) : organizationHit(row, term, fields);
      return hit ? [{ result_score: 1, item: foundItem(company, table, row, hit) }] : [];
    });
    const { data, additional_data } = page(company, req, found);
    return { data: { items: data }, additional_data };
  };
}

const same = (one: unknown, other: string): boolean => String(one ?? '').toLowerCase() === other.toLowerCase();

function personHit(row: Row, term: string): string[] | undefined {
  const emails = ((row.emails as { value: string }[] | undefined) ?? []).map(({ value }) => value);
  return emails.some(value => same(value, term)) ? [] : undefined;
}

function organizationHit(row: Row, term: string, fields: string): string[] | undefined {
  if (fields === 'name') return same(row.name, term) ? [] : undefined;
  const hits = Object.values(row.custom_fields as object).filter(value => same(value, term));
  return hits.length > 0 ? hits.map(String) : undefined;
}

function foundItem(company: Company, table: 'persons' | 'organizations', row: Row, hit: string[]) {
  const owner = { id: row.owner_id };
  if (table === 'organizations')
    return { id: row.id, type: 'organization', name: row.name, owner, custom_fields: hit, notes: [] };
  const organization = row.org_id == null ? undefined : company.tables.organizations.get(String(row.org_id));
  const emails = ((row.emails as { value: string }[] | undefined) ?? []).map(({ value }) => value);
  return {
    id: row.id,
    type: 'person',
    name: row.name,
    emails,
    owner,
    organization: organization ? { id: organization.id, name: organization.name, address: null } : null,
    custom_fields: hit,
    notes: [],
  };
}
