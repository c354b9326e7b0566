/** People: what they are asked and changed by. */
import type { Request } from 'express';
import type { Account } from './account.ts';
import { badValue, type Reason, Refusal, succeed } from './errors.ts';
import { type AccountHandler, bodyOf, fieldsNamed, inputOf, listed, param } from './http.ts';
import { type Instance, kept, type Lead, misfit, type Value } from './instance.ts';
import { DEFAULT_FIELDS } from './schema.ts';

const MOST = 300;
const ACTIONS = ['createOrUpdate', 'createOnly', 'updateOnly'];

export const leadHandlers: Record<string, AccountHandler> = {
  'GET /rest/v1/leads/describe.json': ({ instance }, _req, res) => {
    const result = [...instance.fields.values()].map(({ id, name, label, type, readOnly }) => ({
      id,
      displayName: label,
      dataType: type,
      rest: { name, readOnly },
      soap: { name: label.replaceAll(' ', ''), readOnly },
    }));
    succeed(res, { result });
  },
  'GET|POST /rest/v1/leads.json': (account, req, res) => {
    if (req.method === 'POST' && req.query._method !== 'GET') return succeed(res, { result: synced(account, req) });
    succeed(res, { result: filtered(account.instance, req) });
  },
  'GET /rest/v1/lead/:id.json': ({ instance }, req, res) => {
    const fields = wantedOf(instance, req);
    const lead = instance.leads.get(Number(req.params.id));
    if (!lead) throw new Refusal('1004', `Lead '${req.params.id}' not found`);
    succeed(res, { result: [shown(lead, fields)] });
  },
};

function wantedOf({ fields }: Instance, req: Request): string[] {
  const named = fieldsNamed(fields, param(req, 'fields')).map(field => field.name);
  return named.length > 0 ? [...new Set(['id', ...named])] : DEFAULT_FIELDS;
}

function shown({ id, values }: Lead, fields: readonly string[]): Record<string, Value> {
  return Object.fromEntries(fields.map(name => [name, name === 'id' ? id : (values[name] ?? null)]));
}

function filtered(instance: Instance, req: Request): Record<string, Value>[] {
  const [type, values] = [param(req, 'filterType'), listed(param(req, 'filterValues'))];
  if (values.length === 0) throw badValue('filterValues cannot be blank');
  if (values.length > MOST) throw badValue(`Invalid value for 'filterValues': more than ${MOST}`);
  const fields = wantedOf(instance, req);
  const found = values.flatMap(value => {
    if (type === 'id') return instance.leads.get(Number(value)) ?? [];
    if (type === 'email') return instance.byEmail(value);
    throw badValue(`Invalid filterType '${type}'`);
  });
  return [...new Set(found)].map(lead => shown(lead, fields));
}

type Result = { id?: number; status: 'created' | 'updated' | 'skipped'; reasons?: Reason[] };

function synced(account: Account, req: Request): Result[] {
  const { action = 'createOrUpdate', lookupField = 'email' } = bodyOf(req);
  if (!ACTIONS.includes(String(action))) throw badValue(`Invalid value '${action}' for 'action'`);
  if (lookupField !== 'email' && lookupField !== 'id')
    throw badValue(`Invalid value '${lookupField}' for 'lookupField'`);
  return inputOf(req).map(input => syncOne(account.instance, String(action), lookupField, input));
}

const skipped = (code: string, message: string): Result => ({ status: 'skipped', reasons: [{ code, message }] });

function syncOne(instance: Instance, action: string, lookup: 'email' | 'id', input: Record<string, unknown>): Result {
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(input)) {
    if (name === 'id') continue;
    const field = instance.fields.get(name);
    if (!field || field.readOnly) return skipped('1006', `Field '${name}' not found`);
    const wrong = misfit(field, value as Value);
    if (wrong) return skipped('1001', wrong);
    values[name] = kept(field, value as Value);
  }
  const found = lookup === 'id' ? [instance.leads.get(Number(input.id))] : instance.byEmail(String(input.email ?? ''));
  const [lead, ...others] = found.filter(one => one !== undefined);
  if (others.length > 0) return skipped('1007', 'Multiple lead match lookup criteria');
  if (lead) {
    if (action === 'createOnly') return skipped('1005', 'Lead already exists');
    instance.change(lead, values, { kind: 'api' });
    return { id: lead.id, status: 'updated' };
  }
  if (action === 'updateOnly' || lookup === 'id') return skipped('1004', 'Lead not found');
  return { id: instance.create(values, 'Web service API').id, status: 'created' };
}
