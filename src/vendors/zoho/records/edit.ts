/** A person sees and changes fields of a record from Slack: in their own log-in where they have one. */
import {
  type EditableField,
  type Edited,
  MOST_EDITABLE,
  mappedNames,
  typedNumber,
} from '../../../contracts/crm-edit.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { CredentialsRejected, Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { refused, SERVICE } from '../api/errors.ts';
import { type KnownModule, placeOf } from '../api/ids.ts';
import { type Field, fieldNamed } from '../api/schema.ts';
import { ON_DEAL } from './person.ts';
import { rowNow } from './relocate.ts';

/** What says how far work with a record is, and what the playbook calls it. */
const PROGRESS: Partial<Record<KnownModule, string>> = { Leads: 'Lead_Status', Deals: 'Stage' };
const OBJECTS: Partial<Record<KnownModule, string>> = { Leads: 'Lead', Contacts: 'Contact', Deals: 'Deal' };

const KINDS: Readonly<Record<string, EditableField['kind']>> = {
  ...{ text: 'text', email: 'text', phone: 'text', website: 'text', textarea: 'long_text', picklist: 'choice' },
  ...{ integer: 'number', bigint: 'number', double: 'number', currency: 'number', date: 'date', boolean: 'yes_no' },
};

type Own = Pick<Company, 'client' | 'save'>;

export function recordEditor(company: Company, ownUser?: (email: string) => Promise<Own | undefined>) {
  return {
    /** One call; the module's fields are known for a while. */
    async read(record: CrmRecord): Promise<EditableField[] | undefined> {
      const { module, number } = placeOf(record);
      const shown = await fieldsOf(company, module);
      const row = await rowNow(company, module, number);
      return row && shown.map(field => editable(field, row[field.api_name]));
    },

    async save(record: CrmRecord, changes: Readonly<Record<string, string>>, writeAs?: string) {
      const { module, number } = placeOf(record);
      const values = valuesOf(await company.schema.fields(module), changes);
      const own = writeAs === undefined ? undefined : await ownUser?.(writeAs);
      if (!own) return send(company, module, number, values, 'baton');
      try {
        return await send(own, module, number, values, 'self');
      } catch (error) {
        // What their user may no longer do is written as Baton's rather than lost; a value that is refused is said.
        const isTheirs = error instanceof CredentialsRejected && !error.forAll;
        if (!isTheirs && !(error instanceof Rejected && error.fields.length === 0)) throw error;
        return send(company, module, number, values, 'baton');
      }
    },
  };
}

async function send(
  { save }: Own,
  module: KnownModule,
  id: string,
  values: Record<string, unknown>,
  as: Edited['as'],
): Promise<Edited | undefined> {
  const saved = await save(module, { kind: 'update', id }, values);
  if (saved.ok) return { as };
  const { code, details } = saved.refusal;
  if (code === 'ID_ALREADY_CONVERTED' || (code === 'INVALID_DATA' && details?.api_name === 'id')) return undefined;
  throw refused(saved.refusal);
}

async function fieldsOf({ schema, rules }: Company, module: KnownModule): Promise<Field[]> {
  const all = await schema.fields(module);
  const isDeal = module === 'Deals';
  const isHere = (name: string) => (ON_DEAL as readonly string[]).includes(name) === isDeal;
  const names = [PROGRESS[module], ...mappedNames(rules, OBJECTS[module] ?? '', isHere)];
  const found = names.flatMap(name => (name === undefined ? [] : (fieldNamed(all, name) ?? [])));
  return [...new Set(found)].filter(one => one.read_only !== true && KINDS[one.data_type]).slice(0, MOST_EDITABLE);
}

function editable(field: Field, value: unknown): EditableField {
  const kind = KINDS[field.data_type] ?? 'text';
  const choices = (field.pick_list_values ?? []).map(one => ({
    value: one.actual_value ?? one.display_value,
    label: one.display_value,
  }));
  return {
    name: field.api_name,
    label: field.field_label,
    kind,
    value: value === null || value === undefined ? '' : String(value),
    ...(kind === 'choice' && { choices }),
  };
}

function valuesOf(fields: readonly Field[], changes: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => {
      const kind = KINDS[fields.find(one => one.api_name === name)?.data_type ?? ''];
      if (value === '') return [name, kind === 'yes_no' ? false : null];
      return [
        name,
        kind === 'number' ? typedNumber(SERVICE, name, value) : kind === 'yes_no' ? value === 'true' : value,
      ];
    }),
  );
}
