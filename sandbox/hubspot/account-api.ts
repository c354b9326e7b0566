/** Events, properties, owners, lists, account: everything beside the objects themselves. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from './account.ts';
import { invalid, missingScopes, notFound } from './errors.ts';
import { type AccountHandler, input, pageOf, paging } from './http.ts';

const id = z.union([z.string(), z.number()]).transform(String);
export const eventHandlers: Record<string, AccountHandler> = {
  'GET /events/event-occurrences/:version': (account, req, res) => {
    if (!account.settings.eventsApi) throw missingScopes(['business-intelligence', 'oauth']);
    const { query } = req;
    if (query.objectId === undefined || String(query.objectType).toLowerCase() !== 'contact') {
      throw invalid('objectType=contact and objectId are required');
    }
    const [since, until] = [time(query.occurredAfter), time(query.occurredBefore)];
    const all = account.portal
      .events(String(query.objectId))
      .filter(event => query.eventType === undefined || event.eventType === query.eventType)
      .filter(
        event =>
          (since === undefined || event.occurredAt >= since) && (until === undefined || event.occurredAt <= until),
      );
    const after = query.after === undefined ? undefined : Buffer.from(String(query.after), 'base64url').toString();
    const page = pageOf(all, one => one.id, after, limitOf(query.limit, 100, 1_000));
    res.json({ results: page.results, ...paging(page.next && Buffer.from(page.next).toString('base64url')) });
  },
};

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

export const accountHandlers: Record<string, AccountHandler> = {
  'GET /crm/owners/:version': (account, req, res) => {
    const archived = req.query.archived === 'true';
    const email = req.query.email === undefined ? undefined : String(req.query.email).toLowerCase();
    const all = [...account.portal.owners.values()].filter(
      one => one.archived === archived && (email === undefined || one.email.toLowerCase() === email),
    );
    const after = req.query.after === undefined ? undefined : String(req.query.after);
    const page = pageOf(all, one => one.id, after, limitOf(req.query.limit, 100, 500));
    res.json({
      results: page.results.map(one => ({ ...one, type: 'PERSON', teams: [] })),
      ...paging(page.next),
    });
  },

  'PUT /crm/lists/:version/:id/memberships/add': (account, req, res) => changeMembers(account, req, res, 'add'),
  'PUT /crm/lists/:version/:id/memberships/remove': (account, req, res) => changeMembers(account, req, res, 'remove'),
  'GET /crm/lists/:version/object-type-id/:type/name/:name': (account, req, res) => {
    const [id] = [...account.portal.listNames].find(([, name]) => name === req.params.name) ?? [];
    showList(account, id, res);
  },
  'GET /crm/lists/:version/:id': (account, req, res) => showList(account, String(req.params.id), res),
  'GET /crm/lists/:version/:id/memberships': (account, req, res) => {
    const members = account.portal.lists.get(String(req.params.id));
    if (!members) throw notFound('List does not exist.');
    res.json({ results: [...members].map(recordId => ({ recordId })) });
  },

  'GET /account-info/:version/details': (account, _req, res) => {
    res.json({
      portalId: account.id,
      accountType: 'STANDARD',
      timeZone: 'US/Eastern',
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '-05:00',
      utcOffsetMilliseconds: -18_000_000,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    });
  },
};

function showList({ portal }: Account, listId: string | undefined, res: Response): void {
  if (listId === undefined || !portal.lists.has(listId)) throw notFound('List does not exist.');
  const name = portal.listNames.get(listId) ?? `List ${listId}`;
  const processingType = portal.activeLists.has(listId) ? 'DYNAMIC' : 'MANUAL';
  res.json({ list: { listId, name, objectTypeId: '0-1', processingType } });
}

function changeMembers(account: Account, req: Request, res: Response, action: 'add' | 'remove'): void {
  const members = account.portal.lists.get(String(req.params.id));
  if (!members) throw notFound('List does not exist.');
  const ids = input(z.array(id), req);
  const known = ids.filter(one => account.portal.find('contacts', one));
  for (const one of known) action === 'add' ? members.add(one) : members.delete(one);
  res.json({
    recordIdsAdded: action === 'add' ? known : [],
    recordIdsRemoved: action === 'remove' ? known : [],
    recordIdsMissing: ids.filter(one => !known.includes(one)),
  });
}
