/** CRUD and batches of every object type. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { invalid, notFound, Refusal } from './errors.ts';
import { both, input, list, type Portals, typeOf } from './http.ts';
import type { StoredRecord } from './portal.ts';
import { type ObjectType, typeNamed } from './schema.ts';
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
/** Which object a default association type id leads to. */
const LEADS_TO: Record<number, ObjectType> = {
  194: 'contacts',
  198: 'contacts',
  200: 'contacts',
  202: 'contacts',
  204: 'contacts',
  3: 'contacts',
  280: 'contacts',
  2: 'contacts',
  182: 'companies',
  186: 'companies',
  188: 'companies',
  190: 'companies',
  192: 'companies',
  279: 'companies',
  1: 'companies',
  341: 'companies',
  5: 'companies',
  206: 'deals',
  210: 'deals',
  212: 'deals',
  214: 'deals',
  216: 'deals',
  4: 'deals',
};

export function objectRoutes(on: Portals): Router {
  const router = Router();

  function create(type: ObjectType, body: z.infer<typeof createInput>): StoredRecord {
    if (type !== 'contacts' && type !== 'companies' && type !== 'deals' && !body.properties.hs_timestamp) {
      throw invalid('Error creating. Some required properties were not set.', {
        errors: [
          { message: 'hs_timestamp is required', code: 'REQUIRED', context: { propertyName: ['hs_timestamp'] } },
        ],
      });
    }
    const links = body.associations.flatMap(({ to, types }) =>
      types.map(({ associationTypeId }) => {
        const toType = LEADS_TO[associationTypeId];
        if (!toType) throw invalid(`Unknown association type ${associationTypeId} from ${type}`);
        return { to: on.portal.need(toType, String(to.id)), typeId: associationTypeId };
      }),
    );
    const record = on.portal.create(type, body.properties, 'API');
    for (const { to, typeId } of links) on.portal.associate(record, to, typeId);
    return record;
  }

  router.post(both('/objects/:type/batch/read'), (req, res) => {
    const type = typeOf(req);
    const body = input(readInput, req);
    const most = body.propertiesWithHistory.length > 0 ? MOST_WITH_HISTORY : MOST;
    if (body.inputs.length > most) throw invalid(`Batch size ${body.inputs.length} is over the limit of ${most}`);
    const found: StoredRecord[] = [];
    const missing: string[] = [];
    for (const { id } of body.inputs) {
      const record = on.portal.find(type, id, body.idProperty);
      if (record) found.push(record);
      else missing.push(id);
    }
    const schema = on.portal.schema(type);
    const results = [...new Set(found)].map(one => show(one, schema, body.properties, body.propertiesWithHistory));
    batchAnswer(res, results, missing.length === 0 ? [] : [missingError(type, missing)]);
  });

  router.post(both('/objects/:type/batch/create'), (req, res) => {
    const type = typeOf(req);
    const { inputs } = input(z.strictObject({ inputs: z.array(createInput).max(MOST) }), req);
    batchAnswer(
      res,
      inputs.map(one => show(create(type, one), on.portal.schema(type), Object.keys(one.properties))),
      [],
      201,
    );
  });

  router.post(both('/objects/:type/batch/update'), (req, res) => batchWrite(req, res, false));
  router.post(both('/objects/:type/batch/upsert'), (req, res) => batchWrite(req, res, true));

  function batchWrite(req: Request, res: Response, upsert: boolean): void {
    const type = typeOf(req);
    const { inputs } = input(upsertInput, req);
    if (inputs.length > MOST) throw invalid(`Batch size ${inputs.length} is over the limit of ${MOST}`);
    const results: object[] = [];
    const errors: object[] = [];
    for (const one of inputs) {
      try {
        if (upsert && one.idProperty === 'email' && one.properties.email === undefined) one.properties.email = one.id;
        const existing = on.portal.find(type, one.id, one.idProperty);
        if (!existing && !upsert) throw notFound();
        const record = existing
          ? on.portal.update(existing, one.properties, 'API')
          : on.portal.create(type, one.properties, 'API');
        results.push({
          ...show(record, on.portal.schema(type), Object.keys(one.properties)),
          ...(upsert && { new: !existing }),
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        errors.push({ ...error.body, context: { ids: [one.id] } });
      }
    }
    batchAnswer(res, results, errors);
  }

  router.post(both('/objects/:type/batch/archive'), (req, res) => {
    const type = typeOf(req);
    const { inputs } = input(z.strictObject({ inputs: z.array(z.strictObject({ id })).max(MOST) }), req);
    for (const one of inputs) {
      const record = on.portal.find(type, one.id);
      if (record) on.portal.archive(record);
    }
    res.status(204).end();
  });

  router.post(both('/objects/:type'), (req, res) => {
    const type = typeOf(req);
    const body = input(createInput, req);
    res.status(201).json(show(create(type, body), on.portal.schema(type), Object.keys(body.properties)));
  });

  router.get(both('/objects/:type/:id'), (req, res) => {
    const type = typeOf(req);
    const record = on.portal.need(
      type,
      String(req.params.id),
      req.query.idProperty ? String(req.query.idProperty) : undefined,
    );
    const associations = inlineAssociations(on.portal, record, list(req.query.associations));
    res.json({
      ...show(record, on.portal.schema(type), list(req.query.properties), list(req.query.propertiesWithHistory)),
      ...(associations && { associations }),
    });
  });

  router.patch(both('/objects/:type/:id'), (req, res) => {
    const type = typeOf(req);
    const body = input(updateInput, req);
    const record = on.portal.need(
      type,
      String(req.params.id),
      req.query.idProperty ? String(req.query.idProperty) : undefined,
    );
    res.json(
      show(on.portal.update(record, body.properties, 'API'), on.portal.schema(type), Object.keys(body.properties)),
    );
  });

  router.delete(both('/objects/:type/:id'), (req, res) => {
    const record = on.portal.find(typeOf(req), String(req.params.id));
    if (record) on.portal.archive(record);
    res.status(204).end();
  });
  return router;
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
