import { Client } from '@hubspot/api-client';
import { type CallBudget, importanceHere } from '../../../contracts/shared-calls.ts';
import type { CallMeter } from '../../../domain/api-quota.ts';
import type { Clock } from '../../../lib/clock.ts';
import { Unavailable } from '../../../lib/errors.ts';
import { passFence } from '../../../lib/fence.ts';
import { type Answer, failureOf, SERVICE } from './errors.ts';

export interface ApiOptions {
  apiUrl: string;
  /** A date version (`2026-03`), or `v3` for accounts that still need the old paths. */
  apiVersion: string;
  accessToken: () => Promise<string>;
  /** After a 401 to this token: another one, once a call. Absent: there is none. */
  renewed?: ((used: string) => Promise<string>) | undefined;
  clock: Clock;
  timeoutMs: number;
  /** Each call takes its turn; absent: nobody counts. */
  budget?: CallBudget;
  /** Told the account's own count of its calls today after every answer; undefined: the answer does not say. */
  onUsage?(meter: CallMeter | undefined): void;
}

/** HubSpot's API: JSON in, JSON out, every refusal a Failure. */
export interface Api {
  get(path: string, query?: Record<string, string>): Promise<Json>;
  post(path: string, body: unknown): Promise<Json>;
  /** The answer whatever its status; only silence is a Failure. For calls whose refusal means something. */
  ask(method: Method, path: string, query?: Record<string, string>, body?: unknown): Promise<Answer>;
  /** The same Failure that `get` would throw for this answer. */
  failure(answer: Answer, what: string): Error;
  paths: Paths;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export type Json = Record<string, unknown>;

/** Where things are: the version sits in another place in the old forms. */
export interface Paths {
  contacts: string;
  properties: string;
  events: string;
  owners: string;
  account: string;
  addToList(list: string): string;
  removeFromList(list: string): string;
  /** Of contacts. */
  listNamed(name: string): string;
  list(list: string): string;
  objects(type: string): string;
  associations(from: string, to: string): string;
  associationsOf(id: string, to: string): string;
  /** What one record of any type is associated with. */
  associated(type: string, id: string, to: string): string;
  /** Makes the plain association of two records. */
  associate(type: string, id: string, to: string, toId: string): string;
  /** The types of associations between two kinds of record. */
  labels(from: string, to: string): string;
  propertiesOf(type: string): string;
  pipelines(type: string): string;
  sequences: string;
}

export function pathsOf(version: string): Paths {
  const part = encodeURIComponent;
  if (version === 'v3') {
    return {
      contacts: '/crm/v3/objects/contacts',
      properties: '/crm/v3/properties/contacts',
      events: '/events/v3/events',
      owners: '/crm/v3/owners',
      ...listPaths('/crm/v3/lists'),
      objects: type => `/crm/v3/objects/${type}`,
      associations: (from, to) => `/crm/v4/associations/${from}/${to}`,
      associationsOf: (id, to) => `/crm/v4/objects/contacts/${encodeURIComponent(id)}/associations/${to}`,
      account: '/account-info/v3/details',
      associated: (type, id, to) => `/crm/v4/objects/${type}/${part(id)}/associations/${to}`,
      associate: (type, id, to, toId) => `/crm/v4/objects/${type}/${part(id)}/associations/default/${to}/${part(toId)}`,
      labels: (from, to) => `/crm/v4/associations/${from}/${to}/labels`,
      propertiesOf: type => `/crm/v3/properties/${type}`,
      pipelines: type => `/crm/v3/pipelines/${type}`,
      sequences: '/automation/v4/sequences',
    };
  }
  return {
    contacts: `/crm/objects/${version}/contacts`,
    properties: `/crm/properties/${version}/contacts`,
    events: `/events/event-occurrences/${version}`,
    owners: `/crm/owners/${version}`,
    ...listPaths(`/crm/lists/${version}`),
    objects: type => `/crm/objects/${version}/${type}`,
    associations: (from, to) => `/crm/associations/${version}/${from}/${to}`,
    associationsOf: (id, to) => `/crm/objects/${version}/contacts/${encodeURIComponent(id)}/associations/${to}`,
    account: `/account-info/${version}/details`,
    associated: (type, id, to) => `/crm/objects/${version}/${type}/${part(id)}/associations/${to}`,
    associate: (type, id, to, toId) =>
      `/crm/objects/${version}/${type}/${part(id)}/associations/default/${to}/${part(toId)}`,
    labels: (from, to) => `/crm/associations/${version}/${from}/${to}/labels`,
    propertiesOf: type => `/crm/properties/${version}/${type}`,
    pipelines: type => `/crm/pipelines/${version}/${type}`,
    sequences: `/automation/sequences/${version}`,
  };
}

/**
 * The official client's generic request: it knows no date-versioned paths by name. Its retries and limiter stay unset:
 * they are one setting for the whole process, and when to try again is the queue's business.
 */
export function api(options: ApiOptions): Api {
  const client = new Client({ basePath: options.apiUrl.replace(/\/+$/, '') });

  async function ask(method: Method, path: string, query?: Record<string, string>, body?: unknown): Promise<Answer> {
    const token = await options.accessToken();
    const answer = await askAs(token, method, path, query, body);
    if (answer.status !== 401 || !options.renewed) return answer;
    return askAs(await options.renewed(token), method, path, query, body);
  }

  async function askAs(
    token: string,
    method: Method,
    path: string,
    query: Record<string, string> | undefined,
    body: unknown,
  ): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}` };
    await options.budget?.take(importanceHere());
    await passFence();
    const request = client.apiRequest({
      method,
      path,
      headers,
      ...(query && { qs: query }),
      ...(body !== undefined && { body }),
    });
    const answer = await within(options.timeoutMs, request.then(readAnswer), `${method} ${path}`);
    options.onUsage?.(meterIn(answer.headers));
    return answer;
  }

  async function ok(method: Method, path: string, query?: Record<string, string>, body?: unknown): Promise<Json> {
    const answer = await ask(method, path, query, body);
    if (answer.status >= 300) throw failure(answer, `${method} ${path}`);
    if (typeof answer.body !== 'object' || answer.body === null) {
      throw new Unavailable(`HubSpot answered something that is no JSON to ${method} ${path}`, { service: SERVICE });
    }
    return answer.body as Json;
  }

  function failure(answer: Answer, what: string): Error {
    return failureOf(answer, what, options.clock.now());
  }

  return {
    get: (path, query) => ok('GET', path, query),
    post: (path, body) => ok('POST', path, undefined, body),
    ask,
    failure,
    paths: pathsOf(options.apiVersion),
  };
}

/** Absent for apps that people log in to (page "Usage guidelines"). */
function meterIn(headers: Headers): CallMeter | undefined {
  const [limit, left] = ['x-hubspot-ratelimit-daily', 'x-hubspot-ratelimit-daily-remaining'].map(name =>
    Number(headers.get(name) ?? Number.NaN),
  );
  if (limit === undefined || left === undefined || !(limit > 0) || Number.isNaN(left)) return undefined;
  return { used: Math.max(0, limit - left), limit };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The client takes no signal, so a late answer is left behind; network trouble and lateness are the same to callers. */
async function within(milliseconds: number, work: Promise<Answer>, what: string): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Unavailable(`HubSpot gave no answer to ${what} within ${milliseconds} ms`, {
            service: SERVICE,
            code: 'timeout',
            outage: true,
          }),
        ),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`HubSpot could not be reached for ${what}`, {
      service: SERVICE,
      code: 'network',
      outage: true,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Contacts are 0-1 among the types of objects. */
const listPaths = (base: string) => ({
  addToList: (list: string) => `${base}/${encodeURIComponent(list)}/memberships/add`,
  removeFromList: (list: string) => `${base}/${encodeURIComponent(list)}/memberships/remove`,
  listNamed: (name: string) => `${base}/object-type-id/0-1/name/${encodeURIComponent(name)}`,
  list: (list: string) => `${base}/${encodeURIComponent(list)}`,
});
