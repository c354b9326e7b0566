import express, { type Router } from 'express';
import { handoffById } from '../db/handoffs/handoffs.ts';
import { crmOfRecord } from '../handoff/core/crm-of-record.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { staysWords } from '../handoff/record/move-crm.ts';
import { Failure } from '../lib/errors.ts';
import { page } from './page.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * "View in …": a link that can be printed on a card before the record exists. The handoff's random id is the
 * only key; what it leads to is the CRM's own, where the reader must be signed in.
 */
export function open(deps: Deps, workspaceOf: (handoffId: string) => Promise<string | undefined>): Router {
  const router = express.Router();
  router.get('/open/:handoffId', async (request, response) => {
    const { handoffId } = request.params;
    const workspaceId = UUID.test(handoffId) ? await workspaceOf(handoffId) : undefined;
    const handoff = workspaceId && (await handoffById<Facts>(deps.db, workspaceId, handoffId));
    if (!workspaceId || !handoff) {
      response
        .status(404)
        .send(page('No such lead', 'This link leads to no lead Baton knows. It may have been erased.'));
      return;
    }
    const vendors = await deps.vendors(workspaceId);
    if (!vendors.crm || !handoff.recordId || !handoff.recordKind) {
      const why = handoff.recordNote ? ` The CRM said: ${handoff.recordNote}` : '';
      response
        .status(404)
        .send(
          page(
            'Not in the CRM yet',
            `The record is still on its way; Baton keeps trying. Come back in a minute.${why}`,
          ),
        );
      return;
    }
    const used = crmOfRecord(vendors, handoff);
    if (!used) {
      response.status(404).send(page('In another CRM', staysWords(handoff, vendors.crm)));
      return;
    }
    // The deal made for the lead shows everything around it; somebody else's is theirs.
    const { deal } = handoff.facts.accountBased ?? {};
    const record = deal ? { kind: 'deal' as const, id: deal.id } : { kind: handoff.recordKind, id: handoff.recordId };
    try {
      response.redirect(302, await used.crm.recordUrl(record));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // Where the CRM lives is known from the login: without one, nobody can be sent there.
      deps.log.warn({ err: error, handoffId }, 'a link to a record leads nowhere just now');
      response
        .status(503)
        .send(
          page('The CRM cannot be reached', [
            'The record is there; Baton’s connection to the CRM is not, just now. Its admins know when it is theirs to mend.',
            'Try again in a minute, or look the lead up in the CRM itself.',
          ]),
        );
    }
  });
  return router;
}
