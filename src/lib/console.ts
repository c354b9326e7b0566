/** What libraries and Node itself print, as lines of our log: whoever reads the output reads one format. */
import { format } from 'node:util';
import type { Logger } from './log.ts';

/**
 * From now on nothing but the log is written: console methods and Node's warnings become lines of it. What is thrown and
 * caught nowhere is a line as well, and the end.
 */
export function captureOutput(log: Logger): void {
  const printed =
    (level: 'info' | 'warn') =>
    (...parts: unknown[]) =>
      log[level]({ library: 'console' }, format(...parts));
  Object.assign(console, {
    debug: printed('info'),
    info: printed('info'),
    log: printed('info'),
    warn: printed('warn'),
    error: printed('warn'),
    trace: printed('warn'),
    dir: printed('info'),
  });
  // Node's own listener prints to stderr.
  process.removeAllListeners('warning');
  process.on('warning', warning => log.warn({ err: warning }, 'Node warns'));
  process.on('uncaughtException', error => {
    log.fatal({ err: error }, 'an error was caught nowhere: this process ends');
    process.exit(1);
  });
}
