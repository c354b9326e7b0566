import { createHash } from 'node:crypto';
import type { HookRequest } from '../../../contracts/hook.ts';
import type { Signal } from '../../../contracts/source.ts';
import { BadInput } from '../../../lib/errors.ts';
import { isObject, numberFrom, textFrom } from '../../../lib/json-values.ts';

export interface Watched {
  scoreProperty: string;
  stageProperty: string;
  /** The playbook scores by what contacts do: then any change of one that is told of may make it a lead. */
  ownScore?: boolean;
}

/**
 * Signals in a delivery of either kind: an app's webhooks come as an array of events, a workflow's as one object. An event
 * that cannot be read is named to `refuse`, and its neighbours are read all the same.
 * @throws BadInput when the body cannot be read, or nothing in it
 */
export function readHook(
  request: HookRequest,
  receivedAt: Date,
  watched: Watched,
  refuse?: (why: string) => void,
): Signal[] {
  const body = parse(request.body);
  if (Array.isArray(body)) return readEvents(body, receivedAt, watched, refuse);
  if (isObject(body)) return [readWorkflow(body, request.body, receivedAt, watched)];
  throw new BadInput("The body must be HubSpot's array of webhook events or a workflow's JSON object.");
}

function readEvents(
  events: readonly unknown[],
  receivedAt: Date,
  watched: Watched,
  refuse: ((why: string) => void) | undefined,
): Signal[] {
  const problems: BadInput[] = [];
  const signals = events.flatMap((event, index) => {
    try {
      return readEvent(event, index, receivedAt, watched);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      problems.push(error);
      return [];
    }
  });
  const [first] = problems;
  if (first && problems.length === events.length) throw first;
  for (const problem of problems) refuse?.(problem.message);
  // A new contact whose score is told beside it need not be read twice.
  const scored = new Set(signals.filter(one => one.score !== undefined).map(one => one.contactId));
  return signals.filter(one => one.event?.kind !== 'created' || !scored.has(one.contactId));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadInput(body.length === 0 ? 'The body is empty; HubSpot sends JSON.' : 'The body is not valid JSON.');
  }
}

/**
 * One event of an app's webhooks. The generic kinds (`object.…`) are those of contacts by their type, `0-1`; changes of
 * properties that are not watched, associations and events of other objects give nothing.
 */
function readEvent(event: unknown, index: number, receivedAt: Date, watched: Watched): Signal[] {
  if (!isObject(event)) throw new BadInput(`Event ${index} of the array is no object.`);
  // HubSpot's guide says eventType, its deliveries say subscriptionType.
  const kind = textFrom(event.subscriptionType) ?? textFrom(event.eventType);
  if (kind === undefined) throw new BadInput(`Event ${index} has neither subscriptionType nor eventType.`);
  const [object, what] = kind.split('.', 2);
  const ofContact = object === 'contact' || (object === 'object' && event.objectTypeId === '0-1');
  const told = ofContact ? toldBy(what ?? '', event, watched) : undefined;
  if (!told) return [];
  const contactId = told.event?.kind === 'merged' ? stayedIn(event) : idFrom(event.objectId);
  if (contactId === undefined) throw new BadInput(`Event ${index} (${kind}) names no contact: objectId is missing.`);
  return [
    {
      contactId,
      occurredAt: timeFrom(event.occurredAt) ?? receivedAt.toISOString(),
      via: 'webhook',
      ...told,
      dedupeKey: eventKey(event, kind),
    },
  ];
}

type Told = Pick<Signal, 'score' | 'lifecycleStage' | 'event'>;

/** What an event says of a contact; undefined: nothing that concerns Baton. */
function toldBy(what: string, event: Record<string, unknown>, watched: Watched): Told | undefined {
  if (what === 'propertyChange') return changeIn(event, watched);
  // Restored from the bin it is there again, as if it were new.
  if (what === 'creation' || what === 'restore') return { event: { kind: 'created' } };
  if (what === 'merge') return { event: { kind: 'merged', from: mergedIn(event) } };
  if (what === 'deletion') return { event: { kind: 'deleted', privacy: false } };
  return what === 'privacyDeletion' ? { event: { kind: 'deleted', privacy: true } } : undefined;
}

function changeIn(event: Record<string, unknown>, watched: Watched): Told | undefined {
  const property = textFrom(event.propertyName);
  if (property === watched.scoreProperty) {
    // Empty: it was cleared. Anything else that is no number says nothing, and the contact is read.
    const isCleared = event.propertyValue === '' || event.propertyValue === null;
    const score = isCleared ? null : numberFrom(event.propertyValue);
    return score === undefined ? {} : { score };
  }
  if (property === watched.stageProperty) {
    const lifecycleStage = textFrom(event.propertyValue);
    return lifecycleStage === undefined ? {} : { lifecycleStage };
  }
  return watched.ownScore ? { event: { kind: 'active' } } : undefined;
}

/** The contact that a merge left: the new one where the merge made one (`newObjectId`), else the primary. */
export function stayedIn(event: Record<string, unknown>): string | undefined {
  return idFrom(event.newObjectId) ?? idFrom(event.primaryObjectId) ?? idFrom(event.objectId);
}

