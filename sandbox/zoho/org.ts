/** One organization's Zoho CRM: its users, records, fields and stages, and what it tells of their changes. */
import type { Clock } from '../../src/lib/clock.ts';
import { Refusal, type Told, told } from './errors.ts';
import { COMMON, FIELDS, type FieldRow, fieldRow, MODULES, type ModuleName, misfit, STAGES } from './fields.ts';

export type Row = Record<string, unknown> & { id: string };

export interface User {
  id: string;
  full_name: string;
  email: string;
  status: 'active' | 'disabled';
  admin: boolean;
}

/** Who does it, in the app or through the API; `rule`: an automation of the organization's. */
export interface Doer {
  user: User;
  source: 'crm_ui' | 'crm_api';
  rule?: string;
}

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
/** What came of one record of a write. */
export type Came = { ok: true; row: Row } | { ok: false; told: Told };

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
  /** Whole seconds with an offset, as Zoho writes it. */
  const now = () => `${clock.now().toISOString().slice(0, 19)}+00:00`;
  const shownUser = ({ id, full_name: name, email }: User) => ({ name, id, email });

  function fieldOf(module: ModuleName, name: string): FieldRow | undefined {
    return fields[module].find(one => one.api_name === name);
  }

  function refusalOf(module: ModuleName, name: string, value: unknown, at: number): Told | undefined {
    const field = fieldOf(module, name);
    // Zoho passes over what it does not know, and what only it writes.
    if (!field || field.read_only || value === null) return undefined;
    const path = `$.data[${at}].${name}`;
    if (field.data_type !== 'lookup' && field.data_type !== 'ownerlookup') return misfit(field, value, path);
    const id = (value as { id?: unknown } | null)?.id;
    const wrong = told('INVALID_DATA', 'the related id given seems to be invalid', { api_name: name, json_path: path });
    if (typeof id !== 'string') return wrong;
    if (field.data_type === 'ownerlookup') {
      return users.some(user => user.id === id && user.status === 'active') ? undefined : wrong;
    }
    const to = field.lookup.module?.api_name as ModuleName | undefined;
    return to ? (tables[to].has(id) ? undefined : wrong) : undefined;
  }

  /** A polymorphic link says which module it means. */
  function linkRefusal(values: Record<string, unknown>, at: number): Told | undefined {
    const what = values.What_Id as { id?: string } | null | undefined;
    if (!what) return undefined;
    const module = values.$se_module as ModuleName | undefined;
    const path = `$.data[${at}].What_Id`;
    if (module && tables[module]?.has(String(what.id)) && !isConverted(tables[module].get(String(what.id)))) {
      return undefined;
    }
    return told('INVALID_DATA', 'the related id given seems to be invalid', { api_name: 'What_Id', json_path: path });
  }

  const mandatory = (module: ModuleName, values: Record<string, unknown>, at: number): Told | undefined => {
    const missing = fields[module].find(one => one.system_mandatory && (values[one.api_name] ?? '') === '');
    return (
      missing &&
      told('MANDATORY_NOT_FOUND', 'required field not found', {
        api_name: missing.api_name,
        json_path: `$.data[${at}].${missing.api_name}`,
      })
    );
  };

  function duplicate(module: ModuleName, values: Record<string, unknown>, at: number, self?: string): Told | undefined {
    for (const { api_name: name } of fields[module].filter(one => Object.keys(one.unique).length > 0)) {
      const other = values[name] == null ? undefined : findBy(module, name, values[name]);
      if (!other || other.id === self) continue;
      return told('DUPLICATE_DATA', 'duplicate data', {
        api_name: name,
        duplicate_record: { id: other.id },
        id: other.id,
        json_path: `$.data[${at}].${name}`,
      });
    }
    return undefined;
  }

  function findBy(module: ModuleName, name: string, value: unknown): Row | undefined {
    const wanted = String(value).toLowerCase();
    return [...tables[module].values()].find(
      row => row[name] != null && String(row[name]).toLowerCase() === wanted && !isConverted(row),
    );
  }

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
    const refused =
      mandatory(module, given, at) ??
      firstRefusal(module, given, at) ??
      linkRefusal(given, at) ??
      duplicate(module, given, at);
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

  function firstRefusal(module: ModuleName, given: Record<string, unknown>, at: number): Told | undefined {
    for (const [name, value] of Object.entries(given)) {
      const refused = refusalOf(module, name, value, at);
      if (refused) return refused;
    }
    return undefined;
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
    const refused = firstRefusal(module, given, at) ?? linkRefusal(given, at) ?? duplicate(module, given, at, id);
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

  /** The child's activities and deals go to the master; the child is deleted, and nothing says where it went. */
  function merge(module: 'Leads' | 'Contacts', master: string, child: string, by: Doer): Row {
    const [stays, goes] = [tables[module].get(master), tables[module].get(child)];
    if (!stays || !goes) throw new Refusal(400, told('INVALID_DATA', 'the id given seems to be invalid'));
    for (const other of ['Tasks', 'Calls', 'Events', 'Deals'] as const) {
      for (const row of tables[other].values()) {
        for (const name of ['Who_Id', 'What_Id', 'Contact_Name']) {
          if ((row[name] as { id?: string } | undefined)?.id === child) row[name] = { name: nameOf(stays), id: master };
        }
      }
    }
    for (const [name, value] of Object.entries(goes)) if (stays[name] == null) stays[name] = value;
    remove(module, child, by);
    update(module, master, {}, by);
    return stays;
  }

  /** A lead becomes a contact, an account and, if wanted, a deal; it stays, hidden from whoever does not ask for it. */
  function convert(id: string, by: Doer, deal?: Record<string, unknown>): Record<string, Row> {
    const lead = tables.Leads.get(id);
    if (!lead) throw new Refusal(400, told('INVALID_DATA', 'the id given seems to be invalid'));
    if (isConverted(lead))
      throw new Refusal(400, told('ID_ALREADY_CONVERTED', 'id already converted', { resource_path_index: 3 }));
    const account = must(insert('Accounts', { Account_Name: lead.Company ?? lead.Full_Name, Owner: lead.Owner }, by));
    const { Baton_Handoff: _own, ...kept } = lead;
    const contact = must(insert('Contacts', { ...kept, Account_Name: { id: account.id } }, by));
    const made =
      deal &&
      must(
        insert(
          'Deals',
          { ...deal, Account_Name: { id: account.id }, Contact_Name: { id: contact.id }, Owner: lead.Owner },
          by,
        ),
      );
    lead.$converted = true;
    lead.$converted_detail = {
      account: account.id,
      contact: contact.id,
      convert_date: now().slice(0, 10),
      converted_by: by.user.id,
      ...(made && { deal: made.id }),
    };
    lead.Modified_Time = now();
    tell(org, { operation: 'edit', module: 'Leads', id, fields: [], by });
    for (const other of ['Tasks', 'Calls', 'Events'] as const) {
      for (const row of tables[other].values()) {
        if ((row.What_Id as { id?: string } | undefined)?.id !== id) continue;
        Object.assign(row, {
          Who_Id: { name: nameOf(contact), id: contact.id },
          What_Id: made ? { name: nameOf(made), id: made.id } : null,
          $se_module: made ? 'Deals' : null,
        });
      }
    }
    return { Accounts: account, Contacts: contact, ...(made && { Deals: made }) };
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
    merge,
    convert,
    addField,
  };
  return org;
}

export const isConverted = (row: Row | undefined): boolean => row?.$converted === true;

export function must(came: Came): Row {
  if (came.ok) return came.row;
  throw new Refusal(400, came.told);
}

export function nameOf(row: Row | undefined): string {
  return String(row?.Full_Name ?? row?.Account_Name ?? row?.Deal_Name ?? row?.Subject ?? row?.Event_Title ?? '');
}

const fullName = (row: Record<string, unknown>): string => [row.First_Name, row.Last_Name].filter(Boolean).join(' ');
