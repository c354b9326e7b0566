import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { migrate } from '../../src/db/connection.ts';
import { startTemporary } from '../../src/db/embedded/temporary.ts';

/** One PostgreSQL for a whole test run: in memory-like settings, thrown away at the end. */
const FAST_AND_FORGETFUL = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'shared_buffers=128MB',
];

/** Where a thousand files are copied in a fifth of the time: each test clones a database. */
const IN_MEMORY = '/dev/shm';
const ROOM_NEEDED = 4e9;

/** Every test file is a process of its own, and most of its start is compiling the same modules: once is enough. */
const COMPILED = new URL('../../node_modules/.cache/compiled', import.meta.url).pathname;

let stop: (() => Promise<void>) | undefined;

/** Runs once before all test files (node --test-global-setup); they find the server through the environment. */
export async function globalSetup(): Promise<void> {
  const server = await startTestServer();
  stop = () => server.stop();
  process.env.BATON_TEST_DATABASE = server.url;
  process.env.NODE_COMPILE_CACHE ??= COMPILED;
}

export async function globalTeardown(): Promise<void> {
  await stop?.();
}

/** A PostgreSQL with one migrated template database; every test file clones it. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const embedded = await startTemporary({ flags: FAST_AND_FORGETFUL, parent: await roomForFiles() });
  await migrate(embedded.url);
  return embedded;
}

/** The folder in memory where there is one with room, as on Linux; else the one for temporary files. */
async function roomForFiles(): Promise<string> {
  const { bavail, bsize } = await statfs(IN_MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= ROOM_NEEDED ? IN_MEMORY : tmpdir();
}
