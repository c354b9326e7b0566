/** The permission set reaches the user Baton acts as. */

import type { SetupResult } from '../../../contracts/crm-setup.ts';
import { queries } from '../api/composite.ts';
import { readErrors, toFailure } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';

type PartResult = SetupResult['parts'][number];

/** Assigned by REST; whoever has it already keeps it. */
export async function assign(org: Org, set: string, user: { id: string; username: string }): Promise<PartResult> {
  const name = `assignment of permission set ${set} to ${user.username}`;
  const [sets = [], assigned = []] = await queries(org, [
    `SELECT Id FROM PermissionSet WHERE Name = ${quote(set)} AND NamespacePrefix = null`,
    `SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name = ${quote(set)} AND AssigneeId = ${quote(user.id)}`,
  ]);
  if (assigned.length > 0) return { name, outcome: 'unchanged' };
  const id = sets[0]?.Id;
  if (typeof id !== 'string') return { name, outcome: 'refused', why: `the org has no permission set ${set}` };
  const answer = await org.session.call({
    method: 'POST',
    url: `${org.base}/sobjects/PermissionSetAssignment`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ AssigneeId: user.id, PermissionSetId: id }),
  });
  if (answer.status === 201) return { name, outcome: 'made' };
  const errors = readErrors(answer.status, answer.body);
  // Somebody was quicker.
  if (errors.some(error => error.errorCode === 'DUPLICATE_VALUE')) return { name, outcome: 'unchanged' };
  const failure = toFailure(answer.status, errors, { clock: org.clock });
  if (answer.status >= 500 || answer.status === 401) throw failure;
  return { name, outcome: 'refused', why: `${failure.message}. Assign it by hand, or allow "Assign Permission Sets".` };
}
