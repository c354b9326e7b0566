import type { Activity, ActivityType } from '../../../domain/lead.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { textOfHtml } from '../../../lib/html.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Api, Json } from './api.ts';
import { ENGAGEMENTS, type Engagement, type RawContact } from './contacts.ts';
import { partialFailure, saysNotFound } from './errors.ts';

interface Kind {
  type: ActivityType;
  properties: readonly string[];
  detail(properties: Json): string | undefined;
}

const KINDS: Record<Engagement, Kind> = {
  calls: {
    type: 'call',
    properties: ['hs_timestamp', 'hs_call_title', 'hs_call_body', 'hs_call_direction', 'hs_call_status'],
    detail: one => textFrom(one.hs_call_title) ?? plain(one.hs_call_body),
  },
  emails: {
    type: 'email',
    properties: ['hs_timestamp', 'hs_email_subject', 'hs_email_direction', 'hs_email_status'],
    detail: one => textFrom(one.hs_email_subject),
  },
  meetings: {
    type: 'meeting',
    properties: ['hs_timestamp', 'hs_meeting_title', 'hs_meeting_start_time', 'hs_meeting_outcome'],
    detail: one => textFrom(one.hs_meeting_title),
  },
  notes: { type: 'note', properties: ['hs_timestamp', 'hs_note_body'], detail: one => plain(one.hs_note_body) },
  tasks: {
    type: 'task',
    properties: ['hs_timestamp', 'hs_task_subject', 'hs_task_status', 'hs_task_type'],
    detail: one => textFrom(one.hs_task_subject),
  },
};

const MOST_A_READ = 100;
const WIDTH = 4;
/** Newest of each kind; ids rise as engagements are made. More is more than any card or judgement looks at. */
const MOST_A_KIND = 300;
const DETAIL_KEPT = 200;

/** Reads the engagements of contacts; those of contacts read together share calls. */
export function engagementReader(api: Api): (contact: RawContact) => Promise<Activity[]> {
  const readers = new Map(
    ENGAGEMENTS.map(type => [
      type,
      coalesce<string, Activity | null>({ most: MOST_A_READ, width: WIDTH, call: ids => readBatch(api, type, ids) }),
    ]),
  );
  return async contact => {
    const reads = ENGAGEMENTS.flatMap(type => {
      const read = readers.get(type);
      return read ? newest(contact.engagements[type]).map(read) : [];
    });
    return (await Promise.all(reads)).filter(one => one !== null);
  };
}

function newest(ids: readonly string[]): string[] {
  if (ids.length <= MOST_A_KIND) return [...ids];
  return ids.toSorted((a, b) => b.length - a.length || (a < b ? 1 : -1)).slice(0, MOST_A_KIND);
}

/** One read; an engagement deleted meanwhile is null. */
async function readBatch(api: Api, type: Engagement, ids: readonly string[]): Promise<(Activity | null | Error)[]> {
  const unique = [...new Set(ids)];
  const answer = await api.post(`${api.paths.objects(type)}/batch/read`, {
    properties: KINDS[type].properties,
    inputs: unique.map(id => ({ id })),
  });
  const byId = new Map(objectsIn(answer.results).map(one => [String(one.id), activityFrom(type, one)]));
  const broken = objectsIn(answer.errors).find(error => !saysNotFound(error));
  return ids.map(id => byId.get(id) ?? (broken ? partialFailure(broken, `a read of ${type}`) : null));
}

function activityFrom(type: Engagement, result: Json): Activity | null {
  const kind = KINDS[type];
  const properties = isObject(result.properties) ? result.properties : {};
  const at = new Date(textFrom(properties.hs_timestamp) ?? String(result.createdAt));
  if (Number.isNaN(at.getTime())) return null;
  return {
    type: kind.type,
    at: at.toISOString(),
    detail: (kind.detail(properties) ?? kind.type).slice(0, DETAIL_KEPT),
  };
}

/** HubSpot keeps bodies as HTML; a card wants words in one line. */
function plain(value: unknown): string | undefined {
  return textFrom(oneLine(textOfHtml(textFrom(value) ?? '')));
}
