/** `npm run doctor`: asks every connected service whether it works, and says what to do where it does not. */

import { ConfigurationError, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { introduceVendors } from '../domain/service-name.ts';
import { asksForHelp, refuseOthers } from '../ending.ts';
import { toError } from '../lib/errors.ts';
import { printableError } from '../lib/log.ts';
import { VENDORS } from '../vendors/table.ts';
import { examine, fine, type Result, warning } from './doctor/check.ts';
import { database } from './doctor/database.ts';
import { countsOf, printed } from './doctor/doctor-words.ts';
import { answerLine, outgoingChecks } from './doctor/outgoing.ts';
import { slack } from './doctor/slack.ts';
import { enrichmentLine, vendorChecks } from './doctor/vendors.ts';
import { type InUse, playbookArgument, withPlaybook } from './playbook-in-use.ts';

const HELP = `npm run doctor [-- --json] [--playbook FILE]

Checks settings, playbook, database, Slack, the connected vendors and the people of the playbook, and compares the CRM
with the playbook: fields, access, picklists, layouts, people, queues, rules, automation, limits.
  ✓ fine   ! worth a look   ✗ to mend, with what to do under it
  --json            the same as JSON, for machines
  --playbook FILE   compares with this file; else with the newest version in Baton's database (DATABASE_URL, or the
                    embedded one in DATA_DIR, whether Baton runs or not), and with the file PLAYBOOK where there is none
Exit code 0 when nothing is to mend, 1 when something needs you, 2 when it cannot even start.`;

async function main(args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(HELP);
    return 0;
  }
  const { file, rest } = playbookArgument(args);
  refuseOthers(rest, ['--json'], HELP);
  introduceVendors(VENDORS);
  const env = readEnv(await withKept(process.env), VENDORS);
  return withPlaybook(env, file, async inUse => {
    const known = [fine('environment can be read'), playbookLine(inUse)];
    const about = [VENDORS, env, inUse.playbook] as const;
    const settings = { service: 'Settings', results: [...known, ...enrichmentLine(...about), ...answerLine(...about)] };
    const checks = [database, slack, ...vendorChecks(...about), ...outgoingChecks(...about)];
    const all = [settings, ...(await examine(checks, { env, ...inUse }))];
    const counts = countsOf(all);
    console.log(rest.includes('--json') ? JSON.stringify({ ...counts, services: all }, null, 2) : printed(all));
    return counts.problems === 0 ? 0 : 1;
  });
}

function playbookLine({ which, why }: InUse): Result {
  if (why === undefined) return fine(`playbook: ${which}`);
  return warning(`playbook: ${which}; ${why}`, 'What was edited in Slack since may differ from it.');
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  thrown => {
    const error = toError(thrown);
    console.error(error instanceof ConfigurationError ? error.message : printableError(error));
    process.exit(2);
  },
);
