/** One organization's Zoho CRM: its users, records, fields and stages, and what it tells of their changes. */
import type { Clock } from '../../src/lib/clock.ts';
import { createChecks } from './checks.ts';
import { told } from './errors.ts';
import { COMMON, FIELDS, type FieldRow, fieldRow, MODULES, type ModuleName, STAGES } from './fields.ts';
import { type Came, type Doer, isConverted, nameOf, type Row, type User } from './rows.ts';

export interface Change {
  operation: 'create' | 'edit' | 'delete';
  module: ModuleName;
  id: string;
  fields: string[];
  by: Doer;
}

/** What a record's timeline says of one change. */
export interface Past {
  at: string;
  by: Doer;
  action: 'added' | 'updated';
  fields: { api_name: string; old: unknown; new: unknown }[];
}

export interface Deleted {
  module: ModuleName;
  id: string;
  at: string;
  by: string;
}

export interface OrgOptions {
  /** Of the organization; ids of its records begin with it. */
  zgid: string;
  name: string;
  /** Its data centre: `com`, `eu`. */
  dc: string;
  mailDomain: string;
}

export type Org = ReturnType<typeof openOrg>;
const PEOPLE = ['Marcus Chen', 'Priya Nair', 'Tom Okafor', 'Dana Ruiz', 'Chan Li'];
/** Fields by which an upsert looks although nobody made them unique. */
export const SYSTEM_DUPLICATES: Readonly<Partial<Record<ModuleName, string>>> = {
  Leads: 'Email',
  Contacts: 'Email',
  Accounts: 'Account_Name',
  Deals: 'Deal_Name',
};

