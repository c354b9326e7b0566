/** One company's Pipedrive: its users, records, fields and stages, and what it tells of their changes. */
import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../src/lib/clock.ts';
import { invalid, notFound } from './errors.ts';
import { builtIn, type FieldRow, holds, MOST_VARCHAR } from './fields.ts';

export type Row = Record<string, unknown> & { id: number | string };
export type Table = 'persons' | 'organizations' | 'deals' | 'leads' | 'activities';
export type FieldTable = 'personFields' | 'organizationFields' | 'dealFields';

export interface User {
  id: number;
  name: string;
  email: string;
  active: boolean;
  admin: boolean;
}

export interface Webhook {
  id: number;
  subscription_url: string;
  event_action: string;
  event_object: string;
  http_auth_user: string | null;
  http_auth_password: string | null;
  is_active: number;
  version: string;
  name: string | null;
}

/** Something happened to a record; `before`: the values that were there. */
export interface Change {
  action: 'create' | 'change' | 'delete';
  table: Table;
  row: Row;
  before?: Record<string, unknown>;
  by: Doer;
  mergedTo?: number;
  mergedFrom?: number;
}

/** Who did it: a user, in the app or through the API. */
export interface Doer {
  user: number;
  source: 'app' | 'api';
}

const PEOPLE = ['Marcus Chen', 'Priya Nair', 'Tom Okafor', 'Dana Ruiz', 'Chan Li'];
const STAGES = ['Qualified', 'Contact Made', 'Demo Scheduled', 'Proposal Made', 'Negotiations Started'];

export interface CompanyOptions {
  id: number;
  /** `acme` of `acme.pipedrive.com`. */
  domain: string;
  /** Of its users' addresses. */
  mailDomain: string;
  apiToken: string;
}

export type Company = ReturnType<typeof openCompany>;

