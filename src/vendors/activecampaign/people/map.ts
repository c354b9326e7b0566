/** A contact of ActiveCampaign in Baton's words. Pure. */
import type { Contact } from '../../../domain/lead.ts';
import { isObject, type Json, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { SERVICE } from '../api/errors.ts';
import { choicesFrom, idFrom, timeFrom } from '../api/values.ts';
import type { Named } from './account.ts';
import { activitiesOf } from './tracking.ts';

export interface Read {
  /** The answer to `GET /contacts/7`: the contact, with the values of its fields and its lists. */
  whole: Json;
  scoreValues: readonly Json[];
  logs: readonly Json[];
  contactTags: readonly Json[];
}

export interface Names {
  /** Undefined: nobody can tell which score is meant. */
  score: Named | undefined;
  fields: ReadonlyMap<string, Named>;
  tags: ReadonlyMap<string, string>;
  /** The field that holds the stage; absent: the playbook names none. */
  stageProperty?: string | undefined;
}

/** Of people and companies only what an account made fields for is known; these are the names they mostly have. */
const USUAL = {
  title: ['job_title', 'jobtitle', 'title', 'position'],
  company: ['company', 'company_name', 'organization', 'organisation'],
  website: ['website', 'company_website'],
  industry: ['industry'],
  city: ['city'],
  state: ['state', 'region'],
  country: ['country'],
  leadSource: ['lead_source', 'leadsource', 'source'],
  campaign: ['utm_campaign', 'campaign'],
} as const;
const EMPLOYEES = ['employees', 'number_of_employees', 'company_size'];

/** A status of a list: the contact asked to be left alone. */
const UNSUBSCRIBED = '2';
const ACTIVE = '1';

export function contactOf({ whole, scoreValues, logs, contactTags }: Read, names: Names): Contact {
  const contact = isObject(whole.contact) ? whole.contact : {};
  const custom = customOf(objectsIn(whole.fieldValues), names.fields);
  const first = (among: readonly string[]) => among.flatMap(name => custom[name] ?? [])[0];
  const text = (name: string) => textFrom(contact[name]);
  const usual = Object.fromEntries(Object.entries(USUAL).map(([name, among]) => [name, first(among)]));
  const score = scoreOf(scoreValues, names.score);
  const employees = numberFrom(first(EMPLOYEES));
  const unsubscribed = isUnsubscribed(objectsIn(whole.contactLists));
  return {
    source: SERVICE,
    id: text('id') ?? '',
    ...texts({
      ...usual,
      email: text('email'),
      firstName: text('firstName'),
      lastName: text('lastName'),
      phone: text('phone'),
      company: text('orgname') ?? usual.company,
      lifecycleStage: names.stageProperty && custom[names.stageProperty.toLowerCase()],
    }),
    ...(employees !== undefined && { employees }),
    ...(score && { score: score.value }),
    ...(unsubscribed !== undefined && { unsubscribed }),
    properties: propertiesOf(contact, custom, contactTags, names.tags),
    scoreHistory: score?.at === undefined ? [] : [{ score: score.value, at: score.at }],
    activities: activitiesOf(logs),
  };
}

function texts<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

/** Values of fields by the names of these; one of a field that is not listed goes by its number. */
function customOf(values: readonly Json[], fields: ReadonlyMap<string, Named>): Record<string, string> {
  return Object.fromEntries(
    values.flatMap(one => {
      const [id, value] = [idFrom(one.field), textFrom(one.value)];
      return id === undefined || value === undefined ? [] : [[fields.get(id)?.name ?? id, choicesFrom(value)]];
    }),
  );
}

/** The score as it is now, and when it came to that: it keeps no other. */
export interface ScoreNow {
  value: number;
  at?: string;
}

export function scoreOf(values: readonly Json[], score: Named | undefined): ScoreNow | undefined {
  const ours = values.find(one => score !== undefined && idFrom(one.score) === score.id);
  const value = numberFrom(ours?.scoreValue);
  const at = timeFrom(ours?.mdate) ?? timeFrom(ours?.cdate);
  return value === undefined ? undefined : { value, ...(at !== undefined && { at }) };
}

/** Undefined: it never was on a list. One that it still is on has its consent. */
function isUnsubscribed(lists: readonly Json[]): boolean | undefined {
  const states = lists.map(one => textFrom(one.status));
  if (states.includes(ACTIVE)) return false;
  return states.includes(UNSUBSCRIBED) ? true : undefined;
}

function propertiesOf(
  contact: Json,
  custom: Record<string, string>,
  contactTags: readonly Json[],
  tags: ReadonlyMap<string, string>,
): Record<string, string> {
  const own = Object.entries(contact).flatMap(([name, value]) => {
    const text = textFrom(value);
    return text === undefined ? [] : [[name, text]];
  });
  const named = contactTags.flatMap(one => tags.get(idFrom(one.tag) ?? '') ?? []);
  return { ...Object.fromEntries(own), ...custom, ...(named.length > 0 && { tags: named.join(';') }) };
}