/** @param tell hears of every change */
export function openOrg(options: OrgOptions, clock: Clock, tell: (org: Org, change: Change) => void) {
  let serial = 0;
  const nextId = (): string => {
    serial += 1;
    return `${options.zgid}${String(serial).padStart(19 - options.zgid.length, '0')}`;
  };
  const tables = Object.fromEntries(MODULES.map(name => [name, new Map<string, Row>()])) as unknown as Record<
    ModuleName,
    Map<string, Row>
  >;
  const fields = Object.fromEntries(
    MODULES.map(name => [name, [...FIELDS[name], ...COMMON].map(given => fieldRow(nextId(), ...given))]),
  ) as Record<ModuleName, FieldRow[]>;
  const userOf = (full_name: string, admin: boolean): User => ({
    id: nextId(),
    full_name,
    email: `${full_name.split(' ')[0]?.toLowerCase()}@${options.mailDomain}`,
    status: 'active',
    admin,
  });
  /** Baton acts as her. */
  const owner = userOf('Ivy Integration', true);
  const users = [owner, ...PEOPLE.map(name => userOf(name, name.startsWith('Dana')))];
  const settings = {
    readOnly: false,
    pageSize: 200,
    searchLagMs: 0,
    /** Calls that may still be made today; -1: as many as anybody likes. */
    creditsLeft: -1,
    creditsOfDay: 100_000,
    /** Longest time a channel is granted, in hours. */
    watchHours: 24,
    /** Custom fields that a module may have. */
    customFields: 155,
  };
  const past = new Map<string, Past[]>();
  const deleted: Deleted[] = [];
  /** Campaign → person → status. */
  const members = new Map<string, Map<string, string>>();
  /** Whole seconds with an offset, as Zoho writes it. */
  const now = () => `${clock.now().toISOString().slice(0, 19)}+00:00`;
  const shownUser = ({ id, full_name: name, email }: User) => ({ name, id, email });

  const { fieldOf, findBy, refusal } = createChecks({ tables, fields, users });

  const known = (module: ModuleName, values: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) => {
        const field = fieldOf(module, name);
        return name === '$se_module' || (field && !field.read_only);
      }),
    );

  /** As a record refers to another: with its name. */
  function linked(module: ModuleName, values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const id = (value as { id?: string } | null)?.id;
        const type = fieldOf(module, name)?.data_type;
        if (typeof id !== 'string') return [name, value];
        if (type === 'ownerlookup') return [name, shownUser(users.find(user => user.id === id) ?? owner)];
        if (type !== 'lookup') return [name, value];
        const other = MODULES.map(one => tables[one].get(id)).find(Boolean);
        return [name, { name: nameOf(other), id }];
      }),
    );
  }

  function insert(module: ModuleName, given: Record<string, unknown>, by: Doer, at = 0): Came {
    const refused = refusal(module, given, at);
    if (refused) return { ok: false, told: refused };
    const row = linked(module, {
      Owner: { id: by.user.id },
      ...(module === 'Leads' && { Lead_Status: null }),
      ...known(module, given),
    }) as Row;
    row.id = nextId();
    if (module === 'Leads' || module === 'Contacts') row.Full_Name = fullName(row);
    const made = given.Created_Time ?? now();
    Object.assign(row, {
      Created_Time: made,
      Modified_Time: now(),
      Created_By: shownUser(by.user),
      Modified_By: shownUser(by.user),
    });
    if (module === 'Tasks') row.Closed_Time = row.Status === 'Completed' ? now() : null;
    tables[module].set(row.id, row);
    past.set(row.id, [{ at: now(), by, action: 'added', fields: [] }]);
    tell(org, { operation: 'create', module, id: row.id, fields: Object.keys(known(module, given)), by });
    return { ok: true, row };
  }

  function update(module: ModuleName, id: string, given: Record<string, unknown>, by: Doer, at = 0): Came {
    const row = tables[module].get(id);
    if (row && isConverted(row)) {
      return { ok: false, told: told('ID_ALREADY_CONVERTED', 'id already converted', { resource_path_index: 1 }) };
    }
    if (!row) {
      return {
        ok: false,
        told: told('INVALID_DATA', 'the id given seems to be invalid', {
          api_name: 'id',
          json_path: `$.data[${at}].id`,
        }),
      };
    }
    const refused = refusal(module, given, at, id);
    if (refused) return { ok: false, told: refused };
    const values = linked(module, known(module, given));
    const changed = Object.keys(values).filter(
      name => JSON.stringify(row[name] ?? null) !== JSON.stringify(values[name]),
    );
    const changes = changed.map(name => ({ api_name: name, old: row[name] ?? null, new: values[name] ?? null }));
    Object.assign(row, values);
    if (module === 'Leads' || module === 'Contacts') row.Full_Name = fullName(row);
    if (module === 'Tasks' && changed.includes('Status')) row.Closed_Time = row.Status === 'Completed' ? now() : null;
    Object.assign(row, { Modified_Time: now(), Modified_By: shownUser(by.user) });
    past.get(id)?.push({ at: now(), by, action: 'updated', fields: changes });
    tell(org, { operation: 'edit', module, id, fields: changed, by });
    return { ok: true, row };
  }

  function remove(module: ModuleName, id: string, by: Doer): boolean {
    if (!tables[module].delete(id)) return false;
    deleted.push({ module, id, at: now(), by: by.user.id });
    tell(org, { operation: 'delete', module, id, fields: [], by });
    return true;
  }

  function addField(
    module: ModuleName,
    given: Partial<FieldRow> & Pick<FieldRow, 'field_label' | 'data_type'>,
  ): FieldRow {
    const { field_label: label, data_type: type, ...more } = given;
    const row = fieldRow(nextId(), label, type, { custom_field: true, ...more });
    const taken = (name: string) => fieldOf(module, name) !== undefined;
    if (taken(row.api_name)) row.api_name = `${row.api_name}1`;
    fields[module].push(row);
    return row;
  }

  const org = {
    ...options,
    tables,
    fields,
    settings,
    users,
    owner,
    past,
    deleted,
    members,
    layout: nextId(),
    pipelines: [
      {
        id: nextId(),
        name: 'Standard (Standard)',
        stages: STAGES.map(([name, type]) => ({ id: nextId(), name, type })),
      },
    ],
    nextId,
    now,
    shownUser,
    findBy,
    fieldOf,
    insert,
    update,
    remove,
    /** Something happened to it that no write says. */
    tell: (change: Change) => tell(org, change),
    addField,
  };
  return org;
}

const fullName = (row: Record<string, unknown>): string => [row.First_Name, row.Last_Name].filter(Boolean).join(' ');
