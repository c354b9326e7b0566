/** `npm run playbook`: check a playbook before it decides anything, read its mails, or print its JSON Schema. */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { summary } from '../config/playbook/summary.ts';
import { type Playbook, type PlaybookProblem, parsePlaybook, playbookJsonSchema } from '../config/playbook.ts';
import { madeByEnv } from '../connections/by-env.ts';
import { introduceVendors } from '../domain/service-name.ts';
import { asksForHelp } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { whyUnreadable } from '../lib/unreadable.ts';
import { PLAYBOOK_VENDORS, VENDORS } from '../vendors/table.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { type Patient, part, type Result, warning } from './doctor/check.ts';
import { crmFindings } from './doctor/crm.ts';
import { findingsOf } from './doctor/source.ts';
import { withPlaybook } from './playbook-in-use.ts';
import { mailsOf } from './playbook-mails.ts';
import { crmVendor } from './with-crm.ts';

const HELP = `Usage:
  npm run playbook -- check FILE   says whether FILE is a playbook Baton can run, and what it means; where a source or
                                   the CRM is connected, whether it has what FILE asks for: score, stages and lead
                                   sources there, fields, statuses, users and groups here
  npm run playbook -- mails FILE   prints every mail to leads that FILE asks for, filled in for an example
  npm run playbook -- schema       prints the JSON Schema of a playbook
  npm run playbook -- --help       prints this

Exit code 0: all well. 2: problems, each listed with its path.
`;

/** What a run prints and the code it exits with. */
export interface Outcome {
  code: 0 | 2;
  out: string;
  err: string;
}

/** The command without its process: arguments in, text and exit code out. */
export function run(args: readonly string[], readText: (file: string) => string): Outcome {
  const [command, file, ...rest] = args;
  if (asksForHelp(args)) return { code: 0, out: HELP, err: '' };
  if (command === 'schema' && file === undefined) {
    return { code: 0, out: `${JSON.stringify(playbookJsonSchema(PLAYBOOK_VENDORS), null, 2)}\n`, err: '' };
  }
  if (command === 'check' && file !== undefined && rest.length === 0) return check(file, readText, summary);
  if (command === 'mails' && file !== undefined && rest.length === 0) {
    return check(file, readText, playbook => mailsOf(playbook, systemClock.now()));
  }
  const wrong = command === undefined ? '' : `Not understood: ${args.join(' ')}\n\n`;
  return { code: 2, out: '', err: `${wrong}${HELP}` };
}

/** What is wrong with the file, or what `say` makes of it. */
function check(file: string, readText: (file: string) => string, say: (playbook: Playbook) => string): Outcome {
  let yamlText: string;
  try {
    yamlText = readText(file);
  } catch (error) {
    return { code: 2, out: '', err: `${file} cannot be read: ${whyUnreadable(error)}\n` };
  }
  const parsed = parsePlaybook(yamlText, PLAYBOOK_VENDORS);
  if (parsed.ok) return { code: 0, out: `${say(parsed.playbook)}\n`, err: '' };
  const count = parsed.problems.length === 1 ? 'one problem' : `${parsed.problems.length} problems`;
  return { code: 2, out: '', err: `${file} has ${count}:\n${parsed.problems.map(listed).join('\n')}\n` };
}

/**
 * Holds a playbook that can be run against every source and the CRM that the settings connect. Settings that name none,
 * or are not whole, leave it at that.
 */
async function compare(file: string, settings: NodeJS.ProcessEnv): Promise<Outcome> {
  const env = envIn(await withKept(settings));
  if (!env) return { code: 0, out: '', err: '' };
  introduceVendors(VENDORS);
  const found = await withPlaybook(env, file, inUse => findings({ env, ...inUse }));
  const lines = found.flatMap(([label, { level, what, fix }]) => [
    `  ${SIGNS[level]} ${label}: ${what}`,
    ...(fix && level !== 'fine' ? [`    → ${fix}`] : []),
  ]);
  const isWrong = found.some(([, { level }]) => level === 'problem');
  return { code: isWrong ? 2 : 0, out: lines.map(line => `${line}\n`).join(''), err: '' };
}

type Found = readonly [label: string, finding: Result];

async function findings(patient: Patient): Promise<Found[]> {
  const { env, playbook } = patient;
  const found: Found[] = [];
  const add = (label: string, results: readonly Result[]) => found.push(...results.map(one => [label, one] as const));
  for (const vendor of VENDORS.filter(one => !one.builtIn)) {
    const { source } = madeByEnv(vendor, env, systemClock, playbook);
    if (source) add(vendor.label, await part(() => findingsOf(source, playbook)));
  }
  const crm = crmVendor(VENDORS, env, playbook);
  if (crm) add(crm.label, await part(() => reachable(crm, patient)));
  return found;
}

/** A CRM whose log-in is kept elsewhere is no fault of the playbook's. */
async function reachable(crm: Vendor, patient: Patient): Promise<Result[]> {
  try {
    return await crmFindings(crm, patient);
  } catch (error) {
    if (error instanceof ConfigurationError) return [warning(error.message)];
    throw error;
  }
}

const SIGNS = { fine: '✓', warning: '!', problem: '✗' } as const;

function envIn(settings: Record<string, string | undefined>): Env | undefined {
  try {
    return readEnv(settings, VENDORS);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

function listed({ path, message, suggestion, line }: PlaybookProblem): string {
  const place = line === undefined ? '' : `line ${line}: `;
  const meant = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  return `  ${place}${path === '' ? 'the file' : path}: ${message}${meant}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const readText = (path: string) => readFileSync(path, 'utf8');
  const outcome = run(args, readText);
  process.stdout.write(outcome.out);
  process.stderr.write(outcome.err);
  process.exitCode = outcome.code;
  if (outcome.code === 0 && args[0] === 'check') {
    const compared = await compare(args[1] ?? '', process.env);
    process.stdout.write(compared.out);
    process.exitCode = compared.code;
  }
}
