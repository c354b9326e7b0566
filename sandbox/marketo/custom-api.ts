/** Custom activities, and lists. */
import type { Request } from 'express';
import type { Account } from './account.ts';
import { badValue, Refusal, succeed } from './errors.ts';
import { type AccountHandler, bodyOf, inputOf, listed, param } from './http.ts';
import type { CustomType } from './instance.ts';

const MOST_TYPES = 10;
const MOST_ATTRIBUTES = 20;

export const customHandlers: Record<string, AccountHandler> = {
  'GET /rest/v1/activities/external/types.json': ({ instance }, _req, res) => {
    succeed(res, { result: [...instance.customTypes.values()].map(({ attributes: _none, ...type }) => shown(type)) });
  },
  'GET /rest/v1/activities/external/type/:name/describe.json': (account, req, res) => {
    succeed(res, { result: [shown(typeNamed(account, req))] });
  },
  'POST /rest/v1/activities/external/type.json': (account, req, res) => {
    allowed(account, 'Read-Write Activity Metadata');
    succeed(res, { result: [shown(created(account, bodyOf(req)))] });
  },
  'POST /rest/v1/activities/external/type/:name/attributes/create.json': (account, req, res) => {
    allowed(account, 'Read-Write Activity Metadata');
    const type = typeNamed(account, req);
    const { attributes } = bodyOf(req);
    if (!Array.isArray(attributes)) throw badValue("'attributes' cannot be blank");
    for (const { apiName, name, dataType } of attributes) {
      if (!apiName || !name || !dataType) throw badValue('apiName, name and dataType cannot be blank');
      if (type.attributes.some(one => one.apiName === apiName)) {
        throw new Refusal('1014', `Attribute '${apiName}' already exists`);
      }
      type.attributes.push({ apiName, name, dataType });
    }
    if (type.attributes.length > MOST_ATTRIBUTES) throw badValue(`more than ${MOST_ATTRIBUTES} attributes`);
    type.status = type.status === 'draft' ? 'draft' : 'approved with draft';
    succeed(res, { result: [shown(type)] });
  },
  'POST /rest/v1/activities/external/type/:name/approve.json': (account, req, res) => {
    allowed(account, 'Read-Write Activity Metadata');
    const type = typeNamed(account, req);
    if (type.status === 'approved') throw new Refusal('709', 'Custom activity type has no draft');
    type.status = 'approved';
    succeed(res, { result: [shown(type)] });
  },
  'POST /rest/v1/activities/external.json': (account, req, res) => {
    allowed(account, 'Read-Write Activity');
    succeed(res, { result: inputOf(req).map(input => added(account, input)) });
  },
};

const BASICS = ['apiName', 'name', 'triggerName', 'filterName'] as const;

function created({ instance }: Account, body: Record<string, unknown>): CustomType {
  const [apiName = '', name = '', triggerName = '', filterName = ''] = BASICS.map(key => String(body[key] ?? ''));
  const primary = body.primaryAttribute as Record<string, unknown> | undefined;
  if (!apiName || !name || !triggerName || !filterName || !primary?.apiName || !primary.name) {
    throw badValue('apiName, name, triggerName, filterName and primaryAttribute cannot be blank');
  }
  if (!/^[A-Za-z0-9]{1,255}$/.test(apiName)) throw badValue(`Invalid value '${apiName}' for 'apiName'`);
  if (instance.customTypes.has(apiName)) throw new Refusal('1014', `Custom activity type '${apiName}' already exists`);
  if (instance.customTypes.size >= MOST_TYPES) throw new Refusal('1016', 'Too many custom activity types');
  const type: CustomType = {
    id: instance.nextCustomType(),
    apiName,
    name,
    description: String(body.description ?? ''),
    triggerName,
    filterName,
    primary: { apiName: String(primary.apiName), name: String(primary.name) },
    attributes: [],
    status: 'draft',
  };
  instance.customTypes.set(apiName, type);
  return type;
}

function shown<T extends Pick<CustomType, 'primary'>>({ primary, ...type }: T) {
  return { ...type, primaryAttribute: { ...primary, dataType: 'string' } };
}

function typeNamed({ instance }: Account, req: Request): CustomType {
  const type = instance.customTypes.get(String(req.params.name));
  if (!type) throw new Refusal('1015', `Custom activity type '${req.params.name}' not found`);
  return type;
}

