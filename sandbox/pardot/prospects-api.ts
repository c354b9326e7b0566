/** Prospects: what they are asked, changed and tagged by. */
import type { Request, Response } from 'express';
import { invalidProperty, missing, nobody, Refusal } from './errors.ts';
import type { Prospect, Values } from './prospect.ts';
import { fieldsAsked, page, paramsOf, shown } from './query.ts';
import type { Unit } from './unit.ts';

/** Answers a call of a business unit's. */
export type UnitHandler = (unit: Unit, req: Request, res: Response) => void;

const READ_ONLY = ['id', 'salesforceId', 'lastActivityAt', 'createdAt', 'updatedAt', 'isDeleted', 'isEmailHardBounced'];
const STANDARD = [
  ...READ_ONLY,
  ...['email', 'firstName', 'lastName', 'salutation', 'company', 'jobTitle', 'department', 'phone', 'website'],
  ...['industry', 'employees', 'annualRevenue', 'city', 'state', 'country', 'source', 'campaignParameter'],
  ...['campaign.name', 'score', 'grade', 'optedOut', 'isDoNotEmail', 'isDoNotCall'],
];

export const fieldNames = ({ fields }: Unit): string[] => [...STANDARD, ...fields.map(one => `${one.fieldId}__c`)];

export function prospectOf({ prospects }: Unit, id: unknown): Prospect {
  const found = /^\d+$/.test(String(id)) ? prospects.get(Number(id)) : undefined;
  if (!found) throw nobody();
  return found;
}

export const prospectHandlers: Record<string, UnitHandler> = {
  'GET /objects/prospects': (unit, req, res) => {
    const deleted = paramsOf(req).deleted ?? 'false';
    const all = [...unit.prospects.values()].flatMap(one => {
      const seen = unit.seen(one);
      const isWanted = seen && (deleted === 'all' || String(seen.isDeleted) === deleted);
      return isWanted ? [{ ...seen.values, isDeleted: seen.isDeleted }] : [];
    });
    const { body, warning } = page(unit, req, all, {
      fields: fieldNames(unit),
      filters: ['id', 'email', 'createdAt', 'updatedAt', 'lastActivityAt', 'salesforceId'],
      orders: ['id', 'createdAt', 'updatedAt', 'lastActivityAt'],
    });
    if (warning) res.set('Pardot-Warning', warning);
    res.json(body);
  },
  'GET|PATCH /objects/prospects/:id': (unit, req, res) => {
    const prospect = prospectOf(unit, req.params.id);
    const asked = fieldsAsked(req, fieldNames(unit));
    if (req.method === 'PATCH') {
      if (prospect.isDeleted)
        throw new Refusal(400, 219, "Deleted records can't be updated. Please undelete before updating.");
      change(unit, prospect, bodyOf(req));
      return void res.json(shown(prospect.values, asked));
    }
    const seen = unit.seen(prospect);
    if (!seen || seen.isDeleted) throw new Refusal(404, 192, 'Object specified does not exist');
    res.json(shown({ ...seen.values, isDeleted: false }, asked));
  },
  'POST /objects/prospects/:id/do/addTag': (unit, req, res) => {
    const { tagName } = bodyOf(req);
    if (typeof tagName !== 'string' || tagName === '') throw missing('tagName');
    prospectOf(unit, req.params.id).tags.add(tagName);
    res.status(204).end();
  },
};

export function bodyOf(req: Request): Values {
  const body: unknown = req.body;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Values;
  throw new Refusal(400, 152, "Request body can't be empty");
}

function change(unit: Unit, prospect: Prospect, values: Values): void {
  const writable = fieldNames(unit).filter(name => !READ_ONLY.includes(name));
  for (const name of Object.keys(values)) {
    if (!writable.includes(name)) throw invalidProperty(name);
  }
  unit.change(prospect, values);
}
