/**
 * Where Baton's kinds of record meet Salesforce's objects: within this folder records go by their object, outside it
 * nobody names one. Pure.
 */
import type { Crm, CrmLogged, CrmTouch, CrmWrite, CrmWritten } from '../../../contracts/crm.ts';
import type { CrmEvent, CrmMessage } from '../../../contracts/crm-events.ts';
import type { CrmPerson, CrmRecord, CrmRecordKind } from '../../../contracts/crm-records.ts';
import { to18 } from './ids.ts';

/** A person's record. */
export interface Who {
  object: 'Lead' | 'Contact';
  id: string;
}

export interface OrgRecord {
  object: string;
  id: string;
}

/** What an org told of a record, under the record's own object. */
export interface OrgEvent {
  key: string;
  record?: OrgRecord;
  fields: Record<string, string>;
}

export interface OrgMessage {
  organization: string;
  events: OrgEvent[];
}

export type OrgWrite = Omit<CrmWrite, 'existing'> & { existing?: Who & { homeless?: boolean } };

export type OrgWritten = Omit<CrmWritten, 'kind' | 'also'> & {
  object: Who['object'];
  also?: { object: 'Account' | 'Opportunity'; id: string; name?: string; created: boolean }[];
};

export type OrgTouch = Omit<CrmTouch, 'record'> & { record: Who };
export type OrgLogged = Omit<CrmLogged, 'record'> & { record?: Who };

const KINDS: Readonly<Record<string, CrmRecordKind>> = {
  Lead: 'lead',
  Contact: 'contact',
  Account: 'company',
  Opportunity: 'deal',
  Task: 'activity',
  Event: 'activity',
};

/** Ids of events begin so in every org (Object Reference, "Key prefix"); any other activity is a task. */
const OF_EVENTS = /^00U/;

const OBJECTS: Record<Exclude<CrmRecordKind, 'activity'>, string> = {
  lead: 'Lead',
  contact: 'Contact',
  company: 'Account',
  deal: 'Opportunity',
};

export function recordIn({ kind, id }: CrmRecord): OrgRecord {
  const object = kind === 'activity' ? (OF_EVENTS.test(id) ? 'Event' : 'Task') : OBJECTS[kind];
  return { object, id: to18(id) };
}

export function personIn({ kind, id }: CrmPerson): Who {
  return { object: kind === 'lead' ? 'Lead' : 'Contact', id: to18(id) };
}

export function personOut({ object, id }: Who): CrmPerson {
  return { kind: object === 'Lead' ? 'lead' : 'contact', id: to18(id) };
}

export function writeIn({ existing, ...write }: CrmWrite): OrgWrite {
  if (!existing) return write;
  const { homeless } = existing;
  return { ...write, existing: { ...personIn(existing), ...(homeless !== undefined && { homeless }) } };
}

export function writtenOut({ object, id, also, ...written }: OrgWritten): CrmWritten {
  return {
    ...written,
    ...personOut({ object, id }),
    ...(also && {
      also: also.map(({ object: of, ...one }) => ({ kind: of === 'Account' ? 'company' : 'deal', ...one })),
    }),
  };
}

export function touchIn({ record, ...touch }: CrmTouch): OrgTouch {
  return { ...touch, record: personIn(record) };
}

export function loggedOut({ record, ...logged }: OrgLogged): CrmLogged {
  return { ...logged, ...(record && { record: personOut(record) }) };
}

/** An object Baton has no kind for is told of without its record. */
export function eventOut({ key, record, fields }: OrgEvent): CrmEvent {
  const kind = record && Object.hasOwn(KINDS, record.object) ? KINDS[record.object] : undefined;
  const about = [fields.WhoId, fields.WhatId].flatMap(id => (id ? [to18(id)] : []));
  return {
    key,
    ...(record && kind && { record: { kind, id: to18(record.id) } }),
    ...(kind === 'activity' && about.length > 0 && { about }),
    fields,
  };
}

export function eventIn({ key, record, fields }: CrmEvent): OrgEvent {
  return { key, ...(record && { record: recordIn(record) }), fields };
}

export function messageOut({ organization, events }: OrgMessage): CrmMessage {
  return { tenant: organization, events: events.map(eventOut) };
}

type Page<T> = { events: T[]; cursor: Awaited<ReturnType<NonNullable<Crm['poll']>>>['cursor']; more: boolean };

export function pageOut({ events, ...page }: Page<OrgEvent>): Page<CrmEvent> {
  return { ...page, events: events.map(eventOut) };
}
