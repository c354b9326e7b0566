/** What Zoho refuses of a record: values that do not fit, links that lead nowhere, what is mandatory or unique. */
import { type Told, told } from './errors.ts';
import { type FieldRow, type ModuleName, misfit } from './fields.ts';
import { isConverted, type Row, type User } from './rows.ts';

interface Kept {
  tables: Record<ModuleName, Map<string, Row>>;
  fields: Record<ModuleName, FieldRow[]>;
  users: readonly User[];
}

export function createChecks({ tables, fields, users }: Kept) {
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

  function firstRefusal(module: ModuleName, given: Record<string, unknown>, at: number): Told | undefined {
    for (const [name, value] of Object.entries(given)) {
      const refused = refusalOf(module, name, value, at);
      if (refused) return refused;
    }
    return undefined;
  }

  /** The first reason why it cannot be written; `self`: the record that is changed, absent for a new one. */
  function refusal(module: ModuleName, given: Record<string, unknown>, at: number, self?: string): Told | undefined {
    return (
      (self === undefined ? mandatory(module, given, at) : undefined) ??
      firstRefusal(module, given, at) ??
      linkRefusal(given, at) ??
      duplicate(module, given, at, self)
    );
  }

  return { fieldOf, findBy, refusal };
}
