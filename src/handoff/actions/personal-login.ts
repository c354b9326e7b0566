/** A person's login at the CRM (a personal login): offered once, told of once when it lapses. What they do is written either way. */
import type { CrmLogged } from '../../contracts/crm.ts';
import type { Db } from '../../db/connection.ts';
import {
  type CredentialFacts,
  type CredentialKey,
  credentialFacts,
  refuseCredential,
} from '../../db/connections/credentials.ts';
import { firstLapse, firstOffer } from '../../db/connections/personal-logins.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyLogin } from '../../jobs/requests.ts';
import { after, DAY } from '../../lib/clock.ts';
import type { Deps } from '../core/deps.ts';
import { slackIdOf } from '../core/directory.ts';

/** Nothing more than a look when people do not log in themselves here. */
export function offersPersonalLogin({ personalLogins = [] }: Deps, vendor: string): boolean {
  return personalLogins.includes(vendor);
}

/** Somebody did something that the CRM shows: if they never heard that it could show them, they do now, once. */
export async function offerPersonalLogin(deps: Deps, trx: Db, key: CredentialKey): Promise<void> {
  if (!offersPersonalLogin(deps, key.vendor) || (await credentialFacts(trx, key))) return;
  if (await firstOffer(trx, key, deps.clock.now())) await queueNotice(trx, key);
}

/**
 * How writing in their name went. A log-in that was not accepted is not tried again until they log in anew, and they
 * hear of it once: those they gave up themselves are no news.
 * @param before what was known of the log-in when writing began
 */
export async function settlePersonalLogin(
  deps: Deps,
  trx: Db,
  key: CredentialKey,
  { own, before }: { own: CrmLogged['own']; before: CredentialFacts | undefined },
): Promise<void> {
  if (!offersPersonalLogin(deps, key.vendor)) return;
  if (own?.kind === 'lapsed' && before?.status === 'active') {
    const { connectedAt } = before;
    await refuseCredential(trx, key, { reason: own.why, connectedAt, at: deps.clock.now() });
  }
  const now = await credentialFacts(trx, key);
  if (!now) return offerPersonalLogin(deps, trx, key);
  if (hasLapsed(now) && (await firstLapse(trx, key, now.connectedAt))) await queueNotice(trx, key);
}

const hasLapsed = ({ status, wiped }: CredentialFacts) => status === 'refused' && !wiped;

async function queueNotice(trx: Db, { workspaceId, vendor, holder }: CredentialKey): Promise<void> {
  await enqueue(trx, notifyLogin(workspaceId, vendor, holder));
}

/** What is true by now: whoever logged in or out meanwhile hears nothing. */
export async function notifyOfPersonalLogin(
  deps: Deps,
  { workspaceId, vendor, email }: { workspaceId: string; vendor: string; email: string },
  attempt: number,
): Promise<void> {
  const login = await credentialFacts(deps.db, { workspaceId, vendor, holder: email });
  if (login && !hasLapsed(login)) return;
  const slackId = await slackIdOf(deps, workspaceId, email);
  if (!slackId) return;
  const { notifier, mailboxes } = await deps.vendors(workspaceId);
  const isMailbox = mailboxes.some(({ name }) => name === vendor);
  const text = login ? lapsedText(serviceName(vendor), login.reason, isMailbox) : offerText(serviceName(vendor));
  const note = {
    key: `own:${vendor}:${login ? login.connectedAt.toISOString() : 'offer'}`,
    // A try that was cut short is taken up within the day.
    since: after(deps.clock.now(), -DAY),
    connect: { vendor, whose: 'mine' as const, again: login !== undefined },
  };
  await notifier.notify({ kind: 'dm', slackId }, text, note, attempt > 1);
}

function offerText(name: string): string {
  return (
    `Connect ${name} so the calls and mails you log show up as yours. ` +
    'It takes a minute, and you can undo it on Baton’s Home tab.'
  );
}

function lapsedText(name: string, reason: string | null, isMailbox: boolean): string {
  if (isMailbox) {
    return `${name} does not accept your log-in any more (${reason ?? 'no reason given'}). Mails to your leads leave through the mail server, if there is one, until you connect again.`;
  }
  return (
    `${name} does not accept your log-in any more (${reason ?? 'no reason given'}). Nothing is lost: ` +
    `what you log is written as made by Baton until you connect again.`
  );
}
