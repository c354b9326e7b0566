/** A person of Marketo, and their log, in Baton's words. Pure. */
import type { Activity, Contact } from '../../../domain/lead.ts';
import { type Json, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { SERVICE } from '../api/errors.ts';
import { timeFrom } from '../api/values.ts';
import { activityOf, campaignOf } from './activity.ts';
import type { Field } from './fields.ts';

const MOST_ACTIVITIES = 200;
const CHANGE_SCORE = '22';

export interface Names {
  /** Undefined: this Marketo has no such field. */
  score: Field | undefined;
  stageProperty: string;
}

export function contactOf(lead: Json, log: readonly Json[], { score, stageProperty }: Names): Contact {
  const text = (name: string) => textFrom(lead[name]);
  const [now, employees] = [score && numberFrom(lead[score.name]), numberFrom(lead.numberOfEmployees)];
  return {
    source: SERVICE,
    id: text('id') ?? '',
    ...texts({
      email: text('email'),
      firstName: text('firstName'),
      lastName: text('lastName'),
      title: text('title'),
      phone: text('phone') ?? text('mobilePhone'),
      company: text('company'),
      website: text('website'),
      industry: text('industry'),
      city: text('city'),
      state: text('state'),
      country: text('country'),
      lifecycleStage: text(stageProperty),
      leadSource: text('leadSource') ?? text('originalSourceType'),
      campaign: text('utm_campaign') ?? text('utmCampaign') ?? campaignOf(log),
    }),
    ...(employees !== undefined && { employees }),
    ...(now !== undefined && { score: now }),
    ...(lead.unsubscribed !== undefined &&
      lead.unsubscribed !== null && { unsubscribed: text('unsubscribed') === 'true' }),
    properties: propertiesOf(lead),
    scoreHistory: score ? scoreHistoryOf(lead, log, score) : [],
    activities: activitiesOf(log),
  };
}

function texts<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

function propertiesOf(lead: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lead).flatMap(([name, value]) => {
      const text = textFrom(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function activitiesOf(log: readonly Json[]): Activity[] {
  return log
    .flatMap(entry => activityOf(entry) ?? [])
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST_ACTIVITIES);
}

/** One change of a score. */
export interface ScoreChange {
  at: string;
  /** Absent: there was none. */
  from?: number;
  to: number;
}

/** What an entry of the log says of this score; undefined: nothing. */
export function scoreChangeOf(entry: Json, { id, label }: Pick<Field, 'id' | 'label'>): ScoreChange | undefined {
  const isOurs = textFrom(entry.primaryAttributeValue) === label || numberFrom(entry.primaryAttributeValueId) === id;
  if (textFrom(entry.activityTypeId) !== CHANGE_SCORE || !isOurs) return undefined;
  const [at, to, from] = [timeFrom(entry.activityDate), attribute(entry, 'New Value'), attribute(entry, 'Old Value')];
  const [after, before] = [numberFrom(to), numberFrom(from)];
  return at === undefined || after === undefined
    ? undefined
    : { at, to: after, ...(before !== undefined && { from: before }) };
}

const attribute = (entry: Json, name: string): unknown =>
  objectsIn(entry.attributes).find(one => textFrom(one.name) === name)?.value;

/**
 * The log goes back a month, and its first change says what was before it: the person has been there since they were made, at the
 * latest. Without that an old score would look like a new one.
 */
function scoreHistoryOf(lead: Json, log: readonly Json[], score: Field): Contact['scoreHistory'] {
  const changes = log
    .flatMap(entry => scoreChangeOf(entry, score) ?? [])
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const [first] = changes;
  const made = timeFrom(lead.createdAt);
  const before = first?.from !== undefined && made !== undefined ? [{ score: first.from, at: made }] : [];
  return [...before, ...changes.map(({ to, at }) => ({ score: to, at }))];
}
