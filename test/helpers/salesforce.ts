/** The org at Salesforce, for stories: what stands in it, and what people and rules do there without Baton. */
import assert from 'node:assert/strict';
import type { System } from './system.ts';
import { until } from './until.ts';

const CONTROL = '/_sandbox/salesforce';

export type SalesforceRecord = Record<string, unknown>;

/** The user that a package, a flow or a process runs as. */
export const RULE = 'Automated Process';

/** Something happens to the org: a rule, a right, a limit, a field. */
export async function changeOrg(baton: System, change: object): Promise<void> {
  await baton.post(`${CONTROL}/_org`, change);
}

/** Somebody makes a record; answers its id. */
export async function addRecord(baton: System, object: string, values: object): Promise<string> {
  return String((await baton.post(`${CONTROL}/${object}`, values)).id);
}

/** Somebody changes a record; `_as` says who. */
export async function changeRecord(baton: System, object: string, id: unknown, values: object): Promise<void> {
  await baton.post(`${CONTROL}/${object}/${String(id)}`, values);
}

/** The only record of its kind. */
export async function onlyRecord(baton: System, object: string): Promise<SalesforceRecord> {
  const [record, ...more] = await baton.records(object);
  assert.ok(record && more.length === 0, `${object}: ${more.length + (record ? 1 : 0)} instead of one`);
  return record;
}

/** Calls, mails or whatever else was logged there as a task. */
export const tasksOf = async (baton: System, subtype: string): Promise<SalesforceRecord[]> =>
  (await baton.records('Task')).filter(task => task.TaskSubtype === subtype);

/** The id of a person's user, or of a user by name. */
export async function userId(baton: System, who: string): Promise<string> {
  const user = (await baton.records('User')).find(({ Email, Name }) => Email === who || Name === who);
  assert.ok(user, `${who} is no user`);
  return String(user.Id);
}

/** The e-mail of the user with this id. */
export const userEmail = async (baton: System, id: unknown): Promise<unknown> =>
  (await baton.records('User')).find(user => user.Id === id)?.Email;

/** Whom a record belongs to, by e-mail. */
export async function ownerOf(baton: System, object: string, id: unknown): Promise<unknown> {
  const record = (await baton.records(object)).find(one => one.Id === id);
  return userEmail(baton, record?.OwnerId);
}

/** Waits until a record belongs to this person. */
export const untilOwned = (baton: System, object: string, id: unknown, email: string): Promise<boolean> =>
  until(`${email} has ${object} ${String(id)}`, async () => (await ownerOf(baton, object, id)) === email);

/** Salesforce keeps its outbound messages until `deliver`. */
export async function keepMessages(baton: System): Promise<void> {
  await baton.post(`${CONTROL}/_outbound`, { mode: 'manual' });
}

/** Salesforce sends the messages that wait, and Baton reads them. */
export async function deliver(baton: System, how: object = {}): Promise<Record<string, unknown>> {
  const answer = await baton.post(`${CONTROL}/deliver`, how);
  await baton.settled();
  return answer;
}

/** Where the card's link to the record leads. */
export async function recordLink(baton: System, handoffId: string): Promise<string> {
  const page = await fetch(`${baton.env.PUBLIC_URL}/open/${handoffId}`, { redirect: 'manual' });
  return page.headers.get('location') ?? '';
}
