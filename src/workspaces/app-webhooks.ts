/**
 * Webhooks of an app that all workspaces share. A workspace asks for what its own playbook reads when it is connected and
 * when its playbook changes; the operator asks for all of them with `npm run webhooks`. Polling does without, so
 * nothing that is refused here is a workspace's trouble: the operator reads it in the log and from the doctor.
 */
import { rulesOfSource } from '../config/playbook/source-rules.ts';
import type { Playbook } from '../config/playbook.ts';
import type { WantedWebhooks } from '../contracts/app-webhooks.ts';
import type { Db } from '../db/connection.ts';
import { connectionsInUse } from '../db/connections/connections.ts';
import { credentialFacts } from '../db/connections/credentials.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { registerWebhooks } from '../jobs/requests.ts';
import { CredentialsRejected, Rejected, toError, Unavailable } from '../lib/errors.ts';

type Asking = Pick<Deps, 'appWebhooks'>;

/** Asks for those of the vendors whose API Baton may call. */
export async function askForWebhooks(
  trx: Db,
  { appWebhooks }: Asking,
  workspaceId: string,
  vendors: Iterable<string>,
): Promise<void> {
  for (const vendor of vendors) {
    if (appWebhooks?.get(vendor)?.register) await enqueue(trx, registerWebhooks(workspaceId, vendor));
  }
}

/** What an app must tell of for these playbooks, the vendor's own defaults among it. Pure. */
export function wantedWebhooks(
  { publicUrl, playbookVendors }: Pick<Deps, 'publicUrl' | 'playbookVendors'>,
  vendor: string,
  books: readonly Playbook[],
): WantedWebhooks {
  const known = playbookVendors.sources[vendor];
  const read = books.flatMap(playbook => {
    const { scoreProperty, stageProperty } = rulesOfSource(playbook, vendor);
    return [scoreProperty, stageProperty];
  });
  const properties = [known?.scoreProperty, known?.stageProperty, ...read].filter(
    name => name !== undefined && name !== '',
  );
  return { address: `${publicUrl}/hooks/${vendor}`, properties: [...new Set(properties)] as string[] };
}

/**
 * The job: two calls as a rule, since the subscriptions are there.
 * @throws Unavailable, RateLimited: later
 */
export async function registerForWorkspace(
  deps: Deps,
  { workspaceId, vendor }: { workspaceId: string; vendor: string },
): Promise<void> {
  const webhooks = deps.appWebhooks?.get(vendor);
  // With a token of an app of its own the workspace is told by that.
  if (!webhooks?.register || !(await credentialFacts(deps.db, { workspaceId, vendor, holder: '' }))) return;
  const { playbook } = await deps.playbook(workspaceId);
  try {
    const done = await webhooks.register(wantedWebhooks(deps, vendor, [playbook]));
    for (const { name, outcome, why } of done) {
      if (outcome === 'refused') deps.log.error({ vendor, name, why }, 'a webhook of an app was refused');
      else if (outcome !== 'unchanged') deps.log.info({ vendor, name, outcome }, 'a webhook of an app is set');
    }
  } catch (thrown) {
    if (thrown instanceof CredentialsRejected || thrown instanceof Rejected) {
      deps.log.error({ err: thrown, vendor }, 'webhooks of an app cannot be set: see npm run doctor');
      return;
    }
    // Of the app, not of the workspace's connection: that is not taken for away.
    if (!(thrown instanceof Unavailable)) throw thrown;
    throw new Unavailable(thrown.message, { service: vendor, cause: toError(thrown) });
  }
}

/** Playbooks of the workspaces that are connected to this vendor: a round trip each, one after the other. */
export async function connectedPlaybooks(
  { db, log, playbook }: Pick<Deps, 'db' | 'log' | 'playbook'>,
  vendor: string,
): Promise<Playbook[]> {
  const connected = await connectionsInUse(db, 'source');
  const books: Playbook[] = [];
  for (const { workspaceId } of connected.filter(one => one.vendor === vendor)) {
    const read = await playbook(workspaceId).catch(thrown => {
      log.warn({ err: toError(thrown), workspaceId }, 'a playbook cannot be read: its properties are left out');
    });
    if (read) books.push(read.playbook);
  }
  return books;
}
