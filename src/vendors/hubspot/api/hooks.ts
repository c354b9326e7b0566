import { createHash } from 'node:crypto';
import type { HookRequest } from '../../../contracts/hook.ts';
import type { Signal } from '../../../contracts/source.ts';
import { BadInput } from '../../../lib/errors.ts';
import { isObject, numberFrom, textFrom } from './values.ts';

export interface Watched {
  scoreProperty: string;
  stageProperty: string;
}

/**
 * Signals in a delivery of either kind: an app's webhooks come as an array of events, a workflow's as one object.
 * @throws BadInput when the body cannot be read
 */
export function readHook(request: HookRequest, receivedAt: Date, watched: Watched): Signal[] {
  const body = parse(request.body);
  if (Array.isArray(body)) {
    return body.flatMap((event, index) => readEvent(event, index, receivedAt, watched));
  }
  if (isObject(body)) return [readWorkflow(body, request.body, receivedAt, watched)];
  throw new BadInput("The body must be HubSpot's array of webhook events or a workflow's JSON object.");
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadInput(body.length === 0 ? 'The body is empty; HubSpot sends JSON.' : 'The body is not valid JSON.');
  }
}

/** One event of an app's webhooks; everything but a change of the watched properties of a contact gives nothing. */
function readEvent(event: unknown, index: number, receivedAt: Date, watched: Watched): Signal[] {
  if (!isObject(event)) throw new BadInput(`Event ${index} of the array is no object.`);
  // HubSpot's guide says eventType, its deliveries say subscriptionType.
  const kind = textFrom(event.subscriptionType) ?? textFrom(event.eventType);
  if (kind === undefined) throw new BadInput(`Event ${index} has neither subscriptionType nor eventType.`);
  const ofContact =
    kind === 'contact.propertyChange' || (kind === 'object.propertyChange' && event.objectTypeId === '0-1');
  const property = textFrom(event.propertyName);
  if (!ofContact || (property !== watched.scoreProperty && property !== watched.stageProperty)) return [];
  const contactId = idFrom(event.objectId);
  if (contactId === undefined) throw new BadInput(`Event ${index} (${kind}) names no contact: objectId is missing.`);
  const score = property === watched.scoreProperty ? numberFrom(event.propertyValue) : undefined;
  const stage = property === watched.stageProperty ? textFrom(event.propertyValue) : undefined;
  return [
    {
      contactId,
      occurredAt: timeFrom(event.occurredAt) ?? receivedAt.toISOString(),
      via: 'webhook',
      ...(score !== undefined && { score }),
      ...(stage !== undefined && { lifecycleStage: stage }),
      dedupeKey: eventKey(event),
    },
  ];
}

/** eventId is not unique and attemptNumber counts deliveries, so neither says which event this is. */
function eventKey(event: Record<string, unknown>): string {
  const parts = ['portalId', 'subscriptionId', 'objectId', 'occurredAt', 'propertyName', 'propertyValue'];
  return parts.map(part => textFrom(event[part]) ?? '').join(':');
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

function idFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}

/** Milliseconds (as a number or in digits) or ISO 8601, as ISO 8601. */
function timeFrom(value: unknown): string | undefined {
  const text = textFrom(value);
  if (text === undefined) return undefined;
  const date = new Date(/^\d{10,16}$/.test(text) ? Number(text) : text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
