/** Whose the record is that turned up only after the lead was given to somebody, because the CRM could not be asked before. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmWrite, CrmWritten } from '../../contracts/crm.ts';
import type { CrmMatch, CrmOwner } from '../../contracts/crm-records.ts';
import { type Handoff, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { emailOfCrmUser } from '../../db/people/people.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import type { NamedCrm } from './account-based.ts';

interface Turned {
  match: CrmMatch;
  write: CrmWrite;
  written: CrmWritten;
}

/**
 * Routing would have given the lead to the owner. Two people must not work on it side by side unknowingly: the card's thread
 * and the timeline say whose it is, once. Nothing moves by itself, as whoever has the lead may have reached out already.
 */
export async function tellKeptOwner(
  deps: Deps,
  handoff: Handoff<Facts>,
  crm: NamedCrm,
  playbook: Playbook,
  turned: Turned,
): Promise<void> {
  const { workspaceId, id: handoffId, leadId, repEmail } = handoff;
  const owner = handoff.facts.match ? undefined : keptOwner(turned);
  if (!owner || repEmail === null) return;
  const known = await emailOfCrmUser(deps.db, workspaceId, owner.id);
  const email = known ?? owner.email;
  if (email === repEmail) return;
  const isOurs = playbook.people.some(person => person.email === email);
  const name = isOurs && email ? nameOf(playbook, email) : (owner.name ?? 'somebody Baton does not know');
  await deps.db.transaction(async trx => {
    const now = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!now || now.facts.keptOwner !== undefined || now.repEmail !== repEmail) return;
    await updateHandoff(trx, workspaceId, handoffId, {}, { keptOwner: owner.id });
    const where = serviceName(crm.name);
    const advice = isOurs
      ? `Reassign it to ${name}, or change the owner there.`
      : 'Change the owner there if it is yours.';
    const text = `In ${where} this lead is ${name}’s. That was not known when it came to ${nameOf(playbook, repEmail)}, as ${where} gave no answer. ${advice}`;
    await recordForThreads(
      trx,
      { workspaceId, leadId, handoffId },
      { kind: 'owner_changed', at: deps.clock.now(), actor: crm.name, text, detail: { owner: owner.id } },
    );
  });
}

/** A person whose record it was before, and to whom the write left it. */
function keptOwner({ match, write, written }: Turned): CrmOwner | undefined {
  if (write.ownerId !== undefined || written.created || written.id !== write.existing?.id) return undefined;
  const records = [match.lead, match.contact].flatMap(one => (one.kind === 'none' ? [] : [one.record]));
  const owner = records.find(({ id }) => id === written.id)?.owner;
  return owner?.kind === 'user' && owner.active && owner.id !== write.followUp?.ownerId ? owner : undefined;
}
