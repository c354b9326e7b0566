/** The log of what people did and what was changed, as it is read. */
import type { Request } from 'express';
import type { Account } from './account.ts';
import { badValue, succeed } from './errors.ts';
import { type AccountHandler, fieldsNamed, listed, param } from './http.ts';
import type { Activity, Instance } from './instance.ts';
import { ACTIVITY_TYPES } from './schema.ts';

const MOST_TYPES = 10;
const MOST_LEADS = 30;
const [NEW_LEAD, CHANGED, DELETED] = [12, 13, 37];

export const activityHandlers: Record<string, AccountHandler> = {
  'GET /rest/v1/activities/types.json': ({ instance }, _req, res) => {
    const standard = ACTIVITY_TYPES.map(({ id, name, primary, attributes }) => ({
      id,
      name,
      ...(primary !== null && { primaryAttribute: { name: primary, dataType: 'string' } }),
      attributes: attributes.map(one => ({ name: one, dataType: 'string' })),
    }));
    const custom = [...instance.customTypes.values()].map(({ id, name, primary, attributes }) => ({
      id,
      name,
      primaryAttribute: { name: primary.name, dataType: 'string' },
      attributes: attributes.map(one => ({ name: one.name, dataType: one.dataType })),
    }));
    succeed(res, { result: [...standard, ...custom] });
  },
  'GET /rest/v1/activities/pagingtoken.json': (_account, req, res) => {
    const text = param(req, 'sinceDatetime');
    const since = Date.parse(text);
    if (Number.isNaN(since)) throw badValue(`Invalid value '${text}' for 'sinceDatetime'`);
    succeed(res, { nextPageToken: tokenOf({ since, after: 0 }) });
  },
  'GET /rest/v1/activities.json': (account, req, res) => {
    const types = listed(param(req, 'activityTypeIds')).map(Number);
    const leads = listed(param(req, 'leadIds')).map(Number);
    if (types.length === 0) throw badValue("'activityTypeIds' cannot be blank");
    if (types.length > MOST_TYPES) throw badValue(`Invalid value for 'activityTypeIds': more than ${MOST_TYPES}`);
    if (leads.length > MOST_LEADS) throw badValue(`Invalid value for 'leadIds': more than ${MOST_LEADS}`);
    const fits = (one: Activity) =>
      types.includes(one.activityTypeId) && (leads.length === 0 || leads.includes(one.leadId));
    const { entries, ...rest } = page(account, req, fits);
    succeed(res, { ...rest, result: entries.map(shown) });
  },
  'GET /rest/v1/activities/leadchanges.json': (account, req, res) => {
    const fields = fieldsNamed(account.instance.fields, param(req, 'fields'));
    if (fields.length === 0) throw badValue("'fields' cannot be blank");
    const fits = ({ activityTypeId, changed }: Activity) =>
      activityTypeId === NEW_LEAD ||
      (activityTypeId === CHANGED && changed !== undefined && fields.includes(changed.field));
    const { entries, ...rest } = page(account, req, fits);
    succeed(res, { ...rest, result: entries.map(shownChange) });
  },
  'GET /rest/v1/activities/deletedleads.json': (account, req, res) => {
    const { entries, ...rest } = page(account, req, one => one.activityTypeId === DELETED);
    succeed(res, { ...rest, result: entries.map(shown) });
  },
};

/** Where a reader is: from a moment on, and after an entry. */
interface Position {
  since: number;
  after: number;
}

const tokenOf = ({ since, after }: Position) => `${Buffer.from(`${since}:${after}`).toString('hex').toUpperCase()}====`;

function positionOf(token: string): Position {
  const [since, after] = Buffer.from(token.replace(/=+$/, ''), 'hex').toString().split(':').map(Number);
  if (token === '' || !Number.isFinite(since) || !Number.isFinite(after)) {
    throw badValue(`Invalid value '${token}' for 'nextPageToken'`);
  }
  return { since: since as number, after: after as number };
}

/** A page goes over so many entries of the log, whether they fit or not: it may be empty, with more behind it. */
function page({ instance, settings }: Account, req: Request, fits: (one: Activity) => boolean) {
  const at = positionOf(param(req, 'nextPageToken'));
  const looked = instance.log.slice(at.after, at.after + settings.pageSize * PAGE_SPAN);
  const entries: Activity[] = [];
  let last = at.after;
  for (const entry of looked) {
    if (entries.length >= settings.pageSize) break;
    last = entry.seq;
    if (Date.parse(entry.activityDate) >= Math.floor(at.since / 1_000) * 1_000 && fits(entry)) entries.push(entry);
  }
  return {
    entries,
    nextPageToken: tokenOf({ since: at.since, after: last }),
    moreResult: last < instance.log.length,
  };
}

/** How many pages' worth of the log one call goes through. */
const PAGE_SPAN = 20;

/** The numeric id is gone from instances of today. */
function shown({ seq: _seq, changed: _changed, ...entry }: Activity) {
  return entry;
}

function shownChange(entry: Activity) {
  const { marketoGUID, leadId, activityDate, activityTypeId, attributes, changed } = entry;
  const fields = changed
    ? [{ id: changed.field.id, name: changed.field.name, newValue: changed.to, oldValue: changed.from }]
    : [];
  return {
    marketoGUID,
    leadId,
    activityDate: activityDate.replace('Z', '+0000'),
    activityTypeId,
    fields,
    attributes: attributes.filter(({ name }) => name === 'Reason' || name === 'Source' || name === 'Source Type'),
  };
}

/** What a person's log shows of itself. */
export function logOf({ log }: Instance, leadId: number) {
  return log.filter(one => one.leadId === leadId).map(shown);
}
