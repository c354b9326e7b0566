/**
 * What goes back: touches as external activities, stage and reason as fields (a stage also as a tag), the owner's address as a
 * field, suppression as a list or a field. All but touches may be written twice; list memberships are looked for first.
 */
import type { Source } from '../../../contracts/source.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json-values.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Call, Pardot } from '../api/client.ts';
import { ofThisWrite, SERVICE } from '../api/errors.ts';
import { type Fields, neededField } from '../people/fields.ts';
import type { Prospects } from '../people/prospects.ts';
import { logTouch } from './external-activity.ts';
import { listMemberships } from './lists.ts';

type Feedback = Pick<Source, 'logTouch' | 'setStage' | 'setProperties' | 'setOwner' | 'suppress'>;

export interface FeedbackOptions {
  api: Pardot;
  prospects: Prospects;
  fields: () => Promise<Fields>;
  /** A field of prospects that takes the stage; absent: it becomes a tag. */
  stageProperty?: string | undefined;
  /**
   * A field that takes the address of whoever has the lead. A prospect's own user follows the record's owner in the CRM that it
   * is synced with, and this API cannot write it.
   */
  ownerProperty?: string | undefined;
}

const SHORT = 255;

export function feedbackTo({ api, prospects, fields, stageProperty, ownerProperty }: FeedbackOptions): Feedback {
  const lists = listMemberships(api);

  async function write(call: Omit<Call, 'importance'>): Promise<Json> {
    try {
      const done = await api.find({ ...call, importance: 'usual' });
      if (done) return done;
    } catch (error) {
      throw ofThisWrite(error);
    }
    throw new Rejected('Account Engagement has no such prospect: was it deleted or merged?', {
      service: SERVICE,
      code: 'NO_SUCH_PROSPECT',
    });
  }

  /** One call, one for the fields' names in the hour's first. */
  async function setFields(contactId: string, values: Record<string, string | boolean>): Promise<void> {
    const known = await fields();
    const json = Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const kept = typeof value === 'string' ? [...oneLine(value)].slice(0, SHORT).join('') : value;
        return [neededField(known, name).name, kept];
      }),
    );
    await write({ method: 'PATCH', path: `/objects/prospects/${contactId}`, query: { fields: 'id' }, json });
  }

  return {
    logTouch: touch => logTouch({ api, prospects }, touch),
    // Nothing there keeps a stage from going back.
    async setStage(contactId, stage) {
      if (stageProperty !== undefined) await setFields(contactId, { [stageProperty]: stage });
      else {
        const path = `/objects/prospects/${contactId}/do/addTag`;
        await write({ method: 'POST', path, json: { tagName: stage } });
      }
      return { stage };
    },
    setProperties: setFields,
    ...(ownerProperty !== undefined && {
      async setOwner(contactId: string, email: string) {
        await setFields(contactId, { [ownerProperty]: email });
        return true;
      },
    }),
    async suppress(contactId, list) {
      // A field instead of a list: isDoNotEmail, or one of the account's own.
      if (!/^\d+$/.test(list)) await setFields(contactId, { [list]: true });
      else await lists.add(contactId, list);
    },
  };
}
