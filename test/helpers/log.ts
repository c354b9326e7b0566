/** A log to look into. */
import { createLogger, type Logger } from '../../src/lib/log.ts';

interface Line {
  level: string;
  msg: string;
  [field: string]: unknown;
}

export function lines(): { log: Logger; all(): Line[] } {
  const written: Line[] = [];
  const log = createLogger({ level: 'trace', destination: { write: text => written.push(JSON.parse(text)) } });
  return { log, all: () => written };
}
