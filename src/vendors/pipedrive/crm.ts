/** Pipedrive as a CRM. */

import type { Crm } from '../../contracts/crm.ts';
import type { Effects } from '../../contracts/effects.ts';
import type { Keeper } from '../../contracts/login.ts';
import type { CallBudget } from '../../contracts/shared-calls.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { Tokens } from './api/account.ts';
import { me } from './api/account.ts';
import { type Client, pipedriveClient } from './api/client.ts';
import type { Company, PipedriveRules } from './api/company.ts';
import { SERVICE } from './api/errors.ts';
import { idsIn, pathOf } from './api/ids.ts';
import type { OAuthApp } from './api/oauth.ts';
import { openSchema } from './api/schema.ts';
import type { PipedriveAuth } from './api/session.ts';
import { readDelivery, verifyDelivery } from './events/hook.ts';
import { findRelocated, look } from './events/look.ts';
import { parseEvent } from './events/parse.ts';
import { poller } from './events/poll.ts';
import { recordEditor } from './records/edit.ts';
import { matcher } from './records/match.ts';
import { setOwner } from './records/owner.ts';
import { remover } from './records/remove-test.ts';
import { fieldSetter } from './records/set-fields.ts';
import { toucher } from './records/touch.ts';
import { usersBy } from './records/users.ts';
import { writer } from './records/write.ts';
import { deployer } from './setup/deploy.ts';
import { inspector } from './setup/inspect.ts';
import { TRAITS } from './traits.ts';

export interface PipedriveOptions {
  /** `https://api.pipedrive.com`; a log-in brings its own. */
  apiUrl: string;
  auth: PipedriveAuth;
  rules: PipedriveRules;
  effects: Effects;
  /** What webhooks' passwords are made from. */
  hookSecret: string;
  /** Where people open it; `{company}` stands for the company's domain there. */
  webUrl: string;
  /** People who log in themselves. */
  ownLogins?: { app: OAuthApp; keeperOf(email: string): Keeper<Tokens> };
  clock?: Clock;
  timeoutMs?: number;
  /** Told the API tokens of each call. */
  /** Of the user Baton acts as: others' log-ins have windows of their own. */
  budget?: CallBudget;
  onCost?(tokens: number): void;
  /** Milliseconds between two rounds of polling. */
  pollEvery?: number;
}

/** Connects to one company; nothing is called before the first question. */
export function pipedrive(options: PipedriveOptions): Crm {
  const { apiUrl, auth, rules, effects, hookSecret, clock = systemClock, timeoutMs, onCost } = options;
  const reach = { apiUrl, clock, ...(timeoutMs && { timeoutMs }), ...(onCost && { onCost }) };
  const client = pipedriveClient({ ...reach, auth, ...(options.budget && { budget: options.budget }) });
  const schema = openSchema(client, clock);
  const company: Company = { client, schema, rules, effects, clock, personOfLead: new Map() };
  const account = accountOf(client);
  const ownClient = options.ownLogins && ownClients(options.ownLogins, reach);
  let self: string | undefined;
  /** Whose log-in it is, for as long as this process has it. */
  async function whose() {
    const found = await account();
    self = String(found.id);
    return found;
  }
  return {
    name: SERVICE,
    traits: TRAITS,
    match: matcher(company),
    write: writer(company),
    logTouch: toucher(company, ownClient),
    removeTest: remover(company),
    users: emails => usersBy(company, emails),
    hook: {
      verify: request => verifyDelivery(request, hookSecret),
      read: readDelivery,
      tenant: async () => (await client.credentials()).companyId ?? String((await whose()).company_id),
    },
    parse: event => parseEvent(event, self),
    look: record => look(company, record),
    findRelocated: (record, heard) => findRelocated(company, record, heard),
    poll: poller(company, options.pollEvery),
    setOwner: (record, ownerId) => setOwner(company, record, ownerId),
    setFields: fieldSetter(company),
    editor: recordEditor(company, ownClient),
    setup: { deploy: deployer(company, hookSecret), inspect: inspector(company, whose, hookSecret) },
    recordIdsIn: idsIn,
    async recordUrl(record) {
      const { company_domain: domain } = await whose();
      return `${options.webUrl.replace('{company}', encodeURIComponent(domain)).replace(/\/+$/, '')}${pathOf(record)}`;
    },
  };
}

/** Asked once; a refusal is asked again. */
function accountOf(client: Client) {
  let known: Promise<Awaited<ReturnType<typeof asked>>> | undefined;
  const asked = () => client.ask({ path: '/v1/users/me', cost: 2 }, me);
  return () => {
    known ??= asked().catch(error => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** More people than this at once are asked for their log-in anew, which costs nothing. */
const MOST_PEOPLE = 200;

/** Clients of people who logged in themselves, kept for those used last. */
function ownClients(
  { app, keeperOf }: NonNullable<PipedriveOptions['ownLogins']>,
  reach: Omit<Parameters<typeof pipedriveClient>[0], 'auth'>,
) {
  const clients = new Map<string, Client>();
  return async (email: string): Promise<Client | undefined> => {
    const keeper = keeperOf(email);
    // Asked every time: a log-in that was given up in another process must not be used for a moment longer.
    if (!(await keeper.read())) return undefined;
    const client = clients.get(email) ?? pipedriveClient({ ...reach, auth: { kind: 'login', app, keeper } });
    clients.set(email, client);
    const [eldest] = clients.keys();
    if (clients.size > MOST_PEOPLE && eldest !== undefined) clients.delete(eldest);
    return client;
  };
}
