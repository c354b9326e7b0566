import { globSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Reads all these test files into this process. @param pattern from the root of the repository */
export async function readTests(pattern: string): Promise<void> {
  for (const file of globSync(pattern, { cwd: root.pathname }).sort()) await import(new URL(file, root).href);
}
