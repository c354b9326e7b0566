/** Zoho CRM, for stories: the playbook that names it, and what stands there. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { exampleWith } from './playbooks.ts';
import { type System, type SystemOptions, system } from './system.ts';

export type Row = Record<string, unknown> & { id: string };

/** The example, with Zoho CRM and its fields by their names there. */
const FIELDS = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;
export const IN_ZOHO = exampleWith([FIELDS, '\n  system: zoho\n\npeople:\n']);
export const WITH_DEALS = exampleWith([FIELDS, '\n  system: zoho\n  mode: account_based\n\npeople:\n']);

/** Baton beside Zoho CRM, set up from Home. */
export async function withZoho(t: TestContext, options: SystemOptions = {}): Promise<System> {
  const baton = await system(t, { playbook: IN_ZOHO, ...options });
  await setUp(baton);
  return baton;
}

/** As the button on Home does it. */
export async function setUp(baton: System): Promise<void> {
  const { deps, workspaceId } = baton.app;
  const { crm } = await deps.vendors(workspaceId);
  const address = await deps.hookAddress(workspaceId, 'zoho');
  const { ok } = (await crm?.setup?.deploy(address ?? '', () => undefined)) ?? { ok: false };
  assert.ok(ok, 'Zoho CRM is set up');
}

export const rows = (baton: System, module: string) => baton.get<Row[]>(`/_sandbox/zoho/${module}`);
export const only = async (baton: System, module: string): Promise<Row> => {
  const [row, ...more] = await rows(baton, module);
  assert.ok(row && more.length === 0, `${module}: ${more.length + (row ? 1 : 0)} instead of one`);
  return row;
};
export const userId = async (baton: System, email: string) =>
  (await baton.get<{ id: string; email: string }[]>('/_sandbox/zoho/_users')).find(one => one.email === email)?.id ??
  '';

/** Somebody does something there: `Leads/ID?as=EMAIL`. */
export const inZoho = (baton: System, path: string, body: object = {}): Promise<Record<string, unknown>> =>
  baton.post(`/_sandbox/zoho/${path}`, body);

/** Of what a field leads to. */
export const linked = (link: unknown): string | undefined => (link as { id?: string } | null | undefined)?.id;
export const ownerOf = (row: Row): string | undefined => (row.Owner as { name?: string } | undefined)?.name;
