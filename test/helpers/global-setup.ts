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
  const embedded = await startTemporary({ flags: FAST_AND_FORGETFUL });
  await migrate(embedded.url);
  return embedded;
}
