/** Baton in a process of its own, to be killed: `node worker-process.ts <ISO time> <role>`; says "ready" on stdout. */

import { start } from '../../src/app.ts';
import { readEnv } from '../../src/config/env.ts';
import { clockFrom } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { VENDORS } from '../../src/vendors/table.ts';

const env = readEnv({ ...process.env, ROLE: process.argv[3] }, VENDORS);
const running = await start({
  env,
  clock: clockFrom(new Date(process.argv[2] ?? '')),
  log: createLogger({ level: env.LOG_LEVEL }),
});
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
console.log('ready');
