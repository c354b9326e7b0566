/** Zoho CRM as a CRM. */
import type { Crm } from '../../contracts/crm.ts';
import type { Effects } from '../../contracts/effects.ts';
import type { Keeper } from '../../contracts/login.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { type Account, accountOf, currentUser, organization, type Tokens } from './api/account.ts';
import { type Client, type ClientOptions, zohoClient } from './api/client.ts';
import type { Company, ZohoRules } from './api/company.ts';
import { webAddress } from './api/data-centres.ts';
import { SERVICE } from './api/errors.ts';
import { idsIn, pathOf } from './api/ids.ts';
import type { OAuthApp } from './api/oauth.ts';
import { saver } from './api/save.ts';
import { openSchema } from './api/schema.ts';
import type { ZohoAuth } from './api/session.ts';
import { readNotification, verifyNotification } from './events/hook.ts';
import { look } from './events/look.ts';
import { ownerHistory } from './events/owner-history.ts';
import { parseEvent } from './events/parse.ts';
import { poller } from './events/poll.ts';
import { recordEditor } from './records/edit.ts';
import { finder, matcher } from './records/match.ts';
import { setOwner } from './records/owner.ts';
import { relocated } from './records/relocate.ts';
import { remover } from './records/remove-test.ts';
import { fieldSetter } from './records/set-fields.ts';
import { toucher } from './records/touch.ts';
import { usersBy } from './records/users.ts';
import { writer } from './records/write.ts';
import { deployer } from './setup/deploy.ts';
import { inspector } from './setup/inspect.ts';
import { TRAITS } from './traits.ts';

export interface ZohoOptions {
  auth: ZohoAuth;
  rules: ZohoRules;
  effects: Effects;
  /** What notifications' tokens are made from. */
  hookSecret: string;
  /** How long a channel of notifications is asked for, in hours. */
  watchHours: number;
  /** Calls under way at once, of this process. */
  atOnce: number;
  /** Where people open it; absent: where the data centre of the log-in has it. */
  webUrl?: string;
  /** People who log in themselves. */
  ownLogins?: { app: OAuthApp; keeperOf(email: string): Keeper<Tokens> };
  clock?: Clock;
  timeoutMs?: number;
  /** Told the credits of each call, and how many are left of the day's where the answer says so. */
  onCost?: ClientOptions['onCost'];
  /** Milliseconds between two rounds of polling. */
  pollEvery?: number;
}

/** Connects to one organization; nothing is called before the first question. */
export function zoho(options: ZohoOptions): Crm {
  const { auth, rules, effects, hookSecret: secret, watchHours: hours, atOnce, clock = systemClock } = options;
  const reach: Omit<ClientOptions, 'auth'> = {
    clock,
    atOnce,
    ...(options.timeoutMs && { timeoutMs: options.timeoutMs }),
    ...(options.onCost && { onCost: options.onCost }),
  };
  const client = zohoClient({ ...reach, auth });
  const company: Company = {
    client,
    schema: openSchema(client, clock),
    save: saver(client),
    rules,
    effects,
    clock,
    account: once(() => askAccount(client)),
  };
  const find = finder(company);
  const ownUser = options.ownLogins && ownUsers(options.ownLogins, reach);
  const watching = { secret, hours };
  return {
    name: SERVICE,
    traits: TRAITS,
    match: matcher(company, find),
    write: writer(company, find),
    logTouch: toucher(company, ownUser),
    removeTest: remover(company),
    users: emails => usersBy(company, emails),
    hook: { verify: request => verifyNotification(request, secret), read: readNotification },
    parse: parseEvent,
    look: record => look(company, record),
    findRelocated: async (record, _heard, email) => (await relocated(company, find, record, email))?.record,
    poll: poller(company, watching, options.pollEvery),
    ownerGiven: ownerHistory(company),
    setOwner: (record, ownerId) => setOwner(company, record, ownerId),
    setFields: fieldSetter(company),
    editor: recordEditor(company, ownUser),
    setup: { deploy: deployer(company, watching), inspect: inspector(company, watching) },
    recordIdsIn: idsIn,
    async recordUrl(record) {
      const { zgid } = await company.account();
      const base = options.webUrl ?? webAddress(await client.apiDomain());
      return `${base.replace(/\/+$/, '')}${pathOf(record, zgid)}`;
    },
  };
}

/** Asked once; a refusal is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= ask().catch(error => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function askAccount(client: Client): Promise<Account> {
  const [user, org] = await Promise.all([
    client.ask({ path: '/users', query: { type: 'CurrentUser' } }, currentUser),
    client.ask({ path: '/org' }, organization),
  ]);
  return accountOf(user, org);
}

/** More people than this at once are asked for their log-in anew, which costs nothing. */
const MOST_PEOPLE = 200;

/** People who logged in themselves, kept for those used last. */
function ownUsers({ app, keeperOf }: NonNullable<ZohoOptions['ownLogins']>, reach: Omit<ClientOptions, 'auth'>) {
  const clients = new Map<string, Pick<Company, 'client' | 'save'>>();
  return async (email: string): Promise<Pick<Company, 'client' | 'save'> | undefined> => {
    const keeper = keeperOf(email);
    // Asked every time: a log-in that was given up in another process must not be used for a moment longer.
    if (!(await keeper.read())) return undefined;
    const known = clients.get(email);
    if (known) return known;
    const client = zohoClient({ ...reach, auth: { kind: 'login', app, keeper } });
    const made = { client, save: saver(client) };
    clients.set(email, made);
    const [eldest] = clients.keys();
    if (clients.size > MOST_PEOPLE && eldest !== undefined) clients.delete(eldest);
    return made;
  };
}
