/**
 * What goes back to ActiveCampaign: touches as notes, stage and reason as fields or tags, the owner's address as a field,
 * suppression as a list that is left or a tag. Fields, tags and lists may be written twice; notes may not.
 */
import type { Source, SourceTouch } from '../../../contracts/source.ts';
import { MINUTE } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { isObject, type Json, textFrom } from '../../../lib/json-values.ts';
import { manyLines, oneLine } from '../../../lib/text.ts';
import { type ActiveCampaign, type Call, everyOne } from '../api/client.ts';
import { ofThisWrite, SERVICE } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';
import { type Account, fieldNamed } from '../people/account.ts';

type Feedback = Pick<Source, 'logTouch' | 'setStage' | 'setProperties' | 'setOwner' | 'suppress'>;

export interface FeedbackOptions {
  api: ActiveCampaign;
  account: Account;
  /** A field of contacts that takes the stage; absent: it becomes a tag. */
  stageProperty?: string | undefined;
  /** A field that takes the address of whoever has the lead; absent: nobody's is written. */
  ownerProperty?: string | undefined;
}

const [SHORT, LONG] = [255, 10_000];
/** A status of a list. */
const UNSUBSCRIBED = '2';

export function feedbackTo({ api, account, stageProperty, ownerProperty }: FeedbackOptions): Feedback {
  async function write(call: Omit<Call, 'importance'>): Promise<Json> {
    try {
      return await api.ask({ ...call, importance: 'usual' });
    } catch (error) {
      throw ofThisWrite(error);
    }
  }

  /** One call, one for the fields' names in the hour's first. */
  async function setFields(contactId: string, values: Record<string, string>): Promise<void> {
    const fields = await account.fields();
    const fieldValues = Object.entries(values).map(([name, value]) => {
      const field = fieldNamed(fields, name);
      if (field) return { field: field.id, value: clipped(oneLine(value), SHORT) };
      throw new Rejected(`ActiveCampaign has no field "${name}" of contacts`, {
        service: SERVICE,
        code: 'NO_SUCH_FIELD',
        fields: [name],
      });
    });
    await write({ method: 'PUT', path: `/contacts/${contactId}`, json: { contact: { fieldValues } } });
  }

  /** Two calls, three where nobody has made the tag yet. Giving it twice is giving it once. */
  async function tag(contactId: string, name: string): Promise<void> {
    const id = (await tagIdOf(name)) ?? (await makeTag(name));
    await write({ method: 'POST', path: '/contactTags', json: { contactTag: { contact: contactId, tag: id } } });
  }

  async function tagIdOf(name: string): Promise<string | undefined> {
    // "Contains": among those found one must be the very name.
    const { tags } = await api.ask({ path: '/tags', query: { search: name, limit: '100' }, importance: 'usual' });
    const same = (Array.isArray(tags) ? tags.filter(isObject) : []).find(
      one => textFrom(one.tag)?.toLowerCase() === name.toLowerCase(),
    );
    return idFrom(same?.id);
  }

  async function makeTag(name: string): Promise<string> {
    const json = { tag: { tag: name, tagType: 'contact', description: 'Made by Baton' } };
    const made = await write({ method: 'POST', path: '/tags', json });
    const id = idFrom(isObject(made.tag) ? made.tag.id : undefined);
    if (id !== undefined) return id;
    throw new Rejected(`ActiveCampaign made no tag "${name}"`, { service: SERVICE, code: 'NO_TAG' });
  }

  /** A second note stands beside the first: whoever does not know looks for the touch's id in them. */
  async function written({ contactId, touchId }: SourceTouch): Promise<string | undefined> {
    const notes = await everyOne(api, `/contacts/${contactId}/notes`, 'notes', 'usual');
    return idFrom(notes.find(one => textFrom(one.note)?.includes(touchId))?.id);
  }

  return {
    async logTouch(touch) {
      const before = touch.lookFirst ? await written(touch) : undefined;
      if (before !== undefined) return { id: before };
      const note = { note: noteOf(touch), relid: Number(touch.contactId), reltype: 'Subscriber' };
      const made = await write({ method: 'POST', path: '/notes', json: { note } });
      return { id: idFrom(isObject(made.note) ? made.note.id : undefined) ?? '' };
    },
    // Nothing there keeps a stage from going back.
    async setStage(contactId, stage) {
      if (stageProperty === undefined) await tag(contactId, stage);
      else await setFields(contactId, { [stageProperty]: stage });
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
      if (!/^\d+$/.test(list)) return tag(contactId, list);
      const contactList = { list, contact: contactId, status: UNSUBSCRIBED };
      await write({ method: 'POST', path: '/contactLists', json: { contactList } });
    },
  };
}

const clipped = (text: string, most: number): string => [...text].slice(0, most).join('');

function noteOf({ touchId, kind, at, title, notes, direction, durationMs, outcome }: SourceTouch): string {
  const minutes = durationMs === undefined ? undefined : `${Math.round(durationMs / MINUTE)} min`;
  const facts = [kind, direction, outcome, minutes, `${at.slice(0, 16).replace('T', ' ')} UTC`].filter(Boolean);
  const lines = [oneLine(title) || kind, facts.join(', '), manyLines(notes)].filter(Boolean);
  return `${clipped(lines.join('\n'), LONG)}\n[Baton ${touchId}]`;
}
