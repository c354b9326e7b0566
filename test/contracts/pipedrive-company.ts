/** A company at Pipedrive for contract tests: set up by Baton, and reached through the vendor's own file. */
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { API_TOKEN } from '../../sandbox/pipedrive/oauth.ts';
import { pipedrive as standIn } from '../../sandbox/pipedrive/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { crmOf as crmSection, withCrmDefaults } from '../../src/config/playbook/crm-schema.ts';
import { connect } from '../../src/db/connection.ts';
import { effectsOf } from '../../src/db/connections/effects.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { after, type MovableClock } from '../../src/lib/clock.ts';
import { type PipedriveOptions, pipedrive } from '../../src/vendors/pipedrive/crm.ts';
import { VOCABULARY } from '../../src/vendors/pipedrive/playbook.ts';
import { look, press } from '../helpers/control.ts';
import { testDatabase } from '../helpers/database.ts';

export type Row = Record<string, unknown> & { id: number | string };
export const HOOK = 'https://baton.example/hooks/key/pipedrive';
export const SECRET = 'hook-secret';
export const START = new Date('2026-11-24T18:00:00.000Z');

/** The playbook's `crm` for Pipedrive, as it is written. */
export const pipedriveRules = (written: object = {}) =>
  withCrmDefaults(crmSection([]).parse(written), written, VOCABULARY.defaults ?? {});

export type PipedriveCompany = Awaited<ReturnType<typeof companyAtPipedrive>>;

let database: Promise<{ url: string }> | undefined;

/** Fresh, with Baton's fields in it; everything ends with `close`. */
export async function companyAtPipedrive() {
  // One database for the file: each company has a workspace of its own.
  database ??= testDatabase();
  const db = connect((await database).url, 8);
  let now = START;
  const clock: MovableClock = {
    now: () => now,
    move: ms => {
      now = after(now, ms);
    },
  };
  const sandbox = await startSandbox({ services: [standIn], clock });
  const id = randomUUID();
  const { id: workspaceId } = await ensureWorkspace(db, { slackTeamId: id, name: 'Acme', hookKey: id, at: START });
  const made = (more: Partial<PipedriveOptions> = {}) =>
    pipedrive({
      apiUrl: `${sandbox.url}/pipedrive`,
      webUrl: `${sandbox.url}/pipedrive`,
      auth: { kind: 'token', token: API_TOKEN },
      rules: pipedriveRules(),
      effects: effectsOf(db, { workspaceId, vendor: 'pipedrive', clock }),
      hookSecret: SECRET,
      clock,
      timeoutMs: 1_000,
      ...more,
    });
  await made().setup?.deploy(HOOK, () => undefined);
  await press(sandbox, 'pipedrive/_hooks', { hold: true });
  const users = await look<{ id: number; email: string }[]>(sandbox, 'pipedrive/_users');
  let seen = sandbox.calls('pipedrive').length;
  return {
    sandbox,
    clock,
    db,
    workspaceId,
    connect: made,
    rows: (table: string) => look<Row[]>(sandbox, `pipedrive/${table}`),
    /** Somebody makes a record there; answers its number, or a lead's id. */
    add: async (table: string, values: object) => (await press<Row>(sandbox, `pipedrive/${table}`, values)).id,
    change: (table: string, id: unknown, values: object, as = '') =>
      press(sandbox, `pipedrive/${table}/${String(id)}${as && `?as=${as}`}`, values),
    set: (settings: object) => press(sandbox, 'pipedrive/_settings', settings),
    userId: (email: string) => users.find(one => one.email === email)?.id ?? 0,
    /** Paths of calls since the last question. */
    calls(): string[] {
      const all = sandbox.calls('pipedrive');
      const some = all.slice(seen);
      seen = all.length;
      return some.map(call => `${call.method} ${call.path.replace('/pipedrive', '')}`);
    },
    callsSoFar: () => sandbox.calls('pipedrive').slice(seen),
    async close() {
      await db.destroy();
      await sandbox.close();
    },
  };
}

/** The same, which ends with the test. */
export async function companyFor(t: TestContext): Promise<PipedriveCompany> {
  const company = await companyAtPipedrive();
  t.after(() => company.close());
  return company;
}
