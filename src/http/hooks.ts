import express, { type Request, type Router } from 'express';
import type { HookRequest } from '../contracts/source.ts';
import { storeSignals } from '../db/inbox.ts';
import { workspaceByHookKey } from '../db/workspaces.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { processSignals } from '../jobs/requests.ts';
import { BadInput } from '../lib/errors.ts';

/** A batch is a hundred events of some hundred bytes; a workflow may send a whole contact. */
const LARGEST_BODY = '2mb';

/**
 * Where sources deliver: verify on the raw bytes, store, answer. 200 only after the commit; 401 for a wrong key or
 * signature, 400 for an unreadable body, 413 for one too big. One round trip for the key, one for the inbox.
 */
export function hooks(deps: Deps): Router {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/hooks/:hookKey/:source', raw, async (request, response) => {
    const { hookKey, source: name } = request.params;
    const workspace = await workspaceByHookKey(deps.db, String(hookKey));
    const source = workspace && (await deps.vendors(workspace.id)).sources[String(name)];
    if (!workspace || !source) {
      response.status(401).json({ error: 'This hook address is not known. Copy it again from the set-up.' });
      return;
    }
    const now = deps.clock.now();
    const hook = hookRequest(request, deps.publicUrl);
    const verified = source.verify(hook, now);
    if (!verified.ok) {
      deps.log.warn({ workspaceId: workspace.id, source: name, why: verified.why }, 'a hook delivery was refused');
      response.status(401).json({ error: 'The signature of this delivery does not fit.' });
      return;
    }
    try {
      const signals = source.read(hook, now);
      const stored = await storeSignals(
        deps.db,
        workspace.id,
        { source: source.name, signals, receivedAt: now },
        processSignals,
      );
      response.status(200).json({ received: signals.length, new: stored });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      deps.log.warn(
        { workspaceId: workspace.id, source: name, why: error.message },
        'a hook delivery could not be read',
      );
      response.status(400).json({ error: error.message });
    }
  });
  return router;
}

function hookRequest(request: Request, publicUrl: string): HookRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: request.method,
    url: `${publicUrl}${request.originalUrl}`,
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}
