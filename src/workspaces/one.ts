/** The one workspace of a single-company installation: its row, playbook and connections, from the environment. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigurationError } from '../config/env.ts';
import { type Playbook, type PlaybookVendors, parsePlaybook } from '../config/playbook.ts';
import type { ConnectionKey } from '../contracts/role.ts';
import type { Db } from '../db/connection.ts';
import { pauseConnection, rememberConnection, resumeConnection } from '../db/connections/connections.ts';
import { credentialFacts } from '../db/connections/credentials.ts';
import { notice } from '../db/workspaces/notices.ts';
import { lockPlaybook, newestPlaybook, newestPlaybookBy } from '../db/workspaces/playbooks.ts';
import { keepTenancy } from '../db/workspaces/tenancies.ts';
import { ensureWorkspace, type Workspace } from '../db/workspaces/workspaces.ts';
import { serviceName } from '../domain/service-name.ts';
import { replayWaiting } from '../jobs/parked.ts';
import { enqueue } from '../jobs/queue.ts';
import { matchPeople, notifyAdmins } from '../jobs/requests.ts';
import type { Clock } from '../lib/clock.ts';
import type { Keyring } from '../lib/crypto.ts';
import { addVersion, FROM_FILE } from './playbook-versions.ts';

/**
 * Reads the playbook file, as written and as understood.
 * @param vendors those it may name
 * @throws ConfigurationError with every problem of the file
 */
export async function readPlaybookFile(
  file: string,
  vendors: PlaybookVendors,
): Promise<{ yaml: string; playbook: Playbook }> {
  const yaml = await readFile(file, 'utf8').catch(() => {
    throw new ConfigurationError(
      `Baton cannot start: the playbook ${file} cannot be read. Set PLAYBOOK to your rules file.`,
    );
  });
  const parsed = parsePlaybook(yaml, vendors);
  if (parsed.ok) return { yaml, playbook: parsed.playbook };
  const lines = parsed.problems.map(
    ({ path, message, suggestion }) =>
      `  ${path || 'the file'}: ${message}${suggestion ? ` (did you mean ${suggestion}?)` : ''}`,
  );
  throw new ConfigurationError(`Baton cannot start: the playbook ${file} has problems.\n${lines.join('\n')}`);
}

export interface Given {
  /** The file with its rules. */
  playbookFile: string;
  hookKey: string;
  /** By default made from the hook key. */
  formKey?: string | undefined;
  team: { id: string; name: string };
  /** Those that the playbook may name. */
  playbookVendors: PlaybookVendors;
  connections: readonly ConnectionKey[];
  /** Vendors among them that somebody must log in to. */
  byLogin: readonly string[];
  keyring: Keyring | undefined;
  clock: Clock;
}

/**
 * Makes or finds the workspace and brings it up to what the environment says. A start counts as a reconnect: what was
 * paused for a dead key is tried again with whatever key is set now.
 */
export async function prepareWorkspace(db: Db, given: Given): Promise<Workspace> {
  const { playbookFile: file, hookKey, formKey, team, playbookVendors, connections, byLogin, keyring, clock } = given;
  const { yaml } = await readPlaybookFile(file, playbookVendors);
  const at = clock.now();
  const workspace = await ensureWorkspace(db, { name: team.name, slackTeamId: team.id, hookKey, formKey, keyring, at });
  await readFromFile(db, workspace.id, { yaml, file, at });
  const system = await chosenCrm(db, workspace.id, playbookVendors);
  // Nobody is asked to log in to a CRM that the playbook does not use.
  const isSpare = ({ vendor, role }: ConnectionKey) => role === 'crm' && system !== undefined && system !== vendor;
  await db.transaction(async trx => {
    await keepTenancy(trx, workspace.id);
    for (const key of connections) {
      await rememberConnection(trx, workspace.id, key, at);
      if (byLogin.includes(key.vendor) && !(await isLoggedIn(trx, workspace.id, key.vendor))) {
        if (!isSpare(key)) await awaitLogin(trx, workspace.id, key, at);
        continue;
      }
      if (await resumeConnection(trx, workspace.id, key, at)) await replayWaiting(trx, workspace.id, key, at);
    }
    await enqueue(trx, matchPeople(workspace.id), notifyAdmins(workspace.id));
  });
  return workspace;
}

/** By the version that counts; undefined: it names none. */
async function chosenCrm(db: Db, workspaceId: string, vendors: PlaybookVendors): Promise<string | undefined> {
  const parsed = parsePlaybook((await newestPlaybook(db, workspaceId))?.yaml ?? '', vendors);
  return parsed.ok ? parsed.playbook.crm.system : undefined;
}

async function isLoggedIn(trx: Db, workspaceId: string, vendor: string): Promise<boolean> {
  return (await credentialFacts(trx, { workspaceId, vendor, holder: '' }))?.status === 'active';
}

/** A start does not log anybody in: the connection waits, and the admins are asked once. */
async function awaitLogin(trx: Db, workspaceId: string, key: ConnectionKey, at: Date): Promise<void> {
  const text =
    `Baton is not connected to ${serviceName(key.vendor)} yet: log in once, best as a user of its own. Until then leads come to their reps ` +
    `all the same, and what is to be written to ${serviceName(key.vendor)} waits.`;
  await pauseConnection(trx, workspaceId, key, 'nobody has logged in yet', at, text);
  await enqueue(trx, notifyAdmins(workspaceId));
}

/**
 * The file counts when its text is another than the one last read from it: a restart leaves alone what was edited in
 * Home since. When both changed the file wins, as whoever deployed it meant it to; the admins hear what it replaced.
 */
async function readFromFile(
  db: Db,
  workspaceId: string,
  { yaml, file, at }: { yaml: string; file: string; at: Date },
): Promise<void> {
  // As a rule nothing is new, and a start waits for nobody.
  if ((await newestPlaybookBy(db, workspaceId, FROM_FILE))?.yaml === yaml) return;
  await db.transaction(async trx => {
    const newest = await lockPlaybook(trx, workspaceId);
    const read = await newestPlaybookBy(trx, workspaceId, FROM_FILE);
    if (read?.yaml === yaml || newest?.yaml === yaml) return;
    const version = await addVersion(trx, workspaceId, newest, {
      yaml,
      author: FROM_FILE,
      // Where it lies on the server is nobody's business in Slack.
      note: `read from ${basename(file)} at start`,
      at,
    });
    if (!newest || newest.author === FROM_FILE) return;
    const text =
      `The playbook file changed and was read at start: it is version ${version} now, in the place of version ${newest.version}, ` +
      `which was edited in Slack. Nothing is lost: see Versions on Baton’s Home tab to compare or restore it.`;
    await notice(trx, workspaceId, { key: `file-replaced:${newest.version}`, text }, at);
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
