/** What goes back to Marketo: touches as custom activities, stage, reason and owner as fields, suppression as a list or a field. */
import type { Source, SourceTouch } from '../../../contracts/source.ts';
import { after, type Clock, DAY, MINUTE } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { manyLines, oneLine } from '../../../lib/text.ts';
import type { Call, Marketo } from '../api/client.ts';
import { ofThisWrite, recordFailure, SERVICE } from '../api/errors.ts';
import { pagingToken } from '../people/activities.ts';
import { type ATTRIBUTES, touchTypeKeeper } from './touch-type.ts';

type Feedback = Pick<Source, 'logTouch' | 'setStage' | 'setProperties' | 'setOwner' | 'suppress'>;

export interface FeedbackOptions {
  api: Marketo;
  clock: Clock;
  stageProperty: string;
  /** Takes the address of whoever has the lead; Marketo's own owner is the CRM's and cannot be written. */
  ownerProperty?: string;
}

/** What Marketo keeps of a text (255) and of a text area. */
const [SHORT, LONG] = [255, 2_000];
const MOST_PAGES = 20;

export function feedbackTo({ api, stageProperty, ownerProperty }: FeedbackOptions): Feedback {
  const touchType = touchTypeKeeper(api);

  /** One call for one record: what it was passed over for is thrown. */
  async function write(call: Omit<Call, 'importance'>, what: string): Promise<Json> {
    try {
      const { result } = await api.ask({ ...call, importance: 'usual' });
      const [record = {}] = result;
      const failure = recordFailure(record, what);
      if (failure) throw failure;
      return record;
    } catch (error) {
      throw ofThisWrite(error);
    }
  }

  const setFields = (contactId: string, values: Record<string, string | boolean>) =>
    write(
      {
        method: 'POST',
        path: '/rest/v1/leads.json',
        json: { action: 'updateOnly', lookupField: 'id', input: [{ id: Number(contactId), ...values }] },
      },
      `a change of person ${contactId}`,
    );

  /** Custom activities have no key and a second call adds a second one: whoever does not know asks the log. */
  async function written(touch: SourceTouch, activityTypeIds: string): Promise<string | undefined> {
    let nextPageToken = await pagingToken(api, after(new Date(touch.at), -DAY), 'usual');
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { nextPageToken, activityTypeIds, leadIds: touch.contactId };
      const answer = await api.ask({ path: '/rest/v1/activities.json', query, importance: 'usual' });
      const found = answer.result.find(entry =>
        objectsIn(entry.attributes).some(one => textFrom(one.value) === touch.touchId),
      );
      if (found) return textFrom(found.marketoGUID) ?? textFrom(found.id) ?? '';
      if (!answer.moreResult || answer.nextPageToken === undefined) return undefined;
      nextPageToken = answer.nextPageToken;
    }
    throw new Rejected(
      `Marketo's log of person ${touch.contactId} is too long to find out whether the touch is in it`,
      {
        service: SERVICE,
        code: 'LOG_TOO_LONG',
      },
    );
  }

  return {
    async logTouch(touch) {
      const type = await touchType();
      const before = touch.lookFirst ? await written(touch, String(type)) : undefined;
      if (before !== undefined) return { id: before };
      const input = [{ leadId: Number(touch.contactId), activityTypeId: type, ...valuesOf(touch) }];
      const call = { method: 'POST' as const, path: '/rest/v1/activities/external.json', json: { input } };
      const made = await write(call, `the touch of person ${touch.contactId}`);
      return { id: textFrom(made.marketoGUID) ?? textFrom(made.id) ?? '' };
    },
    // Nothing there keeps a stage from going back.
    async setStage(contactId, stage) {
      await setFields(contactId, { [stageProperty]: stage });
      return { stage };
    },
    async setProperties(contactId, properties) {
      const short = Object.entries(properties).map(([name, value]) => [name, clipped(oneLine(value), SHORT)]);
      await setFields(contactId, Object.fromEntries(short));
    },
    ...(ownerProperty !== undefined && {
      async setOwner(contactId: string, email: string) {
        await setFields(contactId, { [ownerProperty]: email });
        return true;
      },
    }),
    async suppress(contactId, list) {
      // A field instead of a list: "Marketing Suspended", as a rule, or one of the customer's own.
      if (!/^\d+$/.test(list)) return void (await setFields(contactId, { [list]: true }));
      const json = { input: [{ id: Number(contactId) }] };
      const path = `/rest/v1/lists/${list}/leads.json`;
      await write({ method: 'POST', path, json }, `person ${contactId} for list ${list}`);
    },
  };
}

const clipped = (text: string, most: number): string => [...text].slice(0, most).join('');

function valuesOf({ touchId, kind, at, title, notes, direction, durationMs, outcome }: SourceTouch) {
  const values: Record<keyof typeof ATTRIBUTES, string | undefined> = {
    kind,
    direction,
    outcome,
    minutes: durationMs === undefined ? undefined : String(Math.round(durationMs / MINUTE)),
    notes: clipped(manyLines(notes), LONG),
    touchId,
  };
  return {
    activityDate: at,
    primaryAttributeValue: clipped(oneLine(title), SHORT) || kind,
    attributes: Object.entries(values).flatMap(([apiName, value]) => (value ? [{ apiName, value }] : [])),
  };
}
