/** The process: arguments, environment, start, signals; nothing else. */

import { start } from './app.ts';
import { ConfigurationError, readEnv } from './config/env.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/errors.ts';
import { createLogger } from './lib/log.ts';
import { migrateOnly } from './migrate.ts';
import { superviseWorker } from './worker-part.ts';

const HELP = `Baton carries marketing-qualified leads to the right salesperson, in Slack.

  npm start                 web and worker in one process
  npm start -- web          only the web process (hooks, Slack, health)
  npm start -- worker       only the worker
  npm start -- migrate      bring the database up to date and exit
  npm start -- --help       this text

Settings come from the environment or a .env file; .env.example lists them.`;

/** After this long a stop no longer waits for what is running: the queue gives that work to the next process. */
const STOP_WITHIN_MS = 9_000;

async function main(args: string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h') || args[0] === 'help') {
    console.log(HELP);
    return;
  }
  const role = args[0];
  if (role !== undefined && !['web', 'worker', 'all', 'migrate'].includes(role)) {
    throw new ConfigurationError(`"${role}" is nothing Baton can do.\n\n${HELP}`);
  }
  const env = readEnv({ ...process.env, ...(role && role !== 'migrate' && { ROLE: role }) });
  const log = createLogger({ level: env.LOG_LEVEL });
  if (role === 'migrate') return migrateOnly(env, log);
  process.on('unhandledRejection', thrown => {
    // What was under way is done again by the next process, but ending this one would help nobody.
    log.error({ err: toError(thrown) }, 'a promise was rejected and nobody heard');
  });
  const starting = start({ env, clock: systemClock, log });
  // Before it is ready: a platform that changes its mind while we start would otherwise kill us in the middle.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
  const running = await starting;
  if (running.worker) superviseWorker(running.worker, log);
  log.info({ url: running.url, role: env.ROLE }, 'Baton is ready');

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

main(process.argv.slice(2)).catch(thrown => {
  const error = toError(thrown);
  // Somebody's setting: the message is the help. Anything else: the stack is.
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
});
