/** One account of a vendor in a role, and one CRM: why another is not connected beside it, and what it is taken for. */

import type { Playbook } from '../config/playbook.ts';
import type { Role } from '../contracts/role.ts';
import type { Db } from '../db/connection.ts';
import { connectionOf, connectionsOf, rememberConnection } from '../db/connections/connections.ts';
import { credentialFacts } from '../db/connections/credentials.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';

export type Admitted =
  /** What the vendor is taken into use as. */
  | { kind: 'admitted'; roles: Exclude<Role, 'chat'>[] }
  /** `why`: a sentence with what to do; raw. */
  | { kind: 'second'; why: string };

interface Wanted {
  vendor: string;
  roles: readonly Role[];
  by: 'login' | 'keys';
}

/**
 * A vendor that is a source and a CRM is taken as a source alone beside another CRM. The CRM that the playbook names may
 * come beside the one that is left: that one gets no new leads any more. Two round trips, one more for each other CRM.
 */
export async function admit(deps: Deps, workspaceId: string, { vendor, roles, by }: Wanted): Promise<Admitted> {
  const twice = await connectedOtherwise(deps, workspaceId, { vendor, by });
  if (twice !== undefined) return { kind: 'second', why: twice };
  const wanted = await rolesWanted(deps, workspaceId, vendor, roles);
  const other = wanted.includes('crm') ? await otherCrm(deps, workspaceId, vendor) : undefined;
  if (other === undefined) return { kind: 'admitted', roles: wanted };
  const left = wanted.filter(role => role !== 'crm');
  if (left.length > 0) return { kind: 'admitted', roles: left };
  const [had, name] = [serviceName(other), serviceName(vendor)];
  const why =
    `${had} is your CRM, and a workspace has one. To move to ${name}, name it as crm.system in the playbook first: ` +
    `${had} then gets no new leads, and stays connected for those it has. Or disconnect ${had}.`;
  return { kind: 'second', why };
}

/** A source that is a CRM as well becomes the CRM only by name: whoever connects it for marketing has not moved sales to it. */
async function rolesWanted(deps: Deps, workspaceId: string, vendor: string, roles: readonly Role[]) {
  const { playbook } = await deps.playbook(workspaceId);
  const wanted = roles
    .filter(role => role !== 'chat')
    .filter(role => role !== 'sequencer' || isNamed(playbook, vendor, roles));
  if (deps.playbookVendors.crms[vendor]?.vocabulary.mustBeNamed !== true) return wanted;
  return playbook.crm.system === vendor ? wanted : wanted.filter(role => role !== 'crm');
}

/** A vendor that is something else as well has sequences to offer only where the playbook names it. */
function isNamed({ follow_up: { sequences } }: Playbook, vendor: string, roles: readonly Role[]): boolean {
  return roles.length === 1 || sequences?.tool === vendor;
}

/** The same of sequences. One round trip, or two. */
export async function admitNamedSequencer(
  trx: Db,
  workspaceId: string,
  { follow_up: { sequences } }: Pick<Playbook, 'follow_up'>,
  at: Date,
): Promise<void> {
  if (!sequences) return;
  const all = await connectionsOf(trx, workspaceId);
  const beside = all.filter(({ vendor, role }) => vendor === sequences.tool && role !== 'sequencer');
  if (beside.length === 0 || all.some(({ vendor, role }) => vendor === sequences.tool && role === 'sequencer')) return;
  if (beside.every(({ status }) => status === 'paused')) return;
  await rememberConnection(trx, workspaceId, { vendor: sequences.tool, role: 'sequencer' }, at);
}

/** A vendor that is connected already is the CRM from the moment a playbook names it. One round trip, or three. */
export async function admitNamedCrm(
  trx: Db,
  workspaceId: string,
  { crm: { system } }: Pick<Playbook, 'crm'>,
  at: Date,
): Promise<void> {
  if (system === undefined) return;
  const key = { vendor: system, role: 'crm' } as const;
  const known = await credentialFacts(trx, { workspaceId, vendor: system, holder: '' });
  if (!known || known.wiped || (await connectionOf(trx, workspaceId, key))) return;
  await rememberConnection(trx, workspaceId, key, at);
}

/** The same vendor with another kind of key: nobody could say which of the two is used. */
async function connectedOtherwise(
  deps: Deps,
  workspaceId: string,
  { vendor, by }: Pick<Wanted, 'vendor' | 'by'>,
): Promise<string | undefined> {
  const known = await credentialFacts(deps.db, { workspaceId, vendor, holder: '' });
  if (!known || known.wiped) return undefined;
  const isLogin = known.tenant !== '';
  if (isLogin === (by === 'login')) return undefined;
  const how = isLogin ? 'by logging in' : 'with typed keys';
  return `${serviceName(vendor)} is connected already, ${how}. Disconnect it first: a second account of it would be a second line of leads.`;
}

/** A CRM beside this one that is in use, or waits for its log-in; none where the playbook moved to this one. */
async function otherCrm(deps: Deps, workspaceId: string, vendor: string): Promise<string | undefined> {
  const [connections, { playbook }] = await Promise.all([
    connectionsOf(deps.db, workspaceId),
    deps.playbook(workspaceId),
  ]);
  if (playbook.crm.system === vendor) return undefined;
  for (const one of connections) {
    if (one.role !== 'crm' || one.vendor === vendor) continue;
    if (one.status !== 'paused') return one.vendor;
    const known = await credentialFacts(deps.db, { workspaceId, vendor: one.vendor, holder: '' });
    if (known && !known.wiped) return one.vendor;
  }
  return undefined;
}
