/** The process: arguments, environment, start, signals; nothing else. */

import type { Server } from 'node:http';
import { start } from './app.ts';
import { ConfigurationError, type Env, notConnected } from './config/env.ts';
import { dataDirOf, type Kept, overKept, readKept, tryToKeep, withKept } from './config/kept-settings.ts';
import { asksForHelp, endBecause, onFirstSignal } from './ending.ts';
import { systemClock } from './lib/clock.ts';
import { captureOutput } from './lib/console.ts';
import { toError } from './lib/errors.ts';
import { createLogger, type Logger } from './lib/log.ts';
import { forgetLoginsOnly, migrateOnly, restoredOnly, tryDatabase } from './migrate.ts';
import { needsSetUp, readBeforeSetUp, readSettings } from './settings.ts';
import { startSetUp } from './setup/set-up-mode.ts';
import { VENDORS } from './vendors/table.ts';
import { superviseWorker } from './worker-part.ts';

const HELP = `Baton carries marketing-qualified leads to the right salesperson, in Slack.

  npm start                   web and worker in one process
  npm start -- web            only the web process (hooks, Slack, health)
  npm start -- worker         only the worker
  npm start -- migrate        bring the database up to date and exit
  npm start -- forget-logins  wipe the log-ins whose ENCRYPTION_KEY is lost, and exit
  npm start -- restored --since 2026-11-30T09:00Z
                              once after a backup of that time was brought back, before Baton starts
  npm start -- --help         this text

Settings come from the environment or a .env file; .env.example lists them. Without any of Slack's, npm start shows a
page that asks for them.`;

type Task = (env: Env, log: Logger) => Promise<void>;

/** What is done once, beside whatever runs. */
const TASKS: Record<string, Task | undefined> = {
  migrate: migrateOnly,
  'forget-logins': forgetLoginsOnly,
};

/** @throws ConfigurationError where the time of the backup is not given, or cannot be one */
function restored([flag, text = '', ...more]: string[]): Task {
  const since = new Date(text);
  // Without a zone it would be read as this machine's.
  const isTime = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(since.getTime());
  if (flag !== '--since' || !isTime || more.length > 0 || since > systemClock.now()) {
    throw new ConfigurationError(
      'Say of when the backup is, with its zone and in the past: npm start -- restored --since 2026-11-30T09:00Z',
    );
  }
  return (env, log) => restoredOnly(env, log, since);
}

/** After this long a stop no longer waits for what is running: the queue gives that work to the next process. */
const STOP_WITHIN_MS = 9_000;

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args) || args[0] === 'help') {
    console.log(HELP);
    return;
  }
  const [word, ...more] = args;
  const task = word === 'restored' ? restored(more) : TASKS[word ?? ''];
  const isKnown = word === undefined || task !== undefined || ['web', 'worker', 'all'].includes(word);
  if (!isKnown || (more.length > 0 && word !== 'restored')) {
    throw new ConfigurationError(`"${args.join(' ')}" is nothing Baton can do.\n\n${HELP}`);
  }
  const given = { ...process.env, ...(word && !task && { ROLE: word }) };
  const kept = await readKept(dataDirOf(given));
  if (needsSetUp(given, kept)) return beforeSetUp(given, kept, task);
  const env = await readSettings(overKept(kept, given), VENDORS);
  const log = createLogger({ level: env.LOG_LEVEL });
  if (task) return task(env, log);
  await serve(env, log);
}

/** The real thing, until it is told to stop. */
async function serve(env: Env, log: Logger, server?: Server): Promise<void> {
  captureOutput(log);
  process.on('unhandledRejection', thrown => {
    // What was under way is done again by the next process, but ending this one would help nobody.
    log.error({ err: toError(thrown) }, 'a promise was rejected and nobody heard');
  });
  const starting = start({ env, clock: systemClock, log, server });
  // Before it is ready: a platform that changes its mind while we start would otherwise kill us in the middle.
  onFirstSignal(signal => void stop(signal));
  const running = await starting;
  if (running.worker) superviseWorker(running.worker, log);
  log.info({ url: running.url, role: env.ROLE }, 'Baton is ready');
  for (const missing of notConnected(env, VENDORS)) log.warn(missing);

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'stopping: what is running is finished first');
    const late = setTimeout(() => {
      log.warn('stopped without waiting any longer; unfinished jobs go on in the next process');
      process.exit(0);
    }, STOP_WITHIN_MS);
    await (await starting).stop();
    clearTimeout(late);
    process.exit(0);
  }
}

/** Nothing of a Slack app is known: tables may be brought up to date, and somebody be asked for the rest. */
async function beforeSetUp(given: NodeJS.ProcessEnv, kept: Kept, task: Task | undefined): Promise<void> {
  // Every other task needs the keys themselves, and says which are missing.
  if (task && task !== migrateOnly)
    return task(await readSettings(overKept(kept, given), VENDORS), createLogger({ level: 'info' }));
  const env = await readBeforeSetUp(given, kept, VENDORS);
  const log = createLogger({ level: env.LOG_LEVEL });
  if (task) return task(env, log);
  if (env.ROLE === 'worker') throw new ConfigurationError(NOT_SET_UP);
  await tryToKeep(env.DATA_DIR);
  await tryDatabase(env);
  const setUp = await startSetUp({
    given,
    dir: env.DATA_DIR,
    port: env.PORT,
    apiUrl: env.SLACK_API_URL,
    clock: systemClock,
    log,
    print: text => void process.stdout.write(text),
  });
  const noLonger = onFirstSignal(() => void setUp.stop().then(() => process.exit(0)));
  if (process.stdin.isTTY) process.stdin.on('data', setUp.newCode);
  await setUp.finished;
  if (process.stdin.isTTY) process.stdin.removeAllListeners('data').pause();
  noLonger();
  await serve(await readSettings(await withKept(given), VENDORS), log, setUp.server);
}

const NOT_SET_UP =
  'Baton is not set up yet, and a worker alone has no page to ask on. Run npm start (or npm start -- web) and open it, or set the SLACK_ variables of .env.example.';

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
