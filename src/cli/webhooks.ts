/** `npm run webhooks`: has each vendor's app that all workspaces share deliver its webhooks here. */
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { appWebhooks, publicUrlOf } from '../connections/by-env.ts';
import type { AppWebhooks, RegisteredWebhook, WantedWebhooks } from '../contracts/app-webhooks.ts';
import type { Db } from '../db/connection.ts';
import { introduceVendors, serviceName } from '../domain/service-name.ts';
import { asksForHelp, refuseOthers } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { listed } from '../lib/english.ts';
import { Failure, toError } from '../lib/errors.ts';
import { createLogger, printableError } from '../lib/log.ts';
import { PLAYBOOK_VENDORS, VENDORS } from '../vendors/table.ts';
import { connectedPlaybooks, wantedWebhooks } from '../workspaces/app-webhooks.ts';
import { playbooks } from '../workspaces/playbooks.ts';
import { visitDatabase } from './playbook-in-use.ts';

const HELP = `npm run webhooks [-- --dry-run]

Points each vendor's app that workspaces log in through at this Baton (PUBLIC_URL/hooks/VENDOR), and subscribes it to what
the playbooks of all connected workspaces read. Safe to repeat; what else the app is subscribed to stays. Where the
vendor's API cannot be asked, what is to be entered there is printed.
  --dry-run   says what would be made, and makes nothing

Exit code 0 when all is there, 1 when something was refused or nobody answers, 2 when it cannot start.`;

async function main(args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(HELP);
    return 0;
  }
  refuseOthers(args, ['--dry-run'], HELP);
  introduceVendors(VENDORS);
  const env = readEnv(await withKept(process.env), VENDORS);
  const apps = appWebhooks(VENDORS, env, systemClock);
  if (apps.size === 0) {
    throw new ConfigurationError('No app of a vendor is set that workspaces log in through: there is nothing to do.');
  }
  const publicUrl = publicUrlOf(env);
  const given = { publicUrl, playbookVendors: PLAYBOOK_VENDORS };
  const dryRun = args.includes('--dry-run');
  const visit = await visitDatabase(env);
  try {
    const booksOf = visit && (await isMade(visit.db)) ? readerOf(visit.db, env) : async () => [];
    let isAllThere = true;
    for (const [vendor, webhooks] of apps) {
      const wanted = wantedWebhooks(given, vendor, await booksOf(vendor));
      const done = await webhooks.register?.(wanted, { dryRun });
      console.log(`${serviceName(vendor)}\n${done ? lines(done) : byHand(webhooks, wanted)}`);
      isAllThere &&= done?.every(({ outcome }) => outcome !== 'refused') ?? true;
    }
    if (dryRun) console.log('Nothing was changed.');
    return isAllThere ? 0 : 1;
  } finally {
    await visit?.close();
  }
}

/** Before the first start nobody is connected, and the vendor's defaults are all there is. */
async function isMade(db: Db): Promise<boolean> {
  const { rows } = await db.raw(`select to_regclass('connections') is not null as made`);
  return rows[0].made;
}

function readerOf(db: Db, env: Env) {
  const log = createLogger({ level: env.LOG_LEVEL });
  const playbook = playbooks(db, systemClock, PLAYBOOK_VENDORS);
  return (vendor: string) => connectedPlaybooks({ db, log, playbook }, vendor);
}

const SIGNS = { made: '+', changed: '~', unchanged: '=', refused: '✗' } as const;

const lines = (done: readonly RegisteredWebhook[]): string =>
  done.map(({ name, outcome, why }) => `  ${SIGNS[outcome]} ${name}${why ? `: ${why}` : ''}`).join('\n');

const byHand = (webhooks: AppWebhooks, wanted: WantedWebhooks): string =>
  [
    `  ! Baton cannot set them itself: ${listed(webhooks.missing)} not set. By hand:`,
    ...webhooks.byHand(wanted).map(line => line.replaceAll(/^/gm, '    ')),
  ].join('\n');

main(process.argv.slice(2)).then(
  code => process.exit(code),
  thrown => {
    const error = toError(thrown);
    const isTold = error instanceof ConfigurationError || error instanceof Failure;
    console.error(isTold ? error.message : printableError(error));
    process.exit(error instanceof Failure ? 1 : 2);
  },
);
