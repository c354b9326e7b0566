/**
 * The custom activity that touches are written as. Its type is made when the first touch is written and there is none yet, and its
 * number is kept (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/activities, "Create type").
 */
import { Rejected } from '../../../lib/errors.ts';
import { numberFrom, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';
import { ofThisWrite, SERVICE } from '../api/errors.ts';

const API_NAME = 'batonTouch';
const TYPE = {
  apiName: API_NAME,
  name: 'Sales Touch by Baton',
  description: 'A call, mail, meeting or task of a sales rep, written by Baton',
  triggerName: 'Is Touched by Sales (Baton)',
  filterName: 'Was Touched by Sales (Baton)',
  primaryAttribute: { apiName: 'summary', name: 'Summary', description: 'What was done' },
};
export const ATTRIBUTES = {
  kind: 'Kind',
  direction: 'Direction',
  outcome: 'Outcome',
  minutes: 'Minutes',
  notes: 'Notes',
  touchId: 'Touch ID',
} as const;

export interface TouchType {
  id: number;
  /** Live, and not only a draft. */
  isApproved: boolean;
}

/** Undefined: there is none. One call. */
export async function findTouchType(api: Marketo): Promise<TouchType | undefined> {
  const { result } = await api.ask({ path: '/rest/v1/activities/external/types.json', importance: 'usual' });
  const found = result.find(one => textFrom(one.apiName) === API_NAME);
  const id = numberFrom(found?.id);
  return id === undefined ? undefined : { id, isApproved: /^approved/.test(textFrom(found?.status) ?? '') };
}

/** Answers the type's number. One call the first time, four where it has to be made, then none. */
export function touchTypeKeeper(api: Marketo): () => Promise<number> {
  let known: Promise<number> | undefined;
  return () => {
    known ??= foundOrMade(api);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
}

async function foundOrMade(api: Marketo): Promise<number> {
  const found = await findTouchType(api);
  if (found?.isApproved) return found.id;
  try {
    if (!found) await make(api);
    await post(api, `/type/${API_NAME}/approve.json`);
  } catch (error) {
    // Another process may have been faster: then it is there.
    if (!(error instanceof Rejected)) throw ofThisWrite(error);
    const now = await findTouchType(api);
    if (now?.isApproved) return now.id;
    throw explained(error);
  }
  const made = await findTouchType(api);
  if (made) return made.id;
  throw new Rejected('Marketo does not list the custom activity that Baton just made there', { service: SERVICE });
}

async function make(api: Marketo): Promise<void> {
  try {
    await post(api, '/type.json', TYPE);
    const attributes = Object.entries(ATTRIBUTES).map(([apiName, name]) => ({
      apiName,
      name,
      dataType: apiName === 'notes' ? 'text' : 'string',
    }));
    await post(api, `/type/${API_NAME}/attributes/create.json`, { attributes });
  } catch (error) {
    throw ofThisWrite(error);
  }
}

const post = (api: Marketo, path: string, json: object = {}) =>
  api.ask({ method: 'POST', path: `/rest/v1/activities/external${path}`, json, importance: 'usual' });

function explained(error: Rejected): Rejected {
  const todo =
    'Give the API user’s role “Read-Write Activity Metadata”, or make the custom activity by hand ' +
    `(Admin › Marketo Custom Activities: API name ${API_NAME}) and approve it.`;
  return new Rejected(`${error.message}. ${todo}`, { service: SERVICE, ...(error.code && { code: error.code }) });
}
