import { personOf } from '../../config/playbook/people.ts';
import type { CrmOwner } from '../../contracts/crm-records.ts';
import { PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import type { Skipped } from '../../domain/decision.ts';
import { withArticle } from '../../lib/english.ts';
import { reasonToSkip } from './available.ts';
import type { RoutingState } from './input.ts';

/** The person of the playbook behind a CRM owner, or why the owner cannot have the lead. */
export type FoundOwner = { email: string; name: string; skip?: undefined } | { skip: Skipped };

/**
 * An owner keeps what is theirs outside working hours too: the lead knows them. One who is away, deactivated, a group,
 * or nobody of the playbook does not.
 */
export function ownerInPlaybook(routing: RoutingState, owner: CrmOwner): FoundOwner {
  const person = personOfOwner(routing, owner);
  const email = person?.email ?? owner.email?.toLowerCase() ?? owner.id;
  const called = person?.name ?? owner.name ?? email;
  if (owner.kind === 'group') {
    const reason = `${called} is ${withArticle(owner.called ?? PLAIN_WORDS.group.one)}`;
    return { skip: { email, code: 'unknown_person', reason } };
  }
  if (!owner.active) return { skip: { email, code: 'inactive', reason: 'deactivated in the CRM' } };
  if (!person) return { skip: { email, code: 'unknown_person', reason: 'not among the people of the playbook' } };
  const skip = reasonToSkip(routing, email, 'any_hour');
  return skip ? { skip } : { email, name: person.name };
}

function personOfOwner({ playbook, roster }: RoutingState, owner: CrmOwner) {
  if (owner.email !== undefined) return personOf(playbook, owner.email);
  for (const [email, { crmUserId }] of roster) {
    if (crmUserId === owner.id) return personOf(playbook, email);
  }
  return undefined;
}