/** Each call adds anew: nothing tells an activity from the same one before. */
function added({ instance }: Account, input: Record<string, unknown>) {
  const type = [...instance.customTypes.values()].find(one => one.id === input.activityTypeId);
  if (!type || type.status === 'draft') throw badValue(`Invalid value '${input.activityTypeId}' for 'activityTypeId'`);
  if (!input.primaryAttributeValue) throw badValue("'primaryAttributeValue' cannot be blank");
  const at = new Date(String(input.activityDate));
  if (Number.isNaN(at.getTime())) throw badValue(`Invalid value '${input.activityDate}' for 'activityDate'`);
  const skip = (code: string, message: string) => ({ status: 'skipped', errors: [{ code, message }] });
  const leadId = Number(input.leadId);
  if (!instance.leads.has(leadId)) return skip('1004', 'Lead not found');
  const given = (Array.isArray(input.attributes) ? input.attributes : []) as Record<string, unknown>[];
  const attributes = given.map(({ apiName, name, value }) => ({
    known: type.attributes.find(one => one.apiName === apiName || one.name === name),
    value: String(value ?? ''),
  }));
  const stranger = attributes.findIndex(({ known }) => !known);
  if (stranger >= 0) return skip('1006', `Attribute '${given[stranger]?.apiName ?? ''}' not found`);
  const entry = instance.add({
    at,
    leadId,
    activityTypeId: type.id,
    primaryAttributeValueId: null,
    primaryAttributeValue: String(input.primaryAttributeValue),
    attributes: attributes.flatMap(({ known, value }) => (known && value ? [{ name: known.name, value }] : [])),
  });
  return { marketoGUID: entry.marketoGUID, status: 'added' };
}

export const listHandlers: Record<string, AccountHandler> = {
  'GET /rest/v1/lists.json': ({ instance }, req, res) => {
    const ids = listed(param(req, 'id')).map(Number);
    const names = listed(param(req, 'name'));
    const all = [...instance.lists.values()]
      .filter(({ id }) => ids.length === 0 || ids.includes(id))
      .filter(({ name }) => names.length === 0 || names.includes(name));
    succeed(res, { result: all.map(({ id, name }) => ({ id, name })) });
  },
  'GET /rest/v1/campaigns.json': ({ instance }, req, res) => {
    const [id, name] = [param(req, 'id'), param(req, 'name')];
    const all = [...instance.campaigns.values()].filter(
      one => (id === '' || String(one.id) === id) && (name === '' || one.name === name),
    );
    succeed(res, { result: all.map(({ requests: _requests, ...one }) => one) });
  },
  'POST /rest/v1/campaigns/:id/trigger.json': (account, req, res) => {
    allowed(account, 'Execute Campaign');
    const campaign = account.instance.campaigns.get(Number(req.params.id));
    if (!campaign) throw new Refusal('1013', `Campaign '${req.params.id}' not found`);
    if (!campaign.active) throw new Refusal('611', 'Campaign is not active');
    const { leads = [] } = (req.body as { input?: { leads?: { id: number }[] } } | undefined)?.input ?? {};
    const unknown = leads.find(({ id }) => !account.instance.leads.has(id));
    if (unknown) throw new Refusal('1004', `Lead '${unknown.id}' not found`);
    for (const { id } of leads) campaign.requests.push(id);
    succeed(res, { result: [{ id: campaign.id }] });
  },
  'GET /rest/v1/lists/:id.json': (account, req, res) => {
    const { id, name } = listOf(account, req);
    succeed(res, { result: [{ id, name }] });
  },
  'GET /rest/v1/lists/:id/leads.json': (account, req, res) => {
    const { members } = listOf(account, req);
    const result = [...members].map(id => ({ id, email: account.instance.leads.get(id)?.values.email ?? null }));
    succeed(res, { result });
  },
  'POST|DELETE /rest/v1/lists/:id/leads.json': (account, req, res) => {
    allowed(account, 'Read-Write Person');
    const { members } = listOf(account, req);
    const adds = req.method === 'POST';
    const result = inputOf(req).map(input => {
      const id = Number(input.id);
      if (!account.instance.leads.has(id)) {
        return { id, status: 'skipped', reasons: [{ code: '1004', message: 'Lead not found' }] };
      }
      const was = members.has(id);
      if (adds) members.add(id);
      else members.delete(id);
      return { id, status: adds ? (was ? 'memberof' : 'added') : was ? 'removed' : 'notmemberof' };
    });
    succeed(res, { result });
  },
  'GET /rest/v1/stats/usage.json': ({ limits, settings }, _req, res) => {
    const { date, calls } = limits.today();
    const users = [
      { userId: 'baton-api@example.com', count: calls },
      ...(settings.usedByOthers > 0 ? [{ userId: 'sync@example.com', count: settings.usedByOthers }] : []),
    ];
    succeed(res, { result: [{ date, total: calls + settings.usedByOthers, users }] });
  },
};

function listOf({ instance }: Account, req: Request) {
  const list = instance.lists.get(Number(req.params.id));
  if (!list) throw new Refusal('1013', `Static list '${req.params.id}' not found`);
  return list;
}

/** @throws Refusal when the role of the API user lacks the permission */
export function allowed({ settings }: Account, permission: string): void {
  if (settings.denied.includes(permission)) throw new Refusal('603', 'Access denied');
}
