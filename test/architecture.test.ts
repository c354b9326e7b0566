/** Who may import whom, and who may name a vendor. docs/decisions.md says why the rooms are what they are. */
import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { VENDORS } from '../src/vendors/table.ts';
import { type FileImports, importsOf } from './helpers/imports.ts';

const root = resolve(import.meta.dirname, '..');

/** Rooms of src from the ground up: a file may import its own room and every row below, never a neighbour of its row. */
const ROOMS: readonly (readonly string[])[] = [
  ['lib'],
  ['domain'],
  ['contracts', 'config'],
  ['questions'],
  ['db'],
  ['jobs'],
  ['handoff'],
  ['sla', 'feedback', 'reports', 'workspaces'],
  ['slack', 'http'],
  ['setup', 'page'],
  ['connections', 'migrate', 'settings', 'ending'],
  ['worker', 'web'],
  ['worker-part'],
  ['app'],
  ['cli', 'main'],
];

/** The story of one lead, a folder a station, in the order of ROOMS. `commands`: the file that offers what people do. */
const STATIONS: readonly (readonly string[])[] = [
  ['core'],
  ['judge'],
  ['route'],
  ['record'],
  ['cards'],
  ['privacy'],
  ['intake'],
  ['actions', 'queries'],
  ['meetings', 'sequences'],
  ['ownership'],
  ['crm-events'],
  ['reply'],
  ['commands'],
];

/** Repositories by what they keep, over the connection; those of handoffs know whose they are. */
const REPOSITORIES: readonly (readonly string[])[] = [
  ['conflict', 'embedded', 'session'],
  ['statements'],
  ['connection'],
  ['cards', 'connections', 'people', 'reports', 'sequences', 'workspaces'],
  ['handoffs'],
  ['privacy'],
];

/** What vendors are made of; of the rest of src only these know vendors. */
const VENDORS_MAY = ['lib', 'domain', 'contracts', 'vendors'];
const MAY_KNOW_VENDORS = ['vendors', 'connections', 'settings', 'app', 'cli', 'main'];
const MOST_FILES = 20;

interface Import {
  from: string;
  to: string;
}

/** Whatever Node runs. */
const CODE = '**/*.{ts,mts,cts,js,mjs,cjs}';

/** Files of a folder that are no tests. */
function filesIn(folder: string): string[] {
  return globSync(CODE, { cwd: join(root, folder) })
    .map(file => join(folder, file))
    .filter(file => !isTest(file));
}

const isTest = (file: string) => /\.test\.[cm]?[jt]s$/.test(file);

const known = new Map<string, FileImports>();

/** Each file once. */
function read(file: string): FileImports {
  const imports = known.get(file) ?? importsOf(file, readFileSync(join(root, file), 'utf8'));
  known.set(file, imports);
  return imports;
}

function importsIn(folder: string): Import[] {
  return filesIn(folder).flatMap(from => read(from).files.map(to => ({ from, to })));
}

