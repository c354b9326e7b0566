/** A person sees and changes fields of somebody from Slack: in their own log-in where they have one. */
import { z } from 'zod';
import {
  type EditableField,
  type Edited,
  MOST_EDITABLE,
  mappedNames,
  typedNumber,
} from '../../../contracts/crm-edit.ts';
import type { CrmPerson, CrmRecord } from '../../../contracts/crm-records.ts';
import { CredentialsRejected, Rejected } from '../../../lib/errors.ts';
import type { Client } from '../api/client.ts';
import type { Company } from '../api/company.ts';
import { SERVICE } from '../api/errors.ts';
import { type Field, fieldNamed } from '../api/schema.ts';
import { pathTo } from './owner.ts';
import { builtIn, ON_DEAL } from './person.ts';
import { personBehind } from './set-fields.ts';

const KINDS: Readonly<Record<string, EditableField['kind']>> = {
  ...{ varchar: 'text', varchar_auto: 'text', text: 'long_text', double: 'number', int: 'number', monetary: 'number' },
  ...{ date: 'date', enum: 'choice', stage: 'choice' },
};
const STAGE = 'stage_id';

const row = z.looseObject({ custom_fields: z.record(z.string(), z.unknown()).nullish() });

interface Place {
  path: string;
  of: 'person' | 'deal';
}

export function recordEditor(company: Company, ownClient?: (email: string) => Promise<Client | undefined>) {
  return {
    /** One call, one more for a lead that was not met lately; fields and stages are known for a while. */
    async read(record: CrmRecord): Promise<EditableField[] | undefined> {
      const place = await placeBehind(company, record);
      if (!place) return undefined;
      const shown = await fieldsOf(company, place.of);
      const found = await company.client.record({ path: place.path, cost: 1 }, row);
      const valueIn = ({ field_code: code }: Field) => found?.custom_fields?.[code] ?? found?.[code];
      return found && shown.map(field => editable(field, textOf(field, valueIn(field))));
    },

    async save(record: CrmRecord, changes: Readonly<Record<string, string>>, writeAs?: string) {
      const place = await placeBehind(company, record);
      if (!place) return undefined;
      const json = builtIn(await valuesOf(company, place, changes));
      const own = writeAs === undefined ? undefined : await ownClient?.(writeAs);
      if (!own) return send(company.client, place, json, 'baton');
      try {
        return await send(own, place, json, 'self');
      } catch (error) {
        // What their user may no longer do is written as Baton's rather than lost; a value that is refused is said.
        const isTheirs = error instanceof CredentialsRejected && !error.forAll;
        if (!isTheirs && !(error instanceof Rejected && error.fields.length === 0)) throw error;
        return send(company.client, place, json, 'baton');
      }
    },
  };
}

async function send(client: Client, { path }: Place, json: object, as: Edited['as']): Promise<Edited | undefined> {
  return (await client.record({ method: 'PATCH', path, json, cost: 5 }, row)) && { as };
}

async function placeBehind(company: Company, record: CrmRecord): Promise<Place | undefined> {
  if (record.kind === 'deal') return { path: pathTo(record), of: 'deal' };
  const person = await personBehind(company, record as CrmPerson);
  return person && { path: `/api/v2/persons/${person.number}`, of: 'person' };
}

async function fieldsOf({ schema, rules }: Company, of: Place['of']): Promise<Field[]> {
  const all = await schema.fields(of);
  const isDeal = of === 'deal';
  const isHere = (name: string) => (ON_DEAL as readonly string[]).includes(name) === isDeal;
  const mapped = mappedNames(rules, isDeal ? 'Deal' : 'Person', isHere).flatMap(name => fieldNamed(all, name) ?? []);
  const shown = mapped.filter(({ field_type: type }) => KINDS[type]);
  return [...(isDeal ? [await stageField(schema)] : []), ...new Set(shown)].slice(0, MOST_EDITABLE);
}

async function stageField(schema: Company['schema']): Promise<Field> {
  const { stages } = await schema.pipelines();
  const options = stages.map(({ id, name }) => ({ id, label: name }));
  return { field_name: 'Stage', field_code: STAGE, field_type: 'stage', options };
}

function editable(
  { field_code: name, field_name: label, field_type: type, options }: Field,
  value: string,
): EditableField {
  const kind = KINDS[type] ?? 'text';
  const choices = (options ?? []).map(one => ({ value: String(one.id), label: one.label }));
  return { name, label, kind, value, ...(kind === 'choice' && { choices }) };
}

function textOf({ field_type: type }: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (type === 'monetary' && typeof value === 'object') return String((value as { value?: unknown }).value ?? '');
  return typeof value === 'object' ? String((value as { id?: unknown }).id ?? '') : String(value);
}

async function valuesOf({ schema }: Company, { of }: Place, changes: Readonly<Record<string, string>>) {
  const all = await schema.fields(of);
  return Object.fromEntries(
    Object.entries(changes).map(([code, value]) => {
      const type = code === STAGE ? 'stage' : all.find(one => one.field_code === code)?.field_type;
      return [code, encoded(code, type ?? '', value)];
    }),
  );
}

function encoded(code: string, type: string, value: string): unknown {
  if (value === '') return null;
  if (type === 'monetary') return { value: typedNumber(SERVICE, code, value) };
  const kind = KINDS[type];
  if (kind === 'number') return typedNumber(SERVICE, code, value);
  return kind === 'choice' && /^\d+$/.test(value) ? Number(value) : value;
}
