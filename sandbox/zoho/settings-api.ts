/** Endpoints of what an organization has set up: itself, users, fields, layouts, pipelines. */
import { z } from 'zod';
import { invalid, missingParam, Refusal, told } from './errors.ts';
import { type FieldRow, isModule } from './fields.ts';
import type { Org } from './org.ts';
import type { Work } from './records.ts';
import type { User } from './rows.ts';

const shownUser = ({ id, full_name, email, status, admin }: User) => ({
  id,
  full_name,
  email,
  status,
  confirm: true,
  profile: { name: admin ? 'Administrator' : 'Standard', id: `${id}9` },
});

export const users: Work = (org, req, by) => {
  const type = String(req.query.type ?? 'AllUsers');
  const some = {
    AllUsers: org.users,
    ActiveUsers: org.users.filter(user => user.status === 'active'),
    CurrentUser: [by.user],
  }[type];
  if (!some) throw invalid('invalid data', { param_name: 'type' });
  const per = Math.min(Number(req.query.per_page ?? 200), org.settings.pageSize);
  const at = Number(req.query.page ?? 1);
  const page = some.slice((at - 1) * per, at * per);
  if (page.length === 0) return { status: 204 };
  const info = { per_page: per, count: page.length, page: at, more_records: at * per < some.length };
  return { status: 200, body: { users: page.map(shownUser), info } };
};

export const organization: Work = org => ({
  status: 200,
  body: { org: [{ id: `${org.zgid}0`, zgid: org.zgid, company_name: org.name, domain_name: `org${org.zgid}` }] },
});

function moduleAsked(given: unknown) {
  const name = String(given ?? '');
  if (!name) throw missingParam('module');
  if (!isModule(name)) throw new Refusal(400, told('INVALID_MODULE', 'the module name given seems to be invalid'));
  return name;
}

export const fields: Work = (org, req) => ({
  status: 200,
  body: { fields: org.fields[moduleAsked(req.query.module)] },
});

const TYPES = [
  'text',
  'textarea',
  'email',
  'phone',
  'picklist',
  'date',
  'datetime',
  'integer',
  'bigint',
  'double',
  'currency',
  'boolean',
  'website',
];
const newField = z.strictObject({
  field_label: z.string().min(1).max(50),
  data_type: z.enum(TYPES),
  length: z.int().positive().max(32_000).optional(),
  unique: z.strictObject({ casesensitive: z.boolean() }).optional(),
  pick_list_values: z
    .array(z.strictObject({ display_value: z.string().min(1), actual_value: z.string().min(1) }))
    .optional(),
  textarea: z.strictObject({ type: z.enum(['small', 'large', 'rich_text']) }).optional(),
  decimal_place: z.int().optional(),
});

export const makeField: Work = (org, req) => {
  const module = moduleAsked(req.query.module);
  const read = z.object({ fields: z.array(newField).min(1).max(5) }).safeParse(req.body);
  if (!read.success) throw invalid(z.prettifyError(read.error), { api_name: 'fields' });
  const made = read.data.fields.map(given => {
    if (org.fields[module].some(one => one.field_label.toLowerCase() === given.field_label.toLowerCase())) {
      return told('DUPLICATE_DATA', 'duplicate data', { api_name: 'field_label' });
    }
    if ((given.data_type === 'picklist') !== (given.pick_list_values !== undefined)) {
      return told('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'pick_list_values' });
    }
    if (org.fields[module].filter(one => one.custom_field).length >= org.settings.customFields) {
      return told('LIMIT_EXCEEDED', 'maximum number of fields limit exceeded', { limit: org.settings.customFields });
    }
    const { textarea: _kind, decimal_place: _places, ...rest } = given;
    const { id } = org.addField(module, rest as Parameters<Org['addField']>[1]);
    return { code: 'SUCCESS', details: { id }, message: 'field created', status: 'success' };
  });
  return { status: made.every(one => one.status === 'success') ? 201 : 400, body: { fields: made } };
};

const changedField = z.object({
  fields: z
    .array(
      z.looseObject({
        pick_list_values: z.array(z.looseObject({ display_value: z.string(), actual_value: z.string().optional() })),
      }),
    )
    .length(1),
});

/** More values of a pick list. */
export const changeField: Work = (org, req) => {
  const module = moduleAsked(req.query.module);
  const field: FieldRow | undefined = org.fields[module].find(one => one.id === req.params.field);
  if (!field) throw invalid('the id given seems to be invalid', { resource_path_index: 2 });
  const read = changedField.safeParse(req.body);
  if (!read.success) throw invalid(z.prettifyError(read.error));
  for (const { display_value: value } of read.data.fields[0]?.pick_list_values ?? []) {
    if (field.pick_list_values.some(one => one.display_value === value)) continue;
    field.pick_list_values.push({ display_value: value, actual_value: value });
  }
  return {
    status: 200,
    body: { fields: [{ code: 'SUCCESS', details: { id: field.id }, message: 'field updated', status: 'success' }] },
  };
};

export const layouts: Work = (org, req) => {
  moduleAsked(req.query.module);
  return { status: 200, body: { layouts: [{ id: org.layout, name: 'Standard', status: 'active' }] } };
};

export const pipelines: Work = (org, req) => {
  if (req.query.layout_id !== org.layout) throw invalid('Invalid layoutid', { param_name: 'layout_id' });
  const pipeline = org.pipelines.map(({ id, name, stages }, at) => ({
    id,
    display_value: name,
    actual_value: name,
    default: at === 0,
    maps: stages.map((stage, number) => ({
      id: stage.id,
      display_value: stage.name,
      actual_value: stage.name,
      sequence_number: number + 1,
      forecast_type: stage.type,
    })),
  }));
  return { status: 200, body: { pipeline } };
};