const ofSrc = importsIn('src').map(({ from, to }) => ({
  from: from.replace(/^src\//, ''),
  to: to.replace(/^src\//, ''),
}));

/** The folder, or for a file of src itself its name. */
const roomOf = (file: string) => file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
const stationOf = (file: string) => file.split('/')[1]?.replace(/\.ts$/, '') ?? '';

function rowOf(rows: readonly (readonly string[])[], name: string): number {
  const row = rows.findIndex(names => names.includes(name));
  assert.notEqual(row, -1, `"${name}" has no place in the order`);
  return row;
}

/** Imports between places of an order that do not go down. */
function upwards(all: readonly Import[], rows: readonly (readonly string[])[], nameOf: (file: string) => string) {
  return all.filter(({ from, to }) => {
    const [own, other] = [nameOf(from), nameOf(to)];
    return own !== other && rowOf(rows, other) >= rowOf(rows, own);
  });
}

/** Beside src, and of no room. */
const outside = ({ to }: Import) => to.startsWith('migrations/') || to === 'manifest.json';
const aboutVendors = ({ from, to }: Import) => roomOf(from) === 'vendors' || roomOf(to) === 'vendors';

test('rooms import downwards only, never a neighbour', () => {
  assert.deepEqual(
    upwards(
      ofSrc.filter(one => !aboutVendors(one) && !outside(one)),
      ROOMS,
      roomOf,
    ),
    [],
  );
});

test('stations of a handoff import downwards only, never a neighbour', () => {
  const inside = ofSrc.filter(({ from, to }) => roomOf(from) === 'handoff' && roomOf(to) === 'handoff');
  assert.deepEqual(upwards(inside, STATIONS, stationOf), []);
});

test('repositories import downwards only, never a neighbour', () => {
  const inside = ofSrc.filter(({ from, to }) => roomOf(from) === 'db' && roomOf(to) === 'db');
  assert.deepEqual(upwards(inside, REPOSITORIES, stationOf), []);
});

test('vendors know the ground and one another not at all', () => {
  const wrong = ofSrc.filter(({ from, to }) => {
    if (roomOf(from) !== 'vendors') return false;
    if (roomOf(to) !== 'vendors') return !VENDORS_MAY.includes(roomOf(to));
    const [own, other] = [stationOf(from), stationOf(to)];
    // The files of the room itself say what a vendor is; only the table knows which there are.
    const isOfRoom = (file: string) => file.split('/').length === 2;
    return own !== other && from !== 'vendors/table.ts' && !isOfRoom(to);
  });
  assert.deepEqual(wrong, []);
});

test('the example of a vendor knows what any vendor may, and its stand-in what any stand-in does', () => {
  const own = 'test/fixtures/vendor-example';
  const all = importsIn(own).filter(({ to }) => dirname(to) !== own);
  const isStandIn = ({ from }: Import) => /(stand-in|coverage)[^/]*$/.test(from);
  const isAllowed = (one: Import) => {
    const [room, folder = ''] = one.to.split('/');
    if (isStandIn(one)) return room === 'sandbox' || one.to.startsWith('src/lib/');
    return (
      room === 'src' && VENDORS_MAY.includes(folder) && (folder !== 'vendors' || one.to === 'src/vendors/vendor.ts')
    );
  };
  assert.ok(all.some(isStandIn) && !all.every(isStandIn), 'both are read');
  assert.deepEqual(
    all.filter(one => !isAllowed(one)),
    [],
  );
});

test('only whoever puts Baton together knows vendors', () => {
  const wrong = ofSrc.filter(({ from, to }) => roomOf(to) === 'vendors' && !MAY_KNOW_VENDORS.includes(roomOf(from)));
  assert.deepEqual(wrong, []);
  const named = ofSrc.filter(({ from, to }) => {
    const isOfVendor = roomOf(to) === 'vendors' && to.split('/').length > 2;
    return isOfVendor && roomOf(from) !== 'vendors';
  });
  assert.deepEqual(named, [], 'all but the table go through the table');
});

test('no vendor is named outside its folder and the table', () => {
  // `form`, `manual`, `smtp` and `outreach` are words of everybody's.
  const names = VENDORS.map(({ name }) => name).filter(name => !['form', 'manual', 'smtp', 'outreach'].includes(name));
  const pattern = new RegExp(names.join('|'), 'i');
  const wrong = globSync('**/*.{ts,mts,cts,js,mjs,cjs,json,html,css,hbs,liquid}', { cwd: join(root, 'src') })
    .filter(file => roomOf(file) !== 'vendors' && !isTest(file))
    .flatMap(file =>
      readFileSync(join(root, 'src', file), 'utf8')
        .split('\n')
        // Domains of mail addresses, whoever gives them out.
        .map(line => line.replace(/'(zohomail|onmicrosoft)\.\w+'/, ''))
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    );
  assert.deepEqual(wrong, []);
  const paths = globSync('**', { cwd: join(root, 'src') }).filter(
    file => roomOf(file) !== 'vendors' && pattern.test(file),
  );
  assert.deepEqual(paths, [], 'nor in the name of a file');
  const ofRoom = readdirSync(join(root, 'src/vendors')).filter(name => name.endsWith('.ts') && name !== 'table.ts');
  const general = ofRoom.filter(
    file => !file.endsWith('.test.ts') && pattern.test(readFileSync(join(root, 'src/vendors', file), 'utf8')),
  );
  assert.deepEqual(general, [], 'what holds for every vendor names none');
});

test('nothing in src imports the sandbox or tests, nor in a way that nobody can follow', () => {
  assert.deepEqual(
    ofSrc.filter(({ to }) => /^(sandbox|test|bench)\//.test(to) || isTest(to)),
    [],
  );
  const unreadable = filesIn('src').flatMap(file => read(file).unreadable.map(what => `${file}: ${what}`));
  assert.deepEqual(unreadable, []);
});

test('no cycles between files, wherever they are', () => {
  const graph = Map.groupBy(['src', 'sandbox', 'test', 'bench', 'migrations'].flatMap(importsIn), one => one.from);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path, file].join(' → ')}`);
    if (done.has(file)) return;
    for (const { to } of graph.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('a station and a folder of repositories have few enough files to be seen at once', () => {
  const files = globSync('{handoff,db}/*/**/*.ts', { cwd: join(root, 'src') }).filter(
    file => !file.endsWith('.test.ts'),
  );
  const crowded = [...Map.groupBy(files, file => file.split('/').slice(0, 2).join('/'))].filter(
    ([, own]) => own.length > MOST_FILES,
  );
  assert.deepEqual(
    crowded.map(([station, own]) => `${station}: ${own.length}`),
    [],
  );
});

test('whatever leaves the process on behalf of a job passes the fence first', () => {
  const leaves = /\b(fetch|sendMail|apiRequest)\(/;
  const wrong = globSync('**/*.ts', { cwd: join(root, 'src') }).filter(file => {
    if (file.endsWith('.test.ts') || file.startsWith('cli/')) return false;
    const text = readFileSync(join(root, 'src', file), 'utf8');
    return leaves.test(text.replaceAll(/#fetch\(/g, '')) && !text.includes('await passFence()');
  });
  // One runs in a visitor's browser; one answers somebody who waits for it in Slack: no job's work.
  assert.deepEqual(wrong.sort(), ['http/forms/snippet.ts', 'slack/listener-errors.ts']);
});

test('only our own style sheet and our own Markdown are markup that nobody escaped', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'));
  const callers = files.filter(file => /\btrusted\(/.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(callers.sort(), ['src/http/guides/guide-html.ts', 'src/http/short-page.ts', 'src/lib/markup.ts']);
});
