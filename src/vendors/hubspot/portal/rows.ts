/** Records as HubSpot's API answers them. */

import { Unavailable } from '../../../lib/errors.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from '../api/api.ts';
import { SERVICE } from '../api/errors.ts';
import type { ObjectType } from './ids.ts';

export interface Row {
  id: string;
  /** Blanks are absent. */
  properties: Record<string, string>;
  /** Newest first. */
  history: Record<string, Version[]>;
  createdAt: string;
  updatedAt: string;
  /** Ids of what it is associated with, as far as that was asked for; `more`: the cursor of their next page. */
  about: Partial<Record<ObjectType, { ids: string[]; more?: string }>>;
}

/** A value that a property had, and who gave it. */
export interface Version {
  value: string;
  timestamp: string;
  sourceType: string;
  /** The user, where it was one (`updatedByUserId`, or `userId:…` as the source). */
  userId?: string;
}

/** @throws Unavailable when it is no record */
export function rowFrom(answer: unknown): Row {
  const id = isObject(answer) ? textFrom(answer.id) : undefined;
  if (!isObject(answer) || id === undefined) throw unreadable('record');
  const properties = isObject(answer.properties) ? answer.properties : {};
  return {
    id,
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, value]) => {
        const text = textFrom(value);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
    history: historyIn(answer.propertiesWithHistory),
    createdAt: textFrom(answer.createdAt) ?? '',
    updatedAt: textFrom(answer.updatedAt) ?? '',
    about: aboutIn(answer.associations),
  };
}

/** @throws Unavailable when it is no list: nothing found is a list, too */
export function rowsIn(answer: Json): Row[] {
  if (!Array.isArray(answer.results)) throw unreadable('list');
  return objectsIn(answer.results).map(rowFrom);
}

const unreadable = (what: string) =>
  new Unavailable(`HubSpot answered with something that is no ${what}`, { service: SERVICE, code: 'UNREADABLE' });

function historyIn(given: unknown): Row['history'] {
  if (!isObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).map(([name, versions]) => [name, objectsIn(versions).map(versionFrom)]),
  );
}

function versionFrom(one: Json): Version {
  const userId = textFrom(one.updatedByUserId) ?? userIn(textFrom(one.sourceId));
  return {
    value: textFrom(one.value) ?? '',
    timestamp: textFrom(one.timestamp) ?? '',
    sourceType: textFrom(one.sourceType) ?? '',
    ...(userId && { userId }),
  };
}

/** `userId:123`, as messages and histories write it. */
export const userIn = (sourceId: string | undefined): string | undefined =>
  /^userId:(\d{1,20})$/.exec(sourceId ?? '')?.[1];

function aboutIn(given: unknown): Row['about'] {
  if (!isObject(given)) return {};
  return Object.fromEntries(
    Object.entries(given).map(([type, page]) => {
      const { results, paging } = isObject(page) ? page : {};
      const next = isObject(paging) && isObject(paging.next) ? textFrom(paging.next.after) : undefined;
      // An id stands there once for each label of the association.
      const ids = [...new Set(objectsIn(results).flatMap(one => textFrom(one.id) ?? textFrom(one.toObjectId) ?? []))];
      // Names of associations may come in blanks and capitals ("line items"): types here are one word.
      return [type.toLowerCase(), { ids, ...(next && { more: next }) }];
    }),
  );
}

const ASSOCIATIONS_A_PAGE = '500';

/** All ids of one kind that a record is associated with. No call, unless there are more than came along with it. */
export async function associatedIds(api: Api, type: ObjectType, row: Row, to: ObjectType): Promise<string[]> {
  const { ids = [], more } = row.about[to] ?? {};
  const all = [...ids];
  let after = more;
  while (after !== undefined) {
    const page = await api.get(api.paths.associated(type, row.id, to), { limit: ASSOCIATIONS_A_PAGE, after });
    all.push(...objectsIn(page.results).flatMap(one => textFrom(one.toObjectId) ?? []));
    after = isObject(page.paging) && isObject(page.paging.next) ? textFrom(page.paging.next.after) : undefined;
  }
  return [...new Set(all)];
}
