/** An organization at Zoho for contract tests: set up by Baton, and reached through the vendor's own file. */
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN } from '../../sandbox/zoho/oauth.ts';
import { zoho as standIn } from '../../sandbox/zoho/service.ts';
import { crmOf as crmSection, withCrmDefaults } from '../../src/config/playbook/crm-schema.ts';
import { connect } from '../../src/db/connection.ts';
import { effectsOf } from '../../src/db/connections/effects.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { after, type MovableClock } from '../../src/lib/clock.ts';
import { type ZohoOptions, zoho } from '../../src/vendors/zoho/crm.ts';
import { VOCABULARY } from '../../src/vendors/zoho/playbook.ts';
import { look, press } from '../helpers/control.ts';
import { testDatabase } from '../helpers/database.ts';

export type Row = Record<string, unknown> & { id: string };
export const HOOK = 'https://baton.example/hooks/key/zoho';
export const SECRET = 'hook-secret';
export const START = new Date('2026-11-24T18:00:00.000Z');

/** The playbook's `crm` for Zoho CRM, as it is written. */
export const zohoRules = (written: object = {}) =>
  withCrmDefaults(crmSection([]).parse(written), written, VOCABULARY.defaults ?? {});

export type ZohoCompany = Awaited<ReturnType<typeof companyAtZoho>>;

let database: Promise<{ url: string }> | undefined;

/** Fresh, with Baton's fields in it; everything ends with `close`. */
export async function companyAtZoho() {
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
  const app = { accountsUrl: `${sandbox.url}/zoho`, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, clock };
  const made = (more: Partial<ZohoOptions> = {}) =>
    zoho({
      webUrl: `${sandbox.url}/zoho`,
      auth: { kind: 'token', app, refreshToken: REFRESH_TOKEN },
      rules: zohoRules(),
      effects: effectsOf(db, { workspaceId, vendor: 'zoho', clock }),
      hookSecret: SECRET,
      watchHours: 23,
      atOnce: 5,
      clock,
      timeoutMs: 1_000,
      ...more,
    });
  await made().setup?.deploy(HOOK, () => undefined);
  await press(sandbox, 'zoho/_hooks', { hold: true });
  const users = await look<{ id: string; email: string }[]>(sandbox, 'zoho/_users');
  /** Of the API alone: logins are no calls of it. */
  const apiCalls = () => sandbox.calls('zoho').filter(call => call.path.includes('/crm/v8'));
  let seen = apiCalls().length;
  return {
    sandbox,
    clock,
    db,
    workspaceId,
    app,
    connect: made,
    rows: (module: string) => look<Row[]>(sandbox, `zoho/${module}`),
    /** Somebody makes a record there; answers its id. */
    add: async (module: string, values: object) => (await press<Row>(sandbox, `zoho/${module}`, values)).id,
    change: (module: string, id: string, values: object, query = '') =>
      press(sandbox, `zoho/${module}/${id}${query && `?${query}`}`, values),
    remove: (module: string, id: string) => fetch(`${sandbox.url}/_sandbox/zoho/${module}/${id}`, { method: 'DELETE' }),
    set: (settings: object) => press(sandbox, 'zoho/_settings', settings),
    userId: (email: string) => users.find(one => one.email === email)?.id ?? '',
    /** Calls of the API since the last question: `GET /Leads`. */
    calls(): string[] {
      const all = apiCalls();
      const some = all.slice(seen);
      seen = all.length;
      return some.map(call => `${call.method} ${call.path.replace(/^.*\/crm\/v8/, '')}`);
    },
    callsSoFar: () => apiCalls().slice(seen),
    async close() {
      await db.destroy();
      await sandbox.close();
    },
  };
}

/** The same, which ends with the test. */
export async function companyFor(t: TestContext): Promise<ZohoCompany> {
  const company = await companyAtZoho();
  t.after(() => company.close());
  return company;
}
