/** POST /hooks/:hookKey/mail: what arrives at the return address of mails to leads, as the mail provider passes it on. */
import express, { type Request, type Router } from 'express';
import { type Json, parseBody } from '../../domain/form/body.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { takeReturnedMail } from '../../handoff/reply/returned.ts';
import { BadInput } from '../../lib/errors.ts';
import type { KnownHookKeys } from '../../workspaces/known-hook-keys.ts';
import { plainBody } from '../forms/receive.ts';

/** A notice returns the whole mail at most, and ours are texts; whatever is larger is somebody's own. */
const LARGEST_MESSAGE = '2mb';

/**
 * 200 when what the message means is committed, or it means nothing to Baton; 401 for a wrong key, 400 for what is no
 * message, 413 for one too big. Providers send the bare message, or a form or JSON with the message in one of its fields.
 */
export function mailHook(deps: Deps, keys: KnownHookKeys): Router {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_MESSAGE });
  router.post('/hooks/:hookKey/mail', raw, async (request, response) => {
    const workspace = await keys.of(String(request.params.hookKey));
    if (!workspace) {
      response.status(401).json({ error: 'This hook address is not known. Copy it again from the set-up.' });
      return;
    }
    try {
      response.status(200).json(await takeReturnedMail(deps, workspace.id, await messageOf(request)));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      deps.log.warn({ workspaceId: workspace.id, vendor: 'mail', why: error.message }, 'a hook delivery was refused');
      response.status(400).json({ error: error.message });
    }
  });
  return router;
}

/** As mail providers call the field that holds the raw message. */
const FIELDS = ['email', 'body-mime', 'message', 'raw', 'RawEmail', 'content'];

async function messageOf(request: Request): Promise<Uint8Array> {
  const body = await plainBody(request);
  const type = request.get('content-type') ?? '';
  if (!/^(multipart\/form-data|application\/(json|x-www-form-urlencoded))/i.test(type)) return body;
  const fields: Json = parseBody(body, type);
  const found = FIELDS.map(name => fields[name]).find(value => typeof value === 'string' && value !== '');
  if (typeof found === 'string') return Buffer.from(found);
  throw new BadInput('There is no raw message in this: let the provider send it as one field, or as the body.');
}
