/** What a production install puts on the disk. */
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './table.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MB = 1e6;

/**
 * The packages that are here and that `npm ci --omit=dev` installs as well, each with the blocks that its files take, as
 * `du` counts them.
 */
export async function installed(): Promise<Row[]> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  let bytes = 0;
  for (const [path, { dev }] of Object.entries(lock.packages))
    if (path && !dev) bytes += await sizeOf(join(ROOT, path));
  return [{ what: 'production install', measured: bytes / MB, unit: 'MB', target: 450, better: 'lower' }];
}

/** Packages inside of it are counted by themselves; one for another platform is not there. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : await sizeOf(path);
    else bytes += (await lstat(path)).blocks * 512;
  }
  return bytes;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
