/** A rep whom Slack or the CRM does not know any more: the lead that showed it goes to the next at once. */
import { nameOf } from '../config/playbook/people.ts';
import type { Db } from '../db/connection.ts';
import { lockHandoff } from '../db/handoffs/handoffs.ts';
import { notice, personNoticeKey } from '../db/workspaces/notices.ts';
import { isOpen } from '../domain/handoff.ts';
import { displayName } from '../domain/lead.ts';
import { handOver } from '../handoff/actions/hand-over.ts';
import type { AuthorisedAction } from '../handoff/core/act-as.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { type Gone, recheckPerson } from '../handoff/core/directory.ts';
import type { Facts } from '../handoff/core/facts.ts';
import type { RefusedPerson } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import { BATON, stopWithManager } from './lapse.ts';

/** Are they still there? If not, and nobody reached the lead yet, it goes by the rules again, as when a step lapses. */
export async function recheckRefused(deps: Deps, payload: RefusedPerson): Promise<void> {
  const { workspaceId, who, handoffId } = payload;
  const gone = await recheckPerson(deps, workspaceId, who);
  if (!gone || handoffId === undefined) return;
  const [{ playbook, version }, now] = [await deps.playbook(workspaceId), deps.clock.now()];
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !isOpen(handoff.state) || handoff.contactedAt || handoff.repEmail !== gone.email) return;
    await handOn({ deps, workspaceId, actor: BATON, playbook, version, now, trx, handoff }, gone);
  });
}

async function handOn(action: AuthorisedAction, { email, where }: Gone): Promise<void> {
  const { playbook, handoff } = action;
  const name = nameOf(playbook, email);
  const made = await handOver(action, {
    to: { kind: 'rules' },
    kind: 'reassigned',
    did: `${name} is no longer active in ${where}`,
    detail: { gone: where },
    passedBy: [...new Set([...handoff.passedBy, email])],
  });
  if ('why' in made) return stopWithManager(action, made.why);
  const text = `${name} is no longer active in ${where}: ${displayName(handoff.facts.contact)} went to ${made.name} at once.`;
  await notifyManagers(action.trx, action, email, text);
}

async function notifyManagers(
  trx: Db,
  { workspaceId, handoff, now }: AuthorisedAction,
  email: string,
  text: string,
): Promise<void> {
  const isNew = await notice(trx, workspaceId, { key: personNoticeKey('lead', handoff.id, email, now), text }, now);
  if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
}
