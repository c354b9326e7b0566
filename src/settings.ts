/** Environment and playbook, read together: whoever sets Baton up learns of everything that is wrong in one go. */
import { ConfigurationError, type Env, isHosted, readEnv } from './config/env.ts';
import { type Kept, overKept } from './config/kept-settings.ts';
import { playbookVendorsOf } from './vendors/playbook-vendors.ts';
import type { Vendor } from './vendors/vendor.ts';
import { readPlaybookFile } from './workspaces/one.ts';

/** @throws ConfigurationError with every problem of the environment and of the playbook file */
export async function readSettings(
  given: Record<string, string | undefined>,
  vendors: readonly Vendor[],
): Promise<Env> {
  const [env, playbook] = await Promise.allSettled([
    (async () => readEnv(given, vendors))(),
    // Workspaces that install Baton have rules of their own from the start.
    isHosted(given) || readPlaybookFile(given.PLAYBOOK?.trim() || './playbook.yaml', playbookVendorsOf(vendors)),
  ]);
  const problems = [env, playbook].flatMap(read => (read.status === 'rejected' ? [read.reason] : []));
  const bug = problems.find(problem => !(problem instanceof ConfigurationError));
  if (bug) throw bug;
  if (env.status === 'rejected' || problems.length > 0) {
    throw new ConfigurationError(problems.map(({ message }) => message).join('\n\n'));
  }
  return env.value;
}

type Given = Readonly<Record<string, string | undefined>>;

/** Settings that somebody has who has an app in Slack; its address alone (SLACK_API_URL) says nothing. */
const OF_THE_APP = [
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
  'SLACK_APP_TOKEN',
];

/** What a finished set-up has left, whichever of its two ways it went. */
const FINISHED: readonly (readonly string[])[] = [
  ['ENCRYPTION_KEY', 'HOOK_KEY', 'PUBLIC_URL', 'SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET'],
  ['ENCRYPTION_KEY', 'HOOK_KEY', 'PUBLIC_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
];

/** The environment names nothing of a Slack app, and no set-up was finished here: one begins, or goes on. */
export function needsSetUp(given: Given, kept: Kept): boolean {
  if (OF_THE_APP.some(name => given[name]?.trim())) return false;
  const all = overKept(kept, given);
  return !FINISHED.some(names => names.every(name => all[name]));
}

/** Values of the right shape in the place of those that set-up mode asks for: whatever else is wrong is told before. */
const TO_COME = {
  ENCRYPTION_KEY: '0'.repeat(64),
  PUBLIC_URL: 'https://set-up.invalid',
  SLACK_CLIENT_ID: '1.1',
  SLACK_CLIENT_SECRET: 'to-come',
  SLACK_SIGNING_SECRET: 'to-come',
};

/**
 * Settings for what runs before the set-up is finished. Of those in `TO_COME` none may be used.
 * @throws ConfigurationError as `readSettings`
 */
export const readBeforeSetUp = (given: Given, kept: Kept, vendors: readonly Vendor[]): Promise<Env> =>
  readSettings({ ...TO_COME, ...overKept(kept, given) }, vendors);