/** @param tell hears of every change */
export function openCompany(options: CompanyOptions, clock: Clock, tell: (company: Company, change: Change) => void) {
  const tables: Record<Table, Map<string, Row>> = {
    persons: new Map(),
    organizations: new Map(),
    deals: new Map(),
    leads: new Map(),
    activities: new Map(),
  };
  const fields: Record<FieldTable, FieldRow[]> = {
    personFields: [
      builtIn('Name', 'name', 'varchar'),
      builtIn('Email', 'email', 'varchar'),
      builtIn('Phone', 'phone', 'phone'),
    ],
    organizationFields: [builtIn('Name', 'name', 'varchar'), builtIn('Address', 'address', 'address')],
    dealFields: [
      builtIn('Title', 'title', 'varchar'),
      builtIn('Value', 'value', 'monetary'),
      {
        ...builtIn('Source channel', 'channel', 'enum'),
        options: [
          { id: 52, label: 'Web' },
          { id: 53, label: 'Partner' },
        ],
      },
    ],
  };
  const settings = { readOnly: false, pageSize: 100, searchLagMs: 0, burst: 0, dailyTokens: 0 };
  const webhooks: Webhook[] = [];
  /** Serial numbers of each kind, which overlap: person 1 and deal 1 are two things. */
  const last: Record<string, number> = {};
  const next = (kind: string): number => {
    last[kind] = (last[kind] ?? 0) + 1;
    return last[kind];
  };
  const users: User[] = PEOPLE.map((name, at) => ({
    id: 11 + at,
    name,
    email: `${name.split(' ')[0]?.toLowerCase()}@${options.mailDomain}`,
    active: true,
    admin: name.startsWith('Dana'),
  }));
  /** Baton acts as her. */
  const owner: User = { id: 1, name: 'Ivy Integration', email: `ivy@${options.mailDomain}`, active: true, admin: true };
  users.unshift(owner);
  const now = () => clock.now().toISOString();

  function check(table: Table, values: Record<string, unknown>): void {
    if (values.owner_id != null && !users.some(user => user.id === values.owner_id && user.active)) {
      throw invalid('owner_id: user not found or not active');
    }
    for (const [name, other] of Object.entries(LINKS[table])) {
      const id = values[name];
      if (id == null) continue;
      const known = tables[other].get(String(id));
      if (!known || known.is_deleted === true) throw invalid(`${name}: ${other.slice(0, -1)} not found`);
    }
    for (const one of (values.participants as { person_id?: unknown }[] | undefined) ?? []) {
      if (!tables.persons.has(String(one.person_id))) throw invalid('participants: person not found');
    }
    if (table === 'activities' && values.lead_id && values.deal_id) {
      throw invalid('an activity cannot be linked to both a lead and a deal');
    }
    checkText(values);
    checkFields(table, (values.custom_fields as Record<string, unknown> | undefined) ?? {});
  }

  function checkText(values: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'string') continue;
      const most = name === 'note' ? 100_000 : MOST_VARCHAR;
      if ([...value].length > most) throw invalid(`${name} must be ${most} characters at most`);
      if (value.includes('\0')) throw invalid(`${name} holds characters that cannot be kept`);
    }
  }

  function checkFields(table: Table, custom: Record<string, unknown>): void {
    const known = fieldsOf(table);
    for (const [code, value] of Object.entries(custom)) {
      const field = known.find(one => one.field_code === code && one.is_custom_field);
      if (!field) throw invalid(`custom_fields: no field ${code}`);
      if (value !== null && !holds(field, value))
        throw invalid(`custom_fields: ${field.field_name} cannot be ${typeof value}`);
    }
  }

  const fieldsOf = (table: Table): FieldRow[] =>
    ({
      persons: fields.personFields,
      organizations: fields.organizationFields,
      deals: fields.dealFields,
      leads: fields.dealFields,
      activities: [],
    })[table];

  function insert(table: Table, values: Record<string, unknown>, by: Doer): Row {
    check(table, values);
    const id = table === 'leads' ? randomUUID() : next(table);
    const { add_time: given, ...rest } = values;
    const row: Row = {
      owner_id: by.user,
      is_deleted: false,
      custom_fields: {},
      ...rest,
      ...(table === 'activities' && doneSince(rest.done === true)),
      id,
      add_time: given ?? now(),
      update_time: seconds(table),
    };
    tables[table].set(String(id), row);
    tell(company, { action: 'create', table, row, by });
    return row;
  }

  /** v2 keeps whole seconds; leads, of v1, milliseconds. */
  const seconds = (table: Table) => (table === 'leads' ? now() : `${now().slice(0, 19)}Z`);
  const doneSince = (done: boolean) => ({ marked_as_done_time: done ? `${now().slice(0, 19)}Z` : null });

  function update(table: Table, id: string, values: Record<string, unknown>, by: Doer): Row {
    const row = find(table, id);
    check(table, values);
    const custom = values.custom_fields && { ...(row.custom_fields as object), ...(values.custom_fields as object) };
    const changes: Record<string, unknown> = { ...values, ...(custom ? { custom_fields: custom } : {}) };
    const changed = Object.keys(changes).filter(name => JSON.stringify(row[name]) !== JSON.stringify(changes[name]));
    const before = Object.fromEntries(changed.map(name => [name, row[name] ?? null]));
    Object.assign(row, changes);
    if (table === 'activities' && changed.includes('done')) Object.assign(row, doneSince(changes.done === true));
    if (changed.length === 0) return row;
    row.update_time = seconds(table);
    tell(company, { action: 'change', table, row, before, by });
    return row;
  }

  function find(table: Table, id: string): Row {
    const row = tables[table].get(id);
    if (!row) throw notFound(table === 'leads' ? 'requested lead' : table.slice(0, -1));
    return row;
  }

  function remove(table: Table, id: string, by: Doer, mergedTo?: number): Row {
    const row = find(table, id);
    tables[table].delete(id);
    tell(company, { action: 'delete', table, row, by, ...(mergedTo !== undefined && { mergedTo }) });
    return row;
  }

  /** Deals, leads and activities of the loser go to the one that stays; the loser is deleted. */
  function merge(stays: string, goes: string, by: Doer): Row {
    const [row] = [find('persons', stays), find('persons', goes)];
    for (const table of ['deals', 'leads', 'activities'] as const) {
      for (const one of tables[table].values()) if (one.person_id === Number(goes)) one.person_id = Number(stays);
    }
    remove('persons', goes, by, Number(stays));
    row.update_time = seconds('persons');
    tell(company, { action: 'change', table: 'persons', row, before: {}, by, mergedFrom: Number(goes) });
    return row;
  }

  /** A lead becomes a deal of the same person, with its fields, and is deleted. */
  function convert(lead: string, by: Doer): Row {
    const { title, person_id, organization_id, owner_id, custom_fields } = find('leads', lead);
    const [first] = stages;
    const values = {
      title,
      person_id,
      org_id: organization_id ?? null,
      owner_id,
      custom_fields,
      stage_id: first?.id,
      pipeline_id: 1,
    };
    const deal = insert('deals', { ...values, status: 'open', source_lead_id: lead }, by);
    remove('leads', lead, by);
    return deal;
  }

  function addField(table: FieldTable, name: string, type: string, options: { label: string }[] | undefined): FieldRow {
    const code = createHash('sha1')
      .update(`${company.id} ${table} ${name} ${next(table)}`)
      .digest('hex');
    const field: FieldRow = {
      field_name: name,
      field_code: code,
      field_type: type,
      options: null,
      is_custom_field: true,
    };
    if (options) field.options = options.map(({ label }) => ({ id: next('options'), label }));
    fields[table].push(field);
    return field;
  }

  const stages = STAGES.map((name, at) => ({ id: at + 1, name, pipeline_id: 1, order_nr: at + 1 }));

  const company = {
    ...options,
    tables,
    fields,
    settings,
    webhooks,
    users,
    owner,
    stages,
    pipelines: [{ id: 1, name: 'Pipeline', order_nr: 1 }],
    labels: ['Hot', 'Warm', 'Cold'].map(name => ({ id: randomUUID(), name, color: 'blue' })),
    activityTypes: ['call', 'meeting', 'task', 'deadline', 'email', 'lunch'].map(key => ({
      key_string: key,
      name: `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`,
      active_flag: true,
    })),
    /** Tokens spent today. */
    spent: { tokens: 0, day: '' },
    find,
    insert,
    update,
    remove,
    merge,
    convert,
    addField,
    fieldsOf,
    nextId: next,
  };
  return company;
}

/** What a row's columns lead to. */
const LINKS: Record<Table, Record<string, Table>> = {
  persons: { org_id: 'organizations' },
  organizations: {},
  deals: { person_id: 'persons', org_id: 'organizations' },
  leads: { person_id: 'persons', organization_id: 'organizations' },
  activities: { person_id: 'persons', org_id: 'organizations', deal_id: 'deals', lead_id: 'leads' },
};
