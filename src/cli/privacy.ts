/** `npm run privacy -- export|erase ADDRESS`: what is kept of a person, or their erasure. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigurationError, type Env, readEnv } from '../config/env.ts';
import { withKept } from '../config/kept-settings.ts';
import { parsePlaybook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import { newestPlaybook } from '../db/workspaces/playbooks.ts';
import { allWorkspaces, type Workspace } from '../db/workspaces/workspaces.ts';
import { asksForHelp, endBecause } from '../ending.ts';
import { systemClock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { PLAYBOOK_VENDORS, VENDORS } from '../vendors/table.ts';
import { beginErasure, exportPerson, isStaff } from '../workspaces/privacy.ts';
import { ownWorkspace } from './own-workspace.ts';
import { visitDatabase } from './playbook-in-use.ts';

const HELP = `npm run privacy -- export|erase ADDRESS [--workspace ID] [--out FILE]

export   prints everything that Baton keeps of the person with this e-mail address, as JSON
erase    erases the person from Baton and from its messages in Slack, for good. The running app does it, or the next one
         that starts; the admins hear in Slack when it is done, and what is left to delete by hand.
  --workspace ID   the Slack team (T…) or the workspace's own id; the environment's workspace when left out
  --out FILE       where export writes to, instead of the terminal

Exit code 0: done. 1: nothing is kept of that address. 2: the command or the settings are to be mended.`;

interface Given {
  what: 'export' | 'erase';
  address: string;
  workspace?: string;
  out?: string;
}

async function main(args: string[]): Promise<void> {
  if (asksForHelp(args)) return console.log(HELP);
  const given = read(args);
  const env = readEnv(await withKept(process.env), VENDORS);
  const visit = await visitDatabase(env);
  if (!visit)
    throw new ConfigurationError(
      'There is no database yet: start Baton once, or set DATABASE_URL or DATA_DIR as the app has them.',
    );
  try {
    process.exitCode = await answer(visit.db, env, given);
  } finally {
    await visit.close();
  }
}

/** The exit code. */
async function answer(db: Db, env: Env, given: Given): Promise<number> {
  const { what, address, out } = given;
  const workspace = await workspaceFor(db, env, given.workspace);
  await refuseStaff(db, workspace.id, address);
  if (what === 'erase') {
    const by = { why: 'operator', askedBy: 'operator' } as const;
    const { kind } = await beginErasure({ db, clock: systemClock }, workspace.id, address, by);
    if (kind !== 'begun') return nobody(address);
    console.log(`${address} is being erased from ${workspace.name}. The admins hear in Slack when it is done.`);
    return 0;
  }
  const kept = await exportPerson({ db, clock: systemClock }, workspace.id, address);
  if (kept.kind !== 'done') return nobody(address);
  if (out === undefined) process.stdout.write(kept.json);
  else await write(out, kept.json);
  return 0;
}

function nobody(address: string): number {
  console.error(`Nothing is kept of ${address}.`);
  return 1;
}

async function write(file: string, text: string): Promise<void> {
  try {
    // Whoever else uses the machine shall not read it.
    await writeFile(file, text, { mode: 0o600 });
  } catch (thrown) {
    throw new ConfigurationError(`--out ${file} cannot be written: ${toError(thrown).message}`);
  }
  console.log(`Everything that is kept is in ${file}.`);
}

async function refuseStaff(db: Db, workspaceId: string, address: string): Promise<void> {
  const newest = await newestPlaybook(db, workspaceId);
  const parsed = newest && parsePlaybook(newest.yaml, PLAYBOOK_VENDORS);
  if (parsed?.ok && isStaff(parsed.playbook, address)) {
    throw new ConfigurationError(`${address} is in the playbook. Take them out of it first.`);
  }
}

async function workspaceFor(db: Db, env: Env, named: string | undefined): Promise<Workspace> {
  if (named === undefined) {
    const own = await ownWorkspace(db, env);
    if (own) return own;
    throw new ConfigurationError(`Which workspace? Name it with --workspace.\n\n${HELP}`);
  }
  const found = (await allWorkspaces(db)).find(one => one.id === named || one.slackTeamId === named);
  if (found) return found;
  throw new ConfigurationError(
    `No workspace is called ${named}: give the Slack team's id (T…) or the workspace's own.`,
  );
}

/** @throws ConfigurationError with the help for anything that is not understood */
function read(args: readonly string[]): Given {
  const { positionals, values } = parsed(args);
  const [what, address, ...more] = positionals;
  if ((what !== 'export' && what !== 'erase') || address === undefined || more.length > 0) {
    throw new ConfigurationError(
      `Not understood: ${args.join(' ') || 'neither export nor erase was named'}\n\n${HELP}`,
    );
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw new ConfigurationError(`${address} is no e-mail address.\n\n${HELP}`);
  return { what, address, ...values };
}

function parsed(args: readonly string[]) {
  try {
    const options = { workspace: { type: 'string' }, out: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw new ConfigurationError(`${toError(thrown).message}\n\n${HELP}`);
  }
}

await main(process.argv.slice(2)).catch(thrown => endBecause(thrown));
