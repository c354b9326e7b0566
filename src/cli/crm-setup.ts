/** `npm run NAME:setup`: makes in the CRM of that name what Baton needs there, as far as it is missing. */

import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { hookAddressOf, madeByEnv } from '../connections/by-env.ts';
import type { SetupResult, SetupStep } from '../contracts/crm-setup.ts';
import { introduceVendors } from '../domain/service-name.ts';
import { asksForHelp, refuseOthers } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { Failure, toError } from '../lib/errors.ts';
import { printableError } from '../lib/log.ts';
import { VENDORS } from '../vendors/table.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { type InUse, playbookArgument, withPlaybook } from './playbook-in-use.ts';
import { withCrm } from './with-crm.ts';

const helpOf = ({ name, label, setup }: Vendor): string => `npm run ${name}:setup [-- --dry-run] [--playbook FILE]

Makes in ${label} what Baton needs there and is missing: ${setup?.makes}
Safe to repeat. What Baton did not make is not changed: a field of that name and of another type is reported.
  --dry-run         says what would be made, and makes nothing
  --playbook FILE   sets up for this file; else for the newest version in Baton's database (DATABASE_URL, or the embedded
                    one in DATA_DIR, whether Baton runs or not), and for the file PLAYBOOK where there is none
${setup?.needs}
Exit code 0 when all is there, 1 when something was refused or ${label} cannot be reached, 2 when it cannot start.`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  introduceVendors(VENDORS);
  const vendor = VENDORS.find(one => one.name === name);
  if (!vendor?.setup) {
    const known = VENDORS.filter(one => one.setup).map(one => one.name);
    throw new ConfigurationError(`Say which CRM is to be set up: ${known.join(' or ')}.`);
  }
  if (asksForHelp(args)) {
    console.log(helpOf(vendor));
    return 0;
  }
  const { file, rest } = playbookArgument(args);
  refuseOthers(rest, ['--dry-run'], helpOf(vendor));
  const env = readEnv(await withKept(process.env), VENDORS);
  return withPlaybook(env, file, inUse => setUp(vendor, env, inUse, rest.includes('--dry-run')));
}

function setUp(vendor: Vendor, env: Env, inUse: InUse, dryRun: boolean): Promise<number> {
  console.log(`Playbook: ${[inUse.which, inUse.why].filter(Boolean).join('; ')}`);
  return withCrm(vendor, env, inUse, async crm => {
    if (!crm.setup) throw new ConfigurationError(`There is nothing to set up in ${vendor.label}.`);
    const scoresTo = scoresAddressOf(env, inUse);
    const result = await crm.setup.deploy(hookAddressOf(env, vendor.name), progress(), { dryRun, scoresTo });
    console.log(report(result, dryRun));
    return result.ok ? 0 : 1;
  });
}

/** Of the source whose connector syncs scores to the CRM, where keys in the environment connect one. */
function scoresAddressOf(env: Env, { playbook }: InUse): string | undefined {
  const syncing = VENDORS.find(one => madeByEnv(one, env, systemClock, playbook).source?.syncsScores);
  return syncing && hookAddressOf(env, syncing.name);
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
    console.error(
      error instanceof ConfigurationError || error instanceof Failure ? error.message : printableError(error),
    );
    process.exit(error instanceof Failure ? 1 : 2);
  },
);
