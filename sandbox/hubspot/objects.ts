/** CRUD and batches of every object type. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from './account.ts';
import type { StoredRecord } from './crm/stored.ts';
import { invalid, missingScopes, notFound, Refusal } from './errors.ts';
import { type AccountHandler, input, list, typeOf } from './http.ts';
import { associationTarget, isActivity, type ObjectType, typeNamed } from './schema.ts';
import { inlineAssociations, show } from './view.ts';

const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const associationsInput = z
  .array(
    z.strictObject({
      to: z.strictObject({ id: z.union([z.string(), z.number()]) }),
      types: z.array(z.strictObject({ associationCategory: z.string(), associationTypeId: z.number() })).min(1),
    }),
  )
  .default([]);
const createInput = z.strictObject({
  properties: values,
  associations: associationsInput,
  objectWriteTraceId: z.string().optional(),
});
const updateInput = z.strictObject({ properties: values, objectWriteTraceId: z.string().optional() });
const id = z.union([z.string(), z.number()]).transform(String);
const readInput = z.strictObject({
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
  inputs: z.array(z.strictObject({ id })),
});
const upsertInput = z.strictObject({
  inputs: z.array(
    z.strictObject({
      id,
      idProperty: z.string().optional(),
      properties: values,
      objectWriteTraceId: z.string().optional(),
    }),
  ),
});
const MOST = 100;
const MOST_WITH_HISTORY = 50;
/** CRUD and batches, by endpoint. */
export const objectHandlers: Record<string, AccountHandler> = {
  'POST /crm/objects/:version/:type/batch/read': (account, req, res) => {
    const type = typeOf(req);
    if (type === 'companies' && !account.settings.companies) throw missingScopes(['crm.objects.companies.read']);
    const body = input(readInput, req);
    const most = body.propertiesWithHistory.length > 0 ? MOST_WITH_HISTORY : MOST;
    if (body.inputs.length > most) throw invalid(`Batch size ${body.inputs.length} is over the limit of ${most}`);
    const found: StoredRecord[] = [];
    const missing: string[] = [];
    for (const { id } of body.inputs) {
      const record = account.portal.find(type, id, body.idProperty);
      if (record && isReadable(account, record)) found.push(record);
      else missing.push(id);
    }
    const schema = account.portal.schema(type);
    const results = [...new Set(found)].map(one => show(one, schema, body.properties, body.propertiesWithHistory));
    batchAnswer(res, results, missing.length === 0 ? [] : [missingError(type, missing)]);
  },

  'POST /crm/objects/:version/:type/batch/create': (account, req, res) => {
    const type = typeOf(req);
    const { inputs } = input(z.strictObject({ inputs: z.array(createInput).max(MOST) }), req);
    // All or nothing.
    for (const one of inputs) checked(account, type, one);
    refuseTwins(account, type, inputs);
    const made = inputs.map(one => create(account, type, one));
    batchAnswer(
      res,
      made.map((one, at) => show(one, account.portal.schema(type), Object.keys(inputs[at]?.properties ?? {}))),
      [],
      201,
    );
  },

  'POST /crm/objects/:version/:type/batch/update': (account, req, res) => batchWrite(account, req, res, false),
  'POST /crm/objects/:version/:type/batch/upsert': (account, req, res) => batchWrite(account, req, res, true),

  'POST /crm/objects/:version/:type/batch/archive': (account, req, res) => {
    const type = typeOf(req);
    const { inputs } = input(z.strictObject({ inputs: z.array(z.strictObject({ id })).max(MOST) }), req);
    for (const one of inputs) {
      const record = account.portal.find(type, one.id);
      if (record) account.portal.archive(record);
    }
    res.status(204).end();
  },

  'POST /crm/objects/:version/:type': (account, req, res) => {
    const type = typeOf(req);
    const body = input(createInput, req);
    res.status(201).json(show(create(account, type, body), account.portal.schema(type), Object.keys(body.properties)));
  },

  'GET /crm/objects/:version/:type/:id': (account, req, res) => {
    const type = typeOf(req);
    const record = account.portal.need(
      type,
      String(req.params.id),
      req.query.idProperty ? String(req.query.idProperty) : undefined,
    );
    if (!isReadable(account, record)) throw notFound();
    const associations = inlineAssociations(account, record, list(req.query.associations));
    res.json({
      ...show(record, account.portal.schema(type), list(req.query.properties), list(req.query.propertiesWithHistory)),
      ...(associations && { associations }),
    });
  },

  'PATCH /crm/objects/:version/:type/:id': (account, req, res) => {
    const type = typeOf(req);
    const body = input(updateInput, req);
    const record = account.portal.need(
      type,
      String(req.params.id),
      req.query.idProperty ? String(req.query.idProperty) : undefined,
    );
    res.json(
      show(
        account.portal.update(record, body.properties, 'API'),
        account.portal.schema(type),
        Object.keys(body.properties),
      ),
    );
  },

  'DELETE /crm/objects/:version/:type/:id': (account, req, res) => {
    const record = account.portal.find(typeOf(req), String(req.params.id));
    if (record) account.portal.archive(record);
    res.status(204).end();
  },
};

