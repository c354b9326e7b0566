/** What a workspace is connected to, by vendor, as the page Connections shows it. No vendor is asked. */

import { apiUsageOf } from '../db/connections/api-usage.ts';
import { type Connection, connectionsOf } from '../db/connections/connections.ts';
import { handoffsElsewhere } from '../db/handoffs/handoff-list.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Health } from '../handoff/queries/health.ts';

export interface ConnectedVendor {
  vendor: string;
  /** One each role, those that need somebody first. */
  connections: Connection[];
  /** Calls of these 24 hours, where the vendor counts them. */
  calls: Health['connections'][number]['calls'];
  /** The CRM that was moved away from: it gets no new leads, and keeps those it has. */
  isLeft: boolean;
  /** Open leads that are recorded in it, where it was left. */
  openLeads: number;
}

const URGENCY = { paused: 0, away: 1, active: 2 };

/** In the order of vendors. Two round trips, one more where there is a CRM. */
export async function connectedVendors(deps: Deps, workspaceId: string): Promise<ConnectedVendor[]> {
  const [all, usage, { playbook }, { crm }] = await Promise.all([
    connectionsOf(deps.db, workspaceId),
    apiUsageOf(deps.db, workspaceId, deps.clock.now()),
    deps.playbook(workspaceId),
    deps.vendors(workspaceId),
  ]);
  const system = playbook.crm.system ?? crm?.name;
  const left = system === undefined ? [] : await handoffsElsewhere(deps.db, workspaceId, system);
  const byVendor = Map.groupBy(all, ({ vendor }) => vendor);
  return [...byVendor].map(([vendor, connections]) => ({
    vendor,
    connections: connections.toSorted((one, other) => URGENCY[one.status] - URGENCY[other.status]),
    calls: usage.find(({ service }) => service === vendor) ?? null,
    isLeft: system !== undefined && system !== vendor && connections.some(({ role }) => role === 'crm'),
    openLeads: left.find(({ crm }) => crm === vendor)?.count ?? 0,
  }));
}
