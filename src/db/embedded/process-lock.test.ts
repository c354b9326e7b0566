import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { beginningOf } from '../../lib/processes.ts';
import { holderOf, isAbandoned, takeLock } from './process-lock.ts';

let dir: string;
let file: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'baton-lock-'));
});
beforeEach(() => {
  file = join(dir, 'lock');
});
after(() => rm(dir, { recursive: true, force: true }));

const isMine = (taken: Awaited<ReturnType<typeof takeLock>>) => 'lock' in taken;

test('of many that want it at once one gets it; the rest hear whose it is', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => takeLock(file, 3000)));
  const [mine, ...more] = all.flatMap(taken => ('lock' in taken ? [taken.lock] : []));
  assert.deepEqual([more.length, all.filter(taken => !isMine(taken)).length], [0, 19]);
  const refused = all.find(taken => 'holder' in taken);
  assert.ok(refused && 'holder' in refused);
  assert.deepEqual([refused.holder.pid, refused.holder.port], [process.pid, 3000]);
  assert.equal((await holderOf(file))?.pid, process.pid);
  await mine?.release();
  assert.deepEqual([await holderOf(file), await readdir(dir)], [undefined, []]);
});

for (const [left, text] of [
  ['by a process that is gone', { pid: 2 ** 22 + 1, began: 'then', host: hostname() }],
  ['by one whose number is another process by now', { pid: process.pid, began: 'then', host: hostname() }],
  ['half written', undefined],
] as const) {
  test(`what was left ${left} is taken over, by one of those who want it`, async () => {
    await writeFile(file, text ? JSON.stringify(text) : '{"pid":');
    assert.equal(await holderOf(file), undefined);
    assert.equal(await isAbandoned(file), text !== undefined);
    const all = await Promise.all(Array.from({ length: 10 }, () => takeLock(file)));
    assert.equal(all.filter(isMine).length, 1);
    for (const taken of all) if ('lock' in taken) await taken.lock.release();
    assert.deepEqual(await readdir(dir), []);
  });
}

test('another machine may share the folder: what it holds is not called abandoned', async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, began: 'then', host: 'another' }));
  assert.equal(await isAbandoned(file), false);
  assert.equal(await isAbandoned(join(dir, 'nothing')), false);
  await rm(file);
});

test('a lock that somebody else has by now is not released', async () => {
  const taken = await takeLock(file);
  assert.ok('lock' in taken);
  const theirs = JSON.stringify({ pid: process.pid, began: await beginningOf(process.pid), host: hostname(), port: 1 });
  await writeFile(file, theirs);
  await taken.lock.release();
  assert.equal((await holderOf(file))?.port, 1);
});
