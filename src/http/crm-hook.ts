import express, { type Router } from 'express';
import { storeEvents } from '../db/crm-events.ts';
import { workspaceByHookKey } from '../db/workspaces.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { readEvents } from '../jobs/requests.ts';
import { BadInput } from '../lib/errors.ts';

/** A hundred notifications with every field of a record. */
const LARGEST_BODY = '2mb';

/**
 * Where the CRM tells of changes. Its messages carry no signature: the key in the address and the tenant they come from
 * are what is checked. Accepted only after the commit; anything else makes the CRM send the whole message again.
 */
export function crmHook(deps: Deps): Router {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/hooks/:hookKey/:vendor', raw, async (request, response, next) => {
    const workspace = await workspaceByHookKey(deps.db, String(request.params.hookKey));
    const crm = workspace && (await deps.vendors(workspace.id)).crm;
    // What is no message of the CRM's may be one of a source's: the next router's.
    if (!workspace || crm?.name !== request.params.vendor || !crm.hook) return next();
    const { hook } = crm;
    try {
      const message = hook.read(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      if (message.tenant !== (await hook.tenant())) {
        deps.log.warn(
          { workspaceId: workspace.id, tenant: message.tenant },
          'a message of another tenant of the CRM was refused',
        );
        response.status(401).json({ error: 'This organization is not the one that is connected.' });
        return;
      }
      await storeEvents(deps.db, workspace.id, { events: message.events, at: deps.clock.now() }, readEvents);
      response.status(200).set('content-type', hook.accepted.contentType).send(hook.accepted.body);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      deps.log.warn({ workspaceId: workspace.id, why: error.message }, 'a message of the CRM could not be read');
      response.status(400).json({ error: error.message });
    }
  });
  return router;
}
