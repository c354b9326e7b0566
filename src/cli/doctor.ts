/** `npm run doctor`: asks every connected service whether it works, and says what to do where it does not. */
import { notifierOf, vendorsOf } from '../app.ts';
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import type { Playbook } from '../config/playbook.ts';
import { backlogOf } from '../db/backlog.ts';
import { connect, type Db } from '../db/connection.ts';
import { systemClock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { createLogger } from '../lib/log.ts';
import { readPlaybookFile } from '../workspaces/one.ts';

const HELP = `npm run doctor    checks settings, playbook, database, Slack, HubSpot, Salesforce and the people of the playbook;
                  exit code 0 when all is well, 1 when something needs you, 2 when it cannot even start`;

/** A check answers a few words when all is well, and throws what is wrong. */
interface Check {
  what: string;
  run(): Promise<string>;
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const env = readEnv(process.env);
  const { playbook } = await readPlaybookFile(env.PLAYBOOK);
  console.log('✓ settings and playbook');
  let ill = 0;
  for (const { what, run } of checks(env, playbook)) {
    try {
      console.log(`✓ ${what}: ${await run()}`);
    } catch (thrown) {
      ill += 1;
      console.log(`✗ ${what}: ${toError(thrown).message}`);
    }
  }
  console.log(ill === 0 ? '\nAll is well.' : `\n${ill === 1 ? 'One thing needs' : `${ill} things need`} you.`);
  return ill === 0 ? 0 : 1;
}

function checks(env: Env, playbook: Playbook): Check[] {
  const notifier = notifierOf(env, systemClock, createLogger({ level: 'silent' }));
  const { sources, crm } = vendorsOf(env, systemClock, playbook);
  const emails = playbook.people.map(person => person.email);
  return [
    { what: 'database', run: () => databaseAnswers(env) },
    { what: 'Slack', run: async () => `bot of ${(await notifier.whoAmI()).team}` },
    {
      what: 'Slack people',
      run: () =>
        everybody(emails, async email => (await notifier.findPerson(email))?.active === true, 'active in Slack'),
    },
    {
      what: 'HubSpot',
      run: async () => {
        if (!sources.hubspot) throw new Error('not connected: set HUBSPOT_ACCESS_TOKEN');
        // Nobody has this id: an answer of "none" proves that the token may read contacts.
        await sources.hubspot.contact('1');
        return env.HUBSPOT_CLIENT_SECRET
          ? 'contacts can be read'
          : 'contacts can be read; without HUBSPOT_CLIENT_SECRET its webhooks are trusted by their address alone';
      },
    },
    {
      what: 'Salesforce',
      run: async () => {
        if (!crm) throw new Error('not connected: set SALESFORCE_CLIENT_ID and a way to log in');
        const users = (await crm.users(emails)).filter(user => user.active).map(user => user.email.toLowerCase());
        return everybody(emails, async email => users.includes(email), 'an active user of the org');
      },
    },
  ];
}

async function databaseAnswers(env: Env): Promise<string> {
  if (!env.DATABASE_URL) return `embedded, in ${env.DATA_DIR} (started with the app)`;
  const db = connect(env.DATABASE_URL, 1);
  try {
    const { rows } = await db.raw('show server_version');
    return `PostgreSQL ${rows[0].server_version}, ${await waiting(db)}`;
  } finally {
    await db.destroy();
  }
}

async function waiting(db: Db): Promise<string> {
  const { rows } = await db.raw(`select to_regclass('graphile_worker._private_jobs') is not null as ready`);
  if (!rows[0].ready) return 'nothing in it yet';
  const { jobs, signals, parkedForConnection, parkedForPeople } = await backlogOf(db, systemClock.now());
  if (parkedForPeople > 0) {
    throw new Error(
      `${parkedForPeople} jobs were put aside. Ask /mql doctor in Slack for what, mend it and replay them.`,
    );
  }
  return `${jobs} jobs and ${signals} signals waiting, ${parkedForConnection} jobs waiting for a connection`;
}

async function everybody(emails: string[], known: (email: string) => Promise<boolean>, what: string): Promise<string> {
  const missing: string[] = [];
  for (const email of emails) if (!(await known(email))) missing.push(email);
  if (missing.length > 0)
    throw new Error(`not ${what}: ${missing.join(', ')}. Correct the address in the playbook or there.`);
  return `all ${emails.length} people of the playbook found`;
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  thrown => {
    const error = toError(thrown);
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(2);
  },
);
