/** Associations, events, properties, owners, lists, account: everything beside the objects themselves. */
import { Router } from 'express';
import { z } from 'zod';
import { invalid, missingScopes, notFound } from './errors.ts';
import { both, input, type Portals, pageOf, paging, typeOf } from './http.ts';
import { batchAnswer } from './objects.ts';
import { singular } from './schema.ts';

export const PORTAL_ID = 62515;

const id = z.union([z.string(), z.number()]).transform(String);
const batchInput = z.strictObject({
  inputs: z.array(z.strictObject({ id, after: z.string().optional() })).max(1_000),
});
const labelled = z.array(z.strictObject({ associationCategory: z.string(), associationTypeId: z.number() })).min(1);
const propertyInput = z.looseObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  label: z.string(),
  type: z.enum(['string', 'number', 'datetime', 'enumeration', 'bool']),
});

export function associationRoutes(on: Portals): Router {
  const router = Router();

  router.get(both('/objects/:type/:id/associations/:to', 'v4'), (req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const record = on.portal.need(type, String(req.params.id));
    const limit = Math.min(Number(req.query.limit ?? 500), on.settings.associationsPerPage);
    const after = req.query.after === undefined ? undefined : String(req.query.after);
    const page = pageOf(on.portal.associated(type, record.id, to), one => one.toObjectId, after, limit);
    res.json({ results: page.results, ...paging(page.next) });
  });

  router.post(both('/associations/:type/:to/batch/read', 'v4'), (req, res) => {
    const [type, to] = [typeOf(req), typeOf(req, 'to')];
    const results: object[] = [];
    const errors: object[] = [];
    for (const { id, after } of input(batchInput, req).inputs) {
      const page = pageOf(
        on.portal.associated(type, id, to),
        one => one.toObjectId,
        after,
        on.settings.associationsPerPage,
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
  });

  const ends = [
    '/objects/:type/:id/associations/default/:to/:toId',
    '/objects/:type/:id/associations/:to/:toId',
  ] as const;
  router.put(both(ends[0], 'v4'), (req, res) => {
    const from = on.portal.need(typeOf(req), String(req.params.id));
    on.portal.associate(from, on.portal.need(typeOf(req, 'to'), String(req.params.toId)));
    batchAnswer(res, [], []);
  });
  router.put(both(ends[1], 'v4'), (req, res) => {
    const from = on.portal.need(typeOf(req), String(req.params.id));
    const to = on.portal.need(typeOf(req, 'to'), String(req.params.toId));
    for (const { associationTypeId } of input(labelled, req)) on.portal.associate(from, to, associationTypeId);
    res.status(201).json({ fromObjectId: from.id, toObjectId: to.id, labels: [] });
  });
  return router;
}

export function eventRoutes(on: Portals): Router {
  const router = Router();
  router.get(['/events/event-occurrences/:version', '/events/v3/events'], (req, res) => {
    if (!on.settings.eventsApi) throw missingScopes(['business-intelligence', 'oauth']);
    const { query } = req;
    if (query.objectId === undefined || String(query.objectType).toLowerCase() !== 'contact') {
      throw invalid('objectType=contact and objectId are required');
    }
    const [since, until] = [time(query.occurredAfter), time(query.occurredBefore)];
    const all = on.portal
      .events(String(query.objectId))
      .filter(event => query.eventType === undefined || event.eventType === query.eventType)
      .filter(
        event =>
          (since === undefined || event.occurredAt >= since) && (until === undefined || event.occurredAt <= until),
      );
    const after = query.after === undefined ? undefined : Buffer.from(String(query.after), 'base64url').toString();
    const page = pageOf(all, one => one.id, after, limitOf(query.limit, 100, 1_000));
    res.json({ results: page.results, ...paging(page.next && Buffer.from(page.next).toString('base64url')) });
  });
  return router;
}

function time(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const date = new Date(String(value));
  if (Number.isNaN(date.getTime())) throw invalid(`${String(value)} is no ISO 8601 time`);
  return date.toISOString();
}

function limitOf(value: unknown, otherwise: number, most: number): number {
  const limit = Number(value ?? otherwise);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw invalid(`limit must be between 1 and ${most}`);
  return limit;
}

export function accountRoutes(on: Portals): Router {
  const router = Router();

  router.get(both('/properties/:type'), (req, res) => {
    const results = [...on.portal.schema(typeOf(req)).values()].map(({ readOnly, options, ...one }) => ({
      ...one,
      fieldType: 'text',
      groupName: 'contactinformation',
      options: (options ?? []).map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
      modificationMetadata: { readOnlyValue: readOnly },
    }));
    res.json({ results });
  });
  router.get(both('/properties/:type/:name'), (req, res) => {
    const found = on.portal.schema(typeOf(req)).get(String(req.params.name));
    if (!found) throw notFound(`Property ${req.params.name} does not exist`);
    res.json({ ...found, options: (found.options ?? []).map(value => ({ label: value, value })) });
  });
  router.post(both('/properties/:type'), (req, res) => {
    const { name, label, type } = input(propertyInput, req);
    const schema = on.portal.schema(typeOf(req));
    if (schema.has(name)) throw invalid(`Property ${name} already exists`);
    schema.set(name, { name, label, type, readOnly: false });
    res.status(201).json(schema.get(name));
  });

  router.get(['/crm/owners/:version', '/crm/v3/owners'], (req, res) => {
    const archived = req.query.archived === 'true';
    const email = req.query.email === undefined ? undefined : String(req.query.email).toLowerCase();
    const all = [...on.portal.owners.values()].filter(
      one => one.archived === archived && (email === undefined || one.email.toLowerCase() === email),
    );
    const after = req.query.after === undefined ? undefined : String(req.query.after);
    const page = pageOf(all, one => one.id, after, limitOf(req.query.limit, 100, 500));
    res.json({ results: page.results.map(one => ({ ...one, teams: [] })), ...paging(page.next) });
  });

  for (const action of ['add', 'remove'] as const) {
    router.put(both(`/lists/:id/memberships/${action}`), (req, res) => {
      const members = on.portal.lists.get(String(req.params.id));
      if (!members) throw notFound('List does not exist.');
      const ids = input(z.array(id), req);
      const known = ids.filter(one => on.portal.find('contacts', one));
      for (const one of known) action === 'add' ? members.add(one) : members.delete(one);
      res.json({
        recordIdsAdded: action === 'add' ? known : [],
        recordIdsRemoved: action === 'remove' ? known : [],
        recordIdsMissing: ids.filter(one => !known.includes(one)),
      });
    });
  }
  router.get(both('/lists/:id/memberships'), (req, res) => {
    const members = on.portal.lists.get(String(req.params.id));
    if (!members) throw notFound('List does not exist.');
    res.json({ results: [...members].map(recordId => ({ recordId })) });
  });

  router.get(['/account-info/:version/details'], (_req, res) => {
    res.json({
      portalId: PORTAL_ID,
      accountType: 'STANDARD',
      timeZone: 'US/Eastern',
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '-05:00',
      utcOffsetMilliseconds: -18_000_000,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    });
  });
  return router;
}
