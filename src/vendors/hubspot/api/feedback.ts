/** What goes back to HubSpot: engagements, stage, properties, owner, list. */

import type { Source, SourceTouch } from '../../../contracts/source.ts';
import { Rejected } from '../../../lib/errors.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import type { Engagement } from './contacts.ts';
import { type Answer, SERVICE } from './errors.ts';
import { DISPOSITIONS, html, nextPage } from './values.ts';

type Feedback = Required<Pick<Source, 'logTouch' | 'setStage' | 'setProperties' | 'setOwner' | 'suppress'>>;

/** Where each kind of touch goes, which association leads to the contact, which property holds the words, and how. */
const KINDS: Record<
  SourceTouch['kind'],
  { type: Engagement; toContact: number; words: string; as: (text: string) => string }
> = {
  call: { type: 'calls', toContact: 194, words: 'hs_call_body', as: html },
  email: { type: 'emails', toContact: 198, words: 'hs_email_text', as: text => text },
  meeting: { type: 'meetings', toContact: 200, words: 'hs_meeting_body', as: html },
  task: { type: 'tasks', toContact: 204, words: 'hs_task_body', as: html },
};

const A_BATCH = 100;
const A_PAGE = '500';

/** The way back, for one account. */
export function feedbackTo(api: Api, stageProperty: string): Feedback {
  /** The answer's body; a missing right refuses this write alone: reading goes on, so the connection is no dead one. */
  async function write(method: 'POST' | 'PATCH' | 'PUT', path: string, body: unknown): Promise<Json> {
    return read(await api.ask(method, path, undefined, body), `${method} ${path}`);
  }

  function read(answer: Answer, what: string): Json {
    if (answer.status < 300) return isObject(answer.body) ? answer.body : {};
    const failure = api.failure(answer, what);
    throw answer.status === 403 ? new Rejected(failure.message, { service: SERVICE, code: 'MISSING_SCOPES' }) : failure;
  }

  const patch = (contactId: string, properties: Record<string, string>) =>
    write('PATCH', `${api.paths.contacts}/${encodeURIComponent(contactId)}`, { properties });

  async function stageAfter(contactId: string, stage: string): Promise<string | undefined> {
    const { properties } = await patch(contactId, { [stageProperty]: stage });
    return isObject(properties) ? textFrom(properties[stageProperty]) : undefined;
  }

  /** Associations are true at once; the search index lags behind, so it cannot say that nothing is there. */
  async function written({ contactId, touchId, kind }: SourceTouch): Promise<string | undefined> {
    const { type, words } = KINDS[kind];
    let after: string | undefined;
    do {
      const query = { limit: A_PAGE, ...(after && { after }) };
      const page = await api.get(api.paths.associationsOf(contactId, type), query);
      const ids = objectsIn(page.results).flatMap(one => textFrom(one.toObjectId) ?? []);
      for (let start = 0; start < ids.length; start += A_BATCH) {
        const inputs = ids.slice(start, start + A_BATCH).map(id => ({ id }));
        const body = { properties: [words], propertiesWithHistory: [], inputs };
        const { results } = await api.post(`${api.paths.objects(type)}/batch/read`, body);
        const found = objectsIn(results).find(
          one => isObject(one.properties) && textFrom(one.properties[words])?.includes(markOf(touchId)),
        );
        if (found) return textFrom(found.id);
      }
      after = nextPage(page);
    } while (after !== undefined);
    return undefined;
  }

  return {
    async logTouch(touch) {
      const before = touch.lookFirst ? await written(touch) : undefined;
      if (before !== undefined) return { id: before };
      const { type, toContact } = KINDS[touch.kind];
      const made = await write('POST', api.paths.objects(type), {
        properties: propertiesOf(touch),
        associations: [
          {
            to: { id: touch.contactId },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: toContact }],
          },
        ],
      });
      return { id: String(made.id) };
    },
    async setStage(contactId, stage, { clearFirst }) {
      const now = await stageAfter(contactId, stage);
      if (now === stage || !clearFirst) return { stage: now };
      await patch(contactId, { [stageProperty]: '' });
      return { stage: await stageAfter(contactId, stage) };
    },
    async setProperties(contactId, properties) {
      await patch(contactId, properties);
    },
    async setOwner(contactId, email) {
      const answer = await api.ask('GET', api.paths.owners, { email, limit: '1' });
      const owner = objectsIn(read(answer, `GET ${api.paths.owners}`).results)[0];
      const id = owner && textFrom(owner.id);
      if (id === undefined) return false;
      await patch(contactId, { hubspot_owner_id: id });
      return true;
    },
    async suppress(contactId, list) {
      const answer = await write('PUT', api.paths.addToList(list), [contactId]);
      const missing = answer.recordIdsMissing ?? answer.recordsIdsMissing;
      if (Array.isArray(missing) && missing.length > 0) {
        throw new Rejected(`HubSpot has no contact ${contactId} to put onto list ${list}`, {
          service: SERVICE,
          code: 'OBJECT_NOT_FOUND',
        });
      }
    },
  };
}

/** Stands at the end of the words: engagements have no field for another system's id that every account has. */
const markOf = (touchId: string) => `Baton ${touchId}`;

function propertiesOf(touch: SourceTouch): Record<string, string> {
  const { kind, title, at, direction, durationMs, outcome } = touch;
  const disposition = DISPOSITIONS[outcome ?? ''];
  const { words, as } = KINDS[kind];
  const base = { hs_timestamp: at, [words]: as([touch.notes, markOf(touch.touchId)].filter(Boolean).join('\n\n')) };
  switch (kind) {
    case 'call':
      return {
        ...base,
        hs_call_title: title,
        hs_call_status: 'COMPLETED',
        ...(direction && { hs_call_direction: direction.toUpperCase() }),
        ...(durationMs !== undefined && { hs_call_duration: String(durationMs) }),
        ...(disposition && { hs_call_disposition: disposition }),
      };
    case 'email':
      return {
        ...base,
        hs_email_subject: title,
        hs_email_status: 'SENT',
        hs_email_direction: direction === 'inbound' ? 'INCOMING_EMAIL' : 'EMAIL',
      };
    case 'meeting':
      return {
        ...base,
        hs_meeting_title: title,
        hs_meeting_start_time: at,
        hs_meeting_end_time: new Date(Date.parse(at) + (durationMs ?? 0)).toISOString(),
        hs_meeting_outcome: 'COMPLETED',
      };
    case 'task':
      return { ...base, hs_task_subject: title, hs_task_status: 'COMPLETED' };
  }
}
