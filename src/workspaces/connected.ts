/** What a workspace is connected to, by vendor, as the page Connections shows it. No vendor is asked. */

import { apiUsageOf } from '../db/connections/api-usage.ts';
import { type Connection, connectionsOf } from '../db/connections/connections.ts';
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
}

const URGENCY = { paused: 0, away: 1, active: 2 };

/** In the order of vendors. Two round trips. */
export async function connectedVendors(deps: Deps, workspaceId: string): Promise<ConnectedVendor[]> {
  const [all, usage, { playbook }] = await Promise.all([
    connectionsOf(deps.db, workspaceId),
    apiUsageOf(deps.db, workspaceId, deps.clock.now()),
    deps.playbook(workspaceId),
  ]);
  const { system } = playbook.crm;
  const byVendor = Map.groupBy(all, ({ vendor }) => vendor);
  return [...byVendor].map(([vendor, connections]) => ({
    vendor,
    connections: connections.toSorted((one, other) => URGENCY[one.status] - URGENCY[other.status]),
    calls: usage.find(({ service }) => service === vendor) ?? null,
    isLeft: system !== undefined && system !== vendor && connections.some(({ role }) => role === 'crm'),
  }));
}
