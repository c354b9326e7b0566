/** The process: arguments, environment, start, signals; nothing else. */

import { start } from './app.ts';
import { ConfigurationError, type Env, notConnected } from './config/env.ts';
import { asksForHelp, endBecause, onFirstSignal } from './ending.ts';
import { systemClock } from './lib/clock.ts';
import { captureOutput } from './lib/console.ts';
import { toError } from './lib/errors.ts';
import { createLogger, type Logger } from './lib/log.ts';
import { forgetLoginsOnly, migrateOnly } from './migrate.ts';
import { readSettings } from './settings.ts';
import { VENDORS } from './vendors/table.ts';
import { superviseWorker } from './worker-part.ts';

const HELP = `Baton carries marketing-qualified leads to the right salesperson, in Slack.

  npm start                   web and worker in one process
  npm start -- web            only the web process (hooks, Slack, health)
  npm start -- worker         only the worker
  npm start -- migrate        bring the database up to date and exit
  npm start -- forget-logins  wipe the log-ins whose ENCRYPTION_KEY is lost, and exit
  npm start -- --help         this text

Settings come from the environment or a .env file; .env.example lists them.`;

/** What is done once, beside whatever runs. */
const TASKS: Record<string, ((env: Env, log: Logger) => Promise<void>) | undefined> = {
  migrate: migrateOnly,
  'forget-logins': forgetLoginsOnly,
};

/** After this long a stop no longer waits for what is running: the queue gives that work to the next process. */
const STOP_WITHIN_MS = 9_000;

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args) || args[0] === 'help') {
    console.log(HELP);
    return;
  }
  const [word, ...more] = args;
  const task = word === undefined ? undefined : TASKS[word];
  if (more.length > 0 || (word !== undefined && !task && !['web', 'worker', 'all'].includes(word))) {
    throw new ConfigurationError(`"${args.join(' ')}" is nothing Baton can do.\n\n${HELP}`);
  }
  const env = await readSettings({ ...process.env, ...(word && !task && { ROLE: word }) }, VENDORS);
  const log = createLogger({ level: env.LOG_LEVEL });
  if (task) return task(env, log);
  captureOutput(log);
  process.on('unhandledRejection', thrown => {
    // What was under way is done again by the next process, but ending this one would help nobody.
    log.error({ err: toError(thrown) }, 'a promise was rejected and nobody heard');
  });
  const starting = start({ env, clock: systemClock, log });
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

main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
