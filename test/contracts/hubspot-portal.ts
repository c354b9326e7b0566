/** A HubSpot account for contract tests: set up by Baton, and reached through the vendor's own file. */
import type { TestContext } from 'node:test';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as standIn } from '../../sandbox/hubspot/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { crmOf as crmSection, withCrmDefaults } from '../../src/config/playbook/crm-schema.ts';
import { after, type MovableClock } from '../../src/lib/clock.ts';
import { type HubspotCrmOptions, hubspotCrm } from '../../src/vendors/hubspot/crm.ts';
import { VOCABULARY } from '../../src/vendors/hubspot/playbook.ts';
import { look, press } from '../helpers/control.ts';

export type Row = Record<string, unknown> & { id: string; about: Record<string, string[]> };
export const HOOK = 'https://baton.example/hooks/key/hubspot';
export const START = new Date('2026-11-24T18:00:00.000Z');

const PEOPLE = [
  ['marcus@example.com', 'Marcus', 'Chen'],
  ['priya@example.com', 'Priya', 'Nair'],
  ['tom@example.com', 'Tom', 'Okafor'],
  ['dana@example.com', 'Dana', 'Ruiz'],
] as const;

/** The playbook's `crm` for HubSpot, as it is written. */
export const hubspotRules = (written: object = {}) =>
  withCrmDefaults(crmSection([]).parse(written), written, VOCABULARY.defaults ?? {});

export type HubspotAccount = Awaited<ReturnType<typeof accountAtHubspot>>;

/** Fresh, with Baton's properties in it; everything ends with `close`. */
export async function accountAtHubspot({ leads = true }: { leads?: boolean } = {}) {
  let now = START;
  const clock: MovableClock = {
    now: () => now,
    move: ms => {
      now = after(now, ms);
    },
  };
  const sandbox = await startSandbox({ services: [standIn], clock });
  const set = (settings: object) => press(sandbox, 'hubspot/settings', settings);
  await set({ leads, searchesPerSecond: null });
  await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
  const owners = new Map<string, string>();
  for (const [email, firstName, lastName] of PEOPLE) {
    const { id } = await press<{ id: string }>(sandbox, 'hubspot/owners', { email, firstName, lastName });
    owners.set(email, id);
  }
  const made = (more: Partial<HubspotCrmOptions> = {}) =>
    hubspotCrm({
      apiUrl: `${sandbox.url}/hubspot`,
      apiVersion: '2026-03',
      webUrl: `${sandbox.url}/hubspot`,
      accessToken: async () => ACCESS_TOKEN,
      rules: hubspotRules(),
      clock,
      timeoutMs: 1_000,
      ...more,
    });
  const done = await made().setup?.deploy(HOOK, () => undefined);
  if (!done?.ok) throw new Error(`HubSpot is not set up: ${JSON.stringify(done)}`);
  let seen = sandbox.calls('hubspot').length;
  return {
    sandbox,
    clock,
    connect: made,
    set,
    owner: (email: string) => owners.get(email) ?? '',
    rows: (type: string) => look<Row[]>(sandbox, `hubspot/${type === 'contacts' ? '0-1' : type}`),
    /** Somebody makes a record there; answers its number. */
    add: async (type: string, values: object, as = '') =>
      (await press<{ id: string }>(sandbox, `hubspot/${PATHS[type] ?? type}${as && `?as=${as}`}`, values)).id,
    change: (type: string, id: string, values: object, as = '') =>
      press(sandbox, `hubspot/${PATHS[type] ?? type}/${id}${as && `?as=${as}`}`, values),
    associations: (type: string, id: string, to: string) =>
      look<{ toObjectId: string; associationTypes: { label: string | null }[] }[]>(
        sandbox,
        `hubspot/_associations/${type}/${id}/${to}`,
      ),
    schema: (type: string) =>
      look<{ name: string; options?: string[]; optionLabels?: Record<string, string> }[]>(
        sandbox,
        `hubspot/_schema/${type}`,
      ),
    /** Calls since the last question. */
    calls(): string[] {
      const all = sandbox.calls('hubspot');
      const some = all.slice(seen);
      seen = all.length;
      return some.map(call => `${call.method} ${call.path.replace('/hubspot', '')}`);
    },
    close: () => sandbox.close(),
  };
}

/** Contacts and companies have buttons of their own under their names: by their type id they are any record. */
const PATHS: Record<string, string> = { contacts: '0-1', companies: '0-2' };

/** The same, which ends with the test. */
export async function accountFor(t: TestContext, options?: { leads?: boolean }): Promise<HubspotAccount> {
  const account = await accountAtHubspot(options);
  t.after(() => account.close());
  return account;
}
