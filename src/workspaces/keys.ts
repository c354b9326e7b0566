/** Whether ENCRYPTION_KEY opens what was sealed: found at the start, not job by job. */
import { ConfigurationError, type Env } from '../config/env.ts';
import type { Db } from '../db/connection.ts';
import { countCredentials, forgetUnopened, unopenedCredentials } from '../db/connections/credentials.ts';
import { unopenedInstallations, wipeUnopened } from '../db/workspaces/slack-installations.ts';
import type { Clock } from '../lib/clock.ts';
import { parseKeyring } from '../lib/crypto.ts';
import type { Logger } from '../lib/log.ts';

/**
 * Opens every log-in in use. One query. Without ENCRYPTION_KEY nobody's log-in is used, which is said in the log.
 * @throws ConfigurationError when there are some that ENCRYPTION_KEY does not open
 */
export async function checkKeys(db: Db, { ENCRYPTION_KEY }: Env, log?: Logger): Promise<void> {
  if (ENCRYPTION_KEY === undefined) {
    const logins = await countCredentials(db);
    if (logins > 0) log?.warn({ logins }, 'log-ins are kept and not used: ENCRYPTION_KEY is not set');
    return;
  }
  const keyring = parseKeyring(ENCRYPTION_KEY);
  const installations = await unopenedInstallations(db, keyring);
  const logins = await unopenedCredentials(db, keyring);
  const unopened = [
    ...logins.map(({ key, why }) => `${key.vendor}: ${why.message}`),
    ...installations.map(({ slackId, why }) => `Slack ${slackId}: ${why.message}`),
  ];
  const [first] = unopened;
  if (first === undefined) return;
  const many = unopened.length === 1 ? 'a log-in' : `${unopened.length} log-ins`;
  throw new ConfigurationError(
    `Baton cannot start: ENCRYPTION_KEY does not open ${many} that it keeps (${first}).\n` +
      'Set the key they were sealed with, or put it behind the new one (ENCRYPTION_KEY=id2:KEY2,id1:KEY1).\n' +
      'If it is lost: npm start -- forget-logins wipes what cannot be opened, and people log in again.',
  );
}

/** `npm start -- forget-logins`: wipes the log-ins that ENCRYPTION_KEY does not open. Answers how many. */
export async function forgetLogins(db: Db, { ENCRYPTION_KEY }: Env, clock: Clock): Promise<number> {
  if (ENCRYPTION_KEY === undefined) {
    throw new ConfigurationError('ENCRYPTION_KEY is not set: set the new key first, so that what it opens is kept.');
  }
  const keyring = parseKeyring(ENCRYPTION_KEY);
  const unopened = await unopenedCredentials(db, keyring);
  for (const one of unopened) await forgetUnopened(db, one, 'the key it was sealed with is lost', clock.now());
  // Those workspaces add Baton again, and find everything else as it was.
  const installations = await unopenedInstallations(db, keyring);
  for (const { slackId, sealed } of installations) await wipeUnopened(db, slackId, sealed);
  return unopened.length + installations.length;
}
