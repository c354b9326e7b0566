/** Pipedrive, for stories: the playbook that names it, and what stands there. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { browser, hidden, linkFor } from './browser.ts';
import { openHome, openSetup } from './home.ts';
import { exampleWith } from './playbooks.ts';
import { click } from './slack.ts';
import { type System, type SystemOptions, system } from './system.ts';

export type Row = Record<string, unknown> & { id: number | string };

/** The example, with Pipedrive as the CRM and its fields by their names there. */
const FIELDS = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;
export const IN_PIPEDRIVE = exampleWith([FIELDS, '\n  system: pipedrive\n\npeople:\n']);
export const WITH_DEALS = exampleWith([FIELDS, '\n  system: pipedrive\n  mode: account_based\n\npeople:\n']);

/** Baton beside Pipedrive, set up from Home. */
export async function withPipedrive(t: TestContext, options: SystemOptions = {}): Promise<System> {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, ...options });
  await setUp(baton);
  return baton;
}

/** Pipedrive is connected by logging in, for whoever starts with this. */
export const BY_LOGIN = { PIPEDRIVE_API_TOKEN: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };

/** From Home to Pipedrive's page and back, for the workspace or for oneself; answers what the last page says. */
export async function logIn(baton: System, user: string, whose: 'workspace' | 'mine' = 'workspace'): Promise<string> {
  await (whose === 'mine' ? openHome(baton, user) : openSetup(baton, user, 'connections'));
  const visit = browser();
  const first = await visit(await linkFor(baton, user, click(`connect_${whose}`, 'pipedrive')));
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/pipedrive`, { ticket: hidden(first.text, 'ticket') });
  const back = await visit(left.location);
  return (await visit(back.location)).text;
}

/** As the button on Home does it. */
export async function setUp(baton: System): Promise<void> {
  const { deps, workspaceId } = baton.app;
  const { crm } = await deps.vendors(workspaceId);
  const address = await deps.hookAddress(workspaceId, 'pipedrive');
  const { ok } = (await crm?.setup?.deploy(address ?? '', () => undefined)) ?? { ok: false };
  assert.ok(ok, 'Pipedrive is set up');
}

export const rows = (baton: System, table: string) => baton.get<Row[]>(`/_sandbox/pipedrive/${table}`);
export const only = async (baton: System, table: string): Promise<Row> => {
  const [row, ...more] = await rows(baton, table);
  assert.ok(row && more.length === 0, `${table}: ${more.length + (row ? 1 : 0)} instead of one`);
  return row;
};
export const userId = async (baton: System, email: string) =>
  (await baton.get<{ id: number; email: string }[]>('/_sandbox/pipedrive/_users')).find(one => one.email === email)?.id;

/** Values of a row's own fields, by the names people see. */
export async function fieldsOf(baton: System, row: Row): Promise<Record<string, unknown>> {
  const all =
    await baton.get<
      Record<string, { field_name: string; field_code: string; options: { id: number; label: string }[] | null }[]>
    >('/_sandbox/pipedrive/_fields');
  const known = Object.values(all).flat();
  const named = Object.entries(row.custom_fields as object).map(([code, value]) => {
    const field = known.find(one => one.field_code === code);
    return [field?.field_name, field?.options?.find(({ id }) => id === value)?.label ?? value];
  });
  return Object.fromEntries(named);
}
