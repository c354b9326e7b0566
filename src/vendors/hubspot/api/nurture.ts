/**
 * Nurture in HubSpot: a list that a workflow enrols from, or a property that one starts by
 * (https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide).
 */
import type { Nurture } from '../../../contracts/nurture.ts';
import { Rejected } from '../../../lib/errors.ts';
import { isObject, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import { type Answer, SERVICE } from './errors.ts';
import { propertiesIn } from './inspect.ts';

const WHERE = 'Its name and its ID stand under CRM › Segments (Lists), Details.';

/** `isMissing`: nothing has the name. */
type Found = { id: string; label: string } | { why: string; isMissing?: true };

export function nurtureBy(api: Api): Nurture {
  function body(answer: Answer, what: string): Json {
    if (answer.status < 300) return isObject(answer.body) ? answer.body : {};
    const failure = api.failure(answer, what);
    // A scope that is missing refuses this alone: reading goes on, so the connection is no dead one.
    throw answer.status === 403 ? new Rejected(failure.message, { service: SERVICE, code: 'MISSING_SCOPES' }) : failure;
  }

  async function ask(method: 'GET' | 'PUT' | 'PATCH', path: string, json?: unknown): Promise<Json> {
    return body(await api.ask(method, path, undefined, json), `${method} ${path}`);
  }

  async function listAt(path: string): Promise<Json | undefined> {
    const answer = await api.ask('GET', path);
    if (answer.status === 404) return undefined;
    const { list } = body(answer, `GET ${path}`);
    return isObject(list) ? list : undefined;
  }

  /** By ID, else by name: names of lists are unique. */
  async function listOf(name: string): Promise<Found> {
    const byId = /^\d+$/.test(name) ? await listAt(api.paths.list(name)) : undefined;
    const list = byId ?? (await listAt(api.paths.listNamed(name)));
    const id = list && textFrom(list.listId);
    if (!list || id === undefined) return { why: `There is no list ${name} of contacts. ${WHERE}`, isMissing: true };
    const isActive = textFrom(list.processingType) === 'DYNAMIC';
    if (isActive) return { why: `The list ${name} is an active one: its filters alone say who is in it.` };
    return { id, label: `the list ${textFrom(list.name) ?? name}` };
  }

  function idIn(list: Found, name: string): string {
    if ('id' in list) return list.id;
    throw new Rejected(list.why, { service: SERVICE, code: 'NO_SUCH_LIST', fields: [name] });
  }

  const set = (contactId: string, name: string, value: string) =>
    ask('PATCH', `${api.paths.contacts}/${encodeURIComponent(contactId)}`, { properties: { [name]: value } });

  return {
    async find({ kind, name }) {
      if (kind === 'list') return listOf(name);
      const property = propertiesIn(await ask('GET', api.paths.properties)).get(name);
      return property
        ? { label: `the property ${property.label}` }
        : { why: `Contacts have no property ${name}: write its internal name.` };
    },
    async enter(contactId, { kind, name, value = '' }) {
      if (kind === 'property') return void (await set(contactId, name, value));
      const { recordIdsMissing: missing } = await ask('PUT', api.paths.addToList(idIn(await listOf(name), name)), [
        contactId,
      ]);
      if (!Array.isArray(missing) || missing.length === 0) return;
      const words = `HubSpot has no contact ${contactId} to put onto the list ${name}`;
      throw new Rejected(words, { service: SERVICE, code: 'OBJECT_NOT_FOUND' });
    },
    async leave(contactId, { kind, name }) {
      if (kind === 'property') {
        await set(contactId, name, '');
        return true;
      }
      const list = await listOf(name);
      if (!('isMissing' in list)) await ask('PUT', api.paths.removeFromList(idIn(list, name)), [contactId]);
      return true;
    },
  };
}
