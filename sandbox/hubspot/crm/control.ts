/** Buttons of a CRM: records of any kind, made, changed and deleted by people. `as=` says by whom, by their address. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { read } from '../../control.ts';
import type { Account } from '../account.ts';
import { Refusal } from '../errors.ts';
import type { AccountHandler } from '../http.ts';
import { type ObjectType, TYPES, typeNamed } from '../schema.ts';
import type { StoredRecord } from './stored.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const newInput = z.looseObject({
  /** Ids of what it is associated with, by type. */
  about: z.record(z.string(), z.array(z.string())).default({}),
});
const changeInput = z.record(z.string(), value);

/** The kind of record of a path; contacts have buttons of their own. */
function typeIn(req: Request, res: Response): ObjectType | undefined {
  const type = typeNamed(String(req.params.type));
  if (!type) res.status(404).json({ error: `there are no ${String(req.params.type)}` });
  return type;
}

function doerIn({ portal }: Account, req: Request): number | undefined {
  const email = req.query.as;
  if (email === undefined) return undefined;
  return [...portal.owners.values()].find(one => one.email === email)?.userId;
}

function answering(res: Response, work: () => object): void {
  try {
    res.json(work());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    res.status(error.status).json({ error: error.message });
  }
}

/** A record with whom it is associated with. */
function shown({ portal }: Account, record: StoredRecord): object {
  const about = TYPES.flatMap(to => {
    const ids = portal.associated(record.type, record.id, to).map(one => one.toObjectId);
    return ids.length > 0 ? [[to, ids] as const] : [];
  });
  return { id: record.id, ...record.properties, about: Object.fromEntries(about) };
}

export const recordRoutes: { looks: Record<string, AccountHandler>; buttons: Record<string, AccountHandler> } = {
  looks: {
    '/_owners': ({ portal }, _req, res) => {
      res.json([...portal.owners.values()]);
    },
    '/_schema/:type': ({ portal }, req, res) => {
      const type = typeIn(req, res);
      if (type) res.json([...portal.schema(type).values()]);
    },
    '/:type': (account, req, res) => {
      const type = typeIn(req, res);
      if (type) res.json([...account.portal.all(type)].map(one => shown(account, one)));
    },
    '/_associations/:type/:id/:to': ({ portal }, req, res) => {
      const [type, to] = [typeNamed(String(req.params.type)), typeNamed(String(req.params.to))];
      res.json(type && to ? portal.associated(type, String(req.params.id), to) : []);
    },
  },
  buttons: {
    '/:type': (account, req, res) => {
      const type = typeIn(req, res);
      const body = type && read(newInput, req.body ?? {}, res);
      if (!type || !body) return;
      const { about, ...properties } = body;
      answering(res, () =>
        account.portal.doneBy(doerIn(account, req), () => {
          const made = account.portal.create(type, properties, 'CRM_UI');
          for (const [name, ids] of Object.entries(about)) {
            const to = typeNamed(name);
            for (const id of to ? ids : []) account.portal.associate(made, account.portal.need(to as ObjectType, id));
          }
          return { id: made.id };
        }),
      );
    },
    '/:type/:id': (account, req, res) => {
      const type = typeIn(req, res);
      const body = type && read(changeInput, req.body ?? {}, res);
      if (!type || !body) return;
      answering(res, () =>
        account.portal.doneBy(doerIn(account, req), () => {
          const record = account.portal.need(type, String(req.params.id));
          return { id: account.portal.update(record, body, 'CRM_UI').id };
        }),
      );
    },
    '/:type/:id/delete': (account, req, res) => {
      const type = typeIn(req, res);
      if (!type) return;
      answering(res, () => {
        const record = account.portal.need(type, String(req.params.id));
        account.portal.archive(record);
        return { id: record.id };
      });
    },
  },
};
