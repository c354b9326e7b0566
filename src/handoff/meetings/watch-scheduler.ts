import type { Deps } from '../core/deps.ts';

/** Has a scheduler deliver its bookings here, unless it does. At most three calls. */
export async function watchScheduler(
  deps: Deps,
  { workspaceId, vendor }: { workspaceId: string; vendor: string },
): Promise<void> {
  const [{ schedulers }, address] = await Promise.all([
    deps.vendors(workspaceId),
    deps.hookAddress(workspaceId, vendor),
  ]);
  if (address !== undefined) await schedulers[vendor]?.watch(address);
}
