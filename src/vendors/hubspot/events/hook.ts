/** Webhooks of Baton's app, as far as a CRM is followed by them: owners, stages, what people did, merges, deletions. */
import type { CrmEvent, CrmMessage } from '../../../contracts/crm-events.ts';
import type { HookRequest } from '../../../contracts/hook.ts';
import { BadInput } from '../../../lib/errors.ts';
import { objectsIn, textFrom } from '../../../lib/json-values.ts';
import { eventKey, idFrom, mergedIn, stayedIn, timeFrom } from '../api/hooks.ts';
import { ACTIVITIES, type ActivityType, idOf, type ObjectType, recordOf, typeNamed } from '../portal/ids.ts';
import { OWNER } from '../portal/names.ts';
import { userIn } from '../portal/rows.ts';

type Told = Record<string, unknown>;

/**
 * Changes of properties that say something. A contact's score and stage are the source's; what Baton writes itself is
 * told as well, and shows as nothing new.
 */
const TOLD: Record<ObjectType, readonly string[]> = {
  contacts: [OWNER, 'hs_lead_status'],
  companies: [],
  deals: [OWNER, 'dealstage', 'pipeline'],
  leads: [OWNER, 'hs_pipeline_stage', 'hs_pipeline'],
  calls: ['hs_call_status'],
  emails: ['hs_email_status'],
  meetings: ['hs_meeting_outcome'],
  tasks: ['hs_task_status'],
};

/** Of a workflow's body nothing: it is the source's. @throws BadInput when it is no JSON */
export function readDelivery({ body }: HookRequest): CrmMessage {
  const given = jsonOf(body);
  return { events: Array.isArray(given) ? objectsIn(given).flatMap(eventsOf) : [] };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadInput(body.length === 0 ? 'The body is empty; HubSpot sends JSON.' : 'The body is not valid JSON.');
  }
}

function eventsOf(event: Told): CrmEvent[] {
  const kind = textFrom(event.subscriptionType) ?? textFrom(event.eventType) ?? '';
  const [object = '', what = ''] = kind.split('.', 2);
  const type = typeNamed(object === 'object' ? (textFrom(event.objectTypeId) ?? '') : object);
  if (!type || type === 'companies') return [];
  if (what === 'merge') return type === 'contacts' ? mergeIn(event, kind) : [];
  const number = idFrom(event.objectId);
  if (number === undefined || !isNews(type, what, event)) return [];
  return [eventOf(event, kind, type, number, what)];
}

function isNews(type: ObjectType, what: string, event: Told): boolean {
  if (what === 'propertyChange') return TOLD[type].includes(textFrom(event.propertyName) ?? '');
  if (what === 'creation') return ACTIVITIES.includes(type as ActivityType);
  return what === 'deletion' || what === 'privacyDeletion';
}

function eventOf(event: Told, kind: string, type: ObjectType, number: string, what: string): CrmEvent {
  const [property, value] = [textFrom(event.propertyName), textFrom(event.propertyValue)];
  const by = userIn(textFrom(event.sourceId));
  const at = timeFrom(event.occurredAt);
  return {
    key: `webhook:${type}:${eventKey(event, kind)}`,
    record: recordOf(type, number),
    fields: {
      event: what,
      ...(property && { property }),
      ...(value && { value }),
      ...(by && { by: `user/${by}` }),
      ...(at && { at }),
    },
  };
}

/** Each contact that is gone by the merge, with the one that stayed. */
function mergeIn(event: Told, kind: string): CrmEvent[] {
  const stayed = stayedIn(event);
  return mergedIn(event).map(gone => ({
    key: `webhook:merge:${gone}:${eventKey(event, kind)}`,
    record: recordOf('contacts', gone),
    fields: { event: 'merge', ...(stayed && { mergedTo: idOf('contacts', stayed) }) },
  }));
}