export function mergedIn(event: Record<string, unknown>): string[] {
  const merged = Array.isArray(event.mergedObjectIds) ? event.mergedObjectIds : [];
  const ids = [event.primaryObjectId, ...merged].flatMap(one => idFrom(one) ?? []);
  return [...new Set(ids)].filter(id => id !== stayedIn(event));
}

/** eventId is not unique and attemptNumber counts deliveries, so neither says which event this is. */
export function eventKey(event: Record<string, unknown>, kind: string): string {
  const parts = ['portalId', 'subscriptionId', 'objectId', 'occurredAt', 'propertyName', 'propertyValue'];
  const told = parts.map(part => textFrom(event[part]) ?? '').join(':');
  // One subscription may tell of one kind alone, but events of several kinds may lack it.
  return kind.endsWith('.propertyChange') ? told : `${kind}:${told}`;
}

const ID_NAMES = ['hs_object_id', 'objectId', 'vid', 'canonical-vid', 'contactId', 'contact_id'];
const TOKEN_NAMES = ['token', 'dedupeKey', 'dedupe_key', 'callbackId', 'enrollmentId', 'eventId', 'event_id'];
const TIME_NAMES = ['occurredAt', 'occurred_at', 'timestamp'];
const STAGE_NAMES = ['lifecyclestage', 'lifecycleStage', 'lifecycle_stage'];

/**
 * A workflow's body has no one shape: names chosen by whoever built it, the legacy contact with `{value}` objects,
 * an object with plain properties, or a custom action's fields. The first place that has a value wins.
 */
function readWorkflow(body: Record<string, unknown>, raw: Buffer, receivedAt: Date, watched: Watched): Signal {
  const object = isObject(body.object) ? body.object : {};
  const objectType = textFrom(object.objectType) ?? textFrom(body.objectType) ?? textFrom(body.objectTypeId);
  if (objectType !== undefined && !/^(contacts?|0-1)$/i.test(objectType)) {
    throw new BadInput(`This workflow is about ${JSON.stringify(objectType)}; Baton reads workflows about contacts.`);
  }
  const places = [body.inputFields, body.properties, object.properties, object, body].filter(isObject);
  const find = <T>(names: readonly string[], read: (value: unknown) => T | undefined): T | undefined => {
    for (const place of places) {
      for (const name of names) {
        const found = read(unwrap(place[name]));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  const contactId = find(ID_NAMES, idFrom);
  if (contactId === undefined) {
    throw new BadInput(
      'The workflow names no contact: add the property "Record ID" (hs_object_id) to the body of the webhook action.',
    );
  }
  const score = find([watched.scoreProperty, 'score'], numberFrom);
  const stage = find([watched.stageProperty, ...STAGE_NAMES], textFrom);
  const email = find(['email'], textFrom);
  const company = find(['company', 'company_name'], textFrom);
  const token = find(TOKEN_NAMES, textFrom);
  return {
    contactId,
    occurredAt: find(TIME_NAMES, timeFrom) ?? changedAt(body, watched) ?? receivedAt.toISOString(),
    via: 'workflow',
    ...(score !== undefined && { score }),
    ...(stage !== undefined && { lifecycleStage: stage }),
    ...(email !== undefined && { email }),
    ...(company !== undefined && { company }),
    dedupeKey: token === undefined ? workflowKey(contactId, score, stage, raw) : `workflow:${contactId}:${token}`,
  };
}

function workflowKey(contactId: string, score: number | undefined, stage: string | undefined, raw: Buffer): string {
  const hash = createHash('sha256')
    .update(`${contactId}\n${score ?? ''}\n${stage ?? ''}\n`)
    .update(raw);
  return `workflow:${contactId}:${hash.digest('hex').slice(0, 32)}`;
}

/** The legacy contact says of each property when it was set. */
function changedAt(body: Record<string, unknown>, watched: Watched): string | undefined {
  const property = isObject(body.properties) ? body.properties[watched.scoreProperty] : undefined;
  if (!isObject(property)) return undefined;
  const newest = Array.isArray(property.versions) ? property.versions[0] : undefined;
  return timeFrom(property.timestamp) ?? (isObject(newest) ? timeFrom(newest.timestamp) : undefined);
}

/** `{"value": "63", "versions": […]}` of the legacy contact, or the plain value. */
function unwrap(value: unknown): unknown {
  return isObject(value) && 'value' in value ? value.value : value;
}

export function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}

/** Up to here a number is seconds since 1970, above it milliseconds: the year 5138 of the one, March 1973 of the other. */
const MOST_SECONDS = 100_000_000_000;

/** Milliseconds or seconds (as a number or in digits) or ISO 8601, as ISO 8601. */
export function timeFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  if (text === undefined) return undefined;
  const number = /^\d{9,16}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  const milliseconds = number !== undefined && number < MOST_SECONDS ? number * 1_000 : number;
  const date = new Date(milliseconds ?? text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
