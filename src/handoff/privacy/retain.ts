/** Once a day: what the playbook does not want kept any longer is anonymised. Reports go on counting. */
import { transact } from '../../db/conflict.ts';
import { erasePerson } from '../../db/privacy/erase.ts';
import { personOfLeads } from '../../db/privacy/person.ts';
import { forgetLetters, leadsOverBefore } from '../../db/privacy/retention.ts';
import { allWorkspaces } from '../../db/workspaces/workspaces.ts';
import { after } from '../../lib/clock.ts';
import { toError } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { endSequencesOfErased } from '../core/erased-sequence.ts';
import { redrawAsErased } from './erase.ts';

/** Leads of a workspace and day; the rest waits for the next. */
const MOST = 2_000;
const AT_ONCE = 100;

/** Every workspace's, by its own playbook; what fails in one holds up no other. Safe on several processes at once. */
export async function forgetOld(deps: Deps): Promise<void> {
  for (const { id } of await allWorkspaces(deps.db)) {
    try {
      await forgetOldOf(deps, id);
    } catch (thrown) {
      deps.log.error({ err: toError(thrown), workspaceId: id }, 'what is old could not be anonymised yet');
    }
  }
}

async function forgetOldOf(deps: Deps, workspaceId: string): Promise<void> {
  const { retention } = (await deps.playbook(workspaceId)).playbook;
  const now = deps.clock.now();
  const letters = await forgetLetters(deps.db, workspaceId, after(now, -retention.mail_bodies));
  let leads = 0;
  for (let some = AT_ONCE; some === AT_ONCE && leads < MOST; leads += some) {
    const ids = await leadsOverBefore(deps.db, workspaceId, after(now, -retention.closed_leads), AT_ONCE);
    for (const leadId of ids) await anonymiseLead(deps, workspaceId, leadId);
    some = ids.length;
  }
  if (letters + leads > 0) deps.log.info({ workspaceId, letters, leads }, 'what is old was anonymised');
}

/** Without anything that keeps them from coming again: nobody asked for it. */
async function anonymiseLead(deps: Deps, workspaceId: string, leadId: string): Promise<void> {
  await transact(deps.db, async trx => {
    const person = await personOfLeads(trx, workspaceId, [leadId]);
    await endSequencesOfErased(trx, workspaceId, person);
    await erasePerson(trx, workspaceId, person, deps.clock.now());
    await redrawAsErased(trx, workspaceId, person);
  });
}
