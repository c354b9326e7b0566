/** HubSpot as the CRM, for stories: the playbook that names it, its owners, and what stands there. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { enqueue } from '../../src/jobs/queue.ts';
import { matchPeople } from '../../src/jobs/requests.ts';
import { CHAN, DANA, MARCUS, PRIYA, TOM } from './people.ts';
import { exampleWith } from './playbooks.ts';
import { type System, type SystemOptions, system } from './system.ts';

export type Row = Record<string, unknown> & { id: string; about: Record<string, string[]> };

/** The example, with HubSpot as the CRM and its properties by their names there. */
const FIELDS = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;
export const IN_HUBSPOT = exampleWith([FIELDS, '\n  system: hubspot\n\npeople:\n']);
export const WITH_DEALS = exampleWith([FIELDS, '\n  system: hubspot\n  mode: account_based\n\npeople:\n']);

const OWNERS = [
  [MARCUS, 'Marcus', 'Chen'],
  [PRIYA, 'Priya', 'Nair'],
  [TOM, 'Tom', 'Okafor'],
  [DANA, 'Dana', 'Ruiz'],
  [CHAN, 'Chan', 'Li'],
] as const;

interface Options extends SystemOptions {
  /** False: the account has no leads, only contacts. */
  leads?: boolean;
  /** It never heard of Baton. */
  bare?: boolean;
}

/** Baton beside HubSpot, set up from Home, its app subscribed as the set-up says, its people known. */
export async function withHubspot(
  t: TestContext,
  { leads = true, bare = false, ...options }: Options = {},
): Promise<System> {
  const baton = await system(t, { playbook: IN_HUBSPOT, ...options });
  // The stories' time stands still, and so would the second that five searches fit in.
  await baton.post('/_sandbox/hubspot/settings', { leads, searchesPerSecond: null });
  for (const [email, firstName, lastName] of OWNERS) {
    await baton.post('/_sandbox/hubspot/owners', { email, firstName, lastName });
  }
  if (!bare) await setUp(baton);
  await baton.post('/_sandbox/hubspot/webhooks', { crm: true });
  await enqueue(baton.app.deps.db, matchPeople(baton.app.workspaceId));
  await baton.settled();
  return baton;
}

/** As the button on Home does it. */
async function setUp(baton: System): Promise<void> {
  const { deps, workspaceId } = baton.app;
  const { crm } = await deps.vendors(workspaceId);
  const address = await deps.hookAddress(workspaceId, 'hubspot');
  const { ok } = (await crm?.setup?.deploy(address ?? '', () => undefined)) ?? { ok: false };
  assert.ok(ok, 'HubSpot is set up');
}

/** Contacts have a button of their own under their name. */
const PATHS: Record<string, string> = { contacts: '0-1', companies: '0-2' };
const pathOf = (type: string) => `/_sandbox/hubspot/${PATHS[type] ?? type}`;

export const rows = (baton: System, type: string) => baton.get<Row[]>(pathOf(type));
export const only = async (baton: System, type: string): Promise<Row> => {
  const [row, ...more] = await rows(baton, type);
  assert.ok(row && more.length === 0, `${type}: ${more.length + (row ? 1 : 0)} instead of one`);
  return row;
};

/** Somebody makes a record there; answers its number. */
export const make = async (baton: System, type: string, values: object, as?: string): Promise<string> =>
  String((await baton.post(`${pathOf(type)}${as ? `?as=${as}` : ''}`, values)).id);

/** Somebody changes one. */
export const change = (baton: System, type: string, id: string, values: object, as?: string) =>
  baton.post(`${pathOf(type)}/${id}${as ? `?as=${as}` : ''}`, values);

export const ownerId = async (baton: System, email: string): Promise<string | undefined> =>
  (await baton.get<{ id: string; email: string }[]>('/_sandbox/hubspot/_owners')).find(one => one.email === email)?.id;

/** A record's own number of the id by which Baton knows it. */
export const numberOf = (id: string | null): string => id?.split('/')[1] ?? '';
