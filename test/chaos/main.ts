/** `npm run chaos`: what breaks is broken, at random moments under load, and every lead is counted afterwards. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../src/config/env.ts';
import { endBecause } from '../../src/ending.ts';
import { toError } from '../../src/lib/errors.ts';
import { CAUSES } from './causes.ts';
import { table } from './figures.ts';
import { problems, runChaos } from './run.ts';

const HELP = `Breaks what can break under two processes of Baton while leads come, and counts every lead afterwards.

  npm run chaos                       ten minutes, everything
  npm run chaos -- --minutes 60       longer
  npm run chaos -- --longest 600      the database is away for up to so many seconds (60)
  npm run chaos -- --rate 4           leads a second (2)
  npm run chaos -- --seed 7           the same moments again; one of its own is printed otherwise
  npm run chaos -- --only "disk full" one cause alone; may be given several times
  npm run chaos -- --help             this text

Causes: ${CAUSES.map(({ name }) => name).join(', ')}.
It ends with 0 when no lead was lost or doubled, nothing said ready while nothing was worked on, and work went on
within 30 s of every cause's end (all that waited: a quarter of --longest more); else with 1, what was wrong, and the processes' logs in a file. 2: wrong arguments.`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  minutes: { type: 'string', default: '10' },
  longest: { type: 'string', default: '60' },
  rate: { type: 'string', default: '2' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  only: { type: 'string', multiple: true },
} as const;

/** @throws ConfigurationError with the help for what nobody knows */
function argumentsGiven() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (thrown) {
    throw new ConfigurationError(`${toError(thrown).message}\n\n${HELP}`);
  }
}

async function main(): Promise<number> {
  const values = argumentsGiven();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [minutes, longest, perSecond, seed] = [values.minutes, values.longest, values.rate, values.seed].map(Number);
  const unknown = values.only?.filter(name => !CAUSES.some(cause => cause.name === name)) ?? [];
  if (!(minutes && longest && perSecond) || seed === undefined || Number.isNaN(seed) || unknown.length > 0) {
    console.error(unknown.length > 0 ? `There is no cause "${unknown.join('", "')}".\n\n${HELP}` : HELP);
    return 2;
  }
  console.log(`seed ${seed}`);
  const report = await runChaos({
    seed,
    forMs: minutes * 60_000,
    longestMs: longest * 1_000,
    perSecond,
    isLong: true,
    ...(values.only && { only: values.only }),
    say: line => console.log(line),
  });
  console.log(table(report));
  const wrong = problems(report);
  if (wrong.length === 0) return 0;
  const file = `chaos-${seed}.log`;
  await writeFile(
    file,
    Object.entries(report.logs)
      .flatMap(([name, lines]) => [`# ${name}`, ...lines])
      .join('\n'),
  );
  console.error(`\nWrong (seed ${seed}, logs in ${file}):\n  ${wrong.join('\n  ')}`);
  return 1;
}

process.exitCode = await main().catch(endBecause);