/** What was made a moment ago is not found everywhere yet. */
function isReadable({ clock, settings }: Account, { createdAt }: StoredRecord): boolean {
  return clock.now().getTime() >= Date.parse(createdAt) + settings.readLagMs;
}

type NewObject = z.infer<typeof createInput>;

/** What HubSpot refuses before it makes anything; answers what it is to be associated with. */
function checked(account: Account, type: ObjectType, { properties, associations }: NewObject) {
  if (isActivity(type) && !properties.hs_timestamp) {
    throw invalid('Error creating. Some required properties were not set.', {
      errors: [{ message: 'hs_timestamp is required', code: 'REQUIRED', context: { propertyName: ['hs_timestamp'] } }],
    });
  }
  const links = associations.flatMap(({ to, types }) =>
    types.map(({ associationTypeId, associationCategory }) => {
      const { portal } = account;
      const own = associationCategory === 'USER_DEFINED';
      const toType = own ? portal.labels.target(type, associationTypeId) : associationTarget(type, associationTypeId);
      if (!toType) throw invalid(`Unknown association type ${associationTypeId} from ${type}`);
      return { to: portal.need(toType, String(to.id)), typeId: associationTypeId };
    }),
  );
  if (type === 'leads') {
    if (!properties.hs_lead_name) throw invalid('Property values were not valid: hs_lead_name is required');
    if (!links.some(({ typeId }) => typeId === 578)) throw invalid('Leads must have a primary contact association');
  }
  account.portal.validate(type, properties);
  return links;
}

/** Two of one batch with the same value where no two records may have it. */
function refuseTwins({ portal }: Account, type: ObjectType, inputs: readonly NewObject[]): void {
  const unique = [...portal.schema(type).values()].filter(one => one.unique || one.name === 'email');
  for (const { name } of unique) {
    const given = inputs.flatMap(one => one.properties[name] ?? []);
    if (new Set(given).size < given.length) throw invalid(`Duplicate values for ${name} in one batch`);
  }
}

function create(account: Account, type: ObjectType, body: NewObject): StoredRecord {
  const links = checked(account, type, body);
  const record = account.portal.create(type, body.properties, 'API');
  for (const { to, typeId } of links) account.portal.associate(record, to, typeId);
  return record;
}

function batchWrite(account: Account, req: Request, res: Response, upsert: boolean): void {
  const type = typeOf(req);
  const { inputs } = input(upsertInput, req);
  if (inputs.length > MOST) throw invalid(`Batch size ${inputs.length} is over the limit of ${MOST}`);
  const results: object[] = [];
  const errors: object[] = [];
  for (const one of inputs) {
    try {
      if (upsert && one.idProperty && one.properties[one.idProperty] === undefined) {
        one.properties[one.idProperty] = one.id;
      }
      const existing = account.portal.find(type, one.id, one.idProperty);
      if (!existing && !upsert) throw notFound();
      const record = existing
        ? account.portal.update(existing, one.properties, 'API')
        : account.portal.create(type, one.properties, 'API');
      results.push({
        ...show(record, account.portal.schema(type), Object.keys(one.properties)),
        ...(upsert && { new: !existing }),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push({ ...error.body, context: { ids: [one.id] } });
    }
  }
  batchAnswer(res, results, errors);
}

function missingError(type: ObjectType, ids: string[]): object {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${typeNamed(type)?.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  };
}

/** 207 as soon as one of the inputs went wrong. */
export function batchAnswer(res: Response, results: object[], errors: object[], status = 200): void {
  const now = new Date().toISOString();
  res.status(errors.length > 0 ? 207 : status).json({
    status: 'COMPLETE',
    results,
    ...(errors.length > 0 && { numErrors: errors.length, errors }),
    startedAt: now,
    completedAt: now,
  });
}
