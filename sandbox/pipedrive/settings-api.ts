/** Endpoints of what a company has set up: users, fields, labels, stages, webhooks. */
import { z } from 'zod';
import type { Company, FieldTable, User } from './company.ts';
import { invalid, notFound, Refusal } from './errors.ts';
import { page, type Work } from './records.ts';

const shownUser = (user: User, me: User) => ({
  id: user.id,
  name: user.name,
  email: user.email,
  activated: true,
  active_flag: user.active,
  is_you: user.id === me.id,
  access: [
    { app: 'sales', admin: user.admin },
    { app: 'global', admin: user.admin },
  ],
});

export const users: Work = (company, _req, by) => {
  const me = byId(company, by.user);
  return { data: company.users.map(user => shownUser(user, me)) };
};

export const me: Work = (company, _req, by) => {
  const user = byId(company, by.user);
  return {
    data: {
      ...shownUser(user, user),
      company_id: company.id,
      company_name: company.domain,
      company_domain: company.domain,
    },
  };
};

const byId = ({ users: all, owner }: Company, id: number): User => all.find(one => one.id === id) ?? owner;

export const labels: Work = company => ({ data: company.labels });
export const activityTypes: Work = company => ({ data: company.activityTypes });
export const pipelines: Work = (company, req) => page(company, req, company.pipelines);
export const stages: Work = (company, req) => page(company, req, company.stages);

const TYPES =
  'varchar text double phone date daterange time timerange set enum varchar_auto address monetary org people user'.split(
    ' ',
  );
const option = z.strictObject({ label: z.string().min(1) });
const newField = z.strictObject({
  field_name: z.string().min(1).max(255),
  field_type: z.enum(TYPES),
  options: z.array(option).min(1).optional(),
});

export const fields = (table: FieldTable): Record<'list' | 'make' | 'options', Work> => ({
  list: (company, req) => page(company, req, company.fields[table]),
  make: (company, req) => {
    const read = newField.safeParse(req.body);
    if (!read.success) throw invalid(z.prettifyError(read.error));
    const { field_name: name, field_type: type, options } = read.data;
    if ((type === 'enum' || type === 'set') !== (options !== undefined)) throw invalid('options go with enum and set');
    return { data: company.addField(table, name, type, options), status: 201 };
  },
  options: (company, req) => {
    const field = company.fields[table].find(one => one.field_code === req.params.code);
    if (!field?.options) throw notFound('field');
    const read = z.array(option).min(1).safeParse(req.body);
    if (!read.success) throw invalid(z.prettifyError(read.error));
    const made = read.data.map(({ label }) => ({ id: company.nextId('options'), label }));
    field.options.push(...made);
    return { data: made };
  },
});

const OBJECTS = 'activity deal lead note organization person pipeline product stage user *'.split(' ');
const MOST_WEBHOOKS = 40;
const newWebhook = z.strictObject({
  subscription_url: z.url({ protocol: /^https?$/ }),
  event_action: z.enum(['create', 'change', 'delete', '*']),
  event_object: z.enum(OBJECTS),
  name: z.string().optional(),
  user_id: z.int().optional(),
  http_auth_user: z.string().optional(),
  http_auth_password: z.string().optional(),
  version: z.enum(['1.0', '2.0']).default('2.0'),
});

export const webhookList: Work = company => ({
  data: company.webhooks.map(one => ({ ...one, http_auth_user: null, http_auth_password: null })),
});
export const webhookMake: Work = (company, req) => {
  const read = newWebhook.safeParse(req.body);
  if (!read.success) throw invalid(z.prettifyError(read.error));
  if (company.webhooks.length >= MOST_WEBHOOKS) throw new Refusal(403, 'Webhooks limit is reached');
  const { http_auth_user: user, http_auth_password: password, name, user_id: _all, ...rest } = read.data;
  const made = {
    id: company.nextId('webhooks'),
    ...rest,
    name: name ?? null,
    http_auth_user: user ?? null,
    http_auth_password: password ?? null,
    is_active: 1,
  };
  company.webhooks.push(made);
  return { data: made, status: 201 };
};
export const webhookRemove: Work = (company, req) => {
  const at = company.webhooks.findIndex(one => String(one.id) === req.params.id);
  if (at < 0) throw notFound('webhook');
  company.webhooks.splice(at, 1);
  return { data: { id: Number(req.params.id) } };
};
