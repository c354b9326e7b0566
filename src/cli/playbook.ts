/** `npm run playbook`: check a playbook before it decides anything, or print its JSON Schema. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import { summary } from '../config/playbook/summary.ts';
import { type PlaybookProblem, parsePlaybook, playbookJsonSchema } from '../config/playbook.ts';
import { madeByEnv } from '../connections.ts';
import type { SourceFinding } from '../contracts/source.ts';
import { asksForHelp } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { playbookVendorsOf } from '../vendors/playbook-vendors.ts';
import { PLAYBOOK_VENDORS, VENDORS } from '../vendors/table.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { inspectSource } from './source-wanted.ts';

const HELP = `Usage:
  npm run playbook -- check FILE   says whether FILE is a playbook Baton can run, and what it means
  npm run playbook -- check FILE --live
                                   compares it with the sources of the environment besides: fields, lists, rights
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
  if (command === 'check' && file !== undefined && rest.length === 0) return check(file, readText);
  const wrong = command === undefined ? '' : `Not understood: ${args.join(' ')}\n\n`;
  return { code: 2, out: '', err: `${wrong}${HELP}` };
}

function check(file: string, readText: (file: string) => string): Outcome {
  let yamlText: string;
  try {
    yamlText = readText(file);
  } catch (error) {
    return { code: 2, out: '', err: `${file} cannot be read: ${error instanceof Error ? error.message : error}\n` };
  }
  const parsed = parsePlaybook(yamlText, PLAYBOOK_VENDORS);
  if (parsed.ok) return { code: 0, out: `${summary(parsed.playbook)}\n`, err: '' };
  const count = parsed.problems.length === 1 ? 'one problem' : `${parsed.problems.length} problems`;
  return { code: 2, out: '', err: `${file} has ${count}:\n${parsed.problems.map(listed).join('\n')}\n` };
}

function listed({ path, message, suggestion, line }: PlaybookProblem): string {
  const place = line === undefined ? '' : `line ${line}: `;
  const meant = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  return `  ${place}${path === '' ? 'the file' : path}: ${message}${meant}`;
}

/** What the connected sources say to a playbook that can be run. A few calls each. */
export async function compareLive(yaml: string, env: Env, vendors: readonly Vendor[]): Promise<Outcome> {
  const parsed = parsePlaybook(yaml, playbookVendorsOf(vendors));
  if (!parsed.ok) return { code: 2, out: '', err: '' };
  const lines: string[] = [];
  let problems = 0;
  for (const vendor of vendors) {
    const { source } = vendor.builtIn ? {} : madeByEnv(vendor, env, systemClock, parsed.playbook);
    if (!source) continue;
    const findings = await inspectSource(source, parsed.playbook).catch((thrown: unknown) => [
      { level: 'problem' as const, what: toError(thrown).message },
    ]);
    problems += findings.filter(({ level }) => level === 'problem').length;
    lines.push(`${vendor.label}:`, ...findings.map(finding => `  ${written(finding)}`));
  }
  return { code: problems === 0 ? 0 : 2, out: lines.map(line => `${line}\n`).join(''), err: '' };
}

const MARKS = { fine: '✓', warning: '!', problem: '✗' } as const;

const written = ({ level, what, fix }: SourceFinding): string => `${MARKS[level]} ${what}${fix ? `. ${fix}` : ''}`;

const LIVE = '--live';

async function main(args: string[]): Promise<Outcome> {
  const readText = (path: string) => readFileSync(path, 'utf8');
  const outcome = run(
    args.filter(one => one !== LIVE),
    readText,
  );
  const [command, file = ''] = args;
  if (outcome.code !== 0 || !args.includes(LIVE) || command !== 'check' || file === LIVE) return outcome;
  try {
    const live = await compareLive(readText(file), readEnv(process.env, VENDORS), VENDORS);
    return { ...live, out: `${outcome.out}${live.out}` };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { code: 2, out: outcome.out, err: `${error.message}\n` };
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const outcome = await main(process.argv.slice(2));
  process.stdout.write(outcome.out);
  process.stderr.write(outcome.err);
  process.exitCode = outcome.code;
}
