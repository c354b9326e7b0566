/** Which records belong to which. */
import { z } from 'zod';
import { invalid } from './errors.ts';
import { type AccountHandler, input, pageOf, paging, typeOf } from './http.ts';
import { batchAnswer } from './objects.ts';
import { associationTypeId, primaryTypeId, singular } from './schema.ts';

const batchInput = z.strictObject({
  inputs: z
    .array(z.strictObject({ id: z.union([z.string(), z.number()]).transform(String), after: z.string().optional() }))
    .max(1_000),
});
const labelled = z.array(z.strictObject({ associationCategory: z.string(), associationTypeId: z.number() })).min(1);

const labelInput = z.strictObject({
  name: z.string().regex(/^[a-z]\w*$/),
  label: z.string().min(1),
  inverseLabel: z.string().min(1).optional(),
});

export const associationHandlers: Record<string, AccountHandler> = {
  'GET /crm/associations/:version/:type/:to/labels': ({ portal }, req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const plain = [[associationTypeId(type, to), null] as const, [primaryTypeId(type, to), 'Primary'] as const].flatMap(
      ([typeId, label]) => (typeId === undefined ? [] : [{ category: 'HUBSPOT_DEFINED', typeId, label }]),
    );
    const own = portal.labels.of(type, to).map(({ typeId, label }) => ({ category: 'USER_DEFINED', typeId, label }));
    res.json({ results: [...own, ...plain] });
  },
  'POST /crm/associations/:version/:type/:to/labels': ({ portal }, req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const { name, label, inverseLabel } = input(labelInput, req);
    if (portal.labels.of(type, to).some(one => one.name === name || one.label === label)) {
      throw invalid(`A label named ${label} exists already`);
    }
    const made = portal.labels.add(type, to, { name, label, ...(inverseLabel && { inverse: inverseLabel }) });
    res.json({ results: made.map(one => ({ category: 'USER_DEFINED', typeId: one.typeId, label: one.label })) });
  },

  'GET /crm/objects/:version/:type/:id/associations/:to': (account, req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const record = account.portal.need(type, String(req.params.id));
    const limit = Math.min(Number(req.query.limit ?? 500), account.settings.associationsPerPage);
    const after = req.query.after === undefined ? undefined : String(req.query.after);
    const page = pageOf(account.portal.associated(type, record.id, to), one => one.toObjectId, after, limit);
    res.json({ results: page.results, ...paging(page.next) });
  },

  'POST /crm/associations/:version/:type/:to/batch/read': (account, req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const results: object[] = [];
    const errors: object[] = [];
    for (const { id, after } of input(batchInput, req).inputs) {
      const page = pageOf(
        account.portal.associated(type, id, to),
        one => one.toObjectId,
        after,
        account.settings.associationsPerPage,
      );
      if (page.results.length > 0) results.push({ from: { id }, to: page.results, ...paging(page.next) });
      else
        errors.push({
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
          message: `No ${singular(to)} is associated with ${singular(type)} ${id}.`,
          context: { fromObjectId: [id], fromObjectType: [singular(type)], toObjectType: [singular(to)] },
        });
    }
    batchAnswer(res, results, errors);
  },

  'PUT /crm/objects/:version/:type/:id/associations/default/:to/:toId': (account, req, res) => {
    const from = account.portal.need(typeOf(req), String(req.params.id));
    account.portal.associate(from, account.portal.need(typeOf(req, 'to'), String(req.params.toId)));
    batchAnswer(res, [], []);
  },
  'PUT /crm/objects/:version/:type/:id/associations/:to/:toId': (account, req, res) => {
    const from = account.portal.need(typeOf(req), String(req.params.id));
    const to = account.portal.need(typeOf(req, 'to'), String(req.params.toId));
    for (const { associationTypeId } of input(labelled, req)) account.portal.associate(from, to, associationTypeId);
    res.status(201).json({ fromObjectId: from.id, toObjectId: to.id, labels: [] });
  },
};
