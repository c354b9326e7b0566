/** What mailboxes of people have in common: the tokens of a log-in, renewed in time, and a message that is handed over once. */
import { z } from 'zod';
import type { KeeperOf, LoggedIn } from '../contracts/login.ts';
import { mimeOf } from '../contracts/mail-message.ts';
import { type Mailboxes, MaybeTaken } from '../contracts/mailer.ts';
import { after, type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { CredentialsRejected, type Failure, Unavailable } from '../lib/errors.ts';
import type { HttpAnswer } from '../lib/http.ts';

/** What a log-in left Baton with. */
export interface MailTokens {
  accessToken: string;
  refreshToken: string;
  /** ISO 8601. */
  expiresAt: string;
  /** The mailbox's own. */
  address: string;
}

/** One vendor of mailboxes. */
export interface MailboxApi {
  name: string;
  label: string;
  clock: Clock;
  refresh(tokens: MailTokens): Promise<MailTokens>;
  /** One call. */
  handOver(accessToken: string, message: Buffer): Promise<HttpAnswer>;
  /** What an answer that is no yes means. A 401 is asked about once the token is new. */
  failure(answer: HttpAnswer): Failure;
}

/** Before the clock says so: on its way a token must not run out. */
const EARLY = MINUTE;

export function mailboxesOf(api: MailboxApi, keeperOf: KeeperOf): Mailboxes {
  const { name, clock } = api;
  return {
    name,
    async send(holder, mail) {
      const keeper = keeperOf<MailTokens>(holder);
      const renewed = (used: string) => keeper.renew(stored => api.refresh(stored), used);
      const kept = await keeper.read();
      if (!kept) throw new CredentialsRejected('nobody is logged in', { service: name, code: 'NOT_CONNECTED' });
      const isOver = Date.parse(kept.expiresAt) - EARLY <= clock.now().getTime();
      const tokens = isOver ? await renewed(kept.accessToken) : kept;
      const { returnTo: _theirs, ...rest } = mail;
      const message = await mimeOf({ ...rest, from: { name: mail.from.name, address: tokens.address } });
      const first = await handedOver(api, tokens.accessToken, message);
      // Whoever was not let in has handed over nothing.
      const answer =
        first.status === 401 ? await handedOver(api, (await renewed(tokens.accessToken)).accessToken, message) : first;
      if (answer.status >= 500)
        throw new MaybeTaken(`${api.label} gave no answer`, { service: name, code: `HTTP ${answer.status}` });
      if (answer.status >= 300) throw api.failure(answer);
      return { messageId: mail.messageId };
    },
  };
}

/** Where the connection never stood, nothing was handed over. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

async function handedOver({ handOver, label }: MailboxApi, token: string, message: Buffer): Promise<HttpAnswer> {
  try {
    return await handOver(token, message);
  } catch (error) {
    if (!(error instanceof Unavailable) || NEVER_LEFT.has(error.code ?? '')) throw error;
    const detail = { service: error.service, cause: error, ...(error.code && { code: error.code }) };
    throw new MaybeTaken(`${label} gave no answer`, detail);
  }
}

const granted = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number(),
  scope: z.string().default(''),
  id_token: z.string().optional(),
});
export type Granted = z.output<typeof granted>;

/** What a token endpoint gave. @throws Unavailable when it cannot be read */
export function grantedIn(body: unknown, { name, label }: Pick<MailboxApi, 'name' | 'label'>): Granted {
  const read = granted.safeParse(body);
  if (read.success) return read.data;
  throw new Unavailable(`${label} answered a log-in that cannot be read`, { service: name, code: 'UNREADABLE' });
}

export const expiryOf = ({ expires_in }: Granted, clock: Clock): string =>
  after(clock.now(), expires_in * SECOND).toISOString();

/** What the token endpoint itself said, over TLS: its signature proves nothing more (OpenID Connect Core, 3.1.3.7). */
export function claimsOf({ id_token: token = '' }: Granted): Readonly<Record<string, unknown>> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? { ...payload } : {};
  } catch {
    return {};
  }
}

/** A log-in that may send, and whose it is. `ids`: claims that name the organization and the user. */
export function loggedInAs(
  given: Granted,
  api: Pick<MailboxApi, 'name' | 'label' | 'clock'>,
  ids: { tenant: string; account: string; address: readonly string[]; scope: string },
): LoggedIn {
  const { name, label, clock } = api;
  if (
    !given.scope
      .toLowerCase()
      .split(' ')
      .some(one => one.endsWith(ids.scope.toLowerCase()))
  ) {
    const message = `You did not allow Baton to send mail for you at ${label}. Connect again, and leave the box checked`;
    throw new CredentialsRejected(message, { service: name, code: 'scope_missing' });
  }
  const claims = claimsOf(given);
  const text = (key: string) => (typeof claims[key] === 'string' ? String(claims[key]) : '');
  const address =
    ids.address
      .map(text)
      .find(one => one.includes('@'))
      ?.toLowerCase() ?? '';
  const { refresh_token: refreshToken } = given;
  if (!refreshToken || !address || !text(ids.account)) {
    throw new Unavailable(`${label} did not say whose log-in it is`, { service: name, code: 'NO_USER' });
  }
  const tokens: MailTokens = {
    accessToken: given.access_token,
    refreshToken,
    expiresAt: expiryOf(given, clock),
    address,
  };
  return {
    tokens,
    tenant: text(ids.tenant) || (address.split('@')[1] ?? ''),
    account: text(ids.account),
    name: text('name') || address,
    email: address,
    userName: address,
  };
}
