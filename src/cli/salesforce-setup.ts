/** `npm run salesforce:setup`: makes in the org what Baton needs there, as far as it is missing. */

import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import type { SetupResult, SetupStep } from '../crm/setup.ts';
import { Failure, toError } from '../lib/errors.ts';
import { messagesToOf } from '../vendors.ts';
import { asksForHelp, refuseOthers } from './end.ts';
import { type InUse, playbookArgument, withPlaybook } from './playbook-in-use.ts';
import { withSalesforce } from './with-salesforce.ts';

const HELP = `npm run salesforce:setup [-- --dry-run] [--playbook FILE]

Makes in the Salesforce org what Baton needs there and is missing: fields (by the names of the playbook's crm.fields),
the permission set Baton, assigned to Baton's user, outbound messages with their flows, list views and a report type.
Safe to repeat. What Baton did not make is not changed: a field of that name and of another type is reported.
  --dry-run         says what would be made, and makes nothing
  --playbook FILE   sets up for this file; else for the newest version in Baton's database (DATABASE_URL, or the embedded
                    one in DATA_DIR, whether Baton runs or not), and for the file PLAYBOOK where there is none
Baton's user needs "Modify Metadata Through Metadata API Functions", "Customize Application", "Manage Flow" and
"Assign Permission Sets" while this runs.
Exit code 0 when all is there, 1 when something was refused or Salesforce cannot be reached, 2 when it cannot start.`;

async function main(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(HELP);
    return 0;
  }
  const { file, rest } = playbookArgument(args);
  refuseOthers(rest, ['--dry-run'], HELP);
  const env = readEnv(process.env);
  return withPlaybook(env, file, inUse => setUp(env, inUse, rest.includes('--dry-run')));
}

function setUp(env: Env, inUse: InUse, dryRun: boolean): Promise<number> {
  console.log(`Playbook: ${[inUse.which, inUse.why].filter(Boolean).join('; ')}`);
  return withSalesforce(env, inUse, async crm => {
    if (!crm.setup) throw new ConfigurationError('The connected CRM has nothing to set up.');
    const result = await crm.setup.deploy(messagesToOf(env), progress(), { dryRun });
    console.log(report(result, dryRun));
    return result.ok ? 0 : 1;
  });
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
