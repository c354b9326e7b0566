/** What hangs on prospects, and what a business unit is made of. */
import { missing, nobody, Refusal } from './errors.ts';
import { bodyOf, prospectOf, type UnitHandler } from './prospects-api.ts';
import { fieldsAsked, page, shown } from './query.ts';

const ACTIVITY = ['id', 'type', 'typeName', 'details', 'prospectId', 'createdAt', 'updatedAt'];
const MEMBERSHIP = ['id', 'listId', 'prospectId', 'optedOut', 'createdAt', 'updatedAt'];
const LIST = ['id', 'name', 'isDynamic', 'isPublic', 'createdAt', 'updatedAt'];
const FIELD = ['id', 'name', 'fieldId', 'type', 'createdAt', 'updatedAt'];
const EXTERNAL = ['id', 'extension', 'type', 'value', 'activityDate', 'prospectId', 'createdAt'];

export const objectHandlers: Record<string, UnitHandler> = {
  'GET /objects/visitor-activities': (unit, req, res) => {
    const queried = {
      fields: ACTIVITY,
      filters: ['id', 'prospectId', 'type', 'createdAt', 'updatedAt'],
      orders: ['id', 'createdAt'],
    };
    res.json(page(unit, req, unit.activities, queried).body);
  },
  'GET /objects/custom-fields': (unit, req, res) => {
    const rows = unit.fields.map(one => ({ ...one }));
    res.json(page(unit, req, rows, { fields: FIELD, filters: ['id'], orders: ['id', 'name'] }).body);
  },
  'GET /objects/lists': (unit, req, res) => {
    res.json(page(unit, req, unit.lists, { fields: LIST, filters: ['id', 'name'], orders: ['id', 'name'] }).body);
  },
  'GET /objects/lists/:id': (unit, req, res) => {
    const found = unit.lists.find(one => String(one.id) === req.params.id);
    if (!found) throw nobody();
    res.json(shown(found, fieldsAsked(req, LIST)));
  },
  'GET|POST /objects/list-memberships': (unit, req, res) => {
    if (req.method === 'GET') {
      const queried = { fields: MEMBERSHIP, filters: ['id', 'listId', 'prospectId'], orders: ['id'] };
      return void res.json(page(unit, req, unit.memberships, queried).body);
    }
    const asked = fieldsAsked(req, MEMBERSHIP);
    const { listId, prospectId } = bodyOf(req);
    const list = unit.lists.find(one => one.id === listId);
    if (!list) throw new Refusal(400, 55, 'Invalid list ID');
    if (list.isDynamic) throw new Refusal(400, 154, 'Invalid property in request: the list is dynamic');
    const prospect = prospectOf(unit, prospectId);
    const isThere = unit.memberships.some(one => one.listId === listId && one.prospectId === prospect.id);
    if (isThere) throw new Refusal(400, 154, 'Invalid property in request: the prospect is on this list');
    const at = unit.iso(unit.now());
    const made = { id: unit.nextId(), listId, prospectId: prospect.id, optedOut: false, createdAt: at, updatedAt: at };
    unit.memberships.push(made);
    res.status(201).json(shown(made, asked));
  },
  'DELETE /objects/list-memberships/:id': ({ memberships }, req, res) => {
    const at = memberships.findIndex(one => String(one.id) === req.params.id);
    if (at < 0) throw nobody();
    memberships.splice(at, 1);
    res.status(204).end();
  },
  'GET|POST /external-activities': (unit, req, res) => {
    if (req.method === 'GET') {
      const queried = { fields: EXTERNAL, filters: ['id', 'createdAt'], orders: ['id', 'createdAt'] };
      return void res.json(page(unit, req, unit.external, queried).body);
    }
    const given = bodyOf(req);
    for (const name of ['extension', 'type', 'email', 'activityDate']) if (!given[name]) throw missing(name);
    if (!unit.settings.externalActivities) {
      throw new Refusal(400, 154, 'Invalid property in request: extension is not found or inactive');
    }
    const prospect = unit.byEmail(String(given.email));
    if (!prospect) throw new Refusal(400, 4, 'Invalid prospect email address');
    const made = { ...given, id: unit.nextId(), prospectId: prospect.id, createdAt: unit.iso(unit.now()) };
    unit.external.push(made);
    res.status(201).json({ id: made.id });
  },
};
