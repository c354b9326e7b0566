/** `npm run salesforce:setup`: makes in the org what Baton needs there, as far as it is missing. */
import { messagesToOf, salesforceKeepers, vendorsOf } from '../app.ts';
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Crm, SetupResult, SetupStep } from '../crm/crm.ts';
import { connect } from '../db/connection.ts';
import { allWorkspaces } from '../db/workspaces.ts';
import { systemClock } from '../lib/clock.ts';
import { parseKeyring } from '../lib/crypto.ts';
import { Failure, toError } from '../lib/errors.ts';
import { readPlaybookFile } from '../workspaces/one.ts';

const HELP = `npm run salesforce:setup [-- --dry-run]

Makes in the Salesforce org what Baton needs there and is missing: fields (by the names of the playbook's crm.fields),
the permission set Baton, assigned to Baton's user, outbound messages with their flows, list views and a report type.
Safe to repeat. What Baton did not make is not changed: a field of that name and of another type is reported.
  --dry-run   says what would be made, and makes nothing
Baton's user needs "Modify Metadata Through Metadata API Functions", "Customize Application", "Manage Flow" and
"Assign Permission Sets" while this runs. It reads the playbook file; a playbook edited in Slack is set up from
Baton's Home there (Set-up, Health).
Exit code 0 when all is there, 1 when something was refused or Salesforce cannot be reached, 2 when it cannot start.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const unknown = args.find(arg => arg !== '--dry-run');
  if (unknown !== undefined) throw new ConfigurationError(`The set-up does not know ${unknown}.\n\n${HELP}`);
  const env = readEnv(process.env);
  const { playbook } = await readPlaybookFile(env.PLAYBOOK);
  if (!env.SALESFORCE_CLIENT_ID) {
    throw new ConfigurationError('Salesforce is not connected: set SALESFORCE_CLIENT_ID and a way to log in.');
  }
  const dryRun = args.includes('--dry-run');
  return withSalesforce(env, playbook, async crm => {
    if (!crm?.setup) throw new ConfigurationError('The connected CRM has nothing to set up.');
    const result = await crm.setup.deploy(messagesToOf(env), progress(), { dryRun });
    console.log(report(result, dryRun));
    return result.ok ? 0 : 1;
  });
}

/** Where an admin logged in on Home, their log-in is in the database. */
async function withSalesforce(
  env: Env,
  playbook: Playbook,
  use: (crm: Crm | undefined) => Promise<number>,
): Promise<number> {
  if (env.SALESFORCE_FLOW !== 'web_server') return use(vendorsOf(env, systemClock, playbook).crm);
  if (!env.DATABASE_URL || !env.ENCRYPTION_KEY) {
    throw new ConfigurationError(
      "Salesforce's log-in is kept in the embedded database, which only the running app can read: press Set up Salesforce on Baton's Home in Slack, or set DATABASE_URL and ENCRYPTION_KEY.",
    );
  }
  const db = connect(env.DATABASE_URL, 2);
  try {
    const [workspace] = await allWorkspaces(db);
    if (!workspace)
      throw new ConfigurationError('Nobody has connected Salesforce yet: start Baton and log in on its Home.');
    const keepers = salesforceKeepers(db, parseKeyring(env.ENCRYPTION_KEY), workspace.id, systemClock);
    return await use(vendorsOf(env, systemClock, playbook, { keepers }).crm);
  } finally {
    await db.destroy();
  }
}

/** A line for each thing that is new. */
function progress(): (step: SetupStep) => void {
  let said = '';
  return ({ text, done, of }) => {
    const line = of > 1 ? `${text}: ${done} of ${of}` : text;
    if (line !== said) console.log(`… ${line}`);
    said = line;
  };
}

function report({ ok, parts, byHand }: SetupResult, dryRun: boolean): string {
  const signs = { made: '+', unchanged: '=', refused: '✗' } as const;
  const made = parts.filter(part => part.outcome === 'made').length;
  const lines = parts.map(({ name, outcome, why }) => `${signs[outcome]} ${name}${why ? `: ${why}` : ''}`);
  const verdict = dryRun
    ? `${made} would be made (+), the rest stays (=). Nothing was changed.`
    : made > 0
      ? `${made} made (+), the rest was there (=).`
      : 'Everything was there already: nothing was changed.';
  return [
    '',
    ...lines,
    '',
    ok ? verdict : `${verdict} What has a ✗ needs you.`,
    '',
    'By hand:',
    ...byHand.map((todo, index) => `${index + 1}. ${todo}`),
  ].join('\n');
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  thrown => {
    const error = toError(thrown);
    console.error(error instanceof ConfigurationError || error instanceof Failure ? error.message : error);
    process.exit(error instanceof Failure ? 1 : 2);
  },
);
