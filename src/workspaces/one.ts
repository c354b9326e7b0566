/** The one workspace of a single-company installation: its row, playbook and connections, from the environment. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError, type Env } from '../config/env.ts';
import { type Playbook, parsePlaybook } from '../config/playbook.ts';
import type { Db } from '../db/connection.ts';
import { rememberConnection, resumeConnection } from '../db/connections.ts';
import { replayWaiting } from '../db/parked.ts';
import { savePlaybook } from '../db/playbooks.ts';
import { ensureWorkspace, type Workspace } from '../db/workspaces.ts';
import { enqueue } from '../jobs/queue.ts';
import type { Clock } from '../lib/clock.ts';

/**
 * Reads the playbook file, as written and as understood.
 * @throws ConfigurationError with every problem of the file
 */
export async function readPlaybookFile(file: string): Promise<{ yaml: string; playbook: Playbook }> {
  const yaml = await readFile(file, 'utf8').catch(() => {
    throw new ConfigurationError(
      `Baton cannot start: the playbook ${file} cannot be read. Set PLAYBOOK to your rules file.`,
    );
  });
  const parsed = parsePlaybook(yaml);
  if (parsed.ok) return { yaml, playbook: parsed.playbook };
  const lines = parsed.problems.map(
    ({ path, message, suggestion }) =>
      `  ${path || 'the file'}: ${message}${suggestion ? ` (did you mean ${suggestion}?)` : ''}`,
  );
  throw new ConfigurationError(`Baton cannot start: the playbook ${file} has problems.\n${lines.join('\n')}`);
}

export interface Given {
  env: Env;
  team: { id: string; name: string };
  services: readonly string[];
  clock: Clock;
}

/**
 * Makes or finds the workspace and brings it up to what the environment says. A start counts as a reconnect: what was
 * paused for a dead key is tried again with whatever key is set now.
 */
export async function prepareWorkspace(db: Db, { env, team, services, clock }: Given): Promise<Workspace> {
  const { yaml } = await readPlaybookFile(env.PLAYBOOK);
  const at = clock.now();
  const workspace = await ensureWorkspace(db, { name: team.name, slackTeamId: team.id, hookKey: env.HOOK_KEY, at });
  await savePlaybook(db, workspace.id, { yaml, author: 'file', note: `read from ${env.PLAYBOOK} at start`, at });
  await db.transaction(async trx => {
    for (const service of services) {
      await rememberConnection(trx, workspace.id, service, at);
      if (await resumeConnection(trx, workspace.id, service, at)) await replayWaiting(trx, workspace.id, service, at);
    }
    await enqueue(trx, {
      name: 'directory.sync',
      payload: { workspaceId: workspace.id },
      key: `directory:${workspace.id}`,
      priority: 'background',
    });
  });
  return workspace;
}
