/**
 * Loaded before every test file (node --import): a file that does not end by itself is ended, so that a run always ends.
 * The time-out of node:test is one test's; it sees neither what a file leaves open, nor a loop that never lets go.
 */
import { Worker } from 'node:worker_threads';

/** Longer than any file takes, on a machine that does much else. */
const MINUTES = Number(process.env.BATON_TEST_FILE_MINUTES ?? 15);

/** In a thread of its own: a loop in the file's own thread would hold up any timer there. */
const WATCH = `
  const { workerData: { ms, file, pid } } = require('node:worker_threads');
  setTimeout(() => {
    require('node:fs').writeSync(2, file + ' did not end within ' + ms / 60_000 + ' minutes and was ended\\n');
    process.kill(pid, 'SIGKILL');
  }, ms);`;

/** The runner has no file of its own; its children have one each. */
if (process.env.NODE_TEST_CONTEXT) {
  const workerData = { ms: MINUTES * 60_000, file: process.argv[1], pid: process.pid };
  new Worker(WATCH, { eval: true, workerData, execArgv: [], env: {} }).unref();
}
