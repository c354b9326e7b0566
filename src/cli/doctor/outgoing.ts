/** Mail and meetings: does each take its key, who writes from a mailbox of their own, and is there any way for first answers? */
import type { Env } from '../../config/env.ts';
import type { Playbook } from '../../config/playbook.ts';
import { loginPages, madeByEnv } from '../../connections/by-env.ts';
import { connect } from '../../db/connection.ts';
import { personalLoginHolders } from '../../db/connections/personal-logins.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { ownWorkspace } from '../own-workspace.ts';
import { type Check, fine, type Patient, part, problem, type Result, warning } from './check.ts';

/** One for each that the environment connects; those that only workspaces connect show on their Home. */
export function outgoingChecks(table: readonly Vendor[], env: Env, playbook: Playbook): Check[] {
  const pages = loginPages(table, env, systemClock);
  return table.flatMap((vendor): Check[] => {
    const { mailer, scheduler } = madeByEnv(vendor, env, systemClock, playbook);
    const { refused } = vendor.advice ?? {};
    const check = (work: () => Promise<Result>): Check => ({ service: vendor.label, run: () => part(work, refused) });
    if (scheduler) {
      const taken = 'the key is taken; the webhook for bookings is looked after once an hour';
      return [check(async () => scheduler.prove().then(() => fine(taken)))];
    }
    const { prove } = mailer ?? {};
    if (prove) return [check(async () => prove().then(() => fine('the log-in is taken')))];
    if (!vendor.roles.mailbox || !pages[vendor.name]) return [];
    return [{ service: vendor.label, run: patient => part(() => mailboxes(vendor, patient), refused) }];
  });
}

/** Nobody but their owners can try them: what is known of them is how the last mail went. */
async function mailboxes({ name }: Vendor, { env, databaseUrl }: Patient): Promise<Result> {
  const url = env.DATABASE_URL ?? databaseUrl;
  const offered = fine('people connect their own on Home');
  if (!url) return offered;
  const db = connect(url, 1);
  try {
    const workspace = await ownWorkspace(db, env);
    const holders = workspace ? await personalLoginHolders(db, workspace.id) : [];
    const theirs = holders.filter(({ vendor }) => vendor === name);
    const lapsed = theirs.filter(({ status }) => status !== 'active').map(({ holder }) => holder);
    if (lapsed.length > 0) {
      return warning(`does not take the log-in of ${lapsed.join(', ')} any more`, 'They connect again on their Home.');
    }
    return theirs.length > 0 ? fine(`connected by ${theirs.map(({ holder }) => holder).join(', ')}`) : offered;
  } finally {
    await db.destroy();
  }
}

/** What first answers need and is not there. */
export function answerLine(table: readonly Vendor[], env: Env, playbook: Playbook): Result[] {
  if (!playbook.reply.enabled) return [];
  const pages = loginPages(table, env, systemClock);
  const isWay = (vendor: Vendor) =>
    madeByEnv(vendor, env, systemClock, playbook).mailer !== undefined || (vendor.roles.mailbox && pages[vendor.name]);
  const lines = table.some(isWay)
    ? []
    : [
        problem(
          'first answers are on (reply.enabled), and no mail can leave',
          'Set SMTP_URL, or reply.enabled: false.',
        ),
      ];
  if (playbook.reply.postal_address !== '') return lines;
  const fix = 'Set reply.postal_address, or under Set-up › Playbook › First answer on Home.';
  return [...lines, warning('first answers carry no postal address, which the law of most places wants', fix)];
}
